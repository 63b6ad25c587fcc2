"""Scores of pooled predictions, each with a 95 % interval from drawing whole groups again.

Every score here is a function of sums over rows (its parts), so a thousand draws are one matrix product.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from quintet.errors import QuintetError, UnknownName
from quintet.stats.bootstrap import middle, totals
from quintet.stats.labels import Labels, codes

BINS = 15  # of confidence, equally wide (Guo 2017, arXiv:1706.04599)


@dataclass(frozen=True)
class Interval:
    """A score and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Metric:
    """`parts`: column numbers (n,), probabilities (n, C) -> (n, p). `score`: sums (…, p) -> (…)."""

    parts: Callable[[np.ndarray, np.ndarray], np.ndarray]
    score: Callable[[np.ndarray], np.ndarray]
    says: str


def _right(y: np.ndarray, probabilities: np.ndarray, k: int = 1) -> np.ndarray:
    """(n, 2): is the true class among the k likeliest (equal ones: the earlier column first), and 1."""
    own = probabilities[np.arange(len(y)), y][:, None]
    earlier = np.arange(probabilities.shape[1]) < y[:, None]
    ahead = (probabilities > own) | ((probabilities == own) & earlier)
    return np.stack([ahead.sum(axis=1) < k, np.ones(len(y))], axis=1).astype(np.float64)


def _in_top_two(y: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    return _right(y, probabilities, 2)


def _counts(y: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """(n, 3 C): per class, row is of it and called it, row is of it, row is called it."""
    column = np.eye(probabilities.shape[1])
    true, called = column[y], column[probabilities.argmax(axis=1)]
    return np.concatenate([true * called, true, called], axis=1)


def _distance(y: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """(n, 2): squared distance from certainty in the true class, and 1."""
    off = probabilities.astype(np.float64) - np.eye(probabilities.shape[1])[y]
    return np.stack([(off**2).sum(axis=1), np.ones(len(y))], axis=1)


def _binned(y: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """(n, 2 BINS): per bin of confidence, confidence minus right or wrong, and 1."""
    confidence = probabilities.max(axis=1).astype(np.float64)
    gap = confidence - (probabilities.argmax(axis=1) == y)
    inside = np.eye(BINS)[np.minimum((confidence * BINS).astype(int), BINS - 1)]
    return np.concatenate([inside * gap[:, None], inside], axis=1)


def _share(sums: np.ndarray) -> np.ndarray:
    return sums[..., 0] / sums[..., 1]


def _mean_where(values: np.ndarray, there: np.ndarray) -> np.ndarray:
    return (values * there).sum(axis=-1) / there.sum(axis=-1)


def _recall(sums: np.ndarray) -> np.ndarray:
    hit, true, _ = np.split(sums, 3, axis=-1)
    return _mean_where(hit / np.maximum(true, 1), true > 0)


def _f1(sums: np.ndarray) -> np.ndarray:
    hit, true, called = np.split(sums, 3, axis=-1)
    return _mean_where(2 * hit / np.maximum(true + called, 1), true + called > 0)


def _gap(sums: np.ndarray) -> np.ndarray:
    gap, rows = np.split(sums, 2, axis=-1)
    return np.abs(gap).sum(axis=-1) / rows.sum(axis=-1)


METRICS: Mapping[str, Metric] = {
    "accuracy": Metric(_right, _share, "share of rows whose likeliest class is the true one"),
    "balanced_accuracy": Metric(_counts, _recall, "mean over the classes of the share of their rows found"),
    "macro_f1": Metric(_counts, _f1, "mean F1 of the classes that occur or are answered"),
    "top2": Metric(_in_top_two, _share, "share of rows whose true class is one of the two likeliest"),
    "ece": Metric(
        _binned, _gap, f"expected calibration error over {BINS} bins: mean gap of confidence and hits"
    ),
    "brier": Metric(_distance, _share, "mean squared distance from certainty in the true class, 0 to 2"),
}


def value(metric: str, labels: Labels, probabilities: np.ndarray) -> float:
    """One score of probabilities (n, C). Raises UnknownName, and QuintetError when the shapes do not fit."""
    return float(_metric(metric).score(_parts(metric, labels, probabilities).sum(axis=0)))


def with_interval(
    metric: str, labels: Labels, probabilities: np.ndarray, seed: int, n: int = 1000
) -> Interval:
    """The score and its 95 % percentile interval over `n` draws of `labels.groups`.

    With one group only every draw is the same, so low and high equal the value. Raises as `value`.
    """
    parts = _parts(metric, labels, probabilities)
    score = _metric(metric).score
    return Interval(float(score(parts.sum(axis=0))), *middle(score(totals(parts, labels.groups, seed, n))))


def summary(
    y: np.ndarray, probabilities: np.ndarray, groups: np.ndarray, classes: tuple[str, ...], seed: int
) -> dict[str, Interval]:
    """Every metric with its interval, all from the same draws of groups. Raises as `value`."""
    labels = Labels(y, groups, classes)
    return {name: with_interval(name, labels, probabilities, seed) for name in METRICS}


def predicted(probabilities: np.ndarray, classes: tuple[str, ...]) -> np.ndarray:
    """The likeliest class of each row, (n,) str; of equal ones the first."""
    return np.array(classes, dtype=str)[probabilities.argmax(axis=1)]


def confusion(y: np.ndarray, called: np.ndarray, classes: tuple[str, ...]) -> np.ndarray:
    """Counts (C, C) int: rows are the true classes, columns the answered ones, in the order of `classes`."""
    table = np.zeros((len(classes), len(classes)), dtype=int)
    np.add.at(table, (codes(y, classes), codes(called, classes)), 1)
    return table


def _metric(name: str) -> Metric:
    if name not in METRICS:
        raise UnknownName("metric", name, list(METRICS))
    return METRICS[name]


def _parts(metric: str, labels: Labels, probabilities: np.ndarray) -> np.ndarray:
    expected = (len(labels.y), len(labels.classes))
    if probabilities.shape != expected:
        raise QuintetError(
            f"Probabilities of shape {probabilities.shape} were given; {expected} was expected."
        )
    return _metric(metric).parts(codes(labels.y, labels.classes), probabilities)
