"""Per class: scores and curves of each class, those of tags, and the clips that are hardest."""

import subprocess

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from dashboard import cache
from dashboard.views.benchmarks import per_class
from quintet.audit import report
from quintet.audit.findings import LABEL
from quintet.evaluation import runs
from quintet.jobs import process
from tests.evaluation.test_benchmark import TAGGED
from tests.pages.benchmark_pages import board, opened, tag_runs
from tests.pages.opening import html


def test_each_class_has_its_score_with_an_interval(demo):
    shown = board(demo)
    run = shown.runs[0]
    found = cache.by_class("demo", run.source.key, shown.rules)
    expected = f1_score(run.y, run.predicted, labels=list(run.classes), average=None)
    drawn = per_class.lines(shown, run, found, "f1")
    assert [line.value.value for line in drawn] == pytest.approx(expected)
    said = per_class.sentence("Some", found, "f1", shown)
    best, least = run.classes[expected.argmax()], run.classes[expected.argmin()]
    assert said.claim == f"Some finds {best} best" and said.rest == f"and {least} least."


def test_the_areas_are_those_of_scikit_learn(demo):
    shown = board(demo)
    name = shown.classes[2]
    found = per_class.areas(shown, name)
    for row, run in zip(found.to_dict("records"), shown.runs, strict=True):
        true, score = run.y == name, run.probabilities[:, 2]
        assert row["AP"] == pytest.approx(average_precision_score(true, score))
        assert row["ROC-AUC"] == pytest.approx(roc_auc_score(true, score))


@pytest.mark.parametrize("kind", per_class.CURVES)
def test_every_backbone_has_its_curve(demo, kind):
    shown = board(demo)
    drawn = per_class.traces(shown, shown.classes[0], kind)
    assert [one.untrained for one in drawn] == [run.source.untrained for run in shown.runs]
    for one in drawn:
        assert ((one.x >= 0) & (one.x <= 1) & (one.y >= 0) & (one.y <= 1)).all()
    text = html(opened(view="class", curve=kind))
    assert "Calm against the rest" in text


def test_the_hardest_clips_get_the_least_of_the_trained(demo):
    shown = board(demo)
    ids = per_class.hardest(shown, "tender")
    trained = [run for run in shown.runs if not run.source.untrained]
    given = {
        i: np.mean([run.probabilities[run.ids.index(i), run.classes.index("tender")] for run in trained])
        for i, y in zip(trained[0].ids, trained[0].y, strict=True) if y == "tender"
    }  # fmt: skip
    assert ids == sorted(given, key=given.get)[: per_class.LISTED]


def test_the_address_says_which_class_and_backbone(demo):
    shown = board(demo)
    last = shown.runs[-1].source
    text = html(opened(view="class", a=last.key, **{"class": "tender"}))
    assert "The hardest tender clips" in text
    assert f"{last.backbone.spec.title} (untrained), by mood" in text


def test_tags_have_average_precision_and_those_without_positives_say_so(here, monkeypatch):
    source = tag_runs(here, monkeypatch)
    app = opened(dataset=TAGGED, view="class")
    run = runs.get(TAGGED, source, runs.Rules("mtat-all"), here)
    found = runs.per_tag(run)
    best = max(found.ap, key=lambda name: found.ap[name].value)
    assert f"finds {best} best" in html(app)
    assert "none or all of those tested have it" in html(app)
    app.selectbox(key="class").set_value("opera").run()
    assert not app.exception
    assert "there is no curve" in html(app)
    assert "None of the" in html(app)


def test_labels_that_probes_doubt_come_from_the_audit_and_say_so(own):
    assert "has not been audited" in html(opened(view="class"))
    # in a process of its own, as it always runs: its library imports a module called datasets
    subprocess.run([*process.COMMAND, "audit", "demo"], check=True, capture_output=True)
    found = report.get("demo", cache.embedded("demo"), own)
    doubts = found.of(LABEL)
    assert doubts
    name = cache.labels("demo")[doubts[0].id]
    text = html(opened(view="class", **{"class": name}))
    assert f"{name.capitalize()} labels that may be wrong" in text
    assert "hear them before the label is blamed" in text and "Confident learning" in text
