"""One dataset as it stands on this machine: its facts, its tracks, and the table of each backbone."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from quintet import registry, store
from quintet.backbones import base
from quintet.backbones.base import Backbone, Encoder
from quintet.datasets.base import Facts, Track
from quintet.errors import MissingEmbeddings, MissingWeights
from quintet.settings import Settings
from quintet.weights import files, recipe


@dataclass(frozen=True)
class Source:
    """A backbone as it runs here: `state` is official, custom, or untrained (no weights on this machine).

    `backbone.spec` holds the facts in force, an untrained control's where that is what runs.
    """

    backbone: Backbone
    state: str
    paths: tuple[Path, ...]
    fingerprint: str

    @property
    def key(self) -> str:
        """NAME or NAME:VARIANT."""
        return self.backbone.key

    @property
    def untrained(self) -> bool:
        """Whether random weights stand in for the trained ones."""
        return self.state == "untrained"


@dataclass(frozen=True)
class Matrix:
    """Embeddings in the order of the tracks: ids (n,), values (n, dim) float32, read-only."""

    ids: tuple[str, ...]
    values: np.ndarray


def source(key: str, settings: Settings, given: tuple[Path, ...] = ()) -> Source:
    """The backbone behind `key` with the weights found for it; where there are none, its untrained control.

    The control's fingerprint is the same on every machine, and never that of trained weights. Raises
    UnknownName, and for files that were given UsageError or MissingWeights.
    """
    backbone = base.resolve(key)
    try:
        found = files.locate(backbone.spec, settings, given)
    except MissingWeights:
        if given:
            raise
        control = base.control(backbone)
        return Source(
            control, "untrained", (), base.fingerprint(control, ("untrained", f"recipe {recipe.VERSION}"))
        )
    return Source(backbone, found.state, found.paths, base.fingerprint(backbone, found.sha256))


def encoder(found: Source, device: str) -> Encoder:
    """The backbone's encoder with the weights it runs with here. Raises BadWeights."""
    if found.untrained:
        return base.load_untrained(found.backbone, device)
    return base.load(found.backbone, found.paths, device)


def sources(settings: Settings) -> list[Source]:
    """Every backbone there is, in its default variant and its place in lists, hand-made features last."""
    found = [source(name, settings) for name in registry.names("backbones")]
    return sorted(found, key=lambda s: (s.backbone.spec.hand_made, s.backbone.spec.place))


def facts(dataset: str) -> Facts:
    """What is true of a dataset whatever lies on this disk. Raises UnknownName."""
    return registry.module("datasets", dataset).FACTS


def tracks(dataset: str, settings: Settings) -> list[Track]:
    """The registered tracks, in the dataset's order. Raises UnknownName, MissingEmbeddings."""
    facts(dataset)
    return store.read_tracks(settings.cache, dataset)


def table(dataset: str, found: Source, settings: Settings) -> Path:
    """Where this backbone's embeddings of this dataset lie."""
    return store.embeddings_path(settings.cache, dataset, found.key, found.fingerprint)


def embedded(dataset: str, settings: Settings) -> list[Source]:
    """The backbones whose embeddings of this dataset are on disk."""
    return [s for s in sources(settings) if table(dataset, s, settings).exists()]


def matrix(dataset: str, found: Source, settings: Settings) -> Matrix:
    """One backbone's embeddings in the order of the tracks. Raises MissingEmbeddings with what makes them."""
    path = table(dataset, found, settings)
    if not path.exists():
        raise MissingEmbeddings(
            f"{found.backbone.spec.title} has not heard {dataset!r} yet. "
            f"Run: quintet embed {dataset} --backbone {found.key}"
        )
    ids, values = store.read_embeddings(path)
    place = {track_id: row for row, track_id in enumerate(ids)}
    order = [t.id for t in tracks(dataset, settings) if t.id in place]
    values = np.ascontiguousarray(values[[place[i] for i in order]])
    values.setflags(write=False)
    return Matrix(tuple(order), values)
