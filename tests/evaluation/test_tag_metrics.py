"""Scores of tags are scikit-learn's, ties and silent tags included, and so are their draws."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from quintet.errors import QuintetError
from quintet.evaluation import cross_validation, tag_metrics
from quintet.evaluation import splits as folds
from quintet.stats import bootstrap
from quintet.stats.labels import Tags, group_numbers

N, C = 90, 6
NAMES = tuple(f"tag{n}" for n in range(C))


@pytest.fixture(scope="module", params=[0, 1, 8], ids=["untied", "few levels", "eight levels"])
def table(request) -> tuple[Tags, np.ndarray]:
    """Answers of 90 rows in 30 groups, as they are or rounded to few levels so that many are equal."""
    lots = np.random.default_rng(request.param)
    truth = lots.random((N, C)) < np.linspace(0.05, 0.7, C)
    truth[0], truth[1] = True, False
    raw = (truth * 0.4 + lots.random((N, C))) / 1.4
    answers = np.round(raw * request.param) / request.param if request.param else raw
    return Tags(truth, np.repeat(np.arange(30), 3).astype(str), NAMES), answers


def test_values_are_scikit_learns(table):
    tags, answers = table
    found = tag_metrics.scores(tags, answers, seed=0, draws=3)
    for average in ("macro", "micro"):
        auc = roc_auc_score(tags.truth, answers, average=average)
        ap = average_precision_score(tags.truth, answers, average=average)
        assert found.summary[f"roc_auc_{average}"].value == pytest.approx(auc, abs=1e-12)
        assert found.summary[f"ap_{average}"].value == pytest.approx(ap, abs=1e-12)
    for at, name in enumerate(NAMES):
        auc = roc_auc_score(tags.truth[:, at], answers[:, at])
        assert found.roc_auc[name].value == pytest.approx(auc, abs=1e-12)
        ap = average_precision_score(tags.truth[:, at], answers[:, at])
        assert found.ap[name].value == pytest.approx(ap, abs=1e-12)
    assert tag_metrics.macro_roc_auc(tags.truth, answers) == pytest.approx(roc_auc_score(tags.truth, answers))


def test_each_draw_is_what_scikit_learn_says_of_the_drawn_rows(table):
    tags, answers = table
    numbers = group_numbers(tags.groups)
    found = {"roc_auc_macro": [], "ap_macro": [], "roc_auc_micro": [], "ap_micro": []}
    for drawn in np.concatenate(list(bootstrap.draws(30, 4, 40))):
        rows = np.repeat(np.arange(N), drawn[numbers].astype(int))
        truth, said = tags.truth[rows], answers[rows]
        kept = truth.any(axis=0) & ~truth.all(axis=0)
        pairs = list(zip(truth.T[kept], said.T[kept], strict=True))
        found["roc_auc_macro"].append(np.mean([roc_auc_score(t, p) for t, p in pairs]))
        found["ap_macro"].append(np.mean([average_precision_score(t, p) for t, p in pairs]))
        found["roc_auc_micro"].append(roc_auc_score(truth, said, average="micro"))
        found["ap_micro"].append(average_precision_score(truth, said, average="micro"))
    summary = tag_metrics.scores(tags, answers, seed=4, draws=40).summary
    for name, draws in found.items():
        low, high = np.quantile(draws, [0.025, 0.975])
        assert (summary[name].low, summary[name].high) == pytest.approx((low, high), abs=1e-9)


def test_blocks_of_draws_change_nothing(table, monkeypatch):
    tags, answers = table
    whole = tag_metrics.scores(tags, answers, seed=1, draws=50)
    monkeypatch.setattr(tag_metrics, "CELLS", 7 * N * C)
    assert tag_metrics.scores(tags, answers, seed=1, draws=50) == whole


def test_tags_without_positives_or_negatives_are_left_out_and_named():
    truth = np.array([[1, 0, 1], [0, 0, 1], [1, 0, 1], [0, 0, 1]], bool)
    answers = np.array([[0.9, 0.1, 0.3], [0.8, 0.2, 0.3], [0.7, 0.3, 0.3], [0.1, 0.4, 0.3]])
    found = tag_metrics.scores(Tags(truth, np.full(4, ""), ("a", "none", "all")), answers, seed=0)
    assert found.silent == ("none", "all")
    assert list(found.roc_auc) == list(found.ap) == ["a"]
    assert found.summary["roc_auc_macro"].value == 0.75  # of four pairs three in order
    assert found.summary["ap_micro"].value == pytest.approx((1 + 2 / 3) / 2)


def test_nothing_but_silent_tags_is_refused():
    tags = Tags(np.zeros((3, 2), bool), np.full(3, ""), ("a", "b"))
    with pytest.raises(QuintetError, match="nothing can be scored"):
        tag_metrics.scores(tags, np.zeros((3, 2)), seed=0)


def test_probabilities_of_another_shape_are_refused():
    with pytest.raises(QuintetError, match=r"\(3, 1\) were given; \(3, 2\) was expected"):
        tag_metrics.scores(Tags(np.eye(3, 2) > 0, np.full(3, ""), ("a", "b")), np.zeros((3, 1)), seed=0)


def test_planted_tags_are_found_and_permuted_ones_are_not(signal):
    truth = np.stack([signal.labels.y == "calm", np.isin(signal.labels.y, ["happy", "calm"])], axis=1)
    groups = signal.labels.groups
    splits = folds.leave_one_out_of(signal.fold, groups)
    mixed = np.random.default_rng(2).permutation(len(truth) // 3)
    permuted = truth.reshape(-1, 3, 2)[mixed].reshape(-1, 2)  # whole mixes
    found = []
    for answer in (truth, permuted):
        tags = Tags(answer, groups, ("calm", "light"))
        made = cross_validation.cross_validate(signal.X, tags, splits, 0)
        found.append(tag_metrics.scores(tags, made.probabilities, seed=0).summary["roc_auc_macro"])
    assert found[0].value > 0.95
    assert found[1].low < 0.5 < found[1].high
