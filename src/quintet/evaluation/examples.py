"""What a probe is fitted on, and what its settings are chosen on."""

from dataclasses import dataclass

import numpy as np

from quintet.evaluation.splits import stratified_groups
from quintet.stats.labels import Labels, Tags

INNER = 5  # folds of the training rows, where no rows to choose on are given


@dataclass(frozen=True)
class Examples:
    """Rows X (n, d) to fit a probe on; `other_X` (m, d) and `other`: rows to choose its settings on.

    Without others the settings are chosen by holding out groups of the rows themselves.
    """

    X: np.ndarray
    known: Labels | Tags
    other_X: np.ndarray | None = None
    other: Labels | Tags | None = None

    @property
    def many(self) -> bool:
        """Whether a row may have several of the classes."""
        return isinstance(self.known, Tags)

    def held_out(self, seed: int) -> list["Examples"]:
        """What settings are chosen on: the others where given, else each of INNER folds in turn."""
        if self.other is not None:
            return [self]
        y = np.full(len(self.X), "") if self.many else self.known.y
        return [
            Examples(self.X[train], self.known.of(train), self.X[test], self.known.of(test))
            for train, test in stratified_groups(y, self.known.groups, INNER, seed)
        ]
