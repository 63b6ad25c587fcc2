"""Which rows stand on a page of a sorted table, without sorting the rest of it.

A sample of the values says between which two the page lies; only what is between them is sorted. Arrow
compares a million texts in some 5 ms; sorting them takes a hundred times as long.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

ALL = 20_000  # values up to which all are sorted
SAMPLE = 2_000  # values that tell where the page lies
MARGIN = 100  # of the sample on either side: at its middle, 4.5 standard deviations of a quantile's place


def keys(values: pa.ChunkedArray, zero_is_unknown: bool) -> pa.Array:
    """What is compared: text without regard to case, words of a list in a row; null for what is unknown."""
    found = pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], values.type)
    if pa.types.is_list(found.type):
        found = pc.binary_join(found, " ")
    if pa.types.is_string(found.type):
        lower = pc.utf8_lower(found)
        return _without(lower, pc.equal(lower, ""))
    if pa.types.is_boolean(found.type):
        return pc.cast(found, pa.int8())
    if pa.types.is_floating(found.type):
        found = _without(found, pc.is_nan(found))
    return _without(found, pc.equal(found, 0)) if zero_is_unknown else found


def page(found: pa.Array, descending: bool, first: int, size: int) -> np.ndarray:
    """Positions (n,) of the values that stand `first` to `first + size` in order, unknown ones last."""
    known = np.flatnonzero(found.is_valid().to_numpy(zero_copy_only=False))
    values = found if len(known) == len(found) else found.take(pa.array(known))
    here = known[_known(values, descending, first, min(first + size, len(known)))]
    rest = first + size - max(first, len(known))
    if rest <= 0 or len(known) == len(found):
        return here
    unknown = np.setdiff1d(np.arange(len(found)), known, assume_unique=True)
    skipped = max(0, first - len(known))
    return np.concatenate([here, unknown[skipped : skipped + rest]])


def _known(values: pa.Array, descending: bool, first: int, last: int) -> np.ndarray:
    if first >= last:
        return np.empty(0, np.int64)
    if len(values) <= ALL or last - first > ALL:
        return _sorted(values, descending)[first:last]
    low, high = _ends(values, descending, first, last)
    before = pc.greater if descending else pc.less
    early = np.zeros(len(values), bool) if low is None else _mask(before(values, low))
    late = np.zeros(len(values), bool) if high is None else _mask(before(high, values))
    skipped, inside = int(early.sum()), np.flatnonzero(~early & ~late)
    if not skipped <= first < last <= skipped + len(inside):  # the sample told too little
        return _sorted(values, descending)[first:last]
    order = _sorted(values.take(pa.array(inside)), descending)
    return inside[order[first - skipped : last - skipped]]


def _ends(values: pa.Array, descending: bool, first: int, last: int) -> tuple[pa.Scalar, pa.Scalar]:
    """Values that stand surely before and surely after the page; None where that would be all of them."""
    chosen = values.take(pa.array(np.linspace(0, len(values) - 1, SAMPLE).astype(np.int64)))
    chosen = chosen.take(pa.array(_sorted(chosen, descending)))
    low = int(first / len(values) * SAMPLE) - MARGIN
    high = int(last / len(values) * SAMPLE) + MARGIN
    return (chosen[low] if low >= 0 else None), (chosen[high] if high < SAMPLE else None)


def _sorted(values: pa.Array, descending: bool) -> np.ndarray:
    order = "descending" if descending else "ascending"
    return pc.array_sort_indices(values, order=order).to_numpy().astype(np.int64)  # stable either way


def _mask(found: pa.Array) -> np.ndarray:
    return found.to_numpy(zero_copy_only=False)


def _without(values: pa.Array, unknown: pa.Array) -> pa.Array:
    return pc.if_else(pc.fill_null(unknown, False), pa.scalar(None, values.type), values)
