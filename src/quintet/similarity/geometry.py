"""The shape of one embedding as its neighbours show it: hubs, dimensions, classes, each with its interval.

Everything is taken of neighbour graphs: near (n, k) int row numbers and alike (n, k) cosines, likest first,
a row itself left out. What is drawn again for an interval are the tracks' own values, not the graph.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from quintet.errors import QuintetError
from quintet.stats.bootstrap import middle, totals
from quintet.stats.labels import group_numbers
from quintet.stats.metrics import Interval

DRAWS = 1_000
K = 10  # neighbours that are counted
REACH = 20  # neighbours whose distances say how many dimensions there are (Levina and Bickel 2004: 10 to 20)
CLOSEST = 1e-3  # distance below which float32 cosines are noise: such tracks are one and the same
SAMPLE = 5_000  # tracks at most for the silhouette, which needs every distance


@dataclass(frozen=True)
class Purity:
    """The share of neighbours of a track's own class, what it would be by chance, and the n tracks judged."""

    value: Interval
    chance: float
    n: int


def interval(
    parts: np.ndarray, groups: np.ndarray, score: Callable[[np.ndarray], np.ndarray] | None = None
) -> Interval:
    """A score of the mean of parts (n, p) -> 95 % interval, drawing groups (n,) str again with seed 0.

    `score` takes means (…, p) to (…); left out, it is the first mean itself.
    """
    score = score or _first
    counted = np.column_stack([parts, np.ones(len(parts))])
    sums = totals(counted, groups, 0, DRAWS)
    low, high = middle(score(sums[:, :-1] / sums[:, -1:]))
    return Interval(float(score(parts.mean(axis=0)[None])[0]), low, high)


def occurrence(near: np.ndarray, k: int = K) -> np.ndarray:
    """How often each row is among the k nearest of another: near (n, K) -> (n,) int."""
    return np.bincount(near[:, :k].ravel(), minlength=len(near))


def skewness(near: np.ndarray, groups: np.ndarray) -> Interval:
    """Skewness of `occurrence`: 0 where all rows are neighbours equally often, large where a few hubs are.

    Radovanović 2010 (JMLR 11). 0 where every row occurs equally often.
    """
    often = occurrence(near).astype(np.float64)
    often = (often - often.mean()) / (often.std() or 1)  # small numbers keep the cubes exact
    return interval(np.stack([often, often**2, often**3], axis=1), groups, _skew)


def orphans(near: np.ndarray, groups: np.ndarray) -> Interval:
    """The share of rows that are among the 10 nearest of no other row."""
    return interval((occurrence(near) == 0).astype(np.float64)[:, None], groups)


def two_nn(alike: np.ndarray, groups: np.ndarray) -> Interval:
    """Intrinsic dimension by the ratio of the distances to the second and the first neighbour.

    Facco 2017 (doi:10.1038/s41598-017-11873-y), by maximum likelihood. Rows with a copy are left out. Raises
    QuintetError where fewer than three rows remain.
    """
    return _dimension(_distances(alike)[:, :2], groups)


def levina_bickel(alike: np.ndarray, groups: np.ndarray) -> Interval:
    """Intrinsic dimension by maximum likelihood over the 20 nearest (NIPS 2004), fewer where there are fewer.

    Rows' estimates are averaged as inverses (MacKay and Ghahramani 2005). Raises as `two_nn`.
    """
    return _dimension(_distances(alike)[:, :REACH], groups)


def purity(near: np.ndarray, y: np.ndarray, groups: np.ndarray) -> Purity:
    """The share of each row's 10 nearest that are of its class y (n,) str; those of its own group are passed.

    Rows without a class ("") neither count nor are counted. Chance is the share of the row's class among all
    rows of other groups. Raises QuintetError where no row has a neighbour left.
    """
    numbers, named = group_numbers(groups), y != ""
    usable = (numbers[near] != numbers[:, None]) & named[near]
    counted = usable & (np.cumsum(usable, axis=1) <= K)
    same = (counted & (y[near] == y[:, None])).sum(axis=1)
    judged = named & (counted.sum(axis=1) > 0)
    if not judged.any():
        raise QuintetError(f"None of {len(y)} tracks has a neighbour of another group with a class.")
    share = same[judged] / counted[judged].sum(axis=1)
    by_chance = _chance(y[named], numbers[named])[judged[named]]
    return Purity(interval(share[:, None], groups[judged]), float(by_chance.mean()), int(judged.sum()))


def silhouette(X: np.ndarray, y: np.ndarray, groups: np.ndarray) -> Interval:
    """How much nearer rows X (n, d) are to their own class than to the next, by cosine, -1 to 1.

    Rousseeuw 1987. Raises QuintetError where not at least two classes have two rows between them.
    """
    from sklearn.metrics import silhouette_samples

    many = len(np.unique(y))
    if not 2 <= many < len(y):
        raise QuintetError(f"A silhouette needs two classes or more; {len(y)} tracks of {many} were given.")
    return interval(silhouette_samples(X, y, metric="cosine").astype(np.float64)[:, None], groups)


def _first(means: np.ndarray) -> np.ndarray:
    return means[..., 0]


def _skew(means: np.ndarray) -> np.ndarray:
    """From means of x, x² and x³."""
    a, b, c = np.moveaxis(means, -1, 0)
    spread = np.maximum(b - a**2, 0) ** 1.5
    return np.where(spread > 0, (c - 3 * a * b + 2 * a**3) / np.where(spread > 0, spread, 1), 0)


def _inverse(means: np.ndarray) -> np.ndarray:
    return 1 / np.maximum(means[..., 0], 1e-9)


def _distances(alike: np.ndarray) -> np.ndarray:
    """Euclidean distances between rows of length 1: (n, k)."""
    return np.sqrt(np.maximum(2 - 2 * alike.astype(np.float64), 0))


def _dimension(far: np.ndarray, groups: np.ndarray) -> Interval:
    """One over the mean of log(farthest / other) of distances far (n, k)."""
    kept = far[:, 0] > CLOSEST
    if far.shape[1] < 2 or kept.sum() < 3:
        raise QuintetError(
            f"{int(kept.sum())} of {len(far)} tracks have two different neighbours each; 3 are needed to say "
            "how many dimensions there are."
        )
    far = far[kept]
    return interval(np.log(far[:, -1:] / far[:, :-1]).mean(axis=1, keepdims=True), groups[kept], _inverse)


def _chance(y: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Of each row the share of its class among the rows of other groups."""
    _, column = np.unique(y, return_inverse=True)
    _, group = np.unique(numbers, return_inverse=True)
    table = np.zeros((group.max() + 1, column.max() + 1))
    np.add.at(table, (group, column), 1)
    alike = table.sum(axis=0)[column] - table[group, column]
    others = len(y) - table.sum(axis=1)[group]
    return alike / np.maximum(others, 1)
