"""One class at a time: precision, recall and F1 with intervals, and what two backbones differ by in each."""

from dataclasses import dataclass

import numpy as np

from quintet.errors import QuintetError
from quintet.stats.bootstrap import middle, totals
from quintet.stats.labels import Labels, codes
from quintet.stats.metrics import METRICS, Interval
from quintet.stats.significance import DRAWS

MEASURES = ("precision", "recall", "f1")


@dataclass(frozen=True)
class ClassScore:
    """A class: its rows, the rows it is the answer to, and each of MEASURES, None where it is undefined.

    Precision is undefined for a class that is never the answer, recall for one without rows, F1 where both.
    """

    name: str
    rows: int
    answered: int
    measures: dict[str, Interval | None]


@dataclass(frozen=True)
class ClassGap:
    """A class and what one backbone has more than the other in each measure, None where it is undefined."""

    name: str
    rows: int
    measures: dict[str, Interval | None]


def scores(labels: Labels, probabilities: np.ndarray, seed: int) -> list[ClassScore]:
    """Every class in the columns' order, by the likeliest class of probabilities (n, C).

    95 % intervals draw whole groups again; draws without the class are left out. Raises QuintetError where
    the shapes do not fit.
    """
    parts = _counts(labels, probabilities)
    whole, drawn = parts.sum(axis=0), totals(parts, labels.groups, seed, DRAWS)
    found, spread = _measured(whole), _measured(drawn)
    _, true, called = np.split(whole.astype(int), 3)
    return [
        ClassScore(name, int(true[c]), int(called[c]), _of(c, found, spread))
        for c, name in enumerate(labels.classes)
    ]


def differences(labels: Labels, a: np.ndarray, b: np.ndarray, seed: int) -> list[ClassGap]:
    """What a has more than b in every class, with 95 % intervals from the same draws of groups for both."""
    parts = np.concatenate([_counts(labels, a), _counts(labels, b)], axis=1)
    whole, drawn = parts.sum(axis=0), totals(parts, labels.groups, seed, DRAWS)
    found, spread = _ahead(whole), _ahead(drawn)
    true = np.bincount(codes(labels.y, labels.classes), minlength=len(labels.classes))
    return [ClassGap(name, int(true[c]), _of(c, found, spread)) for c, name in enumerate(labels.classes)]


def _counts(labels: Labels, probabilities: np.ndarray) -> np.ndarray:
    """(n, 3 C): per class, row is of it and called it, row is of it, row is called it."""
    if probabilities.shape != (len(labels.y), len(labels.classes)):
        raise QuintetError(
            f"Probabilities of shape {probabilities.shape} were given; "
            f"{(len(labels.y), len(labels.classes))} was expected."
        )
    return METRICS["macro_f1"].parts(codes(labels.y, labels.classes), probabilities)


def _measured(sums: np.ndarray) -> dict[str, np.ndarray]:
    """Each measure (…, C) of sums (…, 3 C), NaN where it is undefined."""
    hit, true, called = np.split(sums, 3, axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return {"precision": hit / called, "recall": hit / true, "f1": 2 * hit / (true + called)}


def _ahead(sums: np.ndarray) -> dict[str, np.ndarray]:
    a, b = map(_measured, np.split(sums, 2, axis=-1))
    return {name: a[name] - b[name] for name in MEASURES}


def _of(c: int, found: dict, spread: dict) -> dict[str, Interval | None]:
    """The measures of class c: `found` (C,) each, `spread` (draws, C) each."""
    return {name: _interval(found[name][c], spread[name][:, c]) for name in MEASURES}


def _interval(value: float, drawn: np.ndarray) -> Interval | None:
    there = drawn[np.isfinite(drawn)]
    return Interval(float(value), *middle(there)) if np.isfinite(value) and len(there) else None
