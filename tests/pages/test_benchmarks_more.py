"""More tests: each shows what its command kept, or says what to run; controls never lead a sentence."""

import pytest

from dashboard import cache
from dashboard.cache import studies as measured
from dashboard.views.benchmarks import ensemble, folds, robustness
from dashboard.views.benchmarks import fewshot as learning
from dashboard.views.benchmarks import layers as layered
from quintet.catalogue import track_lists
from quintet.evaluation import benchmark, stored_ensemble, stored_fewshot
from quintet.evaluation.deformations import DEFORMATIONS
from quintet.evaluation.layer_curve import Curve
from quintet.evaluation.robustness import Drop, Robustness
from quintet.evaluation.runs import Rules
from quintet.stats.metrics import Interval
from quintet.stats.significance import Difference
from tests.evaluation.test_benchmark import TAGGED
from tests.pages.benchmark_pages import board, opened, tag_runs
from tests.pages.opening import html


@pytest.mark.parametrize(("ask", "command"), [
    ("few", "quintet fewshot demo"), ("sound", "quintet robust demo"), ("together", "quintet ensemble demo"),
    ("layers", "quintet layers demo"),
])  # fmt: skip
def test_what_was_not_measured_names_its_command_and_has_a_button(demo, ask, command):
    app = opened(view="more", ask=ask)
    assert any(line.value.startswith(command) for line in app.code)
    assert [button.label for button in app.button] == ["Measure it now"]


def test_the_few_shot_curve_is_the_stored_one(own):
    rules = Rules("demo", "knn")
    shown = board(own)
    best = next(run.source for run in shown.runs if not run.source.untrained)
    benchmark.again("demo", [best], rules, own)
    stored_fewshot.make("demo", best, rules, own)
    found = measured.learning("demo", best, rules)
    assert found == stored_fewshot.get("demo", best, rules, own)
    (line,) = learning.trends([found])
    assert line.at[0] == "1" and line.at[-1] == "all"
    assert len(learning.table([found])) == len(line.at)
    text = html(opened(view="more", ask="few", probe="knn"))
    assert f"With 1 clip of each mood, {best.backbone.spec.title} names" in text


def test_together_shows_every_way_and_what_each_adds(own):
    shown = board(own)
    found = stored_ensemble.get("demo", ensemble.chosen(shown), shown.rules, own)
    text = html(opened(view="more", ask="together"))
    assert "Average" in text and "Stacked" in text and "What each adds" in text
    way = max(found.gains, key=lambda name: found.scores[name]["accuracy"].value)
    assert f"Together ({way}) they name" in text
    assert measured.together("demo", ensemble.chosen(shown), shown.rules) == found


def test_the_folds_are_the_runs_own(demo):
    shown = board(demo)
    run = shown.runs[0]
    found = measured.folds("demo", run.source, shown.rules, "accuracy")
    assert len(found.points) == 4 and sum(p.n for p in found.points) == len(run.ids)
    assert sum(p.value * p.n for p in found.points) == pytest.approx(run.right.sum())
    text = html(opened(view="more", ask="folds"))
    assert folds.each(found) in text and folds.summed(found) in text
    assert "one alone" in text  # there is one seed


def test_a_second_seed_has_its_own_point(own):
    shown = board(own)
    source = shown.runs[0].source
    benchmark.again("demo", [source], Rules("demo", seed=1), own)
    found = measured.seeds("demo", source, shown.rules, "accuracy")
    assert [p.name for p in found.points] == ["0", "1"]


def gap(value: float) -> Difference:
    return Difference(value, value - 0.1, value + 0.1, 0.01, 84, 28)


def test_drops_are_told_by_deformation_and_only_of_trained_ones_in_the_sentence(demo):
    shown = board(demo)
    control = next(run.source for run in shown.runs if run.source.untrained)
    best = next(run.source for run in shown.runs if not run.source.untrained)
    drops = [
        Drop(name, one.title, one.says, 0.7, 0.7 - at / 100, gap(at / 100), 1.0 if at < 4 else 0.02)
        for at, (name, one) in enumerate(DEFORMATIONS.items())
    ]  # fmt: skip
    found = [Robustness(source, "demo", shown.rules, 84, {}, tuple(drops)) for source in (control, best)]
    said = robustness.sentence(found, shown)
    assert said.claim == f"{best.backbone.spec.title} loses most by “Room”, 7 points."
    text = robustness.table(found)
    assert text.count("<tr>") == 2 + len(DEFORMATIONS)
    assert text.count('class="strong"') == 2 * 4
    assert "untrained" in text


def test_a_curve_by_layer_says_its_best_and_its_last(demo):
    shown = board(demo)
    control = next(run.source for run in shown.runs if run.source.untrained)
    scores = {n: {"accuracy": Interval(n / 10 if n < 4 else 0.2, 0.1, 0.5)} for n in range(1, 6)}
    said = layered.sentence([Curve(control, "demo", shown.rules, 84, 5, scores)], "accuracy", shown)
    assert "after layer 3 of 5" in said.claim and "20.0 % after the last" in said.rest
    assert "Untrained" in said.evidence
    (line,) = layered.trends([Curve(control, "demo", shown.rules, 84, 5, scores)], "accuracy")
    assert line.at == (1, 2, 3, 4, 5) and line.untrained


@pytest.mark.parametrize("ask", ["few", "sound", "together", "layers", "folds"])
def test_tags_have_what_tags_can_have(here, monkeypatch, ask):
    tag_runs(here, monkeypatch)
    assert opened(dataset=TAGGED, view="more", ask=ask)


def test_nothing_is_cached_of_what_is_not_there(own):
    shown = board(own)
    assert measured.learning("demo", shown.runs[0].source, shown.rules) is None
    assert measured.layered("demo", shown.runs[0].source, shown.rules) is None
    assert measured.deformed("demo", shown.runs[0].source, shown.rules) is None
    assert cache.settings() == own


def test_of_a_selection_nothing_is_told_that_was_measured_of_all(own):
    run = board(own).runs[0]
    track_lists.save(track_lists.SELECTION, "demo", "some", dict.fromkeys(run.ids[:30], ""), own)
    assert "These tests are made with all clips" in html(opened(view="more", ask="folds", among="some"))
