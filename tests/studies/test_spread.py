"""Folds and seeds of stored runs, each scored by itself against scikit-learn."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import f1_score

from quintet import collection, store
from quintet.errors import MissingEmbeddings, UsageError
from quintet.studies import runs, scoring, spread, table
from tests import faulty

RULES = runs.Rules("gtzan-10fold")


@pytest.fixture
def source(planted):
    return collection.source("musicnn", planted)


def test_each_fold_is_scored_by_itself(planted, source):
    run = runs.get(faulty.NAME, source, RULES, planted)
    found = spread.over_folds(run, "macro_f1", planted)
    assert [one.name for one in found.points] == [str(n) for n in range(1, 11)]
    rows = runs.rows(faulty.NAME, source, RULES, planted)
    splits = rows.splits(table.protocol(faulty.NAME, planted, RULES.protocol), 0)
    for point, (_, test) in zip(found.points, splits, strict=True):
        at = [run.ids.index(rows.ids[row]) for row in test]
        assert point.n == len(test)
        assert point.value == pytest.approx(f1_score(run.y[at], run.predicted[at], average="macro"))


def test_seeds_are_those_there_are_runs_of(planted, source):
    assert spread.stored(faulty.NAME, source, RULES, planted) == [0]
    for seed in (12, 3):
        scoring.again(faulty.NAME, [source], replace(RULES, seed=seed), planted)
    assert spread.stored(faulty.NAME, source, RULES, planted) == [0, 3, 12]
    found = spread.over_seeds(faulty.NAME, source, RULES, "accuracy", planted)
    held = [runs.get(faulty.NAME, source, replace(RULES, seed=s), planted) for s in (0, 3, 12)]
    assert [one.value for one in found.points] == pytest.approx([run.right.mean() for run in held])
    assert found.deviation == pytest.approx(np.std([run.right.mean() for run in held], ddof=1))


def test_a_run_there_is_not_and_one_of_other_clips_are_refused(planted, source):
    with pytest.raises(MissingEmbeddings):
        spread.over_seeds(faulty.NAME, source, replace(RULES, probe="knn"), "accuracy", planted)
    run = runs.get(faulty.NAME, source, RULES, planted)
    store.forget(collection.table(faulty.NAME, source, planted), ["clip03"])
    with pytest.raises(UsageError, match="other clips than there are now"):
        spread.over_folds(run, "accuracy", planted)
