"""Weights that come inside a Python wheel: pip installs it for its data alone, and nothing imports it."""

import subprocess
import sys

from quintet.errors import NotFetched
from quintet.weights.connection import Timeouts


def install(wheel: str, timeouts: Timeouts) -> None:
    """Installs "distribution==version" without what it depends on. Raises NotFetched with pip's reason."""
    flags = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-input", "--retries", "0"]
    command = [sys.executable, "-m", "pip", "install", *flags, "--timeout", f"{timeouts.connect:g}", wheel]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except subprocess.CalledProcessError as error:
        lines = [line for line in error.stderr.splitlines() if line.strip()] or ["it did not say why"]
        raise NotFetched(f"pip could not install {wheel}: {lines[-1].removeprefix('ERROR: ')}.") from error
