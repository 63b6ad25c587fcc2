"""Scores per fold and per seed against scikit-learn on the rows of each."""

import numpy as np
import pytest
from sklearn.metrics import f1_score

from quintet.errors import QuintetError
from quintet.evaluation import fold_statistics
from quintet.stats import metrics


def test_each_fold_is_scored_by_itself(answers):
    labels, probabilities = answers
    fold = (np.arange(60) // 3 % 4).astype(str)
    found = fold_statistics.over_folds("macro_f1", labels, probabilities, fold)
    called = metrics.predicted(probabilities, labels.classes)
    expected = [f1_score(labels.y[fold == f], called[fold == f], average="macro") for f in "0123"]
    assert [one.value for one in found.points] == pytest.approx(expected)
    assert [(one.name, one.n) for one in found.points] == [(f, 15) for f in "0123"]
    assert found.mean == pytest.approx(np.mean(expected))
    assert found.deviation == pytest.approx(np.std(expected, ddof=1))


def test_folds_are_in_order_of_number(answers):
    labels, probabilities = answers
    fold = np.repeat(["10", "9", "1"], 20)
    found = fold_statistics.over_folds("accuracy", labels, probabilities, fold)
    assert [one.name for one in found.points] == ["1", "9", "10"]


def test_each_seed_is_a_point(answers):
    labels, probabilities = answers
    found = fold_statistics.over_seeds(
        "accuracy", {1: (labels, probabilities), 0: (labels, probabilities[::-1])}
    )
    assert [one.name for one in found.points] == ["0", "1"]
    assert found.points[1].value == metrics.value("accuracy", labels, probabilities)


def test_one_point_has_no_deviation_and_none_is_refused():
    assert fold_statistics.of([fold_statistics.Point("0", 3, 0.5)]) == fold_statistics.Spread(
        (fold_statistics.Point("0", 3, 0.5),), 0.5, None
    )
    with pytest.raises(QuintetError, match="at least one"):
        fold_statistics.of([])


def test_a_fold_a_row_is_needed(answers):
    with pytest.raises(QuintetError, match="2 folds and 60 rows"):
        fold_statistics.over_folds("accuracy", *answers, np.array(["0", "1"]))
