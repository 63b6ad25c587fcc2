"""Where a clip that is on no map would lie: the mean place of its nearest tracks, weighted by similarity."""

from collections.abc import Sequence

import numpy as np

from quintet.maps import stored_maps
from quintet.prediction.classifier import Answer

LEAST = 1e-6  # weight of a track that is no nearer than chance: all of them may be


def locate(stored_map: stored_maps.Map, prediction: Answer, track_id: str = "") -> np.ndarray | None:
    """A stored track's own place (2,), else the mean of the nearest ones', weighted by their similarity."""
    row = {name: n for n, name in enumerate(stored_map.ids)}
    if track_id in row:
        return stored_map.xy[row[track_id]]
    neighbours = [(row[name], similarity) for name, similarity in prediction.nearest if name in row]
    return weighted_mean(stored_map.xy, neighbours)


def weighted_mean(xy: np.ndarray, neighbours: Sequence[tuple[int, float]]) -> np.ndarray | None:
    """The mean place (2,) of rows of xy (n, 2), given with the similarity of each; None for no row."""
    if not neighbours:
        return None
    at, weight = (
        np.array([n for n, _ in neighbours]),
        np.array([max(similarity, LEAST) for _, similarity in neighbours]),
    )
    return (xy[at] * weight[:, None]).sum(axis=0) / weight.sum()
