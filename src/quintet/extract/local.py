"""The local engine: one thread decodes ahead, this one runs the nets; batches are committed as they fill."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from quintet import audio, collection, store
from quintet.backbones.base import Encoder
from quintet.datasets.base import Track
from quintet.errors import BadAudio
from quintet.extract.plan import Job, Plan
from quintet.settings import Settings

BATCH = 32  # clips a commit: what a killed job has to hear again at most
AHEAD = 2  # files decoded before they are needed: about 200 MB at the 10 min limit

Report = Callable[[int, int, int], None]  # clips done, of, failed


@dataclass
class _Open:
    """One backbone at work: its encoder and the rows not committed yet."""

    job: Job
    encoder: Encoder
    ids: list[str] = field(default_factory=list)
    rows: list[np.ndarray] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)

    def take(self, track_id: str, embedding: np.ndarray) -> None:
        if np.isfinite(embedding).all():
            self.ids.append(track_id)
            self.rows.append(embedding)
        else:
            title = self.job.source.backbone.spec.title
            self.reasons[track_id] = (
                f"{title} made values that are not finite of this clip; nothing was kept."
            )

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
    with store.writing(settings.cache, plan.dataset):
        running = [_Open(job, collection.encoder(job.source, device)) for job in plan.jobs if job.missing]
        try:
            for done, (track, heard) in enumerate(_decoded(plan, settings), start=1):
                failed += _hear(track, heard, running)
                report(done, plan.clips, failed)
        finally:
            for item in running:
                item.commit()
    return failed


def _hear(track: Track, heard: audio.Clip | BadAudio, running: list[_Open]) -> bool:
    waves: dict[int, np.ndarray] = {}  # one resampling a rate, however many nets share it
    for item in running:
        if track.id not in item.job.missing:
            continue
        if isinstance(heard, BadAudio):
            item.reasons[track.id] = str(heard)
        else:
            rate = item.job.source.backbone.spec.sample_rate or heard.rate
            if rate not in waves:
                waves[rate] = audio.resample(heard.samples, heard.rate, rate)
            item.take(track.id, item.encoder(waves[rate], rate).embedding)
        if len(item.ids) + len(item.reasons) >= BATCH:
            item.commit()
    return isinstance(heard, BadAudio)


def _decoded(plan: Plan, settings: Settings) -> Iterator[tuple[Track, audio.Clip | BadAudio]]:
    limits = audio.Limits(settings.max_seconds, settings.min_seconds)
    with ThreadPoolExecutor(max_workers=1) as pool:
        waiting = []
        for path, tracks in plan.files:
            waiting.append((tracks, pool.submit(clips, path, tracks, limits)))
            if len(waiting) > AHEAD:
                tracks, future = waiting.pop(0)
                yield from zip(tracks, future.result(), strict=True)
        for tracks, future in waiting:
            yield from zip(tracks, future.result(), strict=True)


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
