"""Paired tests against scipy and statsmodels' numbers, Holm's correction, and ranks as ranges."""

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binomtest, permutation_test

from quintet.errors import QuintetError
from quintet.stats import significance
from quintet.stats.significance import Difference, Pair

ALONE = np.full(60, "")
GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "statsmodels.json").read_text(encoding="utf-8"))


def two(seed: int, n: int = 60) -> tuple[np.ndarray, np.ndarray]:
    lots = np.random.default_rng(seed)
    return lots.random(n) < 0.7, lots.random(n) < 0.55


@pytest.mark.parametrize("seed", range(4))
def test_with_single_rows_p_is_mcnemars_exact(seed):
    a, b = two(seed)
    only_a, only_b = int((a & ~b).sum()), int((b & ~a).sum())
    found = significance.paired_difference(a, b, ALONE, 0)
    assert found.p == pytest.approx(binomtest(only_a, only_a + only_b).pvalue)
    assert found.value == pytest.approx(a.mean() - b.mean())
    assert (found.n, found.groups) == (60, 60)


def test_there_are_golden_numbers():
    assert len(GOLDEN["mcnemar"]) >= 8
    assert len(GOLDEN["holm"]) >= 4


@pytest.mark.parametrize("counts", GOLDEN["mcnemar"], ids=lambda c: f"{c['only_a']}-{c['only_b']}")
def test_with_single_rows_p_is_statsmodels_mcnemar(counts):
    cells = [counts[name] for name in ("both", "only_a", "only_b", "neither")]
    a, b = (np.repeat(which, cells) for which in ([True, True, False, False], [True, False, True, False]))
    found = significance.paired_difference(a, b, np.full(sum(cells), ""), 0)
    assert found.p == pytest.approx(counts["p"], rel=1e-9)


@pytest.mark.parametrize("corrected", GOLDEN["holm"], ids=lambda c: str(len(c["ps"])))
def test_holm_is_statsmodels(corrected):
    assert significance.holm(corrected["ps"]) == pytest.approx(corrected["corrected"], rel=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_with_groups_p_counts_every_choice_of_signs(seed):
    a, b = two(seed, 36)
    groups = np.repeat(np.arange(12), 3)
    sums = np.bincount(groups, weights=a.astype(int) - b.astype(int))
    signed = [
        abs(sum(s * d for s, d in zip(signs, sums, strict=True))) for signs in product((-1, 1), repeat=12)
    ]
    expected = np.mean(np.array(signed) >= abs(sums.sum()))
    assert significance.paired_difference(a, b, groups.astype(str), 0).p == pytest.approx(expected)


def test_p_is_scipys_by_permutation():
    a, b = two(1, 36)
    groups = np.repeat(np.arange(12), 3)
    sums = np.bincount(groups, weights=a.astype(int) - b.astype(int))
    expected = permutation_test((sums,), np.sum, permutation_type="samples", n_resamples=np.inf).pvalue
    assert significance.paired_difference(a, b, groups.astype(str), 0).p == pytest.approx(expected)


def test_equal_answers_differ_by_nothing():
    a, _ = two(0)
    found = significance.paired_difference(a, a, ALONE, 0)
    assert (found.value, found.low, found.high, found.p) == (0, 0, 0, 1)


def test_swapping_the_two_turns_the_sign():
    a, b = two(2)
    one, two_ = (significance.paired_difference(*pair, ALONE, 0) for pair in ((a, b), (b, a)))
    assert (one.value, one.p) == (-two_.value, two_.p)
    assert (one.low, one.high) == pytest.approx((-two_.high, -two_.low))


def both_right(lots: np.random.Generator, edge: float, n: int = 290) -> tuple[np.ndarray, np.ndarray]:
    """Two backbones right on 60 % + edge and 60 % of clips, mostly the same ones: correlation about 0.55.

    Each clip is as hard for both, and each adds chance of its own.
    """
    hard = lots.random(n)
    a, b = (hard + 0.2 * lots.normal(size=n) < 0.6 + more for more in (edge, 0.0))
    return a, b


def test_the_simulated_backbones_are_correlated_and_apart_as_stated():
    a, b = both_right(np.random.default_rng(0), 0.1, 200_000)
    assert np.corrcoef(a, b)[0, 1] == pytest.approx(0.55, abs=0.05)
    assert a.mean() - b.mean() == pytest.approx(0.1, abs=0.01)


def test_a_null_difference_is_rarely_called_and_a_true_one_of_ten_points_mostly():
    lots = np.random.default_rng(0)
    called = {0.0: 0, 0.1: 0}
    for edge in called:
        for _ in range(200):
            a, b = both_right(lots, edge)
            ahead = a.astype(int) - b.astype(int)  # every clip a group
            called[edge] += significance._sign_flip(ahead) <= 0.05
    assert called[0.0] <= 16
    assert called[0.1] >= 160


def test_answers_of_other_rows_cannot_be_paired():
    a, b = two(0)
    with pytest.raises(QuintetError, match="60 and 59 rows"):
        significance.paired_difference(a, b[1:], ALONE, 0)


@pytest.mark.parametrize(
    ("ps", "expected"),
    [
        ([], []),
        ([0.03], [0.03]),
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),  # R: p.adjust(p, "holm")
        ([0.5, 0.9, 0.6], [1.0, 1.0, 1.0]),
    ],
)
def test_holm_is_the_published_procedure(ps, expected):
    assert significance.holm(ps) == pytest.approx(expected)


def test_pairs_are_corrected_over_all_of_them():
    right = {"a": np.arange(60) < 50, "b": np.arange(60) < 30, "c": np.arange(60) % 2 == 0}
    found = significance.pairs(right, ALONE, 0)
    assert [(p.a, p.b) for p in found] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert [p.corrected for p in found] == significance.holm([p.difference.p for p in found])


def settled(a: str, b: str, p: float = 0.01) -> Pair:
    """a ahead of b."""
    return Pair(a, b, Difference(0.1, 0.05, 0.15, p, 100, 100), p)


@pytest.mark.parametrize(
    ("compared", "expected"),
    [
        ([], {"a": (1, 3), "b": (1, 3), "c": (1, 3)}),
        ([settled("a", "c")], {"a": (1, 2), "b": (1, 3), "c": (2, 3)}),
        ([settled("a", "b"), settled("b", "c")], {"a": (1, 1), "b": (2, 2), "c": (3, 3)}),
        ([settled("a", "b", p=0.06)], {"a": (1, 3), "b": (1, 3), "c": (1, 3)}),
    ],
)
def test_ranks_are_the_range_the_settled_orders_leave(compared, expected):
    assert significance.rank_ranges(["a", "b", "c"], compared) == expected


def test_a_pair_settled_the_other_way_counts_the_other_way():
    pair = Pair("a", "b", Difference(-0.1, -0.2, -0.05, 0.01, 9, 9), 0.01)
    assert significance.rank_ranges(["a", "b"], [pair]) == {"a": (2, 2), "b": (1, 1)}
