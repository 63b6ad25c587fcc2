"""One file of several: what every backbone has said of it so far, and how far they part."""

from dataclasses import dataclass

import numpy as np

from dashboard.views.classify.cards import Column
from dashboard.views.classify.uploads import File
from quintet.prediction import agreement


@dataclass(frozen=True)
class Row:
    """One file: its length, what each backbone has said so far; or why it cannot be heard."""

    file: File
    seconds: float = 0.0
    url: str = ""
    found: tuple[Column, ...] = ()
    error: str = ""

    @property
    def told(self) -> np.ndarray:
        """What the trained backbones say: (k, classes)."""
        said = [one.answer.probabilities for one in self.found if one.answer and not one.answer.untrained]
        return np.stack(said) if said else np.zeros((0, 1))

    @property
    def apart(self) -> tuple[float, float]:
        """Sorts by disagreement: the share that says something else, then the mean divergence."""
        return agreement.apart(self.told), agreement.divergence(self.told)
