"""A quintet command in a process of its own, which tells how far it is in a status file."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from threading import Thread

from quintet.jobs import progress
from quintet.jobs.progress import Status
from quintet.storage import atomic

COMMAND = (sys.executable, "-m", "quintet.cli")
WORDS = 300  # characters of a last line that are shown
PATIENCE = 2.0  # s that a process may take to end by itself


def start(arguments: list[str], title: str, status: Path) -> None:
    """Starts `quintet` with these arguments; the status file says running before this returns.

    The process outlives the server's page, and its output lies beside the status file as .log.
    """
    process = launch(arguments, status)
    progress.save(
        Status(title, 0, 0, 0, 0.0, "running", process.pid, begun=progress.start_ticks(process.pid)), status
    )
    Thread(target=process.wait, daemon=True).start()  # else it would stay a zombie, which looks alive


def launch(arguments: list[str], status: Path, pass_fds: tuple[int, ...] = ()) -> subprocess.Popen:
    """The process alone, at the head of a group of its own; `held` are open files (locks) it keeps open."""
    status.parent.mkdir(parents=True, exist_ok=True)
    with status.with_suffix(".log").open("wb") as log:
        return subprocess.Popen(
            [*COMMAND, *arguments],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, pass_fds=pass_fds,
        )  # fmt: skip


def stop(status: Path) -> None:
    """Ends the process of a running status file and all it started; what it finished is kept."""
    current = progress.read(status)
    if current and current.state == "running":
        end(current.pid)


def end(pid: int) -> None:
    """Ends a process and its group, by force where it does not end by itself in time."""
    with suppress(ProcessLookupError, PermissionError):  # it ended by itself, or is no longer ours
        kill = os.killpg if os.getpgid(pid) == pid else os.kill  # never the group of whoever asks
        kill(pid, signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        while atomic.is_alive(pid) and time.monotonic() < until:
            time.sleep(0.02)
        if atomic.is_alive(pid):
            kill(pid, signal.SIGKILL)


def last_output(status: Path) -> str:
    """The last line a process wrote, as a sentence; "" where it wrote nothing."""
    try:
        lines = status.with_suffix(".log").read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    last_line = next((line.strip() for line in reversed(lines) if line.strip()), "").removeprefix("quintet: ")
    return f"{last_line[:1].upper()}{last_line[1:WORDS].rstrip('.')}." if last_line else ""
