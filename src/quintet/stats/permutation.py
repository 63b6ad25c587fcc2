"""Whether two backbones differ in a score that is no mean over rows: their answers swapped, group by group.

If the two were the same, it would not matter whose answers to a group are called whose. Macro-F1, ROC-AUC
and average precision are tested so; for accuracy alone `significance.paired_difference` counts all swaps.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from quintet.errors import QuintetError
from quintet.stats import bootstrap, metrics
from quintet.stats.bootstrap import middle
from quintet.stats.labels import Labels, codes, group_numbers
from quintet.stats.significance import DRAWS, Difference, Pair, holm

SWAPS = 9_999  # drawn where there are more ways to swap than these: p is then at least 0.0001
SLOW = 999  # drawn, where each costs a pass over all rows
EQUAL = 1e-12  # differences this near are the same but for rounding

# truth (n, C) bool, scores (n, C), weights (k, n) -> (k,): the score where each row counts as often as said
Weighted = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Answers:
    """Two backbones' answers a and b (n, C) to the same rows: their truth (n, C) bool and groups (n,) str."""

    truth: np.ndarray
    a: np.ndarray
    b: np.ndarray
    groups: np.ndarray


def difference(metric: str, labels: Labels, a: np.ndarray, b: np.ndarray, seed: int) -> Difference:
    """Score of probabilities a (n, C) minus that of b, with its 95 % interval and p.

    `metric` is one of `metrics.METRICS`. The interval draws groups again, the same ones for both; p is
    two-sided. Raises UnknownName, and QuintetError where the shapes do not fit.
    """
    value = metrics.value(metric, labels, a) - metrics.value(metric, labels, b)
    held, true = metrics.METRICS[metric], codes(labels.y, labels.classes)
    parts = np.concatenate([held.parts(true, a), held.parts(true, b)], axis=1)
    drawn = bootstrap.totals(parts, labels.groups, seed, DRAWS)
    low, high = middle(np.subtract(*map(held.score, np.split(drawn, 2, axis=1))))
    sums = np.split(bootstrap.by_group(parts, group_numbers(labels.groups)), 2, axis=1)
    p = _p(value, *_swaps(held.score, *sums, seed))
    return Difference(value, low, high, p, len(a), len(sums[0]))


def pairs(metric: str, labels: Labels, answers: Mapping[str, np.ndarray], seed: int) -> list[Pair]:
    """Every two of the named probabilities (n, C) compared in one score, p corrected over all of them."""
    found = {
        (a, b): difference(metric, labels, answers[a], answers[b], seed) for a, b in combinations(answers, 2)
    }
    corrected = holm([one.p for one in found.values()])
    return [Pair(a, b, one, p) for ((a, b), one), p in zip(found.items(), corrected, strict=True)]


def weighted_difference(score: Weighted, answers: Answers, seed: int, n: int = SLOW) -> Difference:
    """The same for a score that needs all rows at once, such as ROC-AUC: `n` draws and `n` swaps.

    Draws in which the score is undefined (NaN: a tag without positives) are left out of the interval.
    Raises QuintetError where the shapes do not fit or the score of all rows is undefined.
    """
    both, numbers = _stacked(answers), group_numbers(answers.groups)
    whole = np.ones(len(numbers))
    first, second = np.append(whole, 0 * whole)[None], np.append(0 * whole, whole)[None]
    value = float((score(*both, first) - score(*both, second))[0])
    if not np.isfinite(value):
        raise QuintetError(
            f"The score of {len(numbers)} rows is not a number, so nothing can be compared; leave out the "
            "tags without a positive or without a negative."
        )
    drawn = []
    for often in _blocks(bootstrap.draws(int(numbers.max()) + 1, seed, n), 2 * len(numbers)):
        rows = often[:, numbers]  # (k, n)
        drawn.append(score(*both, np.hstack([rows, 0 * rows])) - score(*both, np.hstack([0 * rows, rows])))
    drawn = np.concatenate(drawn)
    low, high = middle(drawn[np.isfinite(drawn)])
    p = _p(value, *_weighted_swaps(score, both, numbers, seed, n))
    return Difference(value, low, high, p, len(numbers), int(numbers.max()) + 1)


def _stacked(answers: Answers) -> tuple[np.ndarray, np.ndarray]:
    """Truth and scores (2 n, C): a's rows, then b's. Which of them count is then a matter of weights."""
    shapes = {answers.truth.shape, answers.a.shape, answers.b.shape}
    if len(shapes) > 1 or answers.truth.ndim != 2 or len(answers.groups) != len(answers.truth):
        raise QuintetError(
            f"Truth of shape {answers.truth.shape}, answers of {answers.a.shape} and {answers.b.shape} and "
            f"{len(answers.groups)} groups cannot be paired; the same rows and tags for all were expected."
        )
    return np.vstack([answers.truth] * 2), np.vstack([answers.a, answers.b])


def _swaps(score: Callable, a: np.ndarray, b: np.ndarray, seed: int) -> tuple[Iterator[np.ndarray], bool]:
    """Differences (k,) after swaps of the groups' sums a and b (G, p), in blocks; whether these are all."""
    apart = np.flatnonzero((a != b).any(axis=1))  # swapping equal answers changes nothing
    from_a, from_b, step = a.sum(axis=0), b.sum(axis=0), (b - a)[apart]
    moved = (swap @ step for swap in _choices(len(apart), seed, SWAPS))
    return (score(from_a + more) - score(from_b - more) for more in moved), _every(len(apart), SWAPS)


def _weighted_swaps(
    score: Weighted, both: tuple[np.ndarray, np.ndarray], numbers: np.ndarray, seed: int, n: int
) -> tuple[Iterator[np.ndarray], bool]:
    """The same for the rows (2 n) that `_stacked` gives, a row in one of `numbers` (n,)."""
    a, b = np.split(both[1], 2)
    apart = np.unique(numbers[(a != b).any(axis=1)])

    def swaps() -> Iterator[np.ndarray]:
        for chosen in _blocks(_choices(len(apart), seed, n), 2 * len(numbers)):
            group = np.zeros((len(chosen), int(numbers.max()) + 1))
            group[:, apart] = chosen
            rows = group[:, numbers]
            yield score(*both, np.hstack([1 - rows, rows])) - score(*both, np.hstack([rows, 1 - rows]))

    return swaps(), _every(len(apart), n)


def _blocks(found: Iterator[np.ndarray], width: int) -> Iterator[np.ndarray]:
    """The same rows in blocks of at most bootstrap.CELLS once each is `width` wide."""
    step = max(1, bootstrap.CELLS // width)
    for block in found:
        for at in range(0, len(block), step):
            yield block[at : at + step]


def _every(m: int, n: int) -> bool:
    return m < 60 and 2**m <= n + 1


def _choices(m: int, seed: int, n: int) -> Iterator[np.ndarray]:
    """Which of m groups are swapped, blocks (k, m) of 0 and 1: every choice where they are few, else n."""
    step = max(1, bootstrap.CELLS // max(m, 1))
    if _every(m, n):
        every = np.arange(2**m)
        for at in range(0, len(every), step):
            yield (every[at : at + step, None] >> np.arange(m) & 1).astype(np.float64)
        return
    lots = np.random.default_rng(seed)
    for at in range(0, n, step):
        yield lots.integers(2, size=(min(step, n - at), m), dtype=np.int8).astype(np.float64)


def _p(value: float, swapped: Iterator[np.ndarray], every: bool) -> float:
    """Share of swaps whose difference is at least as far from 0; the one found counts among drawn ones.

    Phipson & Smyth 2010 (doi:10.2202/1544-6115.1585): without it p could be 0.
    """
    found = np.concatenate(list(swapped))
    far = int((np.abs(found) >= abs(value) - EQUAL).sum())
    return far / len(found) if every else (far + 1) / (len(found) + 1)
