"""Scores against scikit-learn, and their intervals against a plain loop over draws."""

import numpy as np
import pytest
from sklearn import metrics as reference

from quintet.errors import QuintetError, UnknownName
from quintet.stats import bootstrap, metrics
from quintet.stats.labels import Labels


def of_reference(name: str, labels: Labels, probabilities: np.ndarray) -> float:
    """The same score from scikit-learn; the calibration error, which it lacks, as its paper has it."""
    y, called = labels.y, np.array(labels.classes)[probabilities.argmax(axis=1)]
    if name == "ece":
        sure, right = probabilities.max(axis=1), called == y
        inside = [(sure >= i / 15) & (sure < (i + 1) / 15) for i in range(15)]
        return sum(abs(sure[b].mean() - right[b].mean()) * b.mean() for b in inside if b.any())
    exact = probabilities.astype(np.float64) / probabilities.astype(np.float64).sum(axis=1, keepdims=True)
    return {
        "accuracy": lambda: reference.accuracy_score(y, called),
        "balanced_accuracy": lambda: reference.balanced_accuracy_score(y, called),
        "macro_f1": lambda: reference.f1_score(y, called, average="macro"),
        "top2": lambda: reference.top_k_accuracy_score(y, probabilities, k=2, labels=list(labels.classes)),
        "brier": lambda: reference.brier_score_loss(y, exact, labels=list(labels.classes)),
    }[name]()


def test_there_are_metrics():
    assert len(metrics.METRICS) >= 6


@pytest.mark.parametrize("name", metrics.METRICS)
def test_a_score_is_the_reference_score(name, answers):
    labels, probabilities = answers
    assert metrics.value(name, labels, probabilities) == pytest.approx(
        of_reference(name, labels, probabilities), abs=1e-6
    )


@pytest.mark.parametrize("name", metrics.METRICS)
def test_every_draw_is_scored_as_its_rows_would_be(name, answers):
    labels, probabilities = answers
    metric = metrics.METRICS[name]
    parts = metrics._parts(name, labels, probabilities)
    drawn = metric.score(bootstrap.totals(parts, labels.groups, 5, 20))
    lots = np.random.default_rng(5)
    order = np.unique(labels.groups)
    for score in drawn:
        groups = order[lots.integers(20, size=20)]
        rows = np.concatenate([np.flatnonzero(labels.groups == g) for g in groups])
        again = Labels(labels.y[rows], labels.groups[rows], labels.classes)
        assert score == pytest.approx(metrics.value(name, again, probabilities[rows]), abs=1e-9)


def test_draws_made_in_parts_are_the_draws_made_at_once(answers, monkeypatch):
    labels, probabilities = answers
    whole = metrics.with_interval("macro_f1", labels, probabilities, 1)
    monkeypatch.setattr(bootstrap, "CELLS", 60)
    assert metrics.with_interval("macro_f1", labels, probabilities, 1) == whole


@pytest.mark.parametrize("name", metrics.METRICS)
def test_one_seed_gives_one_interval_around_the_value(name, answers):
    labels, probabilities = answers
    found = metrics.summary(labels.y, probabilities, labels.groups, labels.classes, 0)[name]
    assert found == metrics.with_interval(name, labels, probabilities, 0)
    assert found != metrics.with_interval(name, labels, probabilities, 1)
    assert found.low < found.high
    assert name == "ece" or found.low <= found.value <= found.high


def test_the_interval_of_accuracy_is_near_scipys(answers):
    from scipy.stats import bootstrap as plain

    labels, probabilities = answers
    alone = Labels(labels.y, np.full(60, ""), labels.classes)
    found = metrics.with_interval("accuracy", alone, probabilities, 0, 10_000)
    right = (metrics.predicted(probabilities, labels.classes) == labels.y).astype(float)
    low, high = plain((right,), np.mean, method="percentile", rng=0).confidence_interval
    assert (found.low, found.high) == (pytest.approx(low, abs=0.02), pytest.approx(high, abs=0.02))


def test_rows_of_one_group_widen_the_interval(answers):
    labels, probabilities = answers
    twice = np.repeat(np.arange(60), 4)
    y, groups = labels.y[twice], np.arange(60).astype(str)[twice]
    grouped = metrics.with_interval("accuracy", Labels(y, groups, labels.classes), probabilities[twice], 0)
    alone = metrics.with_interval(
        "accuracy", Labels(y, np.full(240, ""), labels.classes), probabilities[twice], 0
    )
    assert grouped.high - grouped.low > 1.5 * (alone.high - alone.low)


def test_one_group_gives_an_interval_of_no_width():
    labels = Labels(np.array(["a", "b"]), np.array(["g", "g"]), ("a", "b"))
    found = metrics.with_interval("accuracy", labels, np.array([[1, 0], [1, 0]], dtype=np.float32), 0)
    assert found == metrics.Interval(0.5, 0.5, 0.5)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("accuracy", 1), ("balanced_accuracy", 1), ("macro_f1", 1), ("top2", 1), ("ece", 0), ("brier", 0)],
)
def test_one_class_rightly_answered_scores_full(name, expected):
    labels = Labels(np.array(["a"] * 4), np.full(4, ""), ("a",))
    found = metrics.with_interval(name, labels, np.ones((4, 1), dtype=np.float32), 0)
    assert (found.value, found.low, found.high) == (expected,) * 3


def test_a_class_that_never_occurs_does_not_lower_the_means():
    labels = Labels(np.array(["a", "b"]), np.array(["", ""]), ("a", "b", "c"))
    probabilities = np.eye(2, 3, dtype=np.float32)
    assert metrics.value("macro_f1", labels, probabilities) == 1
    assert metrics.value("balanced_accuracy", labels, probabilities) == 1


def test_equal_probabilities_go_to_the_earlier_class():
    labels = Labels(np.array(["a", "b", "c"]), np.full(3, ""), ("a", "b", "c"))
    even = np.full((3, 3), 1 / 3, dtype=np.float32)
    assert metrics.predicted(even, labels.classes).tolist() == ["a"] * 3
    assert metrics.value("accuracy", labels, even) == pytest.approx(1 / 3)
    assert metrics.value("top2", labels, even) == pytest.approx(2 / 3)


def test_the_confusion_is_the_reference_confusion(answers):
    labels, probabilities = answers
    called = metrics.predicted(probabilities, labels.classes)
    expected = reference.confusion_matrix(labels.y, called, labels=list(labels.classes))
    assert np.array_equal(metrics.confusion(labels.y, called, labels.classes), expected)


def test_probabilities_of_another_shape_are_refused(answers):
    labels, probabilities = answers
    with pytest.raises(QuintetError, match=r"\(59, 5\) were given; \(60, 5\) was expected"):
        metrics.value("accuracy", labels, probabilities[1:])


def test_an_unknown_metric_gets_a_hint(answers):
    with pytest.raises(UnknownName, match="Did you mean 'accuracy'"):
        metrics.value("acuracy", *answers)
