"""Rows of a table that lie at one spot: the same sound under two names, found without comparing all pairs."""

import numpy as np

from quintet.audit import detectors
from quintet.stats import neighbours
from quintet.stats.labels import finite

LOOKS = 8  # directions a pair must be close along before its distance is taken
MOST = 10_000  # pairs; where there are more, what is stored is no embedding of sounds


def pairs(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (m, 2) of rows of X (n, d) less than audit.ALIKE apart, and their distances (m,), least first.

    A distance of 1 is that of two random rows, in columns of equal spread, as in `audit.closeness`. No pair
    is missed: what is close is close along every direction, so only rows next to each other along one are
    looked at. At most MOST pairs; none where no column says anything. Raises QuintetError for NaN.
    """
    finite(X)
    space = neighbours.space(X)
    says = np.isfinite(space.scale)
    if not says.any():
        return np.empty((0, 2), np.intp), np.empty(0)
    along = _along(X, space, says)
    found = _close(along, detectors.ALIKE * np.sqrt(2.0 * says.sum()) * 1.01)  # 1 %: for rounding to float32
    _, distance = detectors.closeness(X, found)
    alike = np.flatnonzero(distance < detectors.ALIKE)
    order = alike[np.argsort(distance[alike], kind="stable")]
    return found[order], distance[order]


def _along(X: np.ndarray, space: neighbours.Space, says: np.ndarray) -> np.ndarray:
    """Where each row lies along LOOKS random directions of length 1: (n, LOOKS)."""
    ways = np.random.default_rng(0).normal(size=(int(says.sum()), LOOKS))
    ways /= np.linalg.norm(ways, axis=0)
    blocks = (X[at : at + detectors.TILE][:, says] for at in range(0, len(X), detectors.TILE))
    return np.concatenate([((one - space.mean[says]) / space.scale[says]) @ ways for one in blocks])


def _close(along: np.ndarray, reach: float) -> np.ndarray:
    """Pairs (m, 2) of rows within `reach` along every direction, the lower row first."""
    order = np.argsort(along[:, 0], kind="stable")
    sorted_ = along[order]
    found: list[tuple[int, int]] = []
    last = np.searchsorted(sorted_[:, 0], sorted_[:, 0] + reach, side="right")
    for at, end in enumerate(last):
        near = np.flatnonzero((np.abs(sorted_[at + 1 : end] - sorted_[at]) <= reach).all(axis=1))
        found += [tuple(sorted((int(order[at]), int(order[at + 1 + k])))) for k in near]
        if len(found) >= MOST:
            break
    return np.array(found[:MOST], dtype=np.intp).reshape(-1, 2)
