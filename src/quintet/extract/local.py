"""The local engine: one thread decodes ahead, one a core runs the nets, this one commits batches."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from quintet import audio, collection, store
from quintet.backbones.base import Encoder
from quintet.datasets.base import Track
from quintet.errors import BadAudio, EncodeError
from quintet.extract.plan import Job, Plan
from quintet.settings import Settings

BATCH = 32  # clips a commit: what a killed job has to hear again at most
AHEAD = 2  # files decoded before they are needed: about 200 MB at the 10 min limit

_What, _Result = TypeVar("_What"), TypeVar("_Result")
Report = Callable[[int, int, int], None]  # clips done, of, failed


@dataclass
class _Open:
    """One backbone at work: its encoder and the rows not committed yet."""

    job: Job
    encoder: Encoder
    ids: list[str] = field(default_factory=list)
    rows: list[np.ndarray] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)

    def take(self, track_id: str, made: np.ndarray | BadAudio | EncodeError) -> None:
        if isinstance(made, BadAudio | EncodeError):
            self.reasons[track_id] = str(made)
        else:
            self.ids.append(track_id)
            self.rows.append(made)
        if len(self.ids) + len(self.reasons) >= BATCH:
            self.commit()

    def commit(self) -> None:
        fingerprint = self.job.source.fingerprint
        if self.ids:
            store.append_embeddings(self.job.table, fingerprint, self.ids, np.stack(self.rows))
        if self.reasons:
            store.append_failures(self.job.table, fingerprint, self.reasons)
        self.ids, self.rows, self.reasons = [], [], {}


def run(plan: Plan, settings: Settings, device: str, report: Report) -> int:
    """Hears every clip of the plan with every backbone that lacks it; returns how many clips failed.

    A file that cannot be heard is recorded with its reason and the job goes on. Raises Busy, StoreError.
    """
    failed = 0
    with store.writing(settings.cache, plan.dataset), one_thread_each():
        running = [_Open(job, collection.encoder(job.source, device)) for job in plan.jobs if job.missing]
        try:
            for done, (track, made) in enumerate(_heard(plan, running, settings), start=1):
                for item, one in zip(running, made, strict=True):
                    if one is not None:
                        item.take(track.id, one)
                failed += any(isinstance(one, BadAudio | EncodeError) for one in made)
                report(done, plan.clips, failed)
        finally:
            for item in running:
                item.commit()
    return failed


_Made = list[
    np.ndarray | BadAudio | EncodeError | None
]  # per backbone: its embedding, why there is none, or None: not asked


def _heard(plan: Plan, running: list[_Open], settings: Settings) -> Iterator[tuple[Track, _Made]]:
    """Every clip with what each backbone makes of it, in order, heard by one thread a core."""
    cores = os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as ears:
        jobs = ((track, ears.submit(_hear, track, clip, running)) for track, clip in _decoded(plan, settings))
        yield from _in_order(jobs, cores)


def _hear(track: Track, heard: audio.Clip | BadAudio, running: list[_Open]) -> _Made:
    waves: dict[int, np.ndarray] = {}  # one resampling a rate, however many nets share it
    made: _Made = []
    for item in running:
        if track.id not in item.job.missing:
            made.append(None)
        elif isinstance(heard, BadAudio):
            made.append(heard)
        else:
            rate = item.job.source.backbone.spec.sample_rate or heard.rate
            if rate not in waves:
                waves[rate] = audio.resample(heard.samples, heard.rate, rate)
            try:
                made.append(item.encoder(waves[rate], rate).embedding)
            except EncodeError as error:
                made.append(error)
    return made


def _decoded(plan: Plan, settings: Settings) -> Iterator[tuple[Track, audio.Clip | BadAudio]]:
    limits = audio.Limits(settings.max_seconds, settings.min_seconds)
    with ThreadPoolExecutor(1) as pool:
        jobs = ((tracks, pool.submit(clips, path, tracks, limits)) for path, tracks in plan.files)
        for tracks, decoded in _in_order(jobs, AHEAD):
            yield from zip(tracks, decoded, strict=True)


def _in_order(jobs: Iterable[tuple[_What, Future[_Result]]], ahead: int) -> Iterator[tuple[_What, _Result]]:
    """Results in the order of their submission, at most `ahead` under way beyond the one waited for."""
    waiting: deque[tuple[_What, Future[_Result]]] = deque()
    for job in jobs:
        waiting.append(job)
        if len(waiting) > ahead:
            what, future = waiting.popleft()
            yield what, future.result()
    for what, future in waiting:
        yield what, future.result()


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Clips run in parallel, so each net gets one thread: more would wait for one another, spinning."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def clips(path: Path, tracks: tuple[Track, ...], limits: audio.Limits) -> list[audio.Clip | BadAudio]:
    """Each track's clip, the file decoded once; a track that cannot be heard gives its BadAudio instead."""
    first = min(t.start for t in tracks)
    last = None if any(t.whole for t in tracks) else max(t.start + t.seconds for t in tracks) - first
    try:
        heard = audio.decode(path, limits, first, last)
    except BadAudio as error:
        return [error] * len(tracks)
    return [heard if t.whole else _cut(heard, t.start - first, t.seconds) for t in tracks]


def _cut(heard: audio.Clip, start: float, seconds: float) -> audio.Clip:
    first = round(start * heard.rate)
    samples = heard.samples[first : first + round(seconds * heard.rate)]
    return replace(heard, samples=samples)
