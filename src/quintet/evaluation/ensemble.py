"""Several backbones answer as one: the mean of what they say, a learned mixture, what each of them adds."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from quintet.errors import QuintetError
from quintet.evaluation import cross_validation
from quintet.evaluation.splits import stratified_groups
from quintet.stats.labels import Labels, codes
from quintet.stats.significance import Difference, holm, paired_difference

FOLDS = 5  # of the mixture's own cross-validation
LEAST = 1e-6  # a probability of 0 has no logarithm


@dataclass(frozen=True)
class Added:
    """What a backbone adds: accuracy of all minus that of all but it, and p by Holm over the backbones."""

    name: str
    difference: Difference
    corrected: float


def average(said: np.ndarray) -> np.ndarray:
    """Mean of B backbones' probabilities: (B, n, C) -> (n, C) float64. Raises QuintetError without any."""
    if said.ndim != 3 or not len(said):
        raise QuintetError(f"Answers of shape {said.shape} were given; (backbones, rows, classes) expected.")
    return said.mean(axis=0, dtype=np.float64)


def vote(said: np.ndarray) -> np.ndarray:
    """The share of B backbones that answer each class: (B, n, C) -> (n, C); `average` settles ties."""
    mean = average(said)
    votes = np.eye(said.shape[2])[said.argmax(axis=2)].sum(axis=0)
    # less than a vote, more than nothing: only what is equal is decided by it
    return (votes + mean) / (len(said) + 1)


def stacked(said: np.ndarray, labels: Labels, seed: int) -> np.ndarray:
    """A multinomial logistic regression on B backbones' log probabilities: (B, n, C) -> (n, C) float32.

    `said` must be out of fold. Every row is answered by a mixture fitted on other groups alone (FOLDS folds;
    penalty and temperature chosen inside). The mixture's training answers still come from probes that may
    have trained on the row answered, as in all stacking on one set of folds. Raises QuintetError where fewer
    than two groups, or a class in one group only, leave nothing to fit.
    """
    average(said)
    X = np.log(np.clip(said.astype(np.float64), LEAST, None)).transpose(1, 0, 2).reshape(said.shape[1], -1)
    splits = stratified_groups(labels.y, labels.groups, FOLDS, seed)
    if not splits:
        raise QuintetError(
            f"All {len(X)} rows belong to one group, so no mixture can be fitted on others; use the average."
        )
    made = cross_validation.cross_validate(X.astype(np.float32), labels, splits, seed, "logistic")
    return made.probabilities


def added(said: Mapping[str, np.ndarray], labels: Labels, seed: int) -> list[Added]:
    """What each named backbone's probabilities (n, C) add to the average of all, paired over the same rows.

    Negative where the others are better without it. Nothing for fewer than two backbones.
    """
    if len(said) < 2:
        return []
    true, every = codes(labels.y, labels.classes), np.stack(list(said.values()))
    right = average(every).argmax(axis=1) == true
    found = []
    for at in range(len(every)):
        without = average(np.delete(every, at, axis=0)).argmax(axis=1) == true
        found.append(paired_difference(right, without, labels.groups, seed))
    corrected = holm([one.p for one in found])
    return [Added(name, one, p) for name, one, p in zip(said, found, corrected, strict=True)]
