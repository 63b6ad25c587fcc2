"""The Leaderboard of Benchmarks: what it ranks, what it never mixes, and what it says of each backbone."""

import json
import re
from dataclasses import replace

from dashboard.views.benchmarks import across_datasets, leaderboard
from dashboard.views.benchmarks import cost as costs
from quintet.audit import train_test_leaks
from quintet.catalogue import track_lists
from quintet.embeddings import models
from quintet.evaluation import benchmark, published_scores, runs
from quintet.storage import tables
from tests.evaluation.test_benchmark import TAGGED
from tests.pages.benchmark_pages import board, opened, tag_runs
from tests.pages.opening import html


def boxes(app) -> list[str]:
    return [one.key for one in app.selectbox]


def test_the_page_opens_on_the_leaderboard_with_intervals(demo):
    text = html(opened())
    assert text.count("95 % interval") >= 7  # the sentence, and each row's
    assert "Parameters" in text and "Seconds a clip" in text
    assert text.count("nothing: random weights") == 4


def test_a_view_the_address_does_not_know_is_the_leaderboard(demo):
    assert "Where each comes from" in html(opened(view="<b>"))


def test_a_name_opens_its_confusion(demo):
    links = re.findall(r'<a href="\?([^"]*)"', html(opened()))
    assert len(links) == 6
    assert all("view=confusion" in link and "a=" in link for link in links)


def test_with_one_protocol_and_one_probe_nothing_is_asked(demo):
    assert not {"protocol", "probe", "without"} & set(boxes(opened()))


def test_runs_of_another_probe_stand_apart(own):
    rules = runs.Rules("demo", probe="knn")
    source = next(s for s in models.embedded_models("demo", own) if not s.untrained)
    benchmark.again("demo", [source], rules, own)
    first = opened()
    assert "probe" in boxes(first)
    assert "logistic probe" in html(first)
    second = opened(probe="knn")
    assert "knn probe" in html(second) and "logistic probe" not in html(second)
    assert html(second).count('class="n strong"') == 1  # only this backbone was scored so
    assert "It is the only trained backbone here." in html(second)


def test_a_protocol_of_tags_shows_roc_auc_and_ap_with_intervals(here, monkeypatch):
    source = tag_runs(here, monkeypatch)
    text = html(opened(dataset=TAGGED))
    assert ">ROC-AUC<" in text and "AP</th>" in text
    assert ">Accuracy<" not in text
    found = runs.scores(runs.get(TAGGED, source, runs.Rules("mtat-all"), here))
    roc, ap = found["roc_auc_macro"], found["ap_macro"]
    assert f"{roc.value:.1%}".replace("%", " %") in text
    assert f"{ap.value:.2f} ({ap.low:.2f} to {ap.high:.2f})" in text
    assert "chance, 50.0 %" in text
    assert "are in no score: opera" in text


def test_a_backbone_trained_on_the_dataset_is_marked(demo):
    shown = board(demo)
    assert "seen in training" not in leaderboard._origins(shown)
    learned = next(word for run in shown.runs if not run.source.untrained
                   for word in run.source.backbone.spec.trained_on)  # fmt: skip
    seen = leaderboard._origins(replace(shown, facts=replace(shown.facts, title=learned)))
    assert seen.count("seen in training") == 1


def test_an_untrained_control_has_no_rank_and_no_part_in_the_sentence(demo):
    shown = board(demo)
    controls = [run.source for run in shown.runs if run.source.untrained]
    assert controls
    said = leaderboard.verdict(shown)
    for source in controls:
        assert source.key not in shown.study.ranks
        assert source.backbone.spec.title not in said.claim


def test_sizes_are_short():
    assert [costs.size(n) for n in (0, 792_000, 86_400_000, 5_000_000_000)] == [
        "", "792 k", "86.4 M", "5,000 M",
    ]  # fmt: skip


def test_a_kept_selection_is_scored_alone_in_every_view(demo):
    run = runs.get("demo", models.resolve_model("musicnn", demo), runs.Rules("demo"), demo)
    chosen = dict.fromkeys(run.ids[:30], "")
    track_lists.save(track_lists.SELECTION, "demo", "thirty", chosen, demo)
    assert "among" in boxes(opened())
    app = opened(among="thirty")
    assert "only the selection thirty" in html(app)
    right = run.right[[name in chosen for name in run.ids]].mean()
    assert f"{right:.1%}".replace("%", " %") in html(app)
    assert "30 clips" in html(opened(among="thirty", view="compare"))
    assert "of 30 right" in html(opened(among="thirty", view="confusion"))
    assert "only the selection thirty" in html(opened(among="thirty", view="class"))
    assert "only the clips of the selection thirty" in opened(among="thirty", view="report").code[0].value


def test_a_selection_without_a_tested_clip_is_said(demo):
    track_lists.save(track_lists.SELECTION, "demo", "elsewhere", {"no such clip": ""}, demo)
    app = opened(among="elsewhere")
    assert "None of the clips of the selection" in app.error[0].value


def test_score_stands_against_seconds_or_against_parameters(demo):
    shown = board(demo)
    timed, sized = costs.found(shown, "seconds"), costs.found(shown, "parameters")
    assert [dot.title for dot in timed] == [run.source.backbone.spec.title for run in shown.runs]
    held = {run.source.backbone.spec.title: run.source.backbone.spec.parameters for run in shown.runs}
    assert {dot.title: dot.cost for dot in sized} == {t: n for t, n in held.items() if n}
    app = opened(against="parameters")
    assert "Accuracy against parameters" in html(app)


def test_published_scores_stand_beside_their_protocol_and_nowhere_else(demo):
    shown = board(demo)
    assert "What others published" not in html(opened())
    rules = runs.Rules("gtzan-ff")
    moved = replace(shown, rules=rules, study=replace(
        shown.study, runs=tuple(replace(run, rules=rules) for run in shown.runs)
    ))  # fmt: skip
    found = published_scores.beside(moved.runs)
    text = leaderboard.published.table(moved, found)
    assert "79.7 %" in text and "arXiv:2107.05677" in text
    assert "Random weights here" in text and "290 clips tested, here 84" in text


def test_every_protocol_of_every_dataset_stands_side_by_side_and_opens_its_run(own, monkeypatch):
    assert "On every dataset" not in html(opened())  # one protocol is no comparison
    tag_runs(own, monkeypatch)
    text = html(opened())
    assert text.count('data-table="across"') == 1
    found = across_datasets.columns("logistic", 0)
    assert [(c.dataset, c.rules.protocol) for c in found] == [("demo", "demo"), (TAGGED, "mtat-all")]
    links = re.findall(r'href="\?([^"]*)"', across_datasets.board(found))
    assert len(links) == 7
    assert any(f"dataset={TAGGED}" in link and "view=class" in link for link in links)
    assert "5 share artists" in text and "not scored" in text


def test_scores_are_of_the_clips_all_backbones_answered_and_the_page_says_so(own):
    source = models.resolve_model("musicnn", own)
    where = models.model_table_path("demo", source, own)
    ids, _ = tables.read_embeddings(where)
    gone = [one for one in ids if one.startswith(ids[0].rpartition(".")[0])]
    tables.delete_rows(where, gone)
    benchmark.again("demo", [source], runs.Rules("demo"), own)
    shown = board(own)
    left = 84 - len(gone)
    assert {len(run.ids) for run in shown.runs} == {left}
    assert shown.study.answered["musicnn"] == left
    text = html(opened())
    assert f"Scored on the {left} clips that all of them answered" in text and "musicnn 81" in text
    run = next(run for run in shown.runs if run.source.key == "librosa518")
    assert shown.study.scores["librosa518"]["accuracy"].value == run.right.mean()


def test_the_page_says_what_leaks_or_that_nothing_does(own):
    assert "no recording is on both sides" in html(opened())
    source = models.resolve_model("librosa518", own)
    where = train_test_leaks.path("demo", source, runs.Rules("demo"), own)
    told = json.loads(where.read_text())
    told["found"]["groups"] = [{"name": "one", "trained": 2, "tested": ["a", "b"]}]
    where.write_text(json.dumps(told))
    text = html(opened())
    assert "share their mix with training: one." in text and ">leak</span>" in text
