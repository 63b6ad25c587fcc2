"""quintet hear: one clip through one backbone once; the answer is kept by content and asked for ever after.

What the queue of slow backbones runs, too: its clip is a copy, removed as soon as it is decoded.
"""

import hashlib
import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from quintet import audio, collection, predict
from quintet.backbones.base import Encoder, Report
from quintet.commands import hearing
from quintet.commands.done import Done
from quintet.commands.hearing import Job
from quintet.errors import QuintetError
from quintet.extract import progress
from quintet.settings import Settings
from quintet.studies import encodings
from quintet.studies.encodings import Kept

NICE = 10  # a job of the queue stands back behind the server


def hear(arguments: Namespace, settings: Settings) -> Done:
    """Hears what was never heard, and says where the values lie. Raises BadAudio, BadWeights, Busy."""
    found = collection.source(arguments.backbone, settings)
    job = Job(found, arguments.digest or _digest(arguments.clip), settings)
    held = encodings.kept(found, job.digest, settings)
    again = held is not None
    if held is None:
        with nullcontext() if arguments.job else hearing.holding(job), _followed(job) as report:
            held = _hear(arguments, job, report)
            encodings.put(found, job.digest, held, settings)
    where = encodings.path(found, job.digest, settings)
    document = {
        "clip": str(arguments.clip), "backbone": found.key, "state": found.state,
        "untrained": found.untrained, "fingerprint": found.fingerprint, "digest": job.digest,
        "again": again, "took": held.seconds, "path": str(where), "notices": list(held.encoding.notices),
    }  # fmt: skip
    title = found.backbone.spec.title + (" (untrained)" if found.untrained else "")
    line = f"{title} had heard this before" if again else f"{title} heard it in {held.seconds:.1f} s"
    return Done(document, [f"{line}: {where}", *held.encoding.notices])


def _hear(arguments: Namespace, job: Job, report: Report) -> Kept:
    if arguments.job:
        os.nice(NICE)
    try:
        limits = audio.Limits(job.settings.max_seconds, job.settings.min_seconds)
        clip = audio.decode(arguments.clip, limits)
    finally:
        if arguments.job and arguments.clip == job.clip:  # never a file of the user's
            job.clip.unlink(missing_ok=True)
    made = predict.hear(job.found, _encoder(job, report), clip)
    return Kept(made.encoding, made.seconds)


def _encoder(job: Job, report: Report) -> Encoder:
    return collection.encoder(job.found, predict.device(job.settings), report)


@contextmanager
def _followed(job: Job) -> Iterator[Report]:
    """A bar on the terminal and a status file that a page reads; it says how the job ended."""
    from tqdm import tqdm

    what = f"{job.found.backbone.spec.title} is hearing a clip"
    with tqdm(unit="layer", desc=what, file=sys.stderr, disable=None) as bar:

        def show(status: progress.Status) -> None:
            bar.total = status.total
            bar.update(status.done - bar.n)

        meter = progress.Meter(what, job.status, show)
        meter.write("running")

        def report(done: int, total: int) -> None:
            nonlocal meter
            if not done:  # the clock begins here: loading says nothing of what a layer takes
                meter = progress.Meter(what, job.status, show)
            meter.report(done, total, 0)
            if not done:
                show(meter.write("running"))

        try:
            yield report
        except BaseException as error:
            stopped = isinstance(error, KeyboardInterrupt)
            meter.write("stopped" if stopped else "failed", "" if stopped else _why(error))
            raise
        meter.write("done")


def _why(error: BaseException) -> str:
    if isinstance(error, QuintetError):
        return str(error)
    if isinstance(error, MemoryError):
        return collection.MEMORY
    return f"{type(error).__name__}: {error}".splitlines()[0][:300].rstrip(".: ") + "."


def _digest(clip: Path) -> str:
    """Of the file's bytes, as for an upload; a file that cannot be read is refused when it is decoded."""
    try:
        with clip.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:32]
    except OSError:
        return hashlib.sha256(str(clip).encode()).hexdigest()[:32]
