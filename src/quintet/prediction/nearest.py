"""Which clips sound alike to a backbone: a collection as directions in its own standardised space."""

from collections.abc import Set
from dataclasses import dataclass

import numpy as np

from quintet.embeddings.models import Embeddings
from quintet.stats import neighbours


@dataclass(frozen=True)
class Directions:
    """The stored clips' ids (n,) and rows of length 1 (n, dim) in that space, read-only."""

    ids: tuple[str, ...]
    space: neighbours.Space
    units: np.ndarray


def directions(matrix: Embeddings) -> Directions:
    """A backbone's embeddings, ready to be asked for neighbours."""
    space = neighbours.space(matrix.values)
    units = neighbours.unit(neighbours.into(space, matrix.values))
    units.setflags(write=False)
    return Directions(matrix.ids, space, units)


def nearest(
    held: Directions, embedding: np.ndarray, k: int, apart: Set[str] = frozenset()
) -> tuple[tuple[str, float], ...]:
    """(id, cosine) of the k stored clips most like an embedding (dim,), those `apart` left out."""
    query = neighbours.unit(neighbours.into(held.space, embedding[None]))[0]
    return _named(held, *neighbours.nearest(held.units, query, k, _rows_of(held, apart)))


def nearest_to(held: Directions, track_id: str, k: int, apart: Set[str]) -> tuple[tuple[str, float], ...]:
    """The same for a stored clip, those `apart` (its own mix) left out; nothing where it is not stored."""
    if track_id not in held.ids:
        return ()
    query = held.units[held.ids.index(track_id)]
    return _named(held, *neighbours.nearest(held.units, query, k, _rows_of(held, {track_id, *apart})))


def _rows_of(held: Directions, ids: Set[str]) -> list[int]:
    return [row for row, name in enumerate(held.ids) if name in ids]


def _named(held: Directions, rows: np.ndarray, alike: np.ndarray) -> tuple[tuple[str, float], ...]:
    return tuple((held.ids[row], float(cosine)) for row, cosine in zip(rows, alike, strict=True))
