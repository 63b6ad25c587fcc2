"""Compare two: the sentence, the numbers behind it, each class's difference, and the three lists."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score, f1_score, precision_score, recall_score

from dashboard import cache
from dashboard.views.benchmarks import compare
from dashboard.widgets import backbone_picker
from quintet.evaluation import runs
from tests.evaluation.test_benchmark import TAGGED
from tests.pages.benchmark_pages import board, opened, tag_runs
from tests.pages.opening import html


@pytest.fixture
def pair(demo):
    """The demo's board, its two best trained runs over the same clips, and their comparison."""
    shown = board(demo)
    both = runs.common([run for run in shown.runs if not run.source.untrained][:2])
    named = {run.source.key: backbone_picker.named(run.source) for run in both}
    return shown, both, cache.compared("demo", named, shown.rules)


def test_the_sentence_is_a_claim_and_its_evidence(pair):
    _, (a, b), found = pair
    said = compare.verdict(found)
    ahead = a if a.right.mean() > b.right.mean() else b
    assert said.claim.startswith(f"{ahead.source.backbone.spec.title} is ")
    assert said.evidence.startswith("95 % interval ") and "p " in said.evidence
    assert said.evidence.endswith("84 clips in 28 groups")


def test_the_numbers_are_those_of_the_answers(pair):
    shown, (a, b), found = pair
    told = dict(compare.numbers(shown, [a, b], found))
    assert told["Accuracy"] == f"{a.right.mean():.1%} and {b.right.mean():.1%}".replace("%", " %")
    assert told["Kappa"].startswith(f"{cohen_kappa_score(a.predicted, b.predicted):.2f} (")
    assert told["Tested on"] == "84 clips in 28 groups"
    assert told["p after correction"].endswith("Holm over 1 comparison")


@pytest.mark.parametrize(
    ("measure", "score"), [("f1", f1_score), ("precision", precision_score), ("recall", recall_score)]
)
def test_each_class_has_its_difference(pair, measure, score):
    shown, (a, b), found = pair
    names = list(a.classes)
    expected = np.subtract(*(score(r.y, r.predicted, labels=names, average=None) for r in (a, b)))
    drawn = compare.lines(shown, [a, b], found, measure)
    assert [line.value.value for line in drawn] == pytest.approx(expected)
    for line in drawn:
        more = a if line.value.value >= 0 else b
        assert line.sign.colours == more.source.backbone.spec.colours
        assert line.value.low <= line.value.value <= line.value.high


def test_the_lists_hold_the_clips_only_one_is_right_on(pair):
    _, (a, b), found = pair
    text = {who: opened(view="compare", who=who) for who in ("a", "b", "neither")}
    counts = {"a": a.right & ~b.right, "b": ~a.right & b.right, "neither": ~a.right & ~b.right}
    for who, app in text.items():
        labels = [option for group in app.segmented_control for option in group.options]
        assert any(label.endswith(f", {int(counts[who].sum())}") for label in labels)
    assert [found.ids[row] for row in found.outcomes.only_a] == [
        name for name, there in zip(a.ids, counts["a"], strict=True) if there
    ]


def test_a_control_is_named_one_and_its_p_is_not_corrected(demo):
    shown = board(demo)
    control = next(run.source for run in shown.runs if run.source.untrained)
    text = html(opened(view="compare", b=control.key))
    assert f"{control.backbone.spec.title} (untrained)" in text
    assert "an untrained control takes part in no claim" in text


def test_one_backbone_alone_is_told_what_is_missing(here, monkeypatch):
    tag_runs(here, monkeypatch)
    app = opened(dataset=TAGGED, view="compare")
    assert "Only one ticked backbone was scored so." in html(app)
    assert f"quintet benchmark {TAGGED} --protocol mtat-all" in [line.value for line in app.code]


def test_tags_are_compared_by_roc_auc_and_have_no_lists(here, monkeypatch):
    tag_runs(here, monkeypatch, more=("vggish",))
    text = html(opened(dataset=TAGGED, view="compare"))
    assert "macro ROC-AUC" in text
    assert "no clip is simply right or wrong" in text
    assert "Listen to where they part" not in text
    assert "opera" in text
