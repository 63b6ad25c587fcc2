"""Whether these rows tell two backbones apart: paired differences, corrected for the number of pairs."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from quintet.errors import QuintetError
from quintet.stats.bootstrap import middle, totals
from quintet.stats.labels import group_numbers

DRAWS = 1000  # of groups, for the interval
ALPHA = 0.05


@dataclass(frozen=True)
class Difference:
    """Accuracy of a minus that of b with its 95 % interval, p, and how many rows and groups it rests on."""

    value: float
    low: float
    high: float
    p: float
    n: int
    groups: int


@dataclass(frozen=True)
class Pair:
    """Two names, their difference (a minus b), and its p after Holm's correction over all pairs."""

    a: str
    b: str
    difference: Difference
    corrected: float


def paired_difference(right_a: np.ndarray, right_b: np.ndarray, groups: np.ndarray, seed: int) -> Difference:
    """Difference in accuracy on the same rows: right_a and right_b (n,) bool, groups (n,) str.

    The interval draws groups again. p is two-sided: how often a difference this large would come up if each
    group's signed count had either sign by chance. Every choice of signs is counted, none drawn; with groups
    of one row this is McNemar's exact test. Raises QuintetError when the lengths differ.
    """
    if not len(right_a) == len(right_b) == len(groups) or len(groups) == 0:
        raise QuintetError(
            f"Answers of {len(right_a)} and {len(right_b)} rows in {len(groups)} groups cannot be paired; "
            "the same rows for both were expected."
        )
    ahead = right_a.astype(int) - right_b.astype(int)
    numbers = group_numbers(groups)
    by_group = np.bincount(numbers, weights=ahead).astype(int)
    sums = totals(np.stack([ahead, np.ones(len(ahead))], axis=1), groups, seed, DRAWS)
    low, high = middle(sums[:, 0] / sums[:, 1])
    return Difference(float(ahead.mean()), low, high, _sign_flip(by_group), len(ahead), len(by_group))


def _sign_flip(by_group: np.ndarray) -> float:
    """Share of all choices of signs whose sum is at least as far from 0 as that of by_group (G,) int.

    m groups of size s sum to s (2 k - m) with k binomial; different sizes add up by convolution.
    """
    from scipy.stats import binom

    chance, reach = np.ones(1), 0  # of each sum from -reach to reach
    for size, m in zip(*np.unique(np.abs(by_group[by_group != 0]), return_counts=True), strict=True):
        steps = np.zeros(2 * size * m + 1)
        steps[:: 2 * size] = binom.pmf(np.arange(m + 1), m, 0.5)
        chance, reach = np.convolve(chance, steps), reach + size * m
    far = np.abs(np.arange(-reach, reach + 1)) >= abs(int(by_group.sum()))
    return float(min(1.0, chance[far].sum()))


def holm(ps: list[float]) -> list[float]:
    """p values corrected for their number (Holm 1979), in the order given."""
    order = np.argsort(ps, kind="stable")
    stepped = np.array(ps, dtype=float)[order] * np.arange(len(ps), 0, -1)
    corrected = np.empty(len(ps))
    corrected[order] = np.minimum(np.maximum.accumulate(stepped), 1.0)
    return corrected.tolist()


def pairs(right: Mapping[str, np.ndarray], groups: np.ndarray, seed: int) -> list[Pair]:
    """Every two of the named answers (n,) bool compared, p corrected over all of them."""
    named = list(combinations(right, 2))
    found = [paired_difference(right[a], right[b], groups, seed) for a, b in named]
    corrected = holm([difference.p for difference in found])
    return [Pair(a, b, d, p) for (a, b), d, p in zip(named, found, corrected, strict=True)]


def rank_ranges(names: list[str], compared: list[Pair]) -> dict[str, tuple[int, int]]:
    """Best and worst rank of each name in any order that keeps all pairs settled at 0.05.

    Nothing settled gives everyone 1 to m. A settled before B and B before C settles A before C.
    """
    place = {name: i for i, name in enumerate(names)}
    ahead = np.zeros((len(names), len(names)), dtype=bool)
    for pair in compared:
        if pair.corrected <= ALPHA:
            first, second = (pair.a, pair.b) if pair.difference.value > 0 else (pair.b, pair.a)
            ahead[place[first], place[second]] = True
    for middle_one in range(len(names)):
        ahead |= np.outer(ahead[:, middle_one], ahead[middle_one])
    best, worst = 1 + ahead.sum(axis=0), len(names) - ahead.sum(axis=1)
    return {name: (int(best[i]), int(worst[i])) for name, i in place.items()}
