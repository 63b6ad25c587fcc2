"""One clip through one backbone: probabilities, what it may be, tags, answers over time, the nearest clips.

`hear` turns a clip into a backbone's own values, `answer` reads them in one dataset's classes: what was heard
once is answered in any other classes at once. Pages, command line and Python all come through here.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from quintet import audio
from quintet.backbones.base import Encoder, Encoding
from quintet.embeddings import models
from quintet.embeddings.models import Model
from quintet.evaluation import probe, stored_probes
from quintet.prediction import conformal, label_space
from quintet.prediction import nearest as near
from quintet.prediction.label_space import Space
from quintet.settings import Settings

NEAREST = 3


@dataclass(frozen=True)
class Heard:
    """A backbone's values of one clip, and the seconds it took to make them."""

    encoding: Encoding
    seconds: float


@dataclass(frozen=True)
class Judge:
    """What reads a backbone's values in one dataset's classes; read-only, shared by all visitors.

    `cut` is None where no benchmark has kept held-out answers to set it by.
    """

    dataset: str
    source: Model
    probe: probe.Probe
    near: near.Directions
    cut: conformal.Cut | None


@dataclass(frozen=True)
class Answer:
    """What one backbone says. `over_time` (T, classes) at `times` (T, 2) s; `seconds` is the time taken.

    `members` are the classes it may be as often as `promise` says; None where no benchmark was run.
    """

    key: str
    title: str
    state: str
    fingerprint: str
    classes: tuple[str, ...]
    probabilities: np.ndarray
    members: tuple[str, ...] | None
    promise: float
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

    @property
    def best(self) -> str:
        """The likeliest class."""
        return self.classes[int(self.probabilities.argmax())]


def judge(dataset: str, found: Model, settings: Settings, protocol: str = "") -> Judge:
    """Loads what answers in a dataset's classes, the probe trained first where there is none.

    With a `protocol` of tags it answers in those, and in no sets: several may be right at once. Raises
    MissingEmbeddings, and MissingData where the dataset has no classes to answer in.
    """
    held = near.directions(models.load_embeddings(dataset, found, settings))
    fitted = stored_probes.get(dataset, found, settings, protocol)
    cut = None if protocol else label_space.cut(label_space.of(dataset, settings), found, settings)
    return Judge(dataset, found, fitted, held, cut)


def hear(found: Model, encoder: Encoder, clip: audio.Clip) -> Heard:
    """The whole clip through the net, timed."""
    start = time.perf_counter()
    encoding = encode(found, encoder, clip)
    return Heard(encoding, time.perf_counter() - start)


def encode(found: Model, encoder: Encoder, clip: audio.Clip) -> Encoding:
    """The whole clip, resampled to the backbone's rate, through its net."""
    rate = found.backbone.spec.sample_rate or clip.rate
    return encoder(audio.resample(clip.samples, clip.rate, rate), rate)


def answer(reader: Judge, heard: Heard, apart: frozenset[str] = frozenset()) -> Answer:
    """What this backbone says of what it heard; stored clips `apart` (itself, its mix) are no neighbours."""
    made, source = heard.encoding, reader.source
    rows = np.vstack([made.embedding[None], made.frames])  # (1 + T, dim)
    said = probe.probabilities(reader.probe, rows)
    classes, cut = reader.probe.classes, reader.cut
    return Answer(
        key=source.key, title=source.backbone.spec.title, state=source.state, fingerprint=source.fingerprint,
        classes=classes, probabilities=said[0], over_time=said[1:], times=made.times,
        members=conformal.members(cut, said[0], classes) if cut else None,
        promise=cut.promise if cut else conformal.PROMISE,
        tags=_tags(source.backbone.spec.tags, made.tags), seconds=heard.seconds, notices=made.notices,
        nearest=near.nearest(reader.near, made.embedding, NEAREST, apart),
    )  # fmt: skip


def joined(space: Space, parts: Sequence[Answer], cut: conformal.Cut | None) -> Answer:
    """One answer in the classes datasets share, from the same backbone's in each; a lone one as it is.

    Probabilities are the mean of what the probes give to each class; neighbours are those of the first.
    """
    if not space.shared:
        return parts[0]
    total = label_space.merged(space, [part.probabilities[None] for part in parts])[0]
    members = conformal.members(cut, total, space.classes) if cut else None
    over_time = label_space.merged(space, [part.over_time for part in parts])
    return replace(parts[0], classes=space.classes, probabilities=total, over_time=over_time, members=members)


def in_tags(space: Space, part: Answer, made: Encoding, own: tuple[str, ...]) -> Answer:
    """What a net's own tags say; those that only other nets have are 0. `part` says what lies nearest."""
    over_time = np.zeros((len(made.tags), len(space.classes)), np.float32)
    over_time[:, [space.classes.index(name) for name in own]] = made.tags
    return replace(part, classes=space.classes, probabilities=over_time.mean(axis=0), over_time=over_time,
                   members=None)  # fmt: skip


def contaminated(found: Model, title: str) -> bool:
    """Whether the net was trained on a dataset of that title: its answers there are no fair test."""
    if found.untrained:
        return False
    first = title.casefold().split()[0]  # "FMA small" is a part of FMA
    return any(name.casefold().split()[0] == first for name in found.backbone.spec.trained_on)


def takes_minutes(found: Model, settings: Settings) -> bool:
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
