"""Confusion tables rearranged: classes that are taken for one another beside each other, several as one."""

from collections.abc import Sequence

import numpy as np


def clustered(counts: np.ndarray) -> tuple[int, ...]:
    """Class numbers in an order that puts those taken for one another side by side, of counts (k, k).

    Average linkage with optimal leaf order (scipy) on 1 minus the share of the clips of either class that
    were called the other, so a rare class counts as much as a large one.
    """
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    k = len(counts)
    if k < 3:
        return tuple(range(k))
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    apart = 1 - (shares + shares.T) / 2
    np.fill_diagonal(apart, 0)
    tree = linkage(squareform(apart, checks=False), "average", optimal_ordering=True)
    return tuple(int(leaf) for leaf in leaves_list(tree))


def merged(counts: np.ndarray, groups: Sequence[Sequence[int]]) -> np.ndarray:
    """Counts (k, k) with the classes of each group taken as one: (G, G), rows still the true classes."""
    into = np.zeros((len(groups), len(counts)), dtype=counts.dtype)
    for row, group in enumerate(groups):
        into[row, list(group)] = 1
    return into @ counts @ into.T
