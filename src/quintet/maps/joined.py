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
from quintet.maps.stored_maps import Map, MapQuality


@dataclass(frozen=True)
class JoinedMaps:
    """n tracks that all maps hold, or that any of them does, the first map's first; arrays are read-only.

    `ids` (n,) text, `places` (n,) int32 rows of the dataset's table, `xy` (n, 2) of each map in the order of
    `keys`, NaN where it lacks a track, `has` how many tracks each map holds, `here` how many of the n, `lost`
    how many are left out because they have no finite place, `measures` how faithful each map is.
    """

    dataset: str
    keys: tuple[str, ...]
    ids: pa.Array
    table_rows: np.ndarray
    xy: tuple[np.ndarray, ...]
    track_counts: tuple[int, ...]
    present_counts: tuple[int, ...]
    dropped_count: int
    measures: tuple[MapQuality, ...]
    digest: str  # of dataset, backbones and the stamps of what was joined
    tracks: str  # of the ids: the same for any maps of the same tracks in the same order

    @property
    def has_different_tracks(self) -> bool:
        """Whether the maps do not all hold the same tracks."""
        return set(self.track_counts) != {len(self.ids) + self.dropped_count}

    @property
    def size(self) -> int:
        """Bytes the arrays take."""
        return self.ids.nbytes + self.table_rows.nbytes + sum(layout.nbytes for layout in self.xy)

    def rows(self, ids: Sequence[str]) -> np.ndarray:
        """Row (m,) of each id, -1 where it is on no map."""
        return indices_of(pa.array(list(ids), pa.string()), self.ids)

    def mask_of(self, table_rows: np.ndarray) -> np.ndarray:
        """Mask (n,) of the rows that lie at these places of the dataset's table."""
        mask = np.zeros(int(max(self.table_rows.max(initial=-1), table_rows.max(initial=-1))) + 1, bool)
        mask[table_rows] = True
        return mask[self.table_rows]


def join(dataset: str, maps: dict[str, Map], table: pa.Array, stamp: str, every: bool = False) -> JoinedMaps:
    """Maps by backbone, and the ids (N,) of the dataset's table in its order, made one set of rows.

    The rows are the tracks all maps hold, with `every` those any of them does. Raises UsageError where they
    have no track in common, or none with a place on all of them.
    """
    id_arrays = {key: pa.array(layout.ids, pa.string()) for key, layout in maps.items()}
    ids = pc.unique(pa.concat_arrays(list(id_arrays.values()))) if every else next(iter(id_arrays.values()))
    rows_by_map = {key: indices_of(ids, id_array) for key, id_array in id_arrays.items()}
    table_rows, merged = indices_of(ids, table), np.logical_or if every else np.logical_and
    common = (table_rows >= 0) & merged.reduce([rows >= 0 for rows in rows_by_map.values()])
    if not common.any():
        names = ", ".join(maps)
        raise UsageError(f"The maps of {names} share no track of {dataset!r}. Untick one of them.")
    laid = {key: _aligned_rows(maps[key], rows) for key, rows in rows_by_map.items()}
    finite = common & merged.reduce([np.isfinite(xy).all(axis=1) for xy in laid.values()])
    if not finite.any():
        raise UsageError(
            f"No track of {dataset!r} has a finite place on all of these maps. Draw them again: "
            f"quintet map {dataset}"
        )
    kept_rows = np.flatnonzero(finite)
    joined_ids = ids.take(pa.array(kept_rows))
    xy = tuple(read_only(one[kept_rows]) for one in laid.values())
    return JoinedMaps(
        dataset=dataset, keys=tuple(maps), ids=joined_ids, xy=xy,
        table_rows=read_only(table_rows[kept_rows].astype(np.int32)),
        track_counts=tuple(len(one.ids) for one in maps.values()),
        present_counts=tuple(int(np.isfinite(one[:, 0]).sum()) for one in xy),
        dropped_count=int(common.sum() - finite.sum()),
        measures=tuple(one.measures for one in maps.values()),
        digest=digest(dataset, *maps, stamp, *["every"] * every),
        tracks=_digest_of_ids(joined_ids),
    )  # fmt: skip


def _aligned_rows(layout: Map, rows: np.ndarray) -> np.ndarray:
    """The places (n, 2) of a map's rows (n,), NaN for a row of -1 and for a place that is not finite."""
    present = rows >= 0
    present &= np.isfinite(layout.xy[rows]).all(axis=1)
    return np.where(present[:, None], layout.xy[rows], np.float32(np.nan))


def indices_of(ids: pa.Array, reference_ids: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """Place (n,) of each id in `among`, -1 where it is not there."""
    if isinstance(reference_ids, pa.ChunkedArray):
        reference_ids = reference_ids.combine_chunks()
    if ids.equals(reference_ids):
        return np.arange(len(ids))
    return pc.index_in(ids, value_set=reference_ids).fill_null(-1).to_numpy(zero_copy_only=False)


def _digest_of_ids(ids: pa.Array) -> str:
    hasher = hashlib.sha256()
    for part in ids.buffers():
        hasher.update(part if part is not None else b"")
    return hasher.hexdigest()[:12]


def read_only(values: np.ndarray) -> np.ndarray:
    """The array, read-only: visitors share it."""
    values = np.ascontiguousarray(values)
    values.setflags(write=False)
    return values


def digest(*words: str) -> str:
    """24 hex digits of some words."""
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:24]
