"""The map's points as the browser reads them: 4 bytes a point and panel, 1 byte for its class.

Little-endian: magic "QMP1", then n, panels and 0 as uint32; for each panel n pairs of uint16 (x, y); n uint8.
A coordinate of -1 is 0 and of 1 is 65,535: a step is 1/65 of a pixel on a panel 1,000 px wide.
"""

import struct
from collections.abc import Sequence

import numpy as np

from quintet.errors import UsageError

NO_CLASS = 255
_MAGIC = b"QMP1"
_STEPS = 65_535  # uint16
_MOST_PANELS = 6


def pack(panels: Sequence[np.ndarray], classes: np.ndarray) -> bytes:
    """Bytes of one to six maps of the same points: each (n, 2) in [-1, 1]; classes (n,), 255 for none.

    Raises UsageError for another shape, a coordinate that is not finite or outside, or a class outside.
    """
    classes = np.asarray(classes)
    n = len(classes)
    if not 1 <= len(panels) <= _MOST_PANELS:
        raise UsageError(f"{len(panels)} maps were given to draw; one to {_MOST_PANELS} were expected.")
    if n and not (classes.min() >= 0 and classes.max() <= NO_CLASS):
        raise UsageError(
            f"Classes run from {classes.min()} to {classes.max()}; 0 to {NO_CLASS} were expected."
        )
    body = b"".join(_quantised(xy, n).tobytes() for xy in panels)
    return struct.pack("<4sIII", _MAGIC, n, len(panels), 0) + body + classes.astype(np.uint8).tobytes()


def _quantised(xy: np.ndarray, n: int) -> np.ndarray:
    if xy.shape != (n, 2):
        raise UsageError(
            f"A map has the shape {xy.shape}; {(n, 2)} was expected, a row for each class given."
        )
    if not np.isfinite(xy).all():
        bad = int((~np.isfinite(xy)).any(axis=1).sum())
        raise UsageError(f"{bad} of {n} points have no finite place on the map. Run: quintet map DATASET")
    if n and np.abs(xy).max() > 1 + 1e-6:  # a float32 may round a hair beyond 1
        raise UsageError(f"A map reaches {np.abs(xy).max():g}; coordinates between -1 and 1 were expected.")
    return np.rint((np.clip(xy.astype(np.float64), -1, 1) + 1) / 2 * _STEPS).astype("<u2")
