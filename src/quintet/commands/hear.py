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

from quintet import audio
from quintet.backbones.base import Encoder, Report
from quintet.commands.result import CommandResult
from quintet.embeddings import clip_cache, models
from quintet.embeddings.clip_cache import CachedEncoding
from quintet.errors import QuintetError
from quintet.jobs import inference_queue, progress
from quintet.jobs.inference_queue import Job
from quintet.prediction import classifier
from quintet.settings import Settings

NICE = 10  # a job of the queue stands back behind the server


def hear(arguments: Namespace, settings: Settings) -> CommandResult:
    """Hears what was never heard, and says where the values lie. Raises BadAudio, BadWeights, Busy."""
    model = models.resolve_model(arguments.backbone, settings)
    job = Job(model, arguments.digest or _digest(arguments.clip), settings)
    cached = clip_cache.get_cached(model, job.digest, settings)
    again = cached is not None
    if cached is None:
        with nullcontext() if arguments.job else inference_queue.hold(job), _tracked(job) as progress:
            cached = _encode_clip(arguments, job, progress)
            clip_cache.put(model, job.digest, cached, settings)
    path = clip_cache.path(model, job.digest, settings)
    document = {
        "clip": str(arguments.clip), "backbone": model.key, "state": model.state,
        "untrained": model.untrained, "fingerprint": model.fingerprint, "digest": job.digest,
        "again": again, "took": cached.seconds, "path": str(path), "notices": list(cached.encoding.notices),
    }  # fmt: skip
    title = model.backbone.spec.title + (" (untrained)" if model.untrained else "")
    line = f"{title} had heard this before" if again else f"{title} heard it in {cached.seconds:.1f} s"
    return CommandResult(document, [f"{line}: {path}", *cached.encoding.notices])


def _encode_clip(arguments: Namespace, job: Job, progress: Report) -> CachedEncoding:
    if arguments.job:
        os.nice(NICE)
    try:
        limits = audio.Limits(job.settings.max_seconds, job.settings.min_seconds)
        clip = audio.decode(arguments.clip, limits)
    finally:
        if arguments.job and arguments.clip == job.clip:  # never a file of the user's
            job.clip.unlink(missing_ok=True)
    clip_encoding = classifier.hear(job.model, _encoder(job, progress), clip)
    return CachedEncoding(clip_encoding.encoding, clip_encoding.seconds)


def _encoder(job: Job, progress: Report) -> Encoder:
    return models.encoder(job.model, classifier.device(job.settings), progress)


@contextmanager
def _tracked(job: Job) -> Iterator[Report]:
    """A bar on the terminal and a status file that a page reads; it says how the job ended."""
    from tqdm import tqdm

    title = f"{job.model.backbone.spec.title} is hearing a clip"
    with tqdm(unit="layer", desc=title, file=sys.stderr, disable=None) as bar:

        def update_bar(status: progress.Status) -> None:
            bar.total = status.total
            bar.update(status.done - bar.n)

        meter = progress.ProgressWriter(title, job.status, update_bar)
        meter.write("running")

        def on_progress(done: int, total: int) -> None:
            nonlocal meter
            if not done:  # the clock begins here: loading says nothing of what a layer takes
                meter = progress.ProgressWriter(title, job.status, update_bar)
            meter.report(done, total, 0)
            if not done:
                update_bar(meter.write("running"))

        try:
            yield on_progress
        except BaseException as error:
            stopped = isinstance(error, KeyboardInterrupt)
            meter.write("stopped" if stopped else "failed", "" if stopped else _why(error))
            raise
        meter.write("done")


def _why(error: BaseException) -> str:
    if isinstance(error, QuintetError):
        return str(error)
    if isinstance(error, MemoryError):
        return models.MEMORY
    return f"{type(error).__name__}: {error}".splitlines()[0][:300].rstrip(".: ") + "."


def _digest(clip: Path) -> str:
    """Of the file's bytes, as for an upload; a file that cannot be read is refused when it is decoded."""
    try:
        with clip.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:32]
    except OSError:
        return hashlib.sha256(str(clip).encode()).hexdigest()[:32]
