"""Nearest neighbours as a probe: the share of each class among the k nearest training rows by cosine."""

import numpy as np

from quintet.evaluation.examples import Examples
from quintet.stats.neighbours import Space, into, nearest, space, unit

K = 5  # neighbours asked

Arrays = dict[str, np.ndarray]


def fit(examples: Examples, seed: int) -> Arrays:
    """The training rows themselves in their space: mean (d,), scale (d,), rows (n, d), truth (n, C).

    Nothing is chosen, so other rows to choose on are not looked at.
    """
    where = space(examples.X)
    return {
        "mean": where.mean,
        "scale": where.scale,
        "rows": unit(into(where, examples.X)),
        "truth": examples.known.truth,
    }


def probabilities(arrays: Arrays, X: np.ndarray) -> np.ndarray:
    """(n, d) -> (n, C) float64: the share of the k nearest that are of each class, so multiples of 1/k."""
    rows = unit(into(Space(arrays["mean"], arrays["scale"]), X))
    k, shares = min(K, len(arrays["rows"])), np.zeros((len(X), arrays["truth"].shape[1]))
    for share, row in zip(shares, rows, strict=True):
        ids, _ = nearest(arrays["rows"], row, k)
        share += (arrays["truth"][ids] / k).sum(axis=0)
    return shares
