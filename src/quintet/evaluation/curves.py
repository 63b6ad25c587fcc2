"""One class against the rest at every threshold (PR, ROC), and how far confidence can be believed."""

from dataclasses import dataclass

import numpy as np

from quintet.errors import QuintetError
from quintet.stats.metrics import BINS


@dataclass(frozen=True)
class Curve:
    """Points (m,) of a curve, the threshold of each, and the area: average precision, or ROC-AUC."""

    x: np.ndarray
    y: np.ndarray
    thresholds: np.ndarray
    area: float


@dataclass(frozen=True)
class Bin:
    """Answers whose confidence lies in [low, high): how many, their mean confidence, the share that is right.

    Both are None where there are none.
    """

    low: float
    high: float
    n: int
    confidence: float | None
    right: float | None


def precision_recall(true: np.ndarray, score: np.ndarray) -> Curve:
    """Recall x and precision y as the threshold falls through score (n,), beginning at recall 0, precision 1.

    true (n,) bool. The area is average precision, the mean of precision weighted by the rise in recall: no
    straight line is drawn between points. Raises QuintetError for a class without rows or with all.
    """
    hits, misses, thresholds = _falling(true, score)
    recall, precision = hits / hits[-1], hits / (hits + misses)
    area = float((np.diff(recall, prepend=0) * precision).sum())
    return Curve(np.append(0.0, recall), np.append(1.0, precision), np.append(np.inf, thresholds), area)


def roc(true: np.ndarray, score: np.ndarray) -> Curve:
    """False positive rate x and true positive rate y as the threshold falls, from (0, 0) to (1, 1).

    The area is that under the curve: how often a row of the class scores above one of another, ties half.
    """
    hits, misses, thresholds = _falling(true, score)
    x, y = np.append(0.0, misses / misses[-1]), np.append(0.0, hits / hits[-1])
    return Curve(x, y, np.append(np.inf, thresholds), float(np.trapezoid(y, x)))


def _falling(true: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of the class and rows of others at or above each distinct score, highest first: (m,) each."""
    if true.shape != score.shape or true.ndim != 1:
        raise QuintetError(
            f"Truth of shape {true.shape} and scores of {score.shape} were given; one of each a row expected."
        )
    if not true.any() or true.all():
        side = "belongs to the class" if not true.any() else "belongs to any other"
        raise QuintetError(f"None of {len(true)} rows {side}, so there is no curve to draw.")
    order = np.argsort(-score, kind="stable")
    last = np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)  # of equal scores
    hits = np.cumsum(true[order])[last]
    return hits, last + 1 - hits, score[order][last]


def reliability(right: np.ndarray, confidence: np.ndarray) -> list[Bin]:
    """Answers right (n,) bool, given with confidence (n,), in the bins of the calibration error."""
    place = np.minimum((confidence.astype(np.float64) * BINS).astype(int), BINS - 1)
    n = np.bincount(place, minlength=BINS)
    sure = np.bincount(place, weights=confidence, minlength=BINS)
    hits = np.bincount(place, weights=right, minlength=BINS)
    return [
        Bin(
            k / BINS, (k + 1) / BINS, int(n[k]), *((sure[k] / n[k], hits[k] / n[k]) if n[k] else (None, None))
        )
        for k in range(BINS)
    ]
