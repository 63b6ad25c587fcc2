"""A quintet command in a process of its own, which tells how far it is in a status file."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Thread

from quintet.extract import progress
from quintet.extract.progress import Status


def start(arguments: list[str], what: str, status: Path) -> None:
    """Starts `quintet` with these arguments; the status file says running before this returns.

    The process outlives the server's page, and its output lies beside the status file as .log.
    """
    status.parent.mkdir(parents=True, exist_ok=True)
    with status.with_suffix(".log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "quintet.cli", *arguments],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    progress.save(Status(what, 0, 0, 0, 0.0, "running", process.pid), status)
    Thread(target=process.wait, daemon=True).start()  # else it would stay a zombie, which looks alive


def stop(status: Path) -> None:
    """Ends the process of a running status file; what it finished is kept."""
    found = progress.read(status)
    if found and found.state == "running":
        with suppress(ProcessLookupError):  # it ended by itself just now
            os.kill(found.pid, signal.SIGTERM)
