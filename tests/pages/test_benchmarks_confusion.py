"""Confusion: counts and shares in any order of classes, the chosen cell in the address, and its clips."""

import numpy as np
import pytest

from dashboard import cache
from dashboard.views.benchmarks import clips, confusion
from dashboard.views.benchmarks.matrix_options import Way, grouped, ordered, steps
from tests.evaluation.test_benchmark import TAGGED
from tests.pages.benchmark_pages import board, opened, tag_runs
from tests.pages.opening import html


def alone(classes):
    """Every class a row of its own."""
    return tuple((name,) for name in classes)


def test_the_sentence_is_the_largest_confusion(demo):
    shown = board(demo)
    run = shown.runs[0]
    pairs = [(t, s) for t, s in zip(run.y, run.predicted, strict=True) if t != s]
    most = max(set(pairs), key=pairs.count)
    said = confusion.sentence(run, shown, Way("counts", alone(run.classes), True))
    assert said.rest.startswith(f"{pairs.count(most)} of ")
    assert pairs.count(tuple(said.claim.rstrip(",").split(" hears ")[1].split(" as "))) == pairs.count(most)


def test_counts_follow_the_order_of_the_classes(demo):
    run = board(demo).runs[0]
    order = tuple(reversed(run.classes))
    counts, shares = confusion.counted(run, Way("counts", alone(order), True))
    assert shares is None
    for i, truth in enumerate(order):
        for j, said in enumerate(order):
            assert counts[i, j] == ((run.y == truth) & (run.predicted == said)).sum()


@pytest.mark.parametrize(("shown", "axis"), [("row", 1), ("column", 0)])
def test_shares_of_a_row_or_a_column_add_up(demo, shown, axis):
    run = board(demo).runs[0]
    counts, shares = confusion.counted(run, Way(shown, alone(run.classes), True))
    there = counts.sum(axis=axis) > 0
    np.testing.assert_allclose(shares.sum(axis=axis)[there], 1)
    assert not shares.sum(axis=axis)[~there].any()


def test_the_address_says_which_cell(demo):
    app = opened(view="confusion", cell="tender~nostalgic")
    assert "Tender, heard as nostalgic" in html(app)


@pytest.mark.parametrize("word", ["~", "tender", "<b>~calm", "opera~calm"])
def test_a_cell_that_is_none_is_the_largest_confusion(demo, word):
    shown = board(demo)
    claim = confusion.sentence(shown.runs[0], shown, Way("counts", alone(shown.classes), True)).claim
    truth, said = claim.rstrip(",").split(" hears ")[1].split(" as ")
    assert f"{truth.capitalize()}, heard as {said}" in html(opened(view="confusion", cell=word))


def test_the_address_says_which_two(demo):
    shown = board(demo)
    last, before = shown.runs[-1].source, shown.runs[-2].source
    app = opened(view="confusion", a=last.key, b=before.key)
    said = html(app)
    assert f"{last.backbone.spec.title} most often hears" in said
    assert "Untrained: a control that has learned nothing." in said
    assert app.selectbox(key="b").value == before.key


def test_the_same_backbone_is_never_compared_with_itself(demo):
    key = board(demo).runs[0].source.key
    app = opened(view="confusion", a=key, b=key)
    assert app.selectbox(key="a").value == key
    assert app.selectbox(key="b").value != key


def test_every_clip_has_its_answers_with_their_probabilities(demo):
    shown = board(demo)
    ids = shown.runs[0].ids[:3]
    listed, columns = clips.answers(shown, ids)
    assert len(columns) == 2 + len(shown.runs)
    for row, name in zip(listed, ids, strict=True):
        assert row.id == name
        for cell, run in zip(row.cells[2:], shown.runs, strict=True):
            at = run.ids.index(name)
            assert cell.text == f"{run.predicted[at]} {run.probabilities[at].max() * 100:.0f} %"
            assert cell.strong == (run.predicted[at] == run.y[at])
            assert cell.hollow == run.source.untrained


def test_tags_have_no_confusion_and_the_page_says_why(here, monkeypatch):
    tag_runs(here, monkeypatch)
    assert "there is no confusion to show" in html(opened(dataset=TAGGED, view="confusion"))


def test_classes_of_a_group_are_counted_as_one(demo):
    run = board(demo).runs[0]
    groups = grouped(run.classes, [("tender", "calm")])
    assert groups == (("calm", "tender"), ("energetic",), ("happy",), ("nostalgic",))
    made = Way("counts", groups, True)
    counts, _ = confusion.counted(run, made)
    both = np.isin(run.y, groups[0])
    assert counts[0, 0] == (both & np.isin(run.predicted, groups[0])).sum()
    assert counts[0].sum() == both.sum()
    app = opened(view="confusion", **{"group-0": "tender~calm"}, cell="calm + tender~happy")
    assert "Calm + tender, heard as happy" in html(app)


def test_the_order_of_classes_is_one_for_all_matrices(demo):
    shown = board(demo)
    sizes = [int((shown.runs[0].y == name).sum()) for name in ordered(shown.runs, "size")]
    assert sizes == sorted(sizes, reverse=True)
    found = ordered(shown.runs, "cluster")
    assert sorted(found) == sorted(shown.classes)
    trained = [run for run in shown.runs if not run.source.untrained]
    assert found == ordered(trained, "cluster")  # a control has no say in what is alike


def test_every_backbone_has_a_matrix_and_each_clip_its_teachers(demo):
    shown = board(demo)
    app = opened(view="confusion", which="all")
    text = html(app)
    assert text.count(" of 84 right") == len(shown.runs)
    assert "What it was taught that is most like it" in text
    assert len(app.selectbox) and "b" not in [one.key for one in app.selectbox]


def test_small_cells_may_be_left_blank(demo):
    shown = board(demo)
    made = Way("counts", alone(shown.classes), True)
    most = max((confusion.counted(run, made)[0] * (1 - np.eye(5, dtype=int))).max() for run in shown.runs)
    assert steps(shown.runs, made)[0] == "1" and int(steps(shown.runs, made)[-1]) <= most
    assert opened(view="confusion", least="3").selectbox(key="least").value == "3"


def test_what_was_taught_is_never_of_the_clips_own_fold(demo):
    run = board(demo).runs[0]
    track = run.ids[0]
    found = cache.taught("demo", run.source.key, run.rules, track, 4)
    assert len(found) == 4
    seeds = {one: str(cache.track("demo", one).columns["seed"]) for one in (track, *dict(found))}
    assert seeds.pop(track) not in seeds.values()
    assert [cosine for _, cosine in found] == sorted((c for _, c in found), reverse=True)
    assert cache.taught("demo", run.source.key, run.rules, "no such clip", 4) == ()
