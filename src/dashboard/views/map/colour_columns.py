"""Columns of the dataset's table row by row of a joined map: words, numbers, who carries a tag."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard import cache
from quintet.catalogue import tracks as catalogue
from quintet.maps.joined import JoinedMaps

UNKNOWN_AT_ZERO = ("year", "seconds")


def words(rows: JoinedMaps, column: str) -> pa.Array:
    """The word (n,) of each row, null for none; of a list the first one."""
    values = _taken(rows, column)
    if pa.types.is_list(values.type):
        return _first(values)
    return values.cast(pa.string())


def numbers(rows: JoinedMaps, column: str) -> np.ndarray:
    """The number (n,) float64 of each row, NaN for none."""
    values = _taken(rows, column).cast(pa.float64()).to_numpy(zero_copy_only=False).copy()
    if column in UNKNOWN_AT_ZERO:
        values[values <= 0] = np.nan
    return values


def carries(rows: JoinedMaps, columns: list[str], word: str) -> np.ndarray:
    """Mask (n,) of the rows with a word in one of these list columns."""
    found = np.zeros(len(rows.ids), bool)
    for column in columns:
        values = _taken(rows, column)
        flat = pc.equal(values.flatten(), word).fill_null(False).to_numpy(zero_copy_only=False)
        found[pc.list_parent_indices(values).to_numpy()[flat]] = True
    return found


def _taken(rows: JoinedMaps, column: str) -> pa.Array:
    held = catalogue.columns(rows.dataset, [column], cache.settings())[column].combine_chunks()
    return held.take(pa.array(rows.table_rows))


def _first(values: pa.Array) -> pa.Array:
    """The first of each row's words, null where it has none."""
    size = pc.fill_null(pc.list_value_length(values), 0)
    ends = pc.cumulative_sum(size)
    starts = pc.subtract(ends, size)
    return values.flatten().take(pc.if_else(pc.greater(size, 0), starts, pa.scalar(None, starts.type)))
