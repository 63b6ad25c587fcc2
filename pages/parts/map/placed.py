"""Where a clip that is on no map would lie: the mean place of its nearest tracks, weighted by similarity."""

from collections.abc import Sequence

import numpy as np

from quintet.predict import Answer
from quintet.studies import maps

LEAST = 1e-6  # weight of a track that is no nearer than chance: all of them may be


def place(held: maps.Map, answer: Answer, track_id: str = "") -> np.ndarray | None:
    """A stored track's own place (2,), else the mean of the nearest ones', weighted by their similarity."""
    row = {name: n for n, name in enumerate(held.ids)}
    if track_id in row:
        return held.xy[row[track_id]]
    near = [(row[name], alike) for name, alike in answer.nearest if name in row]
    return weighted(held.xy, near)


def weighted(xy: np.ndarray, near: Sequence[tuple[int, float]]) -> np.ndarray | None:
    """The mean place (2,) of rows of xy (n, 2), given with the similarity of each; None for no row."""
    if not near:
        return None
    at, weight = np.array([n for n, _ in near]), np.array([max(alike, LEAST) for _, alike in near])
    return (xy[at] * weight[:, None]).sum(axis=0) / weight.sum()
