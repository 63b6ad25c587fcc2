"""Several backbones' maps joined to one set of tracks: the rows every panel, colour and selection goes by.

No track is read here: a million of them are ids, places in the dataset's table and coordinates.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quintet.errors import UsageError
from quintet.studies.maps import Map, Measures


@dataclass(frozen=True)
class Joined:
    """n tracks that all maps hold, or that any of them does, the first map's first; arrays are read-only.

    `ids` (n,) text, `places` (n,) int32 rows of the dataset's table, `xy` (n, 2) of each map in the order of
    `keys`, NaN where it lacks a track, `has` how many tracks each map holds, `here` how many of the n, `lost`
    how many are left out because they have no finite place, `measures` how faithful each map is.
    """

    dataset: str
    keys: tuple[str, ...]
    ids: pa.Array
    places: np.ndarray
    xy: tuple[np.ndarray, ...]
    has: tuple[int, ...]
    here: tuple[int, ...]
    lost: int
    measures: tuple[Measures, ...]
    digest: str  # of dataset, backbones and the stamps of what was joined
    tracks: str  # of the ids: the same for any maps of the same tracks in the same order

    @property
    def differ(self) -> bool:
        """Whether the maps do not all hold the same tracks."""
        return set(self.has) != {len(self.ids) + self.lost}

    @property
    def size(self) -> int:
        """Bytes the arrays take."""
        return self.ids.nbytes + self.places.nbytes + sum(one.nbytes for one in self.xy)

    def rows(self, ids: Sequence[str]) -> np.ndarray:
        """Row (m,) of each id, -1 where it is on no map."""
        return at(pa.array(list(ids), pa.string()), self.ids)

    def placed(self, places: np.ndarray) -> np.ndarray:
        """Mask (n,) of the rows that lie at these places of the dataset's table."""
        wanted = np.zeros(int(max(self.places.max(initial=-1), places.max(initial=-1))) + 1, bool)
        wanted[places] = True
        return wanted[self.places]


def join(dataset: str, drawn: dict[str, Map], table: pa.Array, stamp: str, every: bool = False) -> Joined:
    """Maps by backbone, and the ids (N,) of the dataset's table in its order, made one set of rows.

    The rows are the tracks all maps hold, with `every` those any of them does. Raises UsageError where they
    have no track in common, or none with a place on all of them.
    """
    held = {key: pa.array(one.ids, pa.string()) for key, one in drawn.items()}
    ids = pc.unique(pa.concat_arrays(list(held.values()))) if every else next(iter(held.values()))
    known = {key: at(ids, one) for key, one in held.items()}
    places, merged = at(ids, table), np.logical_or if every else np.logical_and
    common = (places >= 0) & merged.reduce([rows >= 0 for rows in known.values()])
    if not common.any():
        names = ", ".join(drawn)
        raise UsageError(f"The maps of {names} share no track of {dataset!r}. Untick one of them.")
    laid = {key: _laid(drawn[key], rows) for key, rows in known.items()}
    finite = common & merged.reduce([np.isfinite(xy).all(axis=1) for xy in laid.values()])
    if not finite.any():
        raise UsageError(
            f"No track of {dataset!r} has a finite place on all of these maps. Draw them again: "
            f"quintet map {dataset}"
        )
    kept = np.flatnonzero(finite)
    named = ids.take(pa.array(kept))
    xy = tuple(frozen(one[kept]) for one in laid.values())
    return Joined(
        dataset=dataset, keys=tuple(drawn), ids=named, xy=xy,
        places=frozen(places[kept].astype(np.int32)), has=tuple(len(one.ids) for one in drawn.values()),
        here=tuple(int(np.isfinite(one[:, 0]).sum()) for one in xy), lost=int(common.sum() - finite.sum()),
        measures=tuple(one.measures for one in drawn.values()),
        digest=digest(dataset, *drawn, stamp, *["every"] * every),
        tracks=_of_ids(named),
    )  # fmt: skip


def _laid(held: Map, rows: np.ndarray) -> np.ndarray:
    """The places (n, 2) of a map's rows (n,), NaN for a row of -1 and for a place that is not finite."""
    known = rows >= 0
    known &= np.isfinite(held.xy[rows]).all(axis=1)
    return np.where(known[:, None], held.xy[rows], np.float32(np.nan))


def at(ids: pa.Array, among: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """Place (n,) of each id in `among`, -1 where it is not there."""
    if isinstance(among, pa.ChunkedArray):
        among = among.combine_chunks()
    if ids.equals(among):
        return np.arange(len(ids))
    return pc.index_in(ids, value_set=among).fill_null(-1).to_numpy(zero_copy_only=False)


def _of_ids(ids: pa.Array) -> str:
    found = hashlib.sha256()
    for part in ids.buffers():
        found.update(part if part is not None else b"")
    return found.hexdigest()[:12]


def frozen(values: np.ndarray) -> np.ndarray:
    """The array, read-only: visitors share it."""
    values = np.ascontiguousarray(values)
    values.setflags(write=False)
    return values


def digest(*words: str) -> str:
    """24 hex digits of some words."""
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:24]
