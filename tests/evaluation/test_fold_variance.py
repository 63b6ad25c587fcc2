"""Folds and seeds of stored runs, each scored by itself against scikit-learn."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import f1_score

from quintet.embeddings import models
from quintet.errors import MissingEmbeddings, UsageError
from quintet.evaluation import benchmark, fold_variance, labelled_embeddings, runs
from quintet.storage import tables
from tests import faulty

RULES = runs.Rules("gtzan-10fold")


@pytest.fixture
def source(planted):
    return models.resolve_model("musicnn", planted)


def test_each_fold_is_scored_by_itself(planted, source):
    run = runs.get(faulty.NAME, source, RULES, planted)
    found = fold_variance.over_folds(run, "macro_f1", planted)
    assert [one.name for one in found.points] == [str(n) for n in range(1, 11)]
    rows = runs.rows(faulty.NAME, source, RULES, planted)
    splits = rows.splits(labelled_embeddings.protocol(faulty.NAME, planted, RULES.protocol), 0)
    for point, (_, test) in zip(found.points, splits, strict=True):
        at = [run.ids.index(rows.ids[row]) for row in test]
        assert point.n == len(test)
        assert point.value == pytest.approx(f1_score(run.y[at], run.predicted[at], average="macro"))


def test_seeds_are_those_there_are_runs_of(planted, source):
    assert fold_variance.stored(faulty.NAME, source, RULES, planted) == [0]
    for seed in (12, 3):
        benchmark.again(faulty.NAME, [source], replace(RULES, seed=seed), planted)
    assert fold_variance.stored(faulty.NAME, source, RULES, planted) == [0, 3, 12]
    found = fold_variance.over_seeds(faulty.NAME, source, RULES, "accuracy", planted)
    held = [runs.get(faulty.NAME, source, replace(RULES, seed=s), planted) for s in (0, 3, 12)]
    assert [one.value for one in found.points] == pytest.approx([run.right.mean() for run in held])
    assert found.deviation == pytest.approx(np.std([run.right.mean() for run in held], ddof=1))


def test_a_run_there_is_not_and_one_of_other_clips_are_refused(planted, source):
    with pytest.raises(MissingEmbeddings):
        fold_variance.over_seeds(faulty.NAME, source, replace(RULES, probe="knn"), "accuracy", planted)
    run = runs.get(faulty.NAME, source, RULES, planted)
    tables.delete_rows(models.model_table_path(faulty.NAME, source, planted), ["clip03"])
    with pytest.raises(UsageError, match="other clips than there are now"):
        fold_variance.over_folds(run, "accuracy", planted)
