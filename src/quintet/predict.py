"""One clip through one backbone: probabilities, native tags, answers over time, and the nearest clips."""

import time
from dataclasses import dataclass

import numpy as np

from quintet import audio, collection
from quintet.analysis import probe
from quintet.backbones.base import Encoder, Encoding
from quintet.collection import Source
from quintet.settings import Settings
from quintet.studies import near, probes

NEAREST = 3


@dataclass(frozen=True)
class Listener:
    """A backbone ready to answer in one dataset's classes; read-only, shared by all visitors."""

    source: Source
    encoder: Encoder
    probe: probe.Probe
    near: near.Directions


@dataclass(frozen=True)
class Answer:
    """What one backbone says. `over_time` (T, classes) at `times` (T, 2) s; `seconds` is the time taken."""

    key: str
    title: str
    state: str
    fingerprint: str
    classes: tuple[str, ...]
    probabilities: np.ndarray
    over_time: np.ndarray
    times: np.ndarray
    tags: tuple[tuple[str, float], ...]
    nearest: tuple[tuple[str, float], ...]
    seconds: float
    notices: tuple[str, ...]

    @property
    def untrained(self) -> bool:
        """Whether random weights stand in for the trained ones."""
        return self.state == "untrained"


def listener(dataset: str, found: Source, settings: Settings) -> Listener:
    """Loads one backbone and what it needs to answer. Raises MissingEmbeddings, MissingWeights."""
    held = near.directions(collection.matrix(dataset, found, settings))
    encoder = collection.encoder(found, device(settings))
    return Listener(found, encoder, probes.get(dataset, found, settings), held)


def encode(found: Source, encoder: Encoder, clip: audio.Clip) -> Encoding:
    """The whole clip, resampled to the backbone's rate, through its net."""
    rate = found.backbone.spec.sample_rate or clip.rate
    return encoder(audio.resample(clip.samples, clip.rate, rate), rate)


def answer(ear: Listener, clip: audio.Clip, apart: frozenset[str] = frozenset()) -> Answer:
    """What this backbone says of the clip; stored clips `apart` (itself, its mix) are no neighbours of it."""
    start = time.perf_counter()
    found = encode(ear.source, ear.encoder, clip)
    spec = ear.source.backbone.spec
    rows = np.vstack([found.embedding[None], found.frames])  # (1 + T, dim)
    said = probe.probabilities(ear.probe, rows)
    return Answer(
        key=ear.source.key, title=spec.title, state=ear.source.state, fingerprint=ear.source.fingerprint,
        classes=ear.probe.classes, probabilities=said[0], over_time=said[1:], times=found.times,
        tags=_tags(spec.tags, found.tags), seconds=time.perf_counter() - start, notices=found.notices,
        nearest=near.nearest(ear.near, found.embedding, NEAREST, apart),
    )  # fmt: skip


def takes_minutes(found: Source, settings: Settings) -> bool:
    """Whether one clip keeps this backbone busy for minutes here: a large trained net without a GPU."""
    return found.backbone.spec.slow and not found.untrained and device(settings) == "cpu"


def device(settings: Settings) -> str:
    """The torch device named in the settings; "auto" is cuda, then mps, then cpu."""
    if settings.device != "auto":
        return settings.device
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _tags(names: tuple[str, ...], frames: np.ndarray | None) -> tuple[tuple[str, float], ...]:
    """All native tags with their mean over the clip, the strongest first."""
    if frames is None:
        return ()
    mean = frames.mean(axis=0)
    return tuple((names[i], float(mean[i])) for i in np.argsort(-mean, kind="stable"))
