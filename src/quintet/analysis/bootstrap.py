"""The bootstrap: sums over rows, recomputed for many draws of whole groups with replacement."""

import numpy as np

from quintet.analysis.rows import group_numbers

CELLS = 4_000_000  # of the table of draws held at once: 32 MB


def totals(parts: np.ndarray, groups: np.ndarray, seed: int, n: int) -> np.ndarray:
    """Sums of parts (rows, p) over `n` draws of groups: (n, p). The same seed and groups give the same draws.

    As many groups are drawn as there are, so two clips of one mix are always drawn together or not at all.
    """
    numbers = group_numbers(groups)
    count = int(numbers.max()) + 1
    by_group = np.zeros((count, parts.shape[1]))
    np.add.at(by_group, numbers, parts)
    lots, found = np.random.default_rng(seed), np.empty((n, parts.shape[1]))
    step = max(1, CELLS // count)
    for at in range(0, n, step):
        drawn = [
            np.bincount(lots.integers(count, size=count), minlength=count) for _ in range(min(step, n - at))
        ]
        found[at : at + step] = np.array(drawn, dtype=np.float64) @ by_group
    return found


def middle(draws: np.ndarray) -> tuple[float, float]:
    """The 95 % percentile interval of draws (n,)."""
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(low), float(high)
