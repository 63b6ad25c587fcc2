"""Tables to analyse: classes planted in noise, three rows to a mix, mixes in four folds."""

from dataclasses import dataclass

import numpy as np
import pytest

from quintet.stats.labels import Labels

CLASSES = ("calm", "energetic", "happy", "nostalgic", "tender")


@dataclass(frozen=True)
class Table:
    """X (n, d) float32, its labels, and the fold (n,) str of each row."""

    X: np.ndarray
    labels: Labels
    fold: np.ndarray


def planted(strength: float, mixes: int = 40, d: int = 60, seed: int = 0) -> Table:
    """Noise, a signature of each mix, and the class's own direction at `strength`."""
    lots = np.random.default_rng(seed)
    mix = np.repeat(np.arange(mixes), 3)
    column = (np.arange(mixes) % len(CLASSES))[mix]
    X = lots.normal(size=(len(mix), d)) + lots.normal(size=(mixes, d))[mix]
    X += strength * lots.normal(size=(len(CLASSES), d))[column]
    X *= 10.0 ** lots.integers(-3, 4, size=d)  # as far apart in scale as real embeddings are
    labels = Labels(np.array(CLASSES)[column], np.array([f"mix{m:02d}" for m in mix]), CLASSES)
    return Table(X.astype(np.float32), labels, np.array(["101", "202", "411", "522"])[mix // 5 % 4])


@pytest.fixture(scope="session")
def signal() -> Table:
    """Classes that can be told apart."""
    return planted(2.0)


@pytest.fixture(scope="session")
def noise() -> Table:
    """Classes that leave no trace."""
    return planted(0.0)


@pytest.fixture(scope="session")
def answers() -> tuple[Labels, np.ndarray]:
    """A fixed table of predictions: labels of 60 rows in 20 groups, and probabilities (60, 5)."""
    lots = np.random.default_rng(3)
    column = lots.integers(5, size=60)
    raw = lots.gamma(0.5, size=(60, 5)) + 0.8 * np.eye(5)[column] * lots.integers(2, size=(60, 1))
    labels = Labels(np.array(CLASSES)[column], np.repeat(np.arange(20), 3).astype(str), CLASSES)
    return labels, (raw / raw.sum(axis=1, keepdims=True)).astype(np.float32)
