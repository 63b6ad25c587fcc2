"""What several backbones make of the same rows: who alone is right, agreement beyond chance, the hardest."""

from dataclasses import dataclass

import numpy as np

from quintet.errors import QuintetError
from quintet.stats.bootstrap import middle, totals
from quintet.stats.labels import codes
from quintet.stats.metrics import Interval
from quintet.stats.significance import DRAWS


@dataclass(frozen=True)
class Outcomes:
    """Row numbers (k,) each: both right, only a, only b, neither. Together they are all rows, once each."""

    both: np.ndarray
    only_a: np.ndarray
    only_b: np.ndarray
    neither: np.ndarray


def outcomes(right_a: np.ndarray, right_b: np.ndarray) -> Outcomes:
    """The rows of right_a and right_b (n,) bool by who is right. Raises QuintetError for other lengths."""
    if right_a.shape != right_b.shape:
        raise QuintetError(
            f"Answers to {len(right_a)} and {len(right_b)} rows cannot be paired; the same were expected."
        )
    a, b = right_a.astype(bool), right_b.astype(bool)
    return Outcomes(*(np.flatnonzero(which) for which in (a & b, a & ~b, ~a & b, ~a & ~b)))


def kappa(a: np.ndarray, b: np.ndarray, groups: np.ndarray, seed: int) -> Interval | None:
    """Cohen's kappa of answers a and b (n,) str: 1 the same answers, 0 as often alike as by chance.

    Its 95 % interval draws whole groups again. None where both give one and the same answer to every row.
    """
    known = tuple(sorted({*map(str, a), *map(str, b)}))
    column = np.eye(len(known))
    first, second = column[codes(a, known)], column[codes(b, known)]
    parts = np.hstack([(first * second).sum(axis=1, keepdims=True), first, second])
    value = float(_kappa(parts.sum(axis=0)))
    if not np.isfinite(value):
        return None
    drawn = _kappa(totals(parts, groups, seed, DRAWS))
    return Interval(value, *middle(drawn[np.isfinite(drawn)]))


def _kappa(sums: np.ndarray) -> np.ndarray:
    """Of sums (…, 1 + 2 C): alike, answers of the one per class, answers of the other."""
    first, second = np.split(sums[..., 1:], 2, axis=-1)
    n = first.sum(axis=-1)
    by_chance = (first * second).sum(axis=-1) / n**2
    with np.errstate(invalid="ignore", divide="ignore"):
        return (sums[..., 0] / n - by_chance) / (1 - by_chance)


def hardest(true: np.ndarray, probabilities: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The k rows whose true column (n,) int gets the least probability, the mean over B backbones (B, n, C).

    Row numbers and those means, the hardest first; equal ones in the order of the rows.
    """
    given = probabilities[:, np.arange(len(true)), true].mean(axis=0, dtype=np.float64)
    rows = np.argsort(given, kind="stable")[:k]
    return rows, given[rows]
