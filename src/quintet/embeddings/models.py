"""One dataset as it stands on this machine: its facts, its tracks, and the table of each backbone."""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from quintet import registry
from quintet.backbones import _random_weights, base
from quintet.backbones.base import Backbone, Curve, Encoder, Encoding, Report
from quintet.catalogue import tracks as catalogue
from quintet.datasets.base import Facts, PublishedEmbeddings, Track
from quintet.errors import EncodeError, MissingEmbeddings, MissingWeights, QuintetError, UsageError
from quintet.settings import Settings
from quintet.storage import tables
from quintet.weights import files

MEMORY = "Memory ran out. Close what else runs, or hear it on a machine with more of it."

_Result = TypeVar("_Result", Encoding, np.ndarray)


@dataclass(frozen=True)
class Model:
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

    def file_stem(self, *parts: str) -> str:
        """File name of a stored result: the backbone, its fingerprint, and what was done."""
        return "-".join([f"{self.key.replace(':', '--')}@{self.fingerprint}", *parts])

    @property
    def untrained(self) -> bool:
        """Whether random weights stand in for the trained ones."""
        return self.state == "untrained"


@dataclass(frozen=True)
class Embeddings:
    """Embeddings in the order of the tracks: ids (n,), values (n, dim) float32, read-only."""

    ids: tuple[str, ...]
    values: np.ndarray


def resolve_model(key: str, settings: Settings, weight_paths: tuple[Path, ...] = ()) -> Model:
    """The backbone behind `key` with the weights found for it; where there are none, its untrained control.

    The control's fingerprint is the same on every machine, and never that of trained weights. Raises
    UnknownName, and for files that were given UsageError or MissingWeights.
    """
    backbone = base.resolve(key)
    try:
        located = files.locate(backbone.spec, settings, weight_paths)
    except MissingWeights:
        if weight_paths:
            raise
        control = base.control(backbone)
        return Model(
            control,
            "untrained",
            (),
            base.fingerprint(control, ("untrained", f"recipe {_random_weights.VERSION}")),
        )
    return Model(backbone, located.state, located.paths, base.fingerprint(backbone, located.sha256))


def encoder(model: Model, device: str, progress: Report | None = None) -> Encoder:
    """The backbone's encoder with the weights it runs with here; a slow one tells `report` how far it is.

    With each wave it raises EncodeError where the net fails or its values are not finite: whoever encodes
    leaves that clip out and goes on. Raises BadWeights, UsageError.
    """
    if model.state == "ready-made":
        title = model.backbone.spec.title
        raise UsageError(f"{title} came with a dataset's files; nothing here can compute it of other clips.")
    if model.untrained:
        net = base.load_untrained(model.backbone, device)
    else:
        net = base.load(model.backbone, model.paths, device, progress)
    return _guarded(net, model.backbone.spec.title)


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
            reason = f"{type(error).__name__}: {error}".splitlines()[0][:300]
            raise EncodeError(
                f"{title} failed on this clip ({reason}); finite values were expected. "
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


def available_models(settings: Settings) -> list[Model]:
    """Every backbone there is, in its default variant and its place in lists, hand-made features last."""
    models = [resolve_model(name, settings) for name in registry.names("backbones")]
    return sorted(models, key=lambda s: (s.backbone.spec.hand_made, s.backbone.spec.place))


def facts(dataset: str, settings: Settings) -> Facts:
    """What is true of a dataset as it was read on this machine. Raises UnknownName."""
    return catalogue.facts(dataset, settings)


def layer_encoder(model: Model, device: str) -> Curve:
    """What gives the embedding after each of the backbone's layers, guarded as `encoder` is.

    Raises BadWeights, UsageError.
    """
    if model.state == "ready-made" or not base.has_curve(model.backbone):
        raise UsageError(f"{model.backbone.spec.title} has no layers of which each could be an embedding.")
    net = base.curve(model.backbone, model.paths, device, model.untrained)
    return _guarded(net, model.backbone.spec.title)


def tracks(dataset: str, settings: Settings) -> list[Track]:
    """The registered tracks, in the dataset's order. Raises UnknownName, MissingEmbeddings."""
    return catalogue.read(dataset, settings)


def model_table_path(dataset: str, model: Model, settings: Settings) -> Path:
    """Where this backbone's embeddings of this dataset lie."""
    return tables.embeddings_path(settings.cache, dataset, model.key, model.fingerprint)


def embedded_models(dataset: str, settings: Settings) -> list[Model]:
    """The backbones whose embeddings of this dataset are on disk, then those that came with the dataset."""
    computed = [
        s for s in available_models(settings) if tables.exists(model_table_path(dataset, s, settings))
    ]
    return [*computed, *published_models(dataset, settings)]


def published_models(dataset: str, settings: Settings) -> list[Model]:
    """The embeddings that came with the dataset's own files and were taken in."""
    models = []
    for path in sorted((settings.cache / dataset / "embeddings").glob("*.lance")):
        if not tables.exists(path):
            continue
        stored_facts = tables.facts(path)
        if "ready" in stored_facts:
            facts = PublishedEmbeddings(**json.loads(stored_facts["ready"]), rows=_computed_elsewhere)
            models.append(Model(base.ready_made(facts), "ready-made", (), stored_facts["fingerprint"]))
    return models


def _computed_elsewhere() -> Iterator[tuple[list[str], np.ndarray]]:
    return iter(())


def embedded_ids(dataset: str, model: Model, settings: Settings) -> set[str]:
    """Ids of the dataset's tracks that this backbone has heard: those since gone do not count."""
    ids = tables.embedded(model_table_path(dataset, model, settings))
    return ids.intersection(catalogue.columns(dataset, ["id"], settings)["id"].to_pylist()) if ids else ids


def load_embeddings(dataset: str, model: Model, settings: Settings) -> Embeddings:
    """One backbone's embeddings in the order of the tracks. Raises MissingEmbeddings with what makes them."""
    path = model_table_path(dataset, model, settings)
    tables.check(path)
    if not tables.exists(path):
        raise MissingEmbeddings(
            f"{model.backbone.spec.title} has not heard {dataset!r} yet. "
            f"Run: quintet embed {dataset} --backbone {model.key}"
        )
    ids, values = tables.read_embeddings(path)
    rows = {track_id: row for row, track_id in enumerate(ids)}
    order = [i for i in catalogue.columns(dataset, ["id"], settings)["id"].to_pylist() if i in rows]
    values = np.ascontiguousarray(values[[rows[i] for i in order]])
    values.setflags(write=False)
    return Embeddings(tuple(order), values)
