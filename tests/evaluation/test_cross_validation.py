"""Folds and cross-validation: no group on both sides, no probe that saw its test rows."""

import numpy as np
import pytest

from quintet.errors import QuintetError
from quintet.evaluation import cross_validation, probe
from quintet.evaluation import splits as folds
from quintet.stats import metrics
from quintet.stats.labels import Labels


def pooled(table, labels=None, seed=0):
    labels = labels or table.labels
    return cross_validation.cross_validate(
        table.X, labels, folds.leave_one_out_of(table.fold, labels.groups), seed
    )


def test_each_row_is_tested_once_and_in_its_own_fold(signal):
    splits = folds.leave_one_out_of(signal.fold, signal.labels.groups)
    assert len(splits) == 4
    assert sorted(np.concatenate([test for _, test in splits])) == list(range(len(signal.X)))
    for train, test in splits:
        assert len(set(signal.fold[test])) == 1
        assert not set(signal.fold[test]) & set(signal.fold[train])


def test_a_group_in_two_folds_is_named(signal):
    fold = signal.fold.copy()
    fold[17] = "522" if fold[17] != "522" else "101"
    with pytest.raises(QuintetError, match="'mix05' lies in more than one fold"):
        folds.leave_one_out_of(fold, signal.labels.groups)


def test_one_fold_is_too_few():
    with pytest.raises(QuintetError, match="at least two folds"):
        folds.leave_one_out_of(np.array(["a", "a"]), np.array(["", ""]))


def test_rows_without_a_group_stand_alone():
    splits = folds.leave_one_out_of(np.array(["a", "b"]), np.array(["", ""]))
    assert [(list(train), list(test)) for train, test in splits] == [([1], [0]), ([0], [1])]


@pytest.mark.parametrize("seed", range(3))
def test_stratified_groups_stay_whole_and_spread_the_classes(signal, seed):
    splits = folds.stratified_groups(signal.labels.y, signal.labels.groups, 4, seed)
    assert sorted(np.concatenate([test for _, test in splits])) == list(range(len(signal.X)))
    for train, test in splits:
        assert not set(signal.labels.groups[test]) & set(signal.labels.groups[train])
        _, counts = np.unique(signal.labels.y[test], return_counts=True)
        assert counts.tolist() == [6] * 5  # 8 mixes of 3 rows a class, over 4 folds


def test_fewer_groups_than_folds_give_fewer_folds():
    y, groups = np.array(["a", "b", "a"]), np.array(["1", "1", "2"])
    assert len(folds.stratified_groups(y, groups, 5, 0)) == 2
    assert folds.stratified_groups(y, np.array(["1", "1", "1"]), 5, 0) == []


def test_a_planted_signal_is_found(signal):
    found = pooled(signal)
    assert found.probabilities.dtype == np.float32
    assert found.folds == ({"n_train": 90, "n_test": 30},) * 4
    assert metrics.value("accuracy", signal.labels, found.probabilities) > 0.9


def test_permuted_labels_give_chance(signal):
    scores = []
    for seed in range(3):
        named = np.random.default_rng(seed).permutation(signal.labels.y.reshape(-1, 3)[:, 0])  # whole mixes
        labels = Labels(np.repeat(named, 3), signal.labels.groups, signal.labels.classes)
        scores.append(metrics.value("accuracy", labels, pooled(signal, labels).probabilities))
    assert abs(np.mean(scores) - 0.2) < 0.12


def test_noise_is_answered_without_confidence(noise):
    found = pooled(noise).probabilities
    assert metrics.value("ece", noise.labels, found) < 0.15
    assert metrics.value("brier", noise.labels, found) < 0.9


def test_the_answer_for_a_fold_does_not_depend_on_its_own_labels_or_values(signal):
    held = signal.fold == "202"
    before = pooled(signal).probabilities
    y = signal.labels.y.copy()
    y[held] = "calm"
    swapped = pooled(signal, Labels(y, signal.labels.groups, signal.labels.classes)).probabilities
    assert np.array_equal(before[held], swapped[held])
    X = signal.X.copy()
    X[np.flatnonzero(held)[0]] *= 1000  # one test row as an outlier must not move the scale of the others
    splits = folds.leave_one_out_of(signal.fold, signal.labels.groups)
    moved = cross_validation.cross_validate(X, signal.labels, splits, 0).probabilities
    assert np.array_equal(before[np.flatnonzero(held)[1:]], moved[np.flatnonzero(held)[1:]])


def test_a_planted_leak_of_a_group_is_named(signal):
    train, test = np.arange(0, 61), np.arange(61, 120)  # cuts through mix20
    with pytest.raises(QuintetError, match="'mix20' is trained on and tested"):
        folds.apart([(train, test), (test, train)], signal.labels.groups)


def test_folds_that_test_nothing_are_refused(signal):
    with pytest.raises(QuintetError, match="tested 0 times over 0 folds"):
        cross_validation.cross_validate(signal.X, signal.labels, [], 0)


def test_a_class_in_one_fold_only_scores_0_there_and_breaks_nothing(signal):
    y = signal.labels.y.copy()
    y[y == "happy"] = "calm"
    y[signal.fold == "101"] = "happy"
    labels = Labels(y, signal.labels.groups, signal.labels.classes)
    found = pooled(signal, labels).probabilities
    assert (found[signal.fold == "101", 2] == 0).all()
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("name", probe.NAMES)
def test_the_same_seed_gives_the_same_predictions(signal, name):
    splits = folds.leave_one_out_of(signal.fold, signal.labels.groups)
    one, two = (cross_validation.cross_validate(signal.X, signal.labels, splits, 7, name) for _ in range(2))
    assert np.array_equal(one.probabilities, two.probabilities)


def test_a_given_split_trains_on_train_chooses_on_valid_and_scores_what_counts():
    split = np.array(["train", "valid", "test", "test", ""])
    (given,) = folds.given(split, np.array([True, True, True, False, True]))
    assert [list(side) for side in given] == [[0], [2]]
    assert list(folds.to_choose(split)) == [1]
    assert folds.to_choose(split[2:]) is None


def test_test_rows_of_a_group_that_is_trained_on_are_counted(signal):
    train, test = np.arange(0, 61), np.arange(61, 120)  # cuts through mix20
    assert folds.shared([(train, test)], signal.labels.groups) == 2
    assert folds.shared([(train[:60], test)], signal.labels.groups) == 0
    assert folds.shared([(train, test)], np.full(120, "")) == 0  # nobody's group is shared by nobody


@pytest.mark.parametrize("name", probe.NAMES)
def test_rows_to_choose_on_are_never_trained_on(signal, name):
    """What they are like may change the settings; the scale is that of the training rows alone."""
    rows = np.arange(len(signal.X))
    trial = cross_validation.Trial(rows[:60], rows[90:], rows[60:90])
    assert trial.sizes == {"n_train": 60, "n_valid": 30, "n_test": 30}
    examples = trial.examples(signal.X, signal.labels)
    made = probe.make(name, examples, 0)
    alone = probe.make(
        name, cross_validation.Trial(rows[:60], rows[90:]).examples(signal.X, signal.labels), 0
    )
    assert np.array_equal(made.arrays["mean"], alone.arrays["mean"])
    assert np.array_equal(made.arrays["scale"], alone.arrays["scale"])


@pytest.mark.parametrize("split", [["train", "valid"], ["test", "test"]])
def test_a_split_with_an_empty_side_is_refused(split):
    with pytest.raises(QuintetError, match="at least one of each was expected"):
        folds.given(np.array(split), np.ones(2, bool))


def test_only_tested_rows_are_answered(signal):
    split = np.where(signal.fold == signal.fold[0], "test", "train")
    found = cross_validation.cross_validate(signal.X, signal.labels, folds.given(split, split == "test"), 0)
    assert list(found.rows) == list(np.flatnonzero(split == "test"))
    assert len(found.probabilities) == len(found.rows)


def test_a_row_tested_twice_is_refused(signal):
    rows = np.arange(len(signal.X))
    with pytest.raises(QuintetError, match="tested 2 times"):
        cross_validation.cross_validate(
            signal.X, signal.labels, [(rows[9:], rows[:9]), (rows[9:], rows[:9])], 0
        )
