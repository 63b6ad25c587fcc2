"""Curves and their areas against scikit-learn, ties included; reliability against its calibration curve."""

import numpy as np
import pytest
from sklearn import metrics as reference
from sklearn.calibration import calibration_curve

from quintet.errors import QuintetError
from quintet.evaluation import curves
from quintet.stats import metrics
from quintet.stats.labels import Labels


def scored(seed: int, ties: bool) -> tuple[np.ndarray, np.ndarray]:
    lots = np.random.default_rng(seed)
    true = lots.random(200) < 0.3
    score = true + lots.normal(size=200)
    return true, np.round(score) if ties else score


CASES = [(seed, ties) for seed in range(3) for ties in (False, True)]


@pytest.mark.parametrize(("seed", "ties"), CASES)
def test_precision_and_recall_are_scikit_learns(seed, ties):
    true, score = scored(seed, ties)
    precision, recall, thresholds = reference.precision_recall_curve(true, score)
    found = curves.precision_recall(true, score)
    np.testing.assert_allclose(found.x, recall[::-1])
    np.testing.assert_allclose(found.y, precision[::-1])
    np.testing.assert_allclose(found.thresholds[1:], thresholds[::-1])
    assert found.area == pytest.approx(reference.average_precision_score(true, score))


@pytest.mark.parametrize(("seed", "ties"), CASES)
def test_the_roc_curve_is_scikit_learns(seed, ties):
    true, score = scored(seed, ties)
    x, y, thresholds = reference.roc_curve(true, score, drop_intermediate=False)
    found = curves.roc(true, score)
    np.testing.assert_allclose(found.x, x)
    np.testing.assert_allclose(found.y, y)
    np.testing.assert_allclose(found.thresholds, thresholds)
    assert found.area == pytest.approx(reference.roc_auc_score(true, score))


@pytest.mark.parametrize("draw", [curves.roc, curves.precision_recall])
def test_a_class_without_rows_or_without_others_has_no_curve(draw):
    with pytest.raises(QuintetError, match="None of 4 rows belongs to the class"):
        draw(np.zeros(4, bool), np.arange(4.0))
    with pytest.raises(QuintetError, match="None of 4 rows belongs to any other"):
        draw(np.ones(4, bool), np.arange(4.0))
    with pytest.raises(QuintetError, match="one of each a row"):
        draw(np.ones(4, bool), np.arange(5.0))


def test_reliability_is_scikit_learns_calibration_curve_with_counts(answers):
    labels, probabilities = answers
    sure = probabilities.max(axis=1).astype(np.float64)
    right = metrics.predicted(probabilities, labels.classes) == labels.y
    found = curves.reliability(right, sure)
    expected = calibration_curve(right, sure, n_bins=15)
    there = [one for one in found if one.n]
    assert [one.right for one in there] == pytest.approx(expected[0].tolist())
    assert [one.confidence for one in there] == pytest.approx(expected[1].tolist())
    assert sum(one.n for one in found) == 60
    assert {(one.confidence, one.right) for one in found if not one.n} <= {(None, None)}
    assert (found[0].low, found[-1].high) == (0, 1)


def test_the_gaps_of_the_bins_make_the_calibration_error(answers):
    labels, probabilities = answers
    right = metrics.predicted(probabilities, labels.classes) == labels.y
    found = curves.reliability(right, probabilities.max(axis=1))
    gap = sum(one.n / 60 * abs(one.confidence - one.right) for one in found if one.n)
    assert gap == pytest.approx(
        metrics.value("ece", Labels(labels.y, labels.groups, labels.classes), probabilities)
    )


def test_certainty_lies_in_the_last_bin():
    found = curves.reliability(np.array([True, False]), np.array([1.0, 1.0], np.float32))
    assert (found[-1].n, found[-1].confidence, found[-1].right) == (2, 1.0, 0.5)
