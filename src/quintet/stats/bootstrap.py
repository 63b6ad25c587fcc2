"""The bootstrap: sums over rows, recomputed for many draws of whole groups with replacement."""

from collections.abc import Iterator

import numpy as np

from quintet.stats.labels import group_numbers

CELLS = 4_000_000  # of the table of draws held at once: 32 MB


def totals(parts: np.ndarray, groups: np.ndarray, seed: int, n: int) -> np.ndarray:
    """Sums of parts (rows, p) over `n` draws of groups: (n, p). The same seed and groups give the same draws.

    As many groups are drawn as there are, so two clips of one mix are always drawn together or not at all.
    """
    numbers = group_numbers(groups)
    sums = by_group(parts, numbers)
    return np.concatenate([drawn @ sums for drawn in draws(len(sums), seed, n)])


def by_group(parts: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Sums of parts (rows, p) over the rows of each group: (G, p). `numbers` (rows,) int from 0 on."""
    sums = np.zeros((int(numbers.max()) + 1, parts.shape[1]))
    np.add.at(sums, numbers, parts)
    return sums


def draws(count: int, seed: int, n: int) -> Iterator[np.ndarray]:
    """How often each of `count` groups is drawn: blocks (k, count) float64 that make `n` draws together."""
    lots, step = np.random.default_rng(seed), max(1, CELLS // count)
    for at in range(0, n, step):
        drawn = [
            np.bincount(lots.integers(count, size=count), minlength=count) for _ in range(min(step, n - at))
        ]
        yield np.array(drawn, dtype=np.float64)


def middle(draws: np.ndarray) -> tuple[float, float]:
    """The 95 % percentile interval of draws (n,)."""
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(low), float(high)
