"""Averages, mixtures and cascades: by hand, row by row, and with nothing to learn from."""

import numpy as np
import pytest

from quintet.errors import QuintetError
from quintet.evaluation import cascade, ensemble
from quintet.stats import significance
from quintet.stats.labels import Labels, codes

CLASSES = ("a", "b", "c")


def answered(n: int = 120, strengths: tuple[float, ...] = (1.0, 0.6, 0.0)) -> tuple[Labels, np.ndarray]:
    """Labels of n rows in groups of two, and B backbones' probabilities (B, n, 3)."""
    lots = np.random.default_rng(2)
    true = lots.integers(3, size=n)
    raw = np.stack([2 * s * np.eye(3)[true] + lots.normal(size=(n, 3)) for s in strengths])
    said = np.exp(raw) / np.exp(raw).sum(axis=2, keepdims=True)
    groups = np.array([f"g{i // 2:03d}" for i in range(n)])
    return Labels(np.array(CLASSES)[true], groups, CLASSES), said.astype(np.float32)


def right(labels: Labels, said: np.ndarray) -> np.ndarray:
    return said.argmax(axis=1) == codes(labels.y, labels.classes)


def test_the_average_is_the_mean_of_what_is_said():
    said = np.array([[[0.9, 0.1]], [[0.2, 0.8]], [[0.1, 0.9]]], np.float32)
    assert ensemble.average(said)[0].tolist() == pytest.approx([0.4, 0.6])
    with pytest.raises(QuintetError, match="expected"):
        ensemble.average(said[0])


def test_most_votes_win_and_the_average_settles_ties():
    sure, torn = [0.9, 0.06, 0.04], [0.3, 0.4, 0.3]
    most = ensemble.vote(np.array([[sure], [torn], [torn]], np.float32))
    assert most[0].argmax() == 1  # though the average says 0
    tied = ensemble.vote(np.array([[sure], [torn]], np.float32))
    assert tied[0].argmax() == 0
    assert most.sum() == pytest.approx(1)


def test_a_mixture_learns_whom_to_believe():
    labels, said = answered(240, (2.0, 0.0, 0.0, 0.0))
    mixed = ensemble.stacked(said, labels, 0)
    assert mixed.sum(axis=1) == pytest.approx(1)
    assert right(labels, mixed).mean() > right(labels, ensemble.average(said)).mean() + 0.05
    np.testing.assert_array_equal(mixed, ensemble.stacked(said, labels, 0))


def test_a_mixture_of_answers_without_a_trace_of_the_truth_is_at_chance():
    labels, said = answered(400, (0.0, 0.0))
    hits = right(labels, ensemble.stacked(said, labels, 0)).mean()
    assert abs(hits - 1 / 3) < 0.095  # four standard errors


def test_a_group_is_answered_by_a_mixture_that_never_met_it():
    labels, said = answered(60, (1.0,))
    before = ensemble.stacked(said, labels, 0)
    flipped = labels.y.copy()
    for row in (0, 1):  # one group's labels swapped within it: the folds stay as they are
        flipped[row] = labels.y[1 - row]
    swapped = Labels(flipped, labels.groups, labels.classes)
    assert (flipped != labels.y).any()
    np.testing.assert_array_equal(ensemble.stacked(said, swapped, 0)[:2], before[:2])


def test_a_single_group_cannot_be_mixed():
    labels, said = answered(6)
    with pytest.raises(QuintetError, match="belong to one group"):
        ensemble.stacked(said, Labels(labels.y, np.full(6, "g"), CLASSES), 0)


def test_what_each_adds_is_the_average_with_it_against_the_one_without():
    labels, said = answered()
    named = dict(zip("xyz", said, strict=True))
    found = ensemble.added(named, labels, 0)
    assert [one.name for one in found] == ["x", "y", "z"]
    whole = right(labels, ensemble.average(said))
    without = right(labels, said[1:].mean(axis=0))
    assert found[0].difference == significance.paired_difference(whole, without, labels.groups, 0)
    assert found[0].difference.value > found[2].difference.value
    assert [one.corrected for one in found] == significance.holm([one.difference.p for one in found])
    assert ensemble.added({"x": said[0]}, labels, 0) == []


def test_the_ends_of_a_cascade_are_the_cheapest_alone_and_the_average_of_all():
    labels, said = answered()
    found = cascade.cascade({"slow": 9.0, "quick": 1.0, "middle": 3.0}, said, labels, 0)
    assert found.order == ("quick", "middle", "slow")
    first, last = found.steps[0], found.steps[-1]
    assert first.accuracy.value == right(labels, said[1]).mean()
    assert (first.seconds, first.asked) == (1.0, (1.0, 0.0, 0.0))
    assert last.accuracy.value == right(labels, ensemble.average(said)).mean()
    assert (last.seconds, last.asked) == (13.0, (1.0, 1.0, 1.0))


def test_every_step_of_a_cascade_is_what_a_plain_loop_finds():
    labels, said = answered(40)
    seconds, order = {"a": 2.0, "b": 0.5, "c": 7.0}, [1, 0, 2]
    true = codes(labels.y, labels.classes)
    for step in cascade.cascade(seconds, said, labels, 0).steps:
        hits, spent = 0, 0.0
        for row in range(40):
            asked: list[np.ndarray] = []
            for at in order:
                asked.append(said[at, row])
                spent += list(seconds.values())[at]
                if np.mean(asked, axis=0).max() >= step.threshold:
                    break
            hits += np.mean(asked, axis=0).argmax() == true[row]
        assert step.accuracy.value == pytest.approx(hits / 40)
        assert step.seconds == pytest.approx(spent / 40)


def test_the_higher_the_threshold_the_more_are_asked():
    labels, said = answered()
    steps = cascade.cascade({"a": 2.0, "b": 0.5, "c": 7.0}, said, labels, 0).steps
    assert [one.seconds for one in steps] == sorted(one.seconds for one in steps)
    assert all(one.accuracy.low <= one.accuracy.value <= one.accuracy.high for one in steps)


def test_a_cascade_needs_times_and_fitting_answers():
    labels, said = answered()
    with pytest.raises(QuintetError, match="above 0"):
        cascade.cascade({"a": 0.0, "b": 0.5, "c": 7.0}, said, labels, 0)
    with pytest.raises(QuintetError, match="was expected"):
        cascade.cascade({"a": 1.0}, said, labels, 0)
