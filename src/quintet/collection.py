"""One dataset as it stands on this machine: its facts, its tracks, and the table of each backbone."""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from quintet import registry, store
from quintet.backbones import base
from quintet.backbones.base import Backbone, Curve, Encoder, Encoding, Report
from quintet.catalogue import tracks as catalogue
from quintet.datasets.base import Facts, ReadyMade, Track
from quintet.errors import EncodeError, MissingEmbeddings, MissingWeights, QuintetError, UsageError
from quintet.nets import recipe
from quintet.settings import Settings
from quintet.weights import files

MEMORY = "Memory ran out. Close what else runs, or hear it on a machine with more of it."

_Result = TypeVar("_Result", Encoding, np.ndarray)


@dataclass(frozen=True)
class Source:
    """A backbone as it runs here: `state` is official, custom, or untrained (no weights on this machine).

    Ready-made is what came with a dataset's own files: it has embeddings, and nothing that computes more.
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


def encoder(found: Source, device: str, report: Report | None = None) -> Encoder:
    """The backbone's encoder with the weights it runs with here; a slow one tells `report` how far it is.

    With each wave it raises EncodeError where the net fails or its values are not finite: whoever encodes
    leaves that clip out and goes on. Raises BadWeights, UsageError.
    """
    if found.state == "ready-made":
        title = found.backbone.spec.title
        raise UsageError(f"{title} came with a dataset's files; nothing here can compute it of other clips.")
    if found.untrained:
        net = base.load_untrained(found.backbone, device)
    else:
        net = base.load(found.backbone, found.paths, device, report)
    return _guarded(net, found.backbone.spec.title)


def _guarded(net: Callable[[np.ndarray, int], _Result], title: str) -> Callable[[np.ndarray, int], _Result]:
    """The net, its failures and values that are not finite as EncodeError: the one place that checks."""

    def encode(wave: np.ndarray, rate: int) -> _Result:
        try:
            result = net(wave, rate)
        except QuintetError:
            raise
        except Exception as error:
            logging.getLogger(__name__).info("%s failed on a clip", title, exc_info=True)
            if isinstance(error, MemoryError) or "allocate memory" in str(error):  # torch raises RuntimeError
                raise EncodeError(MEMORY) from error
            what = f"{type(error).__name__}: {error}".splitlines()[0][:300]
            raise EncodeError(
                f"{title} failed on this clip ({what}); finite values were expected. "
                "The clip is left out. Choose another, or export this one again."
            ) from error
        arrays = (result.embedding, result.frames, result.tags) if isinstance(result, Encoding) else (result,)
        if not all(array is None or np.isfinite(array).all() for array in arrays):
            raise EncodeError(
                f"{title} made values that are not finite of this clip; nothing of it was kept. "
                "Choose another, or export this one again."
            )
        return result

    return encode


def sources(settings: Settings) -> list[Source]:
    """Every backbone there is, in its default variant and its place in lists, hand-made features last."""
    found = [source(name, settings) for name in registry.names("backbones")]
    return sorted(found, key=lambda s: (s.backbone.spec.hand_made, s.backbone.spec.place))


def facts(dataset: str, settings: Settings) -> Facts:
    """What is true of a dataset as it was read on this machine. Raises UnknownName."""
    return catalogue.facts(dataset, settings)


def curve(found: Source, device: str) -> Curve:
    """What gives the embedding after each of the backbone's layers, guarded as `encoder` is.

    Raises BadWeights, UsageError.
    """
    if found.state == "ready-made" or not base.has_curve(found.backbone):
        raise UsageError(f"{found.backbone.spec.title} has no layers of which each could be an embedding.")
    net = base.curve(found.backbone, found.paths, device, found.untrained)
    return _guarded(net, found.backbone.spec.title)


def tracks(dataset: str, settings: Settings) -> list[Track]:
    """The registered tracks, in the dataset's order. Raises UnknownName, MissingEmbeddings."""
    return catalogue.read(dataset, settings)


def table(dataset: str, found: Source, settings: Settings) -> Path:
    """Where this backbone's embeddings of this dataset lie."""
    return store.embeddings_path(settings.cache, dataset, found.key, found.fingerprint)


def embedded(dataset: str, settings: Settings) -> list[Source]:
    """The backbones whose embeddings of this dataset are on disk, then those that came with the dataset."""
    made = [s for s in sources(settings) if store.exists(table(dataset, s, settings))]
    return [*made, *ready(dataset, settings)]


def ready(dataset: str, settings: Settings) -> list[Source]:
    """The embeddings that came with the dataset's own files and were taken in."""
    found = []
    for held in sorted((settings.cache / dataset / "embeddings").glob("*.lance")):
        if not store.exists(held):
            continue
        said = store.facts(held)
        if "ready" in said:
            facts = ReadyMade(**json.loads(said["ready"]), rows=_computed_elsewhere)
            found.append(Source(base.ready_made(facts), "ready-made", (), said["fingerprint"]))
    return found


def _computed_elsewhere() -> Iterator[tuple[list[str], np.ndarray]]:
    return iter(())


def heard(dataset: str, found: Source, settings: Settings) -> set[str]:
    """Ids of the dataset's tracks that this backbone has heard: those since gone do not count."""
    held = store.embedded(table(dataset, found, settings))
    return held.intersection(catalogue.columns(dataset, ["id"], settings)["id"].to_pylist()) if held else held


def matrix(dataset: str, found: Source, settings: Settings) -> Matrix:
    """One backbone's embeddings in the order of the tracks. Raises MissingEmbeddings with what makes them."""
    path = table(dataset, found, settings)
    store.check(path)
    if not store.exists(path):
        raise MissingEmbeddings(
            f"{found.backbone.spec.title} has not heard {dataset!r} yet. "
            f"Run: quintet embed {dataset} --backbone {found.key}"
        )
    ids, values = store.read_embeddings(path)
    place = {track_id: row for row, track_id in enumerate(ids)}
    order = [i for i in catalogue.columns(dataset, ["id"], settings)["id"].to_pylist() if i in place]
    values = np.ascontiguousarray(values[[place[i] for i in order]])
    values.setflags(write=False)
    return Matrix(tuple(order), values)
