"""Scores per class against scikit-learn, and their intervals against a plain loop over draws."""

import numpy as np
import pytest
from sklearn.metrics import precision_recall_fscore_support as reference

from quintet.errors import QuintetError
from quintet.evaluation import per_class
from quintet.stats import bootstrap, metrics
from quintet.stats.labels import Labels


def other(probabilities: np.ndarray) -> np.ndarray:
    """Another backbone's answers to the same rows."""
    lots = np.random.default_rng(8)
    return lots.permutation(probabilities).astype(np.float32)


def test_each_class_scores_as_scikit_learn_has_it(answers):
    labels, probabilities = answers
    called = metrics.predicted(probabilities, labels.classes)
    expected = reference(labels.y, called, labels=list(labels.classes))
    found = per_class.scores(labels, probabilities, 0)
    assert [one.name for one in found] == list(labels.classes)
    assert [one.rows for one in found] == expected[3].tolist()
    assert [one.answered for one in found] == [int((called == name).sum()) for name in labels.classes]
    for at, measure in enumerate(per_class.MEASURES):
        assert [one.measures[measure].value for one in found] == pytest.approx(expected[at].tolist())


def test_an_interval_is_that_of_a_loop_over_draws(answers, monkeypatch):
    monkeypatch.setattr(per_class, "DRAWS", 200)
    labels, probabilities = answers
    called = metrics.predicted(probabilities, labels.classes)
    order = np.unique(labels.groups)
    drawn = []
    for often in np.concatenate(list(bootstrap.draws(len(order), 4, 200))).astype(int):
        weight = often[np.searchsorted(order, labels.groups)]
        drawn.append(
            reference(labels.y, called, labels=["happy"], sample_weight=weight, zero_division=0)[1][0]
        )
    found = per_class.scores(labels, probabilities, 4)[labels.classes.index("happy")].measures["recall"]
    assert (found.low, found.high) == pytest.approx(bootstrap.middle(np.array(drawn)))


def test_differences_are_those_of_the_scores_and_use_the_same_draws(answers):
    labels, a = answers
    b = other(a)
    found = per_class.differences(labels, a, b, 0)
    first, second = (per_class.scores(labels, p, 0) for p in (a, b))
    for gap, one, two in zip(found, first, second, strict=True):
        assert gap.rows == one.rows
        for measure in per_class.MEASURES:
            assert gap.measures[measure].value == pytest.approx(
                one.measures[measure].value - two.measures[measure].value
            )
            assert gap.measures[measure].low <= gap.measures[measure].high
    same = per_class.differences(labels, a, a, 0)
    assert all(i.low == i.value == i.high == 0 for gap in same for i in gap.measures.values())


def test_what_is_undefined_is_said_to_be():
    labels = Labels(np.array(["a", "a", "b"]), np.full(3, ""), ("a", "b", "c", "d"))
    answered = np.eye(4, dtype=np.float32)[[0, 0, 2]]
    found = {one.name: one.measures for one in per_class.scores(labels, answered, 0)}
    assert found["b"]["precision"] is None
    assert found["b"]["recall"].value == 0
    assert found["c"]["recall"] is None
    assert found["c"]["precision"].value == 0
    assert found["d"] == dict.fromkeys(per_class.MEASURES)
    gap = per_class.differences(labels, answered, np.eye(4, dtype=np.float32)[[0, 0, 1]], 0)[1]
    assert gap.measures["precision"] is None
    assert gap.measures["recall"].value == -1


def test_other_shapes_are_refused(answers):
    labels, probabilities = answers
    with pytest.raises(QuintetError, match="was expected"):
        per_class.scores(labels, probabilities[:, 1:], 0)
