"""Who alone is right, Cohen's kappa against scikit-learn, and the hardest rows by hand."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from quintet.errors import QuintetError
from quintet.evaluation import outcomes
from quintet.stats import bootstrap

ALONE = np.full(40, "")


def called(seed: int) -> tuple[np.ndarray, np.ndarray]:
    lots = np.random.default_rng(seed)
    a = lots.integers(4, size=40)
    return a.astype(str), np.where(lots.random(40) < 0.6, a, lots.integers(4, size=40)).astype(str)


@pytest.mark.parametrize("seed", range(3))
def test_kappa_is_scikit_learns_in_value_and_in_every_draw(seed, monkeypatch):
    monkeypatch.setattr(outcomes, "DRAWS", 100)
    a, b = called(seed)
    found = outcomes.kappa(a, b, ALONE, 5)
    assert found.value == pytest.approx(cohen_kappa_score(a, b))
    order = np.argsort([f"\0{row}" for row in range(40)])  # groups are in order of name
    often = np.concatenate(list(bootstrap.draws(40, 5, 100))).astype(int)
    drawn = []
    for counts in often:
        rows = np.repeat(order, counts)
        drawn.append(cohen_kappa_score(a[rows], b[rows]))
    assert (found.low, found.high) == pytest.approx(bootstrap.middle(np.array(drawn)))


def test_the_same_answers_agree_fully_and_one_answer_alone_says_nothing():
    a, _ = called(0)
    assert outcomes.kappa(a, a, ALONE, 0).value == 1
    assert outcomes.kappa(np.full(40, "x"), np.full(40, "x"), ALONE, 0) is None


def test_rows_are_told_apart_by_who_is_right():
    a, b = np.array([1, 1, 0, 0, 1], bool), np.array([1, 0, 1, 0, 0], bool)
    found = outcomes.outcomes(a, b)
    assert found.both.tolist() == [0]
    assert found.only_a.tolist() == [1, 4]
    assert found.only_b.tolist() == [2]
    assert found.neither.tolist() == [3]
    with pytest.raises(QuintetError, match="5 and 4 rows"):
        outcomes.outcomes(a, b[1:])


def test_the_hardest_rows_are_those_whose_truth_gets_the_least():
    probabilities = np.array([[[0.9, 0.1], [0.4, 0.6], [0.2, 0.8]], [[0.7, 0.3], [0.2, 0.8], [0.4, 0.6]]])
    rows, given = outcomes.hardest(np.array([0, 0, 0]), probabilities, 2)
    assert rows.tolist() == [1, 2]
    assert given.tolist() == pytest.approx([0.3, 0.3])
