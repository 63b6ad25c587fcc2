"""Maps of a collection: one layout per backbone, brought together, judged, and stored with its recipe."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from quintet.embeddings import models
from quintet.embeddings.models import Model
from quintet.errors import MissingEmbeddings
from quintet.maps import quality
from quintet.maps.config import METHODS, MapConfig, check, describe, digest, is_standard
from quintet.maps.quality import MapQuality
from quintet.settings import Settings
from quintet.storage import tables

__all__ = [
    "METHODS",
    "Map",
    "MapConfig",
    "MapQuality",
    "MapsResult",
    "check",
    "describe",
    "describe_quality",
    "get",
    "is_current",
    "path",
    "save",
    "stored_configs",
]  # fmt: skip

ProgressCallback = Callable[
    [str, str, float], None
]  # what is being made, key of a backbone, share of it that is done


def no_progress(doing: str, key: str, share: float) -> None:
    """Nobody is told how far it is."""


@dataclass(frozen=True)
class Map:
    """ids (n,), xy (n, 2) float32 in [-1, 1], read-only, how it was made, its measures, and what it took.

    `memory` is in bytes, of the process that drew it. `turned` counts the tracks it was turned by, 0 where it
    was not; `beside` says which maps it was made to lie like.
    """

    ids: tuple[str, ...]
    xy: np.ndarray
    config: MapConfig
    measures: MapQuality
    seconds: float = 0.0
    memory: int = 0
    turned: int = 0
    beside: str = ""


@dataclass
class MapsResult:
    """What `make` did: maps made and kept, and the backbones that were refused with their reasons."""

    created: list[Model] = field(default_factory=list)
    up_to_date: list[Model] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def path(dataset: str, model: Model, config: MapConfig, settings: Settings) -> Path:
    """Where this map lies."""
    name = model.file_stem(config.method, *([] if is_standard(config) else [digest(config)]))
    return settings.cache / dataset / "projections" / f"{name}.lance"


def get(dataset: str, model: Model, config: MapConfig, settings: Settings) -> Map:
    """The stored map. Raises MissingEmbeddings where there is none, or one that was never judged."""
    file_path = path(dataset, model, config, settings)
    if not tables.exists(file_path) or "measures" not in tables.facts(file_path):
        raise MissingEmbeddings(
            f"The map of {dataset!r} to {model.backbone.spec.title} ({describe(config)}) is not there yet. "
            f"Run: quintet map {dataset}"
        )
    rows, facts = tables.read(file_path)
    xy = rows[["x", "y"]].to_numpy(np.float32)
    xy.setflags(write=False)
    return Map(
        tuple(rows["id"]), xy, MapConfig(**json.loads(facts["recipe"])),
        MapQuality(**json.loads(facts["measures"])), **json.loads(facts["work"]),
    )  # fmt: skip


def is_current(dataset: str, model: Model, config: MapConfig, settings: Settings) -> bool:
    """Whether the stored map was made with this recipe of exactly the clips the store holds now."""
    try:
        stored = get(dataset, model, config, settings)
    except MissingEmbeddings:
        return False
    return stored.config == config and set(stored.ids) == models.embedded_ids(dataset, model, settings)


def stored_configs(dataset: str, chosen_models: list[Model], settings: Settings) -> list[MapConfig]:
    """Recipes every one of these backbones has a stored map of, the standard one first."""
    folder = settings.cache / dataset / "projections"
    configs = [
        {_recipe(file_path) for file_path in folder.glob(f"{model.file_stem()}-*.lance")} - {None}
        for model in chosen_models
    ]
    common = set.intersection(*configs) if configs else set()
    return sorted(common, key=lambda r: (not is_standard(r), METHODS.index(r.method), json.dumps(asdict(r))))


def _recipe(file_path: Path) -> MapConfig | None:
    """The recipe a stored map was made by; None for one that was never judged."""
    facts = tables.facts(file_path)
    return MapConfig(**json.loads(facts["recipe"])) if "measures" in facts else None


def describe_quality(measures: dict[str, float]) -> str:
    """A map's measures in one line, from their dictionary."""
    text = (
        f"trustworthiness {measures['trustworthiness']:.3f}, continuity {measures['continuity']:.3f}, "
        f"overlap@{quality.K} {measures['overlap']:.3f}"
    )
    fewer = measures["judged"] < measures["of"]
    return f"{text}, on {measures['judged']:,} of them, always the same" if fewer else text


def save(dataset: str, model: Model, new_map: Map, settings: Settings) -> None:
    """Stores one map in one commit."""
    rows = pa.table({"id": list(new_map.ids), "x": new_map.xy[:, 0], "y": new_map.xy[:, 1]})
    work = {
        "seconds": new_map.seconds,
        "memory": new_map.memory,
        "turned": new_map.turned,
        "beside": new_map.beside,
    }
    facts = {"recipe": json.dumps(asdict(new_map.config)), "fingerprint": model.fingerprint,
             "measures": json.dumps(asdict(new_map.measures)), "work": json.dumps(work)}  # fmt: skip
    tables.write(path(dataset, model, new_map.config, settings), rows, facts)
