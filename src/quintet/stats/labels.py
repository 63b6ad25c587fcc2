"""What every analysis asks of its rows: finite numbers, a known class each, and the group they belong to."""

from dataclasses import dataclass

import numpy as np

from quintet.errors import QuintetError


@dataclass(frozen=True)
class Labels:
    """What is known of n rows: class `y` (n,) str, `groups` (n,) str, and `classes` in the columns' order.

    Rows of one group are never on both sides of a split and are resampled together; "" is a group of its own.
    Raises QuintetError when the lengths differ, nothing is there, or a class is not in `classes`.
    """

    y: np.ndarray
    groups: np.ndarray
    classes: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.y) == 0 or len(self.y) != len(self.groups):
            raise QuintetError(
                f"{len(self.y)} labels and {len(self.groups)} groups were given; one of each a row expected."
            )
        unknown = sorted(set(map(str, self.y)) - set(self.classes))
        if unknown:
            raise QuintetError(
                f"The label {unknown[0]!r} is not one of the classes: {', '.join(self.classes)}. "
                "Check the dataset's labels, or add the class to its list."
            )

    @property
    def truth(self) -> np.ndarray:
        """Which class each row is of: (n, C) bool, one a row."""
        return codes(self.y, self.classes)[:, None] == np.arange(len(self.classes))

    def of(self, rows: np.ndarray) -> "Labels":
        """The same of some rows (m,) int."""
        return Labels(self.y[rows], self.groups[rows], self.classes)


@dataclass(frozen=True)
class Tags:
    """What is known of n rows that may have several of the classes, or none: `truth` (n, C) bool.

    Raises QuintetError when the shapes do not fit or nothing is there.
    """

    truth: np.ndarray
    groups: np.ndarray
    classes: tuple[str, ...]

    def __post_init__(self) -> None:
        expected = (len(self.groups), len(self.classes))
        if len(self.groups) == 0 or self.truth.shape != expected:
            raise QuintetError(
                f"Tags of shape {self.truth.shape} were given; {expected} (rows, tags) was expected, and at "
                "least one row."
            )

    def of(self, rows: np.ndarray) -> "Tags":
        """The same of some rows (m,) int."""
        return Tags(self.truth[rows], self.groups[rows], self.classes)


def codes(y: np.ndarray, classes: tuple[str, ...]) -> np.ndarray:
    """Column number of each label: (n,) str -> (n,) int."""
    number = {name: i for i, name in enumerate(classes)}
    return np.array([number[str(name)] for name in y], dtype=np.intp)


def group_numbers(groups: np.ndarray) -> np.ndarray:
    """0 … G - 1 for the groups in order of name: (n,) str -> (n,) int. Every "" is a group of its own."""
    own = np.array([str(name) or f"\0{row}" for row, name in enumerate(groups)])
    return np.unique(own, return_inverse=True)[1]


def finite(X: np.ndarray) -> None:
    """Raises QuintetError when `X` (n, d) has no rows, or a row with NaN or infinity."""
    if X.ndim != 2 or 0 in X.shape:
        raise QuintetError(
            f"Embeddings of shape {X.shape} were given; (rows, values) with at least one each expected."
        )
    bad = np.flatnonzero(~np.isfinite(X).all(axis=1))
    if len(bad):
        raise QuintetError(
            f"{len(bad)} of {len(X)} embeddings hold NaN or infinity, the first in row {bad[0]}; "
            "finite numbers were expected. Embed these clips again: quintet embed DATASET"
        )
