"""A server of its own process on a free port: the app on given folders, or any command that serves."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATIENCE = 90  # s until it answers


@dataclass(frozen=True)
class Listening:
    """A server that answers."""

    address: str
    pid: int


@contextmanager
def listening(
    call: Callable[[int], list[str]], log: Path, environ: Mapping[str, str] | None = None
) -> Iterator[Listening]:
    """Runs the command that serves on the port it is given; what it says goes to the file `log`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with log.open("w") as said:
        server = subprocess.Popen(
            call(port), cwd=ROOT, env={**os.environ, **(environ or {})}, stdout=said, stderr=subprocess.STDOUT
        )
        try:
            found = Listening(f"http://127.0.0.1:{port}", server.pid)
            _wait(f"{found.address}/_stcore/health")
            yield found
        finally:
            server.terminate()
            server.wait(timeout=20)


def app(port: int) -> list[str]:
    """The command that serves the app."""
    return [sys.executable, "-m", "quintet.cli", "serve", "--port", str(port)]


@contextmanager
def served(cache: Path, data: Path) -> Iterator[str]:
    """The app on these folders: its address."""
    folders = {
        "QUINTET_CACHE": str(cache),
        "QUINTET_CONFIG": str(cache / "none.toml"),
        "QUINTET_DATA": str(data),
    }
    with listening(app, data / "server.txt", folders) as server:
        yield server.address


def _wait(url: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"No server at {url} within {PATIENCE} s")
