"""Locks that a process holds as long as it lives, and that what it starts can hold with it."""

import fcntl
import os
import time
from pathlib import Path


def lock_path(status: Path) -> Path:
    """The lock of the job with that status file."""
    return status.with_suffix(".lock")


def acquire(lock: Path, patience: float = 0.0) -> int | None:
    """The lock as an open file, None where another holds it for longer than `patience` seconds."""
    until = time.monotonic() + patience
    while True:
        file = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
        if _flocked(file, fcntl.LOCK_EX) and lock.exists() and lock.stat().st_ino == os.fstat(file).st_ino:
            return file
        os.close(file)  # another has it, or it was swept away just now
        if time.monotonic() >= until:
            return None
        time.sleep(0.02)


def is_held(lock: Path) -> bool:
    """Whether somebody holds it; many may ask at once."""
    try:
        file = os.open(lock, os.O_RDWR)
    except FileNotFoundError:
        return False
    free = _flocked(file, fcntl.LOCK_SH)
    os.close(file)
    return not free


def _flocked(file: int, kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
