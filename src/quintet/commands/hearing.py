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
from quintet.collection import Source
from quintet.commands import _locks, background
from quintet.errors import Busy, StoreError
from quintet.extract import progress
from quintet.extract.progress import Status
from quintet.settings import Settings
from quintet.studies import encodings

WAITING = 8  # clips in the queue beside the one that is heard
EVERY = 0.2  # s between two looks at whether it is one's turn
KEPT = 86_400  # s that the status of a job that is over is kept
LOST = "lost"  # a state that is never written: it ran or waited, and what it lived in is gone
_GOING = ("waiting", "running")


@dataclass(frozen=True)
class Job:
    """One content for one backbone."""

    found: Source
    digest: str
    settings: Settings

    @property
    def status(self) -> Path:
        """Its status file. Raises UsageError where the digest is none."""
        made = encodings.path(self.found, self.digest, self.settings)
        return folder(self.settings) / made.parent.name / f"{self.digest}.json"

    @property
    def clip(self) -> Path:
        """The clip, as long as it waits to be read."""
        return self.status.with_suffix(".wav")


def folder(settings: Settings) -> Path:
    """Where jobs lie."""
    return encodings.folder(settings) / "jobs"


def look(job: Job) -> Status | None:
    """How far the job is; `lost` where it was going on in a server that is gone. None where there is none."""
    return _look(job.status)


def ahead(job: Job) -> int:
    """How many clips come before this one."""
    mine = progress.written(job.status)
    return len(_before(job.status, mine.asked if mine else 0.0, job.settings))


def ask(job: Job, clip: audio.Clip) -> None:
    """Puts a clip into the queue; where it is there already nothing changes. Raises Busy, StoreError."""
    where = job.status
    where.parent.mkdir(parents=True, exist_ok=True)
    lock = _locks.take(_locks.of(where), 0.0 if _going(look(job)) else background.PATIENCE)
    if lock is None:
        return
    try:
        with _alone(job.settings):
            sweep(job.settings)
            waiting = [one for one in _statuses(job.settings) if _going(_look(one)) and one != where]
            if len(waiting) > WAITING:
                raise Busy(f"{WAITING} clips wait already for a slow backbone. Try again when one is done.")
            _write(clip, job.clip)
            what = f"{job.found.backbone.spec.title} is hearing a clip"
            progress.save(Status(what, 0, 0, 0, 0.0, "waiting", os.getpid(), asked=time.time()), where)
    except BaseException:
        os.close(lock)
        raise
    Thread(target=_in_turn, args=(job, lock), daemon=True).start()


def stop(job: Job) -> None:
    """Ends the job, or takes it out of the queue. What it has not finished is lost."""
    with _alone(job.settings):
        found = look(job)
        if found is None or not _going(found):
            return
        if found.state == "running":
            background.end(found.pid)
        progress.save(replace(found, state="stopped"), job.status)
        job.clip.unlink(missing_ok=True)


@contextmanager
def holding(job: Job) -> Iterator[None]:
    """Holds the job for a process that was not started by the queue. Raises Busy where it is going on."""
    job.status.parent.mkdir(parents=True, exist_ok=True)
    lock = _locks.take(_locks.of(job.status), EVERY)
    if lock is None:
        raise Busy(f"{job.found.backbone.spec.title} is hearing this clip already. Wait for it.")
    try:
        yield
    finally:
        os.close(lock)


def sweep(settings: Settings) -> None:
    """Removes clips whose job is not going on, and what is left of jobs that were over a day ago."""
    for clip in folder(settings).glob("*/*.wav"):
        if not _locks.held(_locks.of(clip)):
            clip.unlink(missing_ok=True)
    for status in _statuses(settings):
        with suppress(FileNotFoundError):
            if time.time() - status.stat().st_mtime > KEPT and not _locks.held(_locks.of(status)):
                for suffix in (".log", ".lock", ".json"):
                    status.with_suffix(suffix).unlink(missing_ok=True)


def _in_turn(job: Job, lock: int) -> None:
    """Waits, then runs the process and says how it ended; both locks stay with the process meanwhile."""
    try:
        turn = _turn(job)
        if turn is None:
            return
        try:
            process = _launch(job, (lock, turn))
            if process is not None:
                code = process.wait()
                _settle(job, code)
        finally:
            os.close(turn)
    finally:
        job.clip.unlink(missing_ok=True)
        os.close(lock)


def _launch(job: Job, held: tuple[int, ...]) -> subprocess.Popen | None:
    """The process; None where the job was stopped just now, or no process can be had."""
    with _alone(job.settings):
        found = progress.written(job.status)
        if not _waits(job):
            return None
        asked = ["hear", str(job.clip), "--backbone", job.found.key, "--digest", job.digest, "--job"]
        try:
            process = background.launch(asked, job.status, held)
        except OSError as error:
            says = f"No process could be started: {error.strerror}."
            progress.save(replace(found, state="failed", message=says), job.status)
            return None
        progress.save(
            replace(found, state="running", pid=process.pid, begun=progress.begun(process.pid)), job.status
        )
        return process


def _turn(job: Job) -> int | None:
    """The lock of the one that runs, when every job asked for before is over; None where it was stopped."""
    mine = progress.written(job.status)
    while _waits(job):
        if not _before(job.status, mine.asked, job.settings):
            turn = _locks.take(folder(job.settings) / "turn.lock")
            if turn is not None:
                return turn
        time.sleep(EVERY)
    return None


def _waits(job: Job) -> bool:
    found = progress.written(job.status)
    return found is not None and found.state == "waiting" and found.pid == os.getpid()


def _settle(job: Job, code: int) -> None:
    """Says how the process ended where it could not do so itself."""
    with _alone(job.settings):
        found = progress.written(job.status)
        if found is None or found.state != "running":
            return
        state, says = "failed", background.last_words(job.status)
        if code == -signal.SIGTERM:
            state, says = "stopped", ""
        elif code == -signal.SIGKILL:  # here `stop` says so itself: it was the system
            says = "The system ended it, most likely because memory ran out."
        says = says or f"It ended with status {code} and said nothing."
        progress.save(replace(found, state=state, message=says), job.status)


def _write(clip: audio.Clip, where: Path) -> None:
    """The clip's own samples, so that the numbers are those of a fresh run; only its owner may read it.

    Raises StoreError.
    """
    where.unlink(missing_ok=True)
    try:
        made = os.open(where, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(made, "wb") as file:
            soundfile.write(file, clip.samples, clip.rate, format="WAV", subtype="FLOAT")
    except (OSError, soundfile.LibsndfileError) as error:
        where.unlink(missing_ok=True)
        raise StoreError(
            f"The clip could not be handed over: {error}. Make room in {where.parent}."
        ) from error


def _statuses(settings: Settings) -> list[Path]:
    return sorted(folder(settings).glob("*/[!.]*.json"))


def _before(where: Path, asked: float, settings: Settings) -> list[Path]:
    others = ((one, _look(one)) for one in _statuses(settings) if one != where)
    return [p for p, s in others if _going(s) and (s.state == "running" or (s.asked, p) < (asked, where))]


def _look(where: Path) -> Status | None:
    held = _locks.held(_locks.of(where))  # asked first: who lets go of it has said how it ended
    found = progress.written(where)
    if not _going(found) or held or _locks.held(_locks.of(where)):  # it may have begun in between
        return found
    return replace(found, state=LOST)


def _going(found: Status | None) -> bool:
    return found is not None and found.state in _GOING


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """One change of the queue at a time."""
    folder(settings).mkdir(parents=True, exist_ok=True)
    with (folder(settings) / "queue.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
