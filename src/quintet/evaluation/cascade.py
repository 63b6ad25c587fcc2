"""The early-stopping cascade: the cheapest backbone first, a dearer one only where the answer is unsure."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from quintet.errors import QuintetError
from quintet.stats.bootstrap import totals
from quintet.stats.labels import Labels, codes
from quintet.stats.metrics import Interval
from quintet.stats.significance import DRAWS

STEPS = 50  # thresholds between the least confidence that says anything and certainty
ALWAYS = 2.0  # a threshold no answer reaches: all are asked


@dataclass(frozen=True)
class Step:
    """One threshold: accuracy, mean seconds a row, and the share of rows each backbone was asked about."""

    threshold: float
    accuracy: Interval
    seconds: float
    asked: tuple[float, ...]


@dataclass(frozen=True)
class Cascade:
    """The names in the order they are asked, cheapest first, and every threshold from low to high.

    No threshold is recommended: one picked by its accuracy on these rows would flatter itself.
    """

    order: tuple[str, ...]
    steps: tuple[Step, ...]


def cascade(speeds: Mapping[str, float], said: np.ndarray, labels: Labels, seed: int) -> Cascade:
    """Accuracy against mean seconds a row: probabilities said (B, n, C) of the B backbones in `speeds`.

    `speeds`: name -> seconds a row. After each backbone the mean of those asked so far is the answer; the
    next is asked only where its largest probability is below the threshold. The first threshold asks the
    cheapest alone, the last asks all. Raises QuintetError where shapes do not fit, or a time is not above 0.
    """
    seconds = np.array(list(speeds.values()), dtype=np.float64)
    _check(seconds, said, labels)
    order, names = np.argsort(seconds, kind="stable"), list(speeds)
    so_far = np.cumsum(said[order], axis=0, dtype=np.float64) / np.arange(1, len(order) + 1)[:, None, None]
    right = so_far.argmax(axis=2) == codes(labels.y, labels.classes)
    limits = np.array([0.0, *np.linspace(1 / len(labels.classes), 1.0, STEPS)[1:], ALWAYS])
    enough = so_far.max(axis=2)[:, None] >= limits[:, None]  # (B, T, n)
    enough[-1] = True
    last = enough.argmax(axis=0)  # (T, n): the one after which nobody else is asked
    asked = (last >= np.arange(len(order))[:, None, None]).mean(axis=2)  # (B, T)
    hits = right[last, np.arange(right.shape[1])].T.astype(np.float64)  # (n, T)
    drawn = totals(np.hstack([hits, np.ones((len(hits), 1))]), labels.groups, seed, DRAWS)
    low, high = np.quantile(drawn[:, :-1] / drawn[:, -1:], [0.025, 0.975], axis=0)
    steps = [
        Step(float(limit), Interval(float(h.mean()), float(a), float(b)), float(seconds[order] @ share),
             tuple(share.tolist()))
        for limit, h, a, b, share in zip(limits, hits.T, low, high, asked.T, strict=True)
    ]  # fmt: skip
    return Cascade(tuple(names[i] for i in order), tuple(steps))


def _check(seconds: np.ndarray, said: np.ndarray, labels: Labels) -> None:
    expected = (len(seconds), len(labels.y), len(labels.classes))
    if said.shape != expected or not len(seconds):
        raise QuintetError(f"Answers of shape {said.shape} were given; {expected} was expected.")
    if not (np.isfinite(seconds) & (seconds > 0)).all():
        raise QuintetError(
            f"Seconds a clip of {seconds.tolist()} were given; each must be above 0. "
            "Measure them: quintet prepare DATASET"
        )
