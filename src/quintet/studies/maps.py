"""Maps of a collection: one layout per backbone, brought together, judged, and stored with its recipe."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from quintet import collection, store
from quintet.analysis import faithful
from quintet.analysis.faithful import Measures
from quintet.collection import Source
from quintet.errors import MissingEmbeddings
from quintet.settings import Settings
from quintet.studies import table
from quintet.studies.recipes import METHODS, Recipe, check, digest, plain, words

__all__ = ["METHODS", "Made", "Map", "Measures", "Recipe", "check", "fresh", "get", "keep", "made",
           "measured", "path", "words"]  # fmt: skip

Told = Callable[[str, str, float], None]  # what is being made, key of a backbone, share of it that is done


def silent(doing: str, key: str, share: float) -> None:
    """Nobody is told how far it is."""


@dataclass(frozen=True)
class Map:
    """ids (n,), xy (n, 2) float32 in [-1, 1], read-only, how it was made, its measures, and what it took.

    `memory` is in bytes, of the process that drew it. `turned` counts the tracks it was turned by, 0 where it
    was not; `beside` says which maps it was made to lie like.
    """

    ids: tuple[str, ...]
    xy: np.ndarray
    recipe: Recipe
    measures: Measures
    seconds: float = 0.0
    memory: int = 0
    turned: int = 0
    beside: str = ""


@dataclass
class Made:
    """What `make` did: maps made and kept, and the backbones that were refused with their reasons."""

    made: list[Source] = field(default_factory=list)
    kept: list[Source] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def path(dataset: str, found: Source, recipe: Recipe, settings: Settings) -> Path:
    """Where this map lies."""
    name = table.name(found, recipe.method, *([] if plain(recipe) else [digest(recipe)]))
    return settings.cache / dataset / "projections" / f"{name}.lance"


def get(dataset: str, found: Source, recipe: Recipe, settings: Settings) -> Map:
    """The stored map. Raises MissingEmbeddings where there is none, or one that was never judged."""
    where = path(dataset, found, recipe, settings)
    if not store.exists(where) or "measures" not in store.facts(where):
        raise MissingEmbeddings(
            f"The map of {dataset!r} to {found.backbone.spec.title} ({words(recipe)}) is not there yet. "
            f"Run: quintet map {dataset}"
        )
    rows, facts = store.read(where)
    xy = rows[["x", "y"]].to_numpy(np.float32)
    xy.setflags(write=False)
    return Map(
        tuple(rows["id"]), xy, Recipe(**json.loads(facts["recipe"])),
        Measures(**json.loads(facts["measures"])), **json.loads(facts["work"]),
    )  # fmt: skip


def fresh(dataset: str, found: Source, recipe: Recipe, settings: Settings) -> bool:
    """Whether the stored map was made with this recipe of exactly the clips the store holds now."""
    try:
        held = get(dataset, found, recipe, settings)
    except MissingEmbeddings:
        return False
    return held.recipe == recipe and set(held.ids) == collection.heard(dataset, found, settings)


def made(dataset: str, sources: list[Source], settings: Settings) -> list[Recipe]:
    """Recipes every one of these backbones has a stored map of, the standard one first."""
    folder = settings.cache / dataset / "projections"
    held = [
        {_recipe(where) for where in folder.glob(f"{table.name(found)}-*.lance")} - {None}
        for found in sources
    ]
    common = set.intersection(*held) if held else set()
    return sorted(common, key=lambda r: (not plain(r), METHODS.index(r.method), json.dumps(asdict(r))))


def _recipe(where: Path) -> Recipe | None:
    """The recipe a stored map was made by; None for one that was never judged."""
    facts = store.facts(where)
    return Recipe(**json.loads(facts["recipe"])) if "measures" in facts else None


def measured(measures: dict[str, float]) -> str:
    """A map's measures in one line, from their dictionary."""
    said = (
        f"trustworthiness {measures['trustworthiness']:.3f}, continuity {measures['continuity']:.3f}, "
        f"overlap@{faithful.K} {measures['overlap']:.3f}"
    )
    fewer = measures["judged"] < measures["of"]
    return f"{said}, on {measures['judged']:,} of them, always the same" if fewer else said


def keep(dataset: str, found: Source, drawn: Map, settings: Settings) -> None:
    """Stores one map in one commit."""
    rows = pa.table({"id": list(drawn.ids), "x": drawn.xy[:, 0], "y": drawn.xy[:, 1]})
    work = {"seconds": drawn.seconds, "memory": drawn.memory, "turned": drawn.turned, "beside": drawn.beside}
    facts = {"recipe": json.dumps(asdict(drawn.recipe)), "fingerprint": found.fingerprint,
             "measures": json.dumps(asdict(drawn.measures)), "work": json.dumps(work)}  # fmt: skip
    store.write(path(dataset, found, drawn.recipe, settings), rows, facts)
