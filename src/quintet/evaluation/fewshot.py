"""How a probe grows with its training rows: 1, 2, 5, … of each class, drawn again and again, up to all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from quintet.errors import QuintetError
from quintet.evaluation import cross_validation
from quintet.evaluation.splits import Split
from quintet.stats import metrics
from quintet.stats.labels import Labels, codes, group_numbers

SHOTS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
ALL = 0  # stands for every training row there is
REPEATS = 10  # draws of every number of shots
METRICS = ("accuracy", "macro_f1")


@dataclass(frozen=True)
class Point:
    """So many rows a class: every repeat's score, their mean, and the 95 % t interval of that mean.

    The interval tells how far other draws of training rows would move the mean, not other test rows; without
    at least two repeats low and high are None.
    """

    shots: int
    values: tuple[float, ...]
    mean: float
    low: float | None
    high: float | None


def shots(labels: Labels, splits: Sequence[Split]) -> tuple[int, ...]:
    """Those of SHOTS that leave out a row in every fold, then ALL; a rarer class gives all it has."""
    y = codes(labels.y, labels.classes)
    most = min(int(np.bincount(y[train]).max()) for train, _ in splits)
    return (*(k for k in SHOTS if k < most), ALL)


def drawn(labels: Labels, train: np.ndarray, k: int, seed: int) -> np.ndarray:
    """At most k of the rows `train` (m,) int of each class, in order. ALL gives them as they are.

    Clips of different groups come first, since two excerpts of one mix teach little more than one. With the
    same seed the draw of 2 holds the draw of 1, so the curve does not jump with the luck of its points.
    """
    if k == ALL:
        return train
    if k < 1:
        raise QuintetError(f"{k} rows a class were asked; at least 1 was expected, or ALL.")
    numbers, place = group_numbers(labels.groups), np.random.default_rng(seed).permutation(len(labels.y))
    found = []
    for name in sorted(set(map(str, labels.y[train]))):
        rows = train[labels.y[train] == name]
        rows = rows[np.argsort(place[rows])]
        met: dict[int, int] = {}
        turn = []  # how many rows of its group come before each
        for number in numbers[rows].tolist():
            turn.append(met.get(number, 0))
            met[number] = turn[-1] + 1
        found.append(rows[np.argsort(turn, kind="stable")][:k])
    return np.sort(np.concatenate(found))


def scored(
    X: np.ndarray, labels: Labels, splits: Sequence[Split], way: tuple[int, int], probe: str = "logistic"
) -> dict[str, float]:
    """Each of METRICS over the test rows of all folds, each fold's probe fitted on `way` (shots, seed)."""
    k, seed = way
    few = [(drawn(labels, train, k, seed), test) for train, test in splits]
    made = cross_validation.cross_validate(X, labels, few, seed, probe)
    rows = Labels(labels.y[made.rows], labels.groups[made.rows], labels.classes)
    return {name: metrics.value(name, rows, made.probabilities) for name in METRICS}


def curve(values: Mapping[int, Sequence[float]]) -> tuple[Point, ...]:
    """Scores of every repeat by number of shots, as points in the order given."""
    return tuple(_point(k, tuple(map(float, found))) for k, found in values.items())


def _point(k: int, values: tuple[float, ...]) -> Point:
    from scipy.stats import t

    mean, n = float(np.mean(values)), len(values)
    if n < 2:
        return Point(k, values, mean, None, None)
    off = float(t.ppf(0.975, n - 1) * np.std(values, ddof=1) / np.sqrt(n))
    return Point(k, values, mean, mean - off, mean + off)
