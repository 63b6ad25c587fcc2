"""Cross-validation: every row answered by a probe that never saw its fold."""

from dataclasses import dataclass

import numpy as np

from quintet.errors import QuintetError
from quintet.evaluation import probe as probes
from quintet.evaluation.examples import Examples
from quintet.evaluation.splits import Split
from quintet.stats.labels import Labels, Tags


@dataclass(frozen=True)
class Predictions:
    """Probabilities (m, C) float32 of the m tested `rows`, in their order; n_train, n_test per fold."""

    rows: np.ndarray
    probabilities: np.ndarray
    folds: tuple[dict[str, int], ...]


@dataclass(frozen=True)
class Trial:
    """Rows of a table: `train` to fit on, `test` to answer, `valid` to choose on, or None for inner folds."""

    train: np.ndarray
    test: np.ndarray
    valid: np.ndarray | None = None

    @property
    def sizes(self) -> dict[str, int]:
        """n_train and n_test, and n_valid where rows to choose on were given."""
        chosen = {} if self.valid is None else {"n_valid": len(self.valid)}
        return {"n_train": len(self.train), **chosen, "n_test": len(self.test)}

    def examples(self, X: np.ndarray, known: Labels | Tags) -> Examples:
        """What the probe may see of a table."""
        if self.valid is None:
            return Examples(X[self.train], known.of(self.train))
        return Examples(X[self.train], known.of(self.train), X[self.valid], known.of(self.valid))


def cross_validate(
    X: np.ndarray, labels: Labels | Tags, folds: list[Split], seed: int, probe: str = "logistic"
) -> Predictions:
    """Answers for the tested rows of X (n, d), each by a probe fitted on its fold's training rows alone.

    Scaler, penalty and temperature too. `folds` come from `analysis.folds`. Raises QuintetError when a row is
    tested twice, or none is, and UnknownName for a probe that does not exist.
    """
    trials = [Trial(train, test) for train, test in folds]
    tested(trials, len(labels.groups))
    return pooled(trials, [answers(X, labels, trial, seed, probe) for trial in trials])


def answers(X: np.ndarray, known: Labels | Tags, trial: Trial, seed: int, probe: str) -> np.ndarray:
    """Probabilities (m, C) float32 of one trial's tested rows. Raises QuintetError for NaN, UnknownName."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # the same numbers, however many processes share the work
        fitted = probes.make(probe, trial.examples(X, known), seed)
        return probes.probabilities(fitted, X[trial.test])


def pooled(trials: list[Trial], found: list[np.ndarray]) -> Predictions:
    """The answers of all trials in the order of the table's rows."""
    rows = np.concatenate([trial.test for trial in trials])
    order = np.argsort(rows, kind="stable")
    return Predictions(rows[order], np.concatenate(found)[order], tuple(trial.sizes for trial in trials))


def tested(trials: list[Trial], n: int) -> None:
    """Raises QuintetError when one of `n` rows is tested twice, or none is."""
    times = np.bincount(np.concatenate([t.test for t in trials] or [[]]).astype(int), minlength=n)
    if (times > 1).any() or not times.any():
        row = int(np.argmax(times))
        raise QuintetError(
            f"Row {row} is tested {times[row]} times over {len(trials)} folds; once was expected."
        )
