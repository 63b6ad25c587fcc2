"""Which points an outline holds, and an outline made simpler: arrays in and out."""

import numpy as np

MOST_CORNERS = 64  # of an outline that is kept: a hand's lasso loses less than a pixel by it
_FEW = 20_000  # points up to which every edge is held against every point
_CELLS = 256  # a side of the raster that sorts out the rest
_SLACK = 1e-6  # of a cell: far more than rounding, far less than a cell
_STEPS = 65_535  # uint16


def inside(polygon: np.ndarray, xy: np.ndarray) -> np.ndarray:
    """Mask (n,) of the points xy (n, 2) within the closed polygon (m, 2), by the even-odd rule.

    A ray to the right of the point crosses the outline an odd number of times. Only points within the
    polygon's box are looked at. Where they are many, a raster over that box tells those whose cell no edge
    touches; only the others are held against the edges.
    """
    mask = np.zeros(len(xy), bool)
    (x0, y0), (x1, y1) = polygon.min(axis=0), polygon.max(axis=0)
    if x0 == x1 or y0 == y1:
        return mask
    x, y = xy[:, 0], xy[:, 1]
    boxed = np.flatnonzero((x >= x0) & (x <= x1) & (y >= y0) & (y <= y1))
    found = xy[boxed].astype(np.float64)
    mask[boxed] = _crossed(polygon, found) if len(boxed) <= _FEW else _by_raster(polygon, found)
    return mask


def _crossed(polygon: np.ndarray, xy: np.ndarray) -> np.ndarray:
    """The rule itself, one edge at a time over all points."""
    x, y = xy.T
    odd = np.zeros(len(xy), bool)
    for (x0, y0), (x1, y1) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if y0 == y1:
            continue  # a level edge is never crossed by a level ray
        crossed = (y0 > y) != (y1 > y)
        odd ^= crossed & (x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
    return odd


def _by_raster(polygon: np.ndarray, xy: np.ndarray) -> np.ndarray:
    low = polygon.min(axis=0)
    span = polygon.max(axis=0) - low
    cells = np.minimum(((xy - low) * (_CELLS / span)).astype(np.int64), _CELLS - 1)
    place = cells[:, 1] * _CELLS + cells[:, 0]
    corners = (polygon - low) * (_CELLS / span)
    mask = _crossed(corners, _centres()).take(place)  # wrong only in the cells an edge touches
    near = np.flatnonzero(_touched(corners).ravel().take(place))
    mask[near] = _crossed(polygon, xy[near])
    return mask


def _centres() -> np.ndarray:
    """The middle of every cell, row by row: (cells ** 2, 2)."""
    middle = np.arange(_CELLS) + 0.5
    return np.stack([np.tile(middle, _CELLS), np.repeat(middle, _CELLS)], axis=1)


def _touched(corners: np.ndarray) -> np.ndarray:
    """Mask (cells, cells) of rows and columns an edge may pass through; corners (m, 2) in cells."""
    a, b = corners, np.roll(corners, -1, axis=0)
    a, b = np.where(a[:, 1:] <= b[:, 1:], a, b), np.where(a[:, 1:] <= b[:, 1:], b, a)  # upwards
    rows = np.arange(_CELLS)
    low = np.maximum(a[:, 1:], rows - _SLACK)  # (m, cells): the part of each edge in each row's band
    high = np.minimum(b[:, 1:], rows + 1 + _SLACK)
    rise = np.where(b[:, 1:] > a[:, 1:], b[:, 1:] - a[:, 1:], np.inf)
    at = [a[:, :1] + (b[:, :1] - a[:, :1]) * (y - a[:, 1:]) / rise for y in (low, high)]
    at[1] = np.where(np.isinf(rise), b[:, :1], at[1])  # a level edge runs through the whole of its row
    first = np.clip(np.floor(np.minimum(*at) - _SLACK), 0, _CELLS - 1).astype(int)
    last = np.clip(np.floor(np.maximum(*at) + _SLACK), 0, _CELLS - 1).astype(int)
    edge, row = np.nonzero(low <= high)
    starts = np.zeros((_CELLS, _CELLS + 1), int)
    np.add.at(starts, (row, first[edge, row]), 1)
    np.add.at(starts, (row, last[edge, row] + 1), -1)
    return np.cumsum(starts, axis=1)[:, :-1] > 0


def simplified(polygon: np.ndarray, most: int = MOST_CORNERS) -> np.ndarray:
    """The polygon (m, 2) with at most `most` corners: the one farthest off is taken back, again and again.

    That is Douglas and Peucker's choice (1973) with a number of corners instead of a tolerance.
    """
    m = len(polygon)
    if m <= most:
        return polygon
    far = int(np.argmax(((polygon - polygon[0]) ** 2).sum(axis=1))) or m // 2
    ring = np.concatenate([polygon, polygon[:1]])
    parts = [(*_farthest(ring, i, j), i, j) for i, j in ((0, far), (far, m))]
    kept = {0, far}
    while len(kept) < most:
        _, k, i, j = parts.pop(max(range(len(parts)), key=lambda p: parts[p][0]))
        kept.add(k % m)
        parts += [(*_farthest(ring, i, k), i, k), (*_farthest(ring, k, j), k, j)]
        parts = [part for part in parts if part[0] >= 0]
        if not parts:
            break
    return polygon[sorted(kept)]


def _farthest(ring: np.ndarray, i: int, j: int) -> tuple[float, int]:
    """(distance, index) of the corner between i and j that lies farthest from their chord; -1 for none."""
    if j - i < 2:
        return -1.0, i
    between, along = ring[i + 1 : j] - ring[i], ring[j] - ring[i]
    length = float(np.hypot(*along))
    off = np.abs(between[:, 0] * along[1] - between[:, 1] * along[0]) / length if length else None
    off = np.hypot(*between.T) if off is None else off
    k = int(np.argmax(off))
    return float(off[k]), i + 1 + k


def quantised(polygon: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(box (2, 2) float32: lowest and highest corner, steps (m, 2) uint16 in it): what an address holds."""
    box = np.stack([polygon.min(axis=0), polygon.max(axis=0)]).astype(np.float32)
    low, span = box[0].astype(float), np.diff(box.astype(float), axis=0)[0]
    steps = np.rint(np.clip((polygon - low) / np.where(span > 0, span, 1), 0, 1) * _STEPS)
    return box, steps.astype(np.uint16)


def unquantised(box: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """The polygon (m, 2) again; what comes out goes in and out again unchanged."""
    low, high = box.astype(float)
    share = steps / _STEPS
    return low * (1 - share) + high * share
