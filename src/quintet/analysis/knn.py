"""Nearest neighbours as a probe: the share of each class among the k nearest training rows by cosine."""

import numpy as np

from quintet.analysis.neighbours import Space, into, nearest, space, unit

K = 5  # neighbours asked

Arrays = dict[str, np.ndarray]


def fit(X: np.ndarray, y: np.ndarray, groups: np.ndarray, n_classes: int, seed: int) -> Arrays:
    """The training rows themselves in their space: mean (d,), scale (d,), rows (n, d), y (n,)."""
    where = space(X)
    return {
        "mean": where.mean,
        "scale": where.scale,
        "rows": unit(into(where, X)),
        "y": y,
        "n_classes": np.int64(n_classes),
    }


def probabilities(arrays: Arrays, X: np.ndarray) -> np.ndarray:
    """(n, d) -> (n, C) float64: votes of the k nearest, so multiples of 1/k."""
    rows = unit(into(Space(arrays["mean"], arrays["scale"]), X))
    k, shares = min(K, len(arrays["rows"])), np.zeros((len(X), int(arrays["n_classes"])))
    for share, row in zip(shares, rows, strict=True):
        ids, _ = nearest(arrays["rows"], row, k)
        np.add.at(share, arrays["y"][ids], 1 / k)
    return shares
