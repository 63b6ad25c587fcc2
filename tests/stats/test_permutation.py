"""Permutation tests against scipy and a plain loop over every swap, and how often they call a difference."""

from collections.abc import Callable
from functools import partial
from itertools import product

import numpy as np
import pytest
from scipy.stats import permutation_test
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from quintet.errors import QuintetError, UnknownName
from quintet.stats import bootstrap, metrics, permutation
from quintet.stats.labels import Labels
from quintet.stats.permutation import Answers

CLASSES = ("a", "b", "c")


def certain(column: np.ndarray) -> np.ndarray:
    """Probabilities (n, 3) that answer these columns."""
    return np.eye(3, dtype=np.float32)[column]


def two(seed: int, n: int, share: float = 0.3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Columns of the truth and of two backbones that err on `share` of n rows more than the other."""
    lots = np.random.default_rng(seed)
    true = lots.integers(3, size=n)
    a, b = (np.where(lots.random(n) < miss, lots.integers(3, size=n), true) for miss in (0.2, 0.2 + share))
    return true, a, b


def labelled(true: np.ndarray, groups: np.ndarray | None = None) -> Labels:
    return Labels(
        np.array(CLASSES)[true], np.full(len(true), "") if groups is None else groups.astype(str), CLASSES
    )


@pytest.mark.parametrize("seed", range(2))
def test_with_few_single_rows_p_is_scipys(seed):
    true, a, b = two(seed, 7)

    def statistic(x: np.ndarray, y: np.ndarray) -> float:
        return f1_score(true, x, average="macro") - f1_score(true, y, average="macro")

    expected = permutation_test(
        (a, b), statistic, permutation_type="samples", vectorized=False, n_resamples=np.inf
    )
    found = permutation.difference("macro_f1", labelled(true), certain(a), certain(b), 0)
    assert found.value == pytest.approx(expected.statistic)
    assert found.p == pytest.approx(expected.pvalue)


@pytest.mark.parametrize("metric", metrics.METRICS)
def test_whole_groups_are_swapped(metric):
    lots = np.random.default_rng(4)
    groups = np.repeat(np.arange(8), 3)
    labels = labelled(lots.integers(3, size=24), groups)
    a, b = lots.dirichlet(np.ones(3), size=(2, 24)).astype(np.float32)
    observed = metrics.value(metric, labels, a) - metrics.value(metric, labels, b)
    far = []
    for swap in product((False, True), repeat=8):
        rows = np.array(swap)[groups][:, None]
        sides = np.where(rows, b, a), np.where(rows, a, b)
        ahead = metrics.value(metric, labels, sides[0]) - metrics.value(metric, labels, sides[1])
        far.append(abs(ahead) >= abs(observed) - 1e-9)
    found = permutation.difference(metric, labels, a, b, 0)
    assert found.p == pytest.approx(np.mean(far))
    assert (found.n, found.groups) == (24, 8)


def test_many_groups_are_drawn_and_p_is_near_the_exact_one_of_accuracy():
    from quintet.stats.significance import paired_difference

    true, a, b = two(1, 200, 0.2)
    labels = labelled(true)
    found = permutation.difference("accuracy", labels, certain(a), certain(b), 0)
    exact = paired_difference(a == true, b == true, labels.groups, 0)
    assert 0.001 < exact.p < 0.5
    assert found.p == pytest.approx(exact.p, abs=0.015)
    assert (found.value, found.low, found.high) == pytest.approx((exact.value, exact.low, exact.high))


def test_the_interval_draws_the_same_groups_for_both():
    true, a, b = two(2, 90)
    labels = labelled(true, 10 + np.arange(90) // 3)
    found = permutation.difference("macro_f1", labels, certain(a), certain(b), 3)
    often = np.concatenate(list(bootstrap.draws(30, 3, 1000)))[:, np.arange(90) // 3].astype(int)
    scores = [
        f1_score(np.repeat(true, w), np.repeat(a, w), average="macro", labels=[0, 1, 2])
        - f1_score(np.repeat(true, w), np.repeat(b, w), average="macro", labels=[0, 1, 2])
        for w in often[:200]
    ]
    metric = metrics.METRICS["macro_f1"]
    parts = np.hstack([metric.parts(true, certain(a)), metric.parts(true, certain(b))])
    first, second = np.split(bootstrap.totals(parts, labels.groups, 3, 200), 2, axis=1)
    assert metric.score(first) - metric.score(second) == pytest.approx(scores)
    assert found.low < found.value < found.high


def test_equal_answers_differ_by_nothing():
    true, a, _ = two(0, 60)
    found = permutation.difference("macro_f1", labelled(true), certain(a), certain(a), 0)
    assert (found.value, found.low, found.high, found.p) == (0, 0, 0, 1)


def test_the_same_seed_gives_the_same_p_in_blocks_of_any_size(monkeypatch):
    true, a, b = two(3, 150, 0.1)
    whole = permutation.difference("macro_f1", labelled(true), certain(a), certain(b), 0)
    monkeypatch.setattr(bootstrap, "CELLS", 5_000)
    assert permutation.difference("macro_f1", labelled(true), certain(a), certain(b), 0) == whole


def test_pairs_are_corrected_over_all_of_them():
    true, a, b = two(5, 120)
    answers = {"a": certain(a), "b": certain(b), "truth": certain(true)}
    found = permutation.pairs("macro_f1", labelled(true), answers, 0)
    assert [(p.a, p.b) for p in found] == [("a", "b"), ("a", "truth"), ("b", "truth")]
    smallest = min(p.difference.p for p in found)
    assert min(p.corrected for p in found) == pytest.approx(3 * smallest)


def test_a_metric_there_is_not_is_refused():
    true, a, b = two(0, 12)
    with pytest.raises(UnknownName, match="macro_f1"):
        permutation.difference("macro_f2", labelled(true), certain(a), certain(b), 0)


def test_a_null_difference_in_macro_f1_is_rarely_called_and_a_true_one_of_ten_points_mostly(monkeypatch):
    """290 clips of three classes; the two err on the same clips with correlation about 0.55."""
    monkeypatch.setattr(permutation, "SWAPS", 999)
    lots, called = np.random.default_rng(1), {0.0: 0, 0.1: 0}
    metric = metrics.METRICS["macro_f1"]
    for edge in called:
        for _ in range(200):
            true, hard, wrong = lots.integers(3, size=290), lots.random(290), lots.integers(1, 3, size=290)
            missed = [hard + 0.2 * lots.normal(size=290) >= 0.6 + more for more in (edge, 0.0)]
            sums = [metric.parts(true, certain((true + m * wrong) % 3)) for m in missed]
            ahead = np.subtract(*(metric.score(s.sum(axis=0)) for s in sums))
            called[edge] += permutation._p(ahead, *permutation._swaps(metric.score, *sums, 0)) <= 0.05
    assert called[0.0] <= 16
    assert called[0.1] >= 160


def by_reference(of: Callable, truth: np.ndarray, scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """A score of scikit-learn's, one set of weights at a time; NaN where a tag is left without a side."""

    def one(w: np.ndarray) -> float:
        both_sides = truth[w > 0].any(axis=0) & ~truth[w > 0].all(axis=0)
        return of(truth, scores, sample_weight=w) if both_sides.all() else np.nan

    return np.array([one(w) for w in weights])


auc = partial(by_reference, roc_auc_score)
precision = partial(by_reference, average_precision_score)


def tagged(seed: int, n: int) -> Answers:
    lots = np.random.default_rng(seed)
    truth = np.vstack([np.eye(2, dtype=bool), ~np.eye(2, dtype=bool), lots.random((n - 4, 2)) < 0.4])
    a, b = (truth + spread * lots.normal(size=(n, 2)) for spread in (0.8, 1.5))
    return Answers(truth, a, b, np.full(n, ""))


@pytest.mark.parametrize("score", [auc, precision], ids=["auc", "precision"])
def test_a_score_of_all_rows_is_swapped_row_by_row(score):
    held = tagged(0, 7)
    one = np.ones((1, 7))
    observed = (score(held.truth, held.a, one) - score(held.truth, held.b, one))[0]
    far = []
    for swap in product((False, True), repeat=7):
        rows = np.array(swap)[:, None]
        sides = np.where(rows, held.b, held.a), np.where(rows, held.a, held.b)
        ahead = score(held.truth, sides[0], one) - score(held.truth, sides[1], one)
        far.append(abs(ahead[0]) >= abs(observed) - 1e-9)
    found = permutation.weighted_difference(score, held, 0, n=128)
    assert found.value == pytest.approx(observed)
    assert found.p == pytest.approx(np.mean(far))


def test_a_clear_difference_of_tags_is_called_and_its_interval_holds_the_value():
    held = tagged(1, 120)
    found = permutation.weighted_difference(auc, held, 0, n=99)
    assert found.p == pytest.approx(0.01)  # (0 + 1) / (99 + 1): no swap came as far
    assert 0 < found.low < found.value < found.high


def test_answers_of_other_shapes_are_refused():
    held = tagged(0, 8)
    with pytest.raises(QuintetError, match="cannot be paired"):
        permutation.weighted_difference(auc, Answers(held.truth, held.a, held.b[1:], held.groups), 0)


def test_a_score_that_is_undefined_is_refused():
    held = tagged(0, 8)
    with pytest.raises(QuintetError, match="without a positive"):
        permutation.weighted_difference(lambda truth, scores, w: np.full(len(w), np.nan), held, 0)
