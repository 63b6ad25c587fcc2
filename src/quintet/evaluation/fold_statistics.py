"""How much a score moves from fold to fold and from seed to seed: every point with its mean.

The spread of folds is no interval of the score: folds share their training rows, and differ in difficulty.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from quintet.errors import QuintetError
from quintet.stats import metrics
from quintet.stats.labels import Labels


@dataclass(frozen=True)
class Point:
    """One fold or seed: its name, the n rows scored, and the score."""

    name: str
    n: int
    value: float


@dataclass(frozen=True)
class Spread:
    """All points in order, their plain mean, and their standard deviation, None for a single one."""

    points: tuple[Point, ...]
    mean: float
    deviation: float | None


def over_folds(metric: str, labels: Labels, probabilities: np.ndarray, fold: np.ndarray) -> Spread:
    """The score in each fold (n,) str by itself, folds in order of name, "2" before "10".

    Their mean is not the pooled score where folds differ in size. Raises UnknownName, and QuintetError where
    the shapes do not fit.
    """
    if len(fold) != len(labels.y):
        raise QuintetError(f"{len(fold)} folds and {len(labels.y)} rows were given; one fold a row expected.")
    points = []
    for name in sorted(set(map(str, fold)), key=lambda one: (len(one), one) if one.isdigit() else (99, one)):
        rows = np.flatnonzero(fold == name)
        part = Labels(labels.y[rows], labels.groups[rows], labels.classes)
        points.append(Point(name, len(rows), metrics.value(metric, part, probabilities[rows])))
    return of(points)


def over_seeds(metric: str, runs: Mapping[int, tuple[Labels, np.ndarray]]) -> Spread:
    """The score of each seed's pooled answers: seed -> labels and probabilities (n, C)."""
    scored = {seed: metrics.value(metric, *one) for seed, one in sorted(runs.items())}
    return of([Point(str(seed), len(runs[seed][1]), value) for seed, value in scored.items()])


def of(points: list[Point]) -> Spread:
    """Points with their mean and deviation. Raises QuintetError without any."""
    if not points:
        raise QuintetError("There is no fold and no seed to take a mean of; at least one was expected.")
    values = np.array([one.value for one in points])
    deviation = float(values.std(ddof=1)) if len(values) > 1 else None
    return Spread(tuple(points), float(values.mean()), deviation)
