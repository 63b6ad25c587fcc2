"""Cross-validation: every row answered by a probe that never saw its fold."""

from dataclasses import dataclass

import numpy as np

from quintet.analysis import probe as probes
from quintet.analysis.folds import Split
from quintet.analysis.rows import Labels, group_numbers
from quintet.errors import QuintetError


@dataclass(frozen=True)
class Predictions:
    """Probabilities (n, C) float32 pooled over folds in the order of the rows; n_train, n_test per fold."""

    probabilities: np.ndarray
    folds: tuple[dict[str, int], ...]


def cross_validate(
    X: np.ndarray, labels: Labels, folds: list[Split], seed: int, probe: str = "logistic"
) -> Predictions:
    """Answers for all rows of X (n, d), each by a probe fitted on its fold's training rows alone.

    Scaler, penalty and temperature too. `folds` come from `analysis.folds`. Raises QuintetError when they do
    not test each row once or a group lies on both sides, and UnknownName for a probe that does not exist.
    """
    _check(folds, labels)
    fit = probes.fitter(probe)
    pooled = np.zeros((len(X), len(labels.classes)), dtype=np.float32)
    for train, test in folds:
        fitted = fit(X[train], labels.y[train], labels.groups[train], labels.classes, seed)
        pooled[test] = probes.probabilities(fitted, X[test])
    return Predictions(pooled, tuple({"n_train": len(train), "n_test": len(test)} for train, test in folds))


def _check(folds: list[Split], labels: Labels) -> None:
    tested = np.bincount(
        np.concatenate([test for _, test in folds] or [[]]).astype(int), minlength=len(labels.y)
    )
    if (tested != 1).any():
        row = int(np.argmax(tested != 1))
        raise QuintetError(
            f"Row {row} is tested {tested[row]} times over {len(folds)} folds; once was expected."
        )
    numbers = group_numbers(labels.groups)
    for train, test in folds:
        both = np.isin(numbers[test], numbers[train])
        if both.any():
            group = str(labels.groups[test[int(np.argmax(both))]])
            raise QuintetError(
                f"The group {group!r} is trained on and tested in the same fold, so the score "
                "would be too good. A group must lie on one side: make the folds from whole groups."
            )
