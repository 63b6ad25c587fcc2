"""How fast a backbone is on this machine: a few of the dataset's clips, timed once."""

import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from quintet import audio, collection
from quintet.backbones.base import Encoder
from quintet.collection import Source
from quintet.datasets.base import Track
from quintet.extract import local
from quintet.settings import Settings
from quintet.studies import documents, table

CLIPS = 5  # the first of them warms the net up and is not counted


@dataclass(frozen=True)
class Speed:
    """Medians over a few clips, resampling included: seconds a clip, audio seconds per CPU second."""

    seconds: float
    audio_per_cpu: float
    clip_seconds: float


def path(dataset: str, found: Source, settings: Settings) -> Path:
    """Where the measurement lies."""
    return settings.cache / dataset / "speed" / (table.name(found) + ".json")


def get(dataset: str, found: Source, settings: Settings) -> Speed | None:
    """The measurement, or None where none was made."""
    where = path(dataset, found, settings)
    held = documents.read(where)
    try:
        return Speed(**held) if held else None
    except TypeError:  # of another shape: as good as none, and measured again
        return None


def measure(
    dataset: str, found: Source, tracks: list[Track], device: str, settings: Settings
) -> Speed | None:
    """Times the backbone on the dataset's first clips and keeps the figure. None where there is no audio."""
    encoder = collection.encoder(found, device)
    limits = audio.Limits(settings.max_seconds, settings.min_seconds)
    rows = []
    for track in [t for t in tracks if t.path][:CLIPS]:
        (clip,) = local.clips(track.path, (track,), limits)
        if isinstance(clip, audio.Clip):
            rows.append(_time(found, encoder, clip))
    if len(rows) < 2:
        return None
    speed = Speed(*(median(column) for column in zip(*rows[1:], strict=True)))
    documents.write(path(dataset, found, settings), asdict(speed))
    return speed


def _time(found: Source, encoder: Encoder, clip: audio.Clip) -> tuple[float, float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    rate = found.backbone.spec.sample_rate or clip.rate
    encoder(audio.resample(clip.samples, clip.rate, rate), rate)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return wall, clip.seconds / max(cpu, 1e-9), clip.seconds
