"""The map's points as the browser reads them: 4 bytes a point and panel, and apart 1 byte for its colour.

Places, little-endian: magic "QMP2", then n, panels and 0 as uint32; for each panel n pairs of uint16 (x, y).
A coordinate of -1 is 0 and of 1 is 65,535: a step is 1/65 of a pixel on a panel 1,000 px wide. Both 65,535:
the panel has no place for this point.
Colours: magic "QMC1", then n, rows and 0 as uint32; rows times n uint8. One row colours every panel alike,
else there is one per panel. A class is its index; a scale runs from 0 (its low end) to 254; 255 is none.
"""

import struct
from collections.abc import Sequence

import numpy as np

from quintet.errors import UsageError

NO_CLASS = 255
TOP = 254  # the high end of a scale
_MAGIC, _COLOURS = b"QMP2", b"QMC1"
_STEPS = 65_535  # uint16
_MOST_PANELS = 6


def pack(panels: Sequence[np.ndarray]) -> bytes:
    """Bytes of one to six maps of the same points: each (n, 2) in [-1, 1], NaN, NaN where it lacks a point.

    Raises UsageError for another shape, or a coordinate that is not finite or outside.
    """
    if not 1 <= len(panels) <= _MOST_PANELS:
        raise UsageError(f"{len(panels)} maps were given to draw; one to {_MOST_PANELS} were expected.")
    n = len(panels[0])
    body = b"".join(_quantised(xy, n).tobytes() for xy in panels)
    return struct.pack("<4sIII", _MAGIC, n, len(panels), 0) + body


def _quantised(xy: np.ndarray, n: int) -> np.ndarray:
    if xy.shape != (n, 2):
        raise UsageError(f"A map has the shape {xy.shape}; {(n, 2)} was expected, as the first has.")
    away = np.isnan(xy).all(axis=1)
    bad = int((~np.isfinite(xy)).any(axis=1).sum()) - int(away.sum())
    if bad:
        raise UsageError(f"{bad} of {n} points have no finite place on the map. Run: quintet map DATASET")
    reach = np.abs(xy[~away]).max(initial=0)
    if reach > 1 + 1e-6:  # a float32 may round a hair beyond 1
        raise UsageError(f"A map reaches {reach:g}; coordinates between -1 and 1 were expected.")
    found = np.rint((np.clip(np.nan_to_num(xy.astype(np.float64)), -1, 1) + 1) / 2 * _STEPS).astype("<u2")
    found[(found == _STEPS).all(axis=1), 0] -= 1  # a place in the very corner: that means none
    found[away] = _STEPS
    return found


def pack_colours(values: np.ndarray, panels: int) -> bytes:
    """Bytes of what colours the points: whole numbers (n,) for all panels alike or (panels, n), 255 for none.

    Raises UsageError for another shape or a number outside 0 to 255.
    """
    rows = np.atleast_2d(np.asarray(values))
    if rows.ndim != 2 or len(rows) not in (1, panels):
        raise UsageError(f"Colours have the shape {np.shape(values)}; one row or {panels} were expected.")
    if rows.size and not (rows.min() >= 0 and rows.max() <= NO_CLASS):
        raise UsageError(f"Colours run from {rows.min()} to {rows.max()}; 0 to {NO_CLASS} were expected.")
    return struct.pack("<4sIII", _COLOURS, rows.shape[1], len(rows), 0) + rows.astype(np.uint8).tobytes()


def scaled(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """Numbers on a scale as `pack_colours` takes them: uint8, 0 at `low` to 254 at `high`, 255 for NaN.

    What lies beyond an end is drawn as that end. Raises UsageError where `low` is not below `high`.
    """
    if not low < high:
        raise UsageError(f"A scale from {low:g} to {high:g} was asked for; the first must be the smaller.")
    known = np.isfinite(values)
    share = np.clip((np.where(known, values, low) - low) / (high - low), 0, 1)
    return np.where(known, np.rint(share * TOP), NO_CLASS).astype(np.uint8)
