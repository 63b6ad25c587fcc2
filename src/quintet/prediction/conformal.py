"""Conformal sets: the classes an answer may be, wide enough to hold the truth as often as is promised.

Split conformal prediction, scored by what is left to p(true class): Vovk, Gammerman & Shafer, "Algorithmic
Learning in a Random World" (2005); the cut as in Angelopoulos & Bates, arXiv:2107.07511, section 1. It needs
answers of clips the probe never saw, which a benchmark run keeps. It promises for such clips.
"""

from dataclasses import dataclass

import numpy as np

from quintet.errors import QuintetError
from quintet.stats.labels import codes

PROMISE = 0.9  # share of clips whose set holds the truth


@dataclass(frozen=True)
class Cut:
    """A class belongs to the set when its probability is at least `least`; found on `n` unseen clips."""

    least: float
    promise: float
    n: int


def cut(probabilities: np.ndarray, y: np.ndarray, classes: tuple[str, ...], promise: float = PROMISE) -> Cut:
    """The cut from held-out answers (n, C) and their true classes y (n,) str.

    With too few clips for the promise (fewer than 9 for 90 %) every class belongs to every set. Raises
    QuintetError for none.
    """
    if len(y) == 0:
        raise QuintetError("No held-out answer was given; at least one was expected. Run: quintet benchmark")
    truth = probabilities[np.arange(len(y)), codes(y, classes)].astype(np.float64)
    rank = len(y) + 1 - int(np.ceil(round(promise * (len(y) + 1), 9)))  # from the smallest truth upwards
    least = 0.0 if rank < 1 else float(np.sort(truth)[rank - 1])
    return Cut(least, promise, len(y))


def members(found: Cut, probabilities: np.ndarray, classes: tuple[str, ...]) -> tuple[str, ...]:
    """Classes of the set for probabilities (C,), the likeliest first; none: it is like no class."""
    order = np.argsort(-probabilities, kind="stable")
    return tuple(classes[i] for i in order if probabilities[i] >= found.least)
