"""Cross-validation: every row answered by a probe that never saw its fold."""

from dataclasses import dataclass

import numpy as np

from quintet.analysis import probe as probes
from quintet.analysis.folds import Split
from quintet.analysis.rows import Labels
from quintet.errors import QuintetError


@dataclass(frozen=True)
class Predictions:
    """Probabilities (m, C) float32 of the m tested `rows`, in their order; n_train, n_test per fold."""

    rows: np.ndarray
    probabilities: np.ndarray
    folds: tuple[dict[str, int], ...]


def cross_validate(
    X: np.ndarray, labels: Labels, folds: list[Split], seed: int, probe: str = "logistic"
) -> Predictions:
    """Answers for the tested rows of X (n, d), each by a probe fitted on its fold's training rows alone.

    Scaler, penalty and temperature too. `folds` come from `analysis.folds`. Raises QuintetError when a row is
    tested twice, or none is, and UnknownName for a probe that does not exist.
    """
    rows = _tested(folds, labels)
    fit = probes.fitter(probe)
    pooled = np.zeros((len(X), len(labels.classes)), dtype=np.float32)
    for train, test in folds:
        fitted = fit(X[train], labels.y[train], labels.groups[train], labels.classes, seed)
        pooled[test] = probes.probabilities(fitted, X[test])
    sizes = tuple({"n_train": len(train), "n_test": len(test)} for train, test in folds)
    return Predictions(rows, pooled[rows], sizes)


def _tested(folds: list[Split], labels: Labels) -> np.ndarray:
    times = np.bincount(
        np.concatenate([test for _, test in folds] or [[]]).astype(int), minlength=len(labels.y)
    )
    if (times > 1).any() or not times.any():
        row = int(np.argmax(times))
        raise QuintetError(
            f"Row {row} is tested {times[row]} times over {len(folds)} folds; once was expected."
        )
    return np.flatnonzero(times)
