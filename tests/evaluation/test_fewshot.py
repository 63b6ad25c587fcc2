"""Few shots: so many of each class, of different groups first, each draw in the next larger one."""

import numpy as np
import pytest
from scipy.stats import t

from quintet.errors import QuintetError
from quintet.evaluation import fewshot
from quintet.evaluation.splits import leave_one_out_of
from tests.planted import planted


@pytest.fixture(scope="module")
def splits(signal):
    return leave_one_out_of(signal.fold, signal.labels.groups)


def test_so_many_of_each_class_are_drawn_from_the_training_rows(signal, splits):
    for train, _ in splits:
        rows = fewshot.drawn(signal.labels, train, 5, 0)
        assert set(rows) <= set(train)
        _, n = np.unique(signal.labels.y[rows], return_counts=True)
        assert n.tolist() == [5] * 5


def test_groups_are_not_drawn_twice_before_each_was_drawn_once(signal, splits):
    train, _ = splits[0]
    rows = fewshot.drawn(signal.labels, train, 6, 1)  # six mixes a class are in three folds
    assert len(set(signal.labels.groups[rows])) == len(rows)


def test_a_draw_holds_the_smaller_one_and_another_seed_another(signal, splits):
    train, _ = splits[1]
    small, large, other = (fewshot.drawn(signal.labels, train, k, s) for k, s in ((2, 0), (5, 0), (2, 1)))
    assert set(small) < set(large)
    assert set(small) != set(other)


def test_a_class_with_fewer_rows_gives_all_it_has(signal, splits):
    train, _ = splits[0]
    few = np.concatenate(
        [train[signal.labels.y[train] == "calm"][:2], train[signal.labels.y[train] != "calm"]]
    )
    rows = fewshot.drawn(signal.labels, few, 5, 0)
    assert (signal.labels.y[rows] == "calm").sum() == 2


def test_all_is_the_training_rows_and_none_is_refused(signal, splits):
    train, _ = splits[0]
    assert fewshot.drawn(signal.labels, train, fewshot.ALL, 0) is train
    with pytest.raises(QuintetError, match="at least 1"):
        fewshot.drawn(signal.labels, train, -1, 0)


def test_the_numbers_of_shots_end_with_all(signal, splits):
    assert fewshot.shots(signal.labels, splits) == (
        1,
        2,
        5,
        10,
        fewshot.ALL,
    )  # 18 rows a class, in one fold 15


def test_scores_grow_where_there_is_something_to_learn(splits):
    hard = planted(0.7)
    few = np.mean([fewshot.scored(hard.X, hard.labels, splits, (1, s))["accuracy"] for s in range(3)])
    all_ = fewshot.scored(hard.X, hard.labels, splits, (fewshot.ALL, 0))
    assert 0.2 < few < all_["accuracy"] - 0.1
    assert set(all_) == set(fewshot.METRICS)


def test_without_a_trace_of_the_classes_scores_stay_at_chance(noise, splits):
    found = [fewshot.scored(noise.X, noise.labels, splits, (5, s))["accuracy"] for s in range(3)]
    assert np.mean(found) == pytest.approx(0.2, abs=0.11)  # 40 mixes, thrice: three standard errors


def test_the_interval_is_students():
    values = [0.5, 0.6, 0.4, 0.55]
    (found, all_) = fewshot.curve({2: values, fewshot.ALL: [0.7]})
    low, high = t.interval(0.95, 3, np.mean(values), np.std(values, ddof=1) / 2)
    assert (found.mean, found.low, found.high) == pytest.approx((np.mean(values), low, high))
    assert (all_.mean, all_.low, all_.high) == (0.7, None, None)
