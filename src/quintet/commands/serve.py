"""quintet serve: hands this process over to the server, with address, port and limits from the settings."""

import os
import sys
from argparse import Namespace
from typing import NoReturn

from quintet.errors import MissingData
from quintet.settings import HOME, IN_CHECKOUT, Settings


def serve(arguments: Namespace, settings: Settings) -> NoReturn:
    """Replaces this process, so that a signal stops the server. Raises MissingData without a checkout."""
    if not IN_CHECKOUT:
        raise MissingData(
            f"There is no app.py in {HOME}: the pages come with the checkout, not with the package. "
            "Run: make app in a checkout"
        )
    options = {
        "server.address": arguments.address or settings.address,
        "server.port": arguments.port or settings.port,
        "server.maxUploadSize": settings.max_upload_mb,
    }
    flags = [f"--{name}={value}" for name, value in options.items()]
    os.chdir(HOME)  # where .streamlit/config.toml is found
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(HOME / "app.py"), *flags])
