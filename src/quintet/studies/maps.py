"""Maps of a collection: one projection per backbone, turned to lie like the first, stored with its recipe."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from quintet import collection, store
from quintet.collection import Source
from quintet.settings import Settings
from quintet.studies import table

SEED = 42


@dataclass(frozen=True)
class Recipe:
    """How a map is made. `method` is umap or pca."""

    method: str = "umap"
    n_neighbors: int = 15
    min_dist: float = 0.1
    seed: int = SEED


@dataclass(frozen=True)
class Map:
    """ids (n,), xy (n, 2) float32 in [-1, 1], how it was made, and its trustworthiness at 10 neighbours."""

    ids: tuple[str, ...]
    xy: np.ndarray
    recipe: Recipe
    trustworthiness: float


def path(dataset: str, found: Source, recipe: Recipe, settings: Settings) -> Path:
    """Where this map lies."""
    return settings.cache / dataset / "projections" / (table.name(found, recipe.method) + ".lance")


def get(dataset: str, found: Source, recipe: Recipe, settings: Settings) -> Map:
    """The stored map. Raises MissingEmbeddings where it was not made, or the collection grew since."""
    rows, facts = store.read(path(dataset, found, recipe, settings))
    xy = rows[["x", "y"]].to_numpy(np.float32)
    xy.setflags(write=False)
    return Map(tuple(rows["id"]), xy, Recipe(**json.loads(facts["recipe"])), float(facts["trustworthiness"]))


def fresh(dataset: str, found: Source, recipe: Recipe, settings: Settings) -> bool:
    """Whether the stored map was made with this recipe of exactly the clips the store holds now."""
    if not path(dataset, found, recipe, settings).exists():
        return False
    held = get(dataset, found, recipe, settings)
    return held.recipe == recipe and set(held.ids) == collection.heard(dataset, found, settings)


def make(dataset: str, sources: list[Source], recipe: Recipe, settings: Settings) -> list[Source]:
    """Makes maps that are missing or out of date; returns whose. The first trained one is the reference."""
    sources = sorted(sources, key=lambda source: source.untrained)
    stale = [s for s in sources if not fresh(dataset, s, recipe, settings)]
    if not stale:
        return []
    reference = None
    for found in sources:
        if found not in stale:
            drawn = get(dataset, found, recipe, settings)
        else:
            drawn = _draw(dataset, found, recipe, settings)
            drawn = drawn if reference is None else _turned(drawn, reference)
            _write(path(dataset, found, recipe, settings), found, drawn)
        reference = reference or drawn
    return stale


def _draw(dataset: str, found: Source, recipe: Recipe, settings: Settings) -> Map:
    from quintet.analysis import projection

    matrix = collection.matrix(dataset, found, settings)
    if recipe.method == "pca":
        xy = projection.pca(matrix.values, recipe.seed)
    else:
        xy = projection.umap(matrix.values, recipe.seed, recipe.n_neighbors, recipe.min_dist)
    trust = projection.trustworthiness(matrix.values, xy, 10)
    return Map(matrix.ids, projection.frame(xy), recipe, trust)


def _turned(drawn: Map, reference: Map) -> Map:
    """The map turned and mirrored so that the clips both hold lie as alike as they can."""
    from quintet.analysis import projection

    place = {track_id: row for row, track_id in enumerate(reference.ids)}
    both = [i for i, track_id in enumerate(drawn.ids) if track_id in place]
    if len(both) < len(drawn.ids):
        return drawn
    target = reference.xy[[place[i] for i in drawn.ids]]
    return replace(drawn, xy=projection.frame(projection.align(drawn.xy, target)))


def _write(where: Path, found: Source, drawn: Map) -> None:
    rows = pa.table({"id": list(drawn.ids), "x": drawn.xy[:, 0], "y": drawn.xy[:, 1]})
    facts = {"recipe": json.dumps(asdict(drawn.recipe)), "fingerprint": found.fingerprint,
             "trustworthiness": f"{drawn.trustworthiness:.6f}"}  # fmt: skip
    store.write(where, rows, facts)
