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

from quintet import audio
from quintet.backbones.base import Encoder
from quintet.datasets.base import Track
from quintet.embeddings import models
from quintet.embeddings.plan import BackboneJob, Plan
from quintet.errors import BadAudio, EncodeError
from quintet.settings import Settings
from quintet.storage import tables

BATCH = 32  # clips a commit: what a killed job has to hear again at most
AHEAD = 2  # files decoded before they are needed: about 200 MB at the 10 min limit

_What, _Result = TypeVar("_What"), TypeVar("_Result")
ProgressCallback = Callable[[int, int, int], None]  # clips done, of, failed


@dataclass
class BatchWriter:
    """One backbone at work: its encoder and the rows not committed yet."""

    job: BackboneJob
    encoder: Encoder
    ids: list[str] = field(default_factory=list)
    rows: list[np.ndarray] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)

    def add(self, track_id: str, result: np.ndarray | BadAudio | EncodeError) -> None:
        if isinstance(result, BadAudio | EncodeError):
            self.reasons[track_id] = str(result)
        else:
            self.ids.append(track_id)
            self.rows.append(result)
        if len(self.ids) + len(self.reasons) >= BATCH:
            self.commit()

    def commit(self) -> None:
        fingerprint = self.job.model.fingerprint
        if self.ids:
            tables.append_embeddings(self.job.table, fingerprint, self.ids, np.stack(self.rows))
        if self.reasons:
            tables.append_failures(self.job.table, fingerprint, self.reasons)
        self.ids, self.rows, self.reasons = [], [], {}


def run(plan: Plan, settings: Settings, device: str, progress: ProgressCallback) -> int:
    """Hears every clip of the plan with every backbone that lacks it; returns how many clips failed.

    A file that cannot be heard is recorded with its reason and the job goes on. Raises Busy, StoreError.
    """
    failed = 0
    with tables.write_lock(settings.cache, plan.dataset), one_thread_each():
        running = [BatchWriter(job, models.encoder(job.model, device)) for job in plan.jobs if job.missing]
        try:
            for done, (track, results) in enumerate(_embed_clips(plan, running, settings), start=1):
                for item, result in zip(running, results, strict=True):
                    if result is not None:
                        item.add(track.id, result)
                failed += any(isinstance(result, BadAudio | EncodeError) for result in results)
                progress(done, plan.clips, failed)
        finally:
            for item in running:
                item.commit()
    return failed


_Results = list[
    np.ndarray | BadAudio | EncodeError | None
]  # per backbone: its embedding, why there is none, or None: not asked


def _embed_clips(
    plan: Plan, running: list[BatchWriter], settings: Settings
) -> Iterator[tuple[Track, _Results]]:
    """Every clip with what each backbone makes of it, in order, heard by one thread a core."""
    cores = os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as pool:
        jobs = (
            (track, pool.submit(_embed_clip, track, clip, running))
            for track, clip in _decoded(plan, settings)
        )
        yield from _in_order(jobs, cores)


def _embed_clip(track: Track, clip: audio.Clip | BadAudio, running: list[BatchWriter]) -> _Results:
    waves: dict[int, np.ndarray] = {}  # one resampling a rate, however many nets share it
    results: _Results = []
    for item in running:
        if track.id not in item.job.missing:
            results.append(None)
        elif isinstance(clip, BadAudio):
            results.append(clip)
        else:
            rate = item.job.model.backbone.spec.sample_rate or clip.rate
            if rate not in waves:
                waves[rate] = audio.resample(clip.samples, clip.rate, rate)
            try:
                results.append(item.encoder(waves[rate], rate).embedding)
            except EncodeError as error:
                results.append(error)
    return results


def _decoded(plan: Plan, settings: Settings) -> Iterator[tuple[Track, audio.Clip | BadAudio]]:
    limits = audio.Limits(settings.max_seconds, settings.min_seconds)
    with ThreadPoolExecutor(1) as pool:
        jobs = ((tracks, pool.submit(decode_clips, path, tracks, limits)) for path, tracks in plan.files)
        for tracks, decoded in _in_order(jobs, AHEAD):
            yield from zip(tracks, decoded, strict=True)


def _in_order(jobs: Iterable[tuple[_What, Future[_Result]]], ahead: int) -> Iterator[tuple[_What, _Result]]:
    """Results in the order of their submission, at most `ahead` under way beyond the one waited for."""
    waiting: deque[tuple[_What, Future[_Result]]] = deque()
    for job in jobs:
        waiting.append(job)
        if len(waiting) > ahead:
            item, future = waiting.popleft()
            yield item, future.result()
    for item, future in waiting:
        yield item, future.result()


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


def decode_clips(path: Path, tracks: tuple[Track, ...], limits: audio.Limits) -> list[audio.Clip | BadAudio]:
    """Each track's clip, the file decoded once; a track that cannot be heard gives its BadAudio instead."""
    first = min(t.start for t in tracks)
    last = None if any(t.whole for t in tracks) else max(t.start + t.seconds for t in tracks) - first
    try:
        clip = audio.decode(path, limits, first, last)
    except BadAudio as error:
        return [error] * len(tracks)
    return [clip if t.whole else _excerpt(clip, t.start - first, t.seconds) for t in tracks]


def _excerpt(clip: audio.Clip, start: float, seconds: float) -> audio.Clip:
    first = round(start * clip.rate)
    samples = clip.samples[first : first + round(seconds * clip.rate)]
    return replace(clip, samples=samples)
