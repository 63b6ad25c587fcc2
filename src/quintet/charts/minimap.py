"""Small maps: one SVG of points per class, coloured where they are shown."""

import numpy as np

MOST = 3_000  # points of a small map: more cannot be told apart at 225 x 128 px
_WIDTH, _HEIGHT, _EDGE = 225, 128, 6  # px


def mini_map(xy: np.ndarray, index: np.ndarray, hollow: bool = False, seed: int = 0) -> dict[int, str]:
    """Points (n, 2) with class numbers (n,) -> per class an SVG of its points in black, to be used as a mask.

    Above `MOST` points a sample drawn with `seed` stands for them. Hollow points are the sign of untrained.
    """
    if not len(xy):
        return {}
    at = _placed(xy, xy)
    if len(at) > MOST:
        keep = np.sort(np.random.default_rng(seed).choice(len(at), MOST, replace=False))
        at, index = at[keep], index[keep]
    return {int(k): _points(at[index == k], hollow) for k in np.unique(index)}


def ring(xy: np.ndarray, at: np.ndarray) -> str:
    """A ring around the place `at` (2,) of the map of points (n, 2), as an SVG in black to lie over it."""
    x, y = _placed(xy, at[None])[0]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}">'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5.5" fill="none" stroke="#000" stroke-width="1.8"/></svg>'
    )


def _placed(xy: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Where points (k, 2) lie in the box that the map (n, 2) fills along each axis: a sketch, no measure."""
    low, span = xy.min(axis=0), np.ptp(xy, axis=0)
    room = np.array([_WIDTH, _HEIGHT]) - 2 * _EDGE
    at = _EDGE + (points - low) / np.where(span > 0, span, 1) * room
    at[:, 1] = _HEIGHT - at[:, 1]  # a map's y grows upwards
    return at


def _points(at: np.ndarray, hollow: bool) -> str:
    """One path whose every vertex carries a marker: some nine bytes a point."""
    paint = 'fill="none" stroke="#000" stroke-width="1.1" r="2.2"' if hollow else 'r="2.7"'
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in at)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}">'
        '<marker id="p" markerUnits="userSpaceOnUse" markerWidth="8" markerHeight="8" refX="4" refY="4">'
        f'<circle cx="4" cy="4" {paint}/></marker>'
        f'<path d="{path}" fill="none" style="marker:url(#p)"/></svg>'
    )
