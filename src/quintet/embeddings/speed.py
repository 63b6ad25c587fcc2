"""How fast a backbone is on this machine: a few of the dataset's clips, timed once."""

import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from quintet import audio
from quintet.backbones.base import Encoder
from quintet.datasets.base import Track
from quintet.embeddings import models, runner
from quintet.embeddings.models import Model
from quintet.settings import Settings
from quintet.storage import json_files

CLIPS = 5  # the first of them warms the net up and is not counted


@dataclass(frozen=True)
class Speed:
    """Medians over a few clips, resampling included: seconds a clip, audio seconds per CPU second."""

    seconds: float
    audio_per_cpu: float
    clip_seconds: float


def path(dataset: str, model: Model, settings: Settings) -> Path:
    """Where the measurement lies."""
    return settings.cache / dataset / "speed" / (model.file_stem() + ".json")


def get(dataset: str, model: Model, settings: Settings) -> Speed | None:
    """The measurement, or None where none was made."""
    file_path = path(dataset, model, settings)
    stored = json_files.read(file_path)
    try:
        return Speed(**stored) if stored else None
    except TypeError:  # of another shape: as good as none, and measured again
        return None


def measure(dataset: str, model: Model, tracks: list[Track], device: str, settings: Settings) -> Speed | None:
    """Times the backbone on the dataset's first clips and keeps the figure. None where there is no audio."""
    encoder = models.encoder(model, device)
    limits = audio.Limits(settings.max_seconds, settings.min_seconds)
    rows = []
    for track in [t for t in tracks if t.path][:CLIPS]:
        (clip,) = runner.decode_clips(track.path, (track,), limits)
        if isinstance(clip, audio.Clip):
            rows.append(_time(model, encoder, clip))
    if len(rows) < 2:
        return None
    speed = Speed(*(median(column) for column in zip(*rows[1:], strict=True)))
    json_files.write(path(dataset, model, settings), asdict(speed))
    return speed


def _time(model: Model, encoder: Encoder, clip: audio.Clip) -> tuple[float, float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    rate = model.backbone.spec.sample_rate or clip.rate
    encoder(audio.resample(clip.samples, clip.rate, rate), rate)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return wall, clip.seconds / max(cpu, 1e-9), clip.seconds
