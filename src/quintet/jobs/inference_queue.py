"""The queue of slow backbones: one clip at a time in a process of its own, the others wait for their turn.

A job is known by its backbone and its clip's content, so whoever asks for the same finds it. What is alive
holds a lock on a file beside the status file, which the system lets go of whatever ends it: a status that
says running while nobody holds its lock was left by a server that is gone. The clip lies there, for its
owner's eyes only, until the process has read it.
"""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread

import soundfile

from quintet import audio
from quintet.embeddings import clip_cache
from quintet.embeddings.models import Model
from quintet.errors import Busy, StoreError
from quintet.jobs import process as background
from quintet.jobs import progress
from quintet.jobs.progress import Status
from quintet.settings import Settings
from quintet.storage import locks

WAITING = 8  # clips in the queue beside the one that is heard
POLL_SECONDS = 0.2  # s between two looks at whether it is one's turn
RETENTION = 86_400  # s that the status of a job that is over is kept
ORPHANED = "lost"  # a state that is never written: it ran or waited, and what it lived in is gone
_ACTIVE = ("waiting", "running")


@dataclass(frozen=True)
class Job:
    """One content for one backbone."""

    model: Model
    digest: str
    settings: Settings

    @property
    def status(self) -> Path:
        """Its status file. Raises UsageError where the digest is none."""
        cached_path = clip_cache.path(self.model, self.digest, self.settings)
        return folder(self.settings) / cached_path.parent.name / f"{self.digest}.json"

    @property
    def clip(self) -> Path:
        """The clip, as long as it waits to be read."""
        return self.status.with_suffix(".wav")


def folder(settings: Settings) -> Path:
    """Where jobs lie."""
    return clip_cache.folder(settings) / "jobs"


def status(job: Job) -> Status | None:
    """How far the job is; `lost` where it was going on in a server that is gone. None where there is none."""
    return _read_status(job.status)


def position(job: Job) -> int:
    """How many clips come before this one."""
    current = progress.read_raw(job.status)
    return len(_earlier(job.status, current.asked if current else 0.0, job.settings))


def enqueue(job: Job, clip: audio.Clip) -> None:
    """Puts a clip into the queue; where it is there already nothing changes. Raises Busy, StoreError."""
    status_path = job.status
    status_path.parent.mkdir(parents=True, exist_ok=True)
    lock = locks.acquire(
        locks.lock_path(status_path), 0.0 if _is_active(status(job)) else background.PATIENCE
    )
    if lock is None:
        return
    try:
        with _exclusive(job.settings):
            cleanup(job.settings)
            waiting = [
                path
                for path in _statuses(job.settings)
                if _is_active(_read_status(path)) and path != status_path
            ]
            if len(waiting) > WAITING:
                raise Busy(f"{WAITING} clips wait already for a slow backbone. Try again when one is done.")
            _write(clip, job.clip)
            title = f"{job.model.backbone.spec.title} is hearing a clip"
            progress.save(Status(title, 0, 0, 0, 0.0, "waiting", os.getpid(), asked=time.time()), status_path)
    except BaseException:
        os.close(lock)
        raise
    Thread(target=_run_in_turn, args=(job, lock), daemon=True).start()


def stop(job: Job) -> None:
    """Ends the job, or takes it out of the queue. What it has not finished is lost."""
    with _exclusive(job.settings):
        current = status(job)
        if current is None or not _is_active(current):
            return
        if current.state == "running":
            background.end(current.pid)
        progress.save(replace(current, state="stopped"), job.status)
        job.clip.unlink(missing_ok=True)


@contextmanager
def hold(job: Job) -> Iterator[None]:
    """Holds the job for a process that was not started by the queue. Raises Busy where it is going on."""
    job.status.parent.mkdir(parents=True, exist_ok=True)
    lock = locks.acquire(locks.lock_path(job.status), POLL_SECONDS)
    if lock is None:
        raise Busy(f"{job.model.backbone.spec.title} is hearing this clip already. Wait for it.")
    try:
        yield
    finally:
        os.close(lock)


def cleanup(settings: Settings) -> None:
    """Removes clips whose job is not going on, and what is left of jobs that were over a day ago."""
    for clip in folder(settings).glob("*/*.wav"):
        if not locks.is_held(locks.lock_path(clip)):
            clip.unlink(missing_ok=True)
    for status in _statuses(settings):
        with suppress(FileNotFoundError):
            if time.time() - status.stat().st_mtime > RETENTION and not locks.is_held(
                locks.lock_path(status)
            ):
                for suffix in (".log", ".lock", ".json"):
                    status.with_suffix(suffix).unlink(missing_ok=True)


def _run_in_turn(job: Job, lock: int) -> None:
    """Waits, then runs the process and says how it ended; both locks stay with the process meanwhile."""
    try:
        turn = _wait_for_turn(job)
        if turn is None:
            return
        try:
            process = _launch(job, (lock, turn))
            if process is not None:
                code = process.wait()
                _record_exit(job, code)
        finally:
            os.close(turn)
    finally:
        job.clip.unlink(missing_ok=True)
        os.close(lock)


def _launch(job: Job, pass_fds: tuple[int, ...]) -> subprocess.Popen | None:
    """The process; None where the job was stopped just now, or no process can be had."""
    with _exclusive(job.settings):
        current = progress.read_raw(job.status)
        if not _is_waiting(job):
            return None
        command = ["hear", str(job.clip), "--backbone", job.model.key, "--digest", job.digest, "--job"]
        try:
            process = background.launch(command, job.status, pass_fds)
        except OSError as error:
            message = f"No process could be started: {error.strerror}."
            progress.save(replace(current, state="failed", message=message), job.status)
            return None
        progress.save(
            replace(current, state="running", pid=process.pid, begun=progress.start_ticks(process.pid)),
            job.status,
        )
        return process


def _wait_for_turn(job: Job) -> int | None:
    """The lock of the one that runs, when every job asked for before is over; None where it was stopped."""
    current = progress.read_raw(job.status)
    while _is_waiting(job):
        if not _earlier(job.status, current.asked, job.settings):
            turn = locks.acquire(folder(job.settings) / "turn.lock")
            if turn is not None:
                return turn
        time.sleep(POLL_SECONDS)
    return None


def _is_waiting(job: Job) -> bool:
    current = progress.read_raw(job.status)
    return current is not None and current.state == "waiting" and current.pid == os.getpid()


def _record_exit(job: Job, code: int) -> None:
    """Says how the process ended where it could not do so itself."""
    with _exclusive(job.settings):
        current = progress.read_raw(job.status)
        if current is None or current.state != "running":
            return
        state, message = "failed", background.last_output(job.status)
        if code == -signal.SIGTERM:
            state, message = "stopped", ""
        elif code == -signal.SIGKILL:  # here `stop` says so itself: it was the system
            message = "The system ended it, most likely because memory ran out."
        message = message or f"It ended with status {code} and said nothing."
        progress.save(replace(current, state=state, message=message), job.status)


def _write(clip: audio.Clip, path: Path) -> None:
    """The clip's own samples, so that the numbers are those of a fresh run; only its owner may read it.

    Raises StoreError.
    """
    path.unlink(missing_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            soundfile.write(file, clip.samples, clip.rate, format="WAV", subtype="FLOAT")
    except (OSError, soundfile.LibsndfileError) as error:
        path.unlink(missing_ok=True)
        raise StoreError(
            f"The clip could not be handed over: {error}. Make room in {path.parent}."
        ) from error


def _statuses(settings: Settings) -> list[Path]:
    return sorted(folder(settings).glob("*/[!.]*.json"))


def _earlier(path: Path, enqueued_at: float, settings: Settings) -> list[Path]:
    statuses = ((other, _read_status(other)) for other in _statuses(settings) if other != path)
    return [
        p
        for p, s in statuses
        if _is_active(s) and (s.state == "running" or (s.asked, p) < (enqueued_at, path))
    ]


def _read_status(path: Path) -> Status | None:
    is_locked = locks.is_held(locks.lock_path(path))  # asked first: who lets go of it has said how it ended
    current = progress.read_raw(path)
    if (
        not _is_active(current) or is_locked or locks.is_held(locks.lock_path(path))
    ):  # it may have begun in between
        return current
    return replace(current, state=ORPHANED)


def _is_active(current: Status | None) -> bool:
    return current is not None and current.state in _ACTIVE


@contextmanager
def _exclusive(settings: Settings) -> Iterator[None]:
    """One change of the queue at a time."""
    folder(settings).mkdir(parents=True, exist_ok=True)
    with (folder(settings) / "queue.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
