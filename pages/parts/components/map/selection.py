"""What the visitor drew, made into rows: the browser sends outlines, the points are found here.

A stroke that starts a selection replaces what was there; one that adds or removes changes it. The browser
sends all strokes since the last new one, so the answer needs no memory of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

MODES = ("new", "add", "remove")
_MOST_CORNERS = 2_000  # a hand draws a few hundred; more is no drawing
_MOST_STROKES = 100


@dataclass(frozen=True)
class Stroke:
    """One outline: the panel it was drawn on, its corners (m, 2) in the map's coordinates, what it does."""

    panel: str
    polygon: np.ndarray
    mode: str


def strokes(sent: object) -> tuple[Stroke, ...]:
    """The strokes in what the browser sent; what has not the form of a stroke is left out."""
    listed = sent.get("strokes") if isinstance(sent, Mapping) else None
    if not isinstance(listed, list):
        return ()
    return tuple(found for entry in listed[-_MOST_STROKES:] if (found := _stroke(entry)) is not None)


def _stroke(entry: object) -> Stroke | None:
    if not isinstance(entry, Mapping) or entry.get("mode") not in MODES:
        return None
    try:
        polygon = np.asarray(entry.get("polygon"), np.float64)
    except (TypeError, ValueError):
        return None
    corners = len(polygon) if polygon.ndim == 2 and polygon.shape[1] == 2 else 0
    if not 3 <= corners <= _MOST_CORNERS or not np.isfinite(polygon).all():
        return None
    return Stroke(str(entry.get("panel")), polygon, entry["mode"])


def selected(drawn: tuple[Stroke, ...], maps: Mapping[str, np.ndarray], n: int) -> np.ndarray:
    """Mask (n,) of the points all strokes leave selected. Strokes on a panel not shown do nothing."""
    mask = np.zeros(n, bool)
    for stroke in drawn:
        if stroke.panel not in maps:
            continue
        hit = inside(stroke.polygon, maps[stroke.panel])
        if stroke.mode == "remove":
            mask &= ~hit
        else:
            mask = hit | mask if stroke.mode == "add" else hit
    return mask


def inside(polygon: np.ndarray, xy: np.ndarray) -> np.ndarray:
    """Mask (n,) of the points xy (n, 2) within the closed polygon (m, 2), by the even-odd rule.

    A ray to the right of the point crosses the outline an odd number of times. Only points within the
    polygon's box are looked at, one edge at a time over all of them.
    """
    mask = np.zeros(len(xy), bool)
    boxed = np.flatnonzero(((xy >= polygon.min(axis=0)) & (xy <= polygon.max(axis=0))).all(axis=1))
    x, y = xy[boxed].astype(np.float64).T
    odd = np.zeros(len(boxed), bool)
    for (x0, y0), (x1, y1) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if y0 == y1:
            continue  # a level edge is never crossed by a level ray
        crossed = (y0 > y) != (y1 > y)
        odd ^= crossed & (x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
    mask[boxed] = odd
    return mask
