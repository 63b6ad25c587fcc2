"""How far a job is: a small status file, written whole each time, that a page or a terminal can read."""

import json
import os
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from quintet.storage import atomic

EVERY = 0.5  # seconds between two writes of the status file


@dataclass(frozen=True)
class Status:
    """`seconds` is the time since the start; `state` is waiting, running, done, stopped or failed.

    `begun` is when the process of that number began, in the system's own ticks: numbers are used again.
    `asked` is when the job was asked for, in seconds since 1970: what waits goes by it.
    """

    what: str
    done: int
    total: int
    failed: int
    seconds: float
    state: str
    pid: int
    message: str = ""
    asked: float = 0.0
    begun: int = 0

    @property
    def rate(self) -> float:
        """Clips a second so far."""
        return self.done / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Seconds to go at this rate; None before the first clip."""
        return (self.total - self.done) / self.rate if self.done else None


class ProgressWriter:
    """Counts a job's clips and keeps its status file; `show` also gets each status (the terminal's bar)."""

    def __init__(self, title: str, path: Path, on_status=lambda status: None) -> None:
        self._title, self._path, self._on_status = title, path, on_status
        self._start = self._written = time.monotonic()
        self._counts = (0, 0, 0)

    def report(self, done: int, total: int, failed: int) -> None:
        """One more clip is done: writes at most twice a second, and always the last."""
        self._counts = (done, total, failed)
        now = time.monotonic()
        if now - self._written >= EVERY or done == total:
            self._written = now
            self._on_status(self.write("running"))

    def write(self, state: str, message: str = "") -> Status:
        """Replaces the status file in one step."""
        seconds = time.monotonic() - self._start
        pid = os.getpid()
        status = Status(self._title, *self._counts, seconds, state, pid, message, begun=start_ticks(pid))
        save(status, self._path)
        return status


def save(status: Status, path: Path) -> None:
    """Replaces the status file in one step."""
    atomic.write_json(path, asdict(status))


def read(path: Path) -> Status | None:
    """The last status, "stopped" where the process of a running job is gone. None where none ever ran."""
    status = read_raw(path)
    if status and status.state == "running" and not is_running(status):
        return replace(status, state="stopped")
    return status


def read_raw(path: Path) -> Status | None:
    """The last status as it was written. None where none was, or where the file is damaged."""
    try:
        return Status(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, RecursionError):  # damaged: it tells nothing of the job any more
        return None


def is_running(status: Status) -> bool:
    """Whether the very process that wrote the status is alive: one of its number that began then."""
    return atomic.is_alive(status.pid) and start_ticks(status.pid) == status.begun


def start_ticks(pid: int) -> int:
    """When a process began, in ticks since the system started; 0 where the system does not say."""
    try:
        line = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    return int(line.rpartition(")")[2].split()[19])  # field 22; the name before it may hold spaces
