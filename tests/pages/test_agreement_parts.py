"""Parts of the Agreement page without a page: the matrix's data, intervals on an axis, the sentence."""

from dataclasses import replace

import numpy as np
import pytest

from dashboard.components.players import Mark
from dashboard.views.agreement import board, sentences
from dashboard.widgets import interval_plots
from dashboard.widgets.interval_plots import Line
from dashboard.widgets.matrix import Paired, Square, paired_data
from quintet import settings
from quintet.catalogue import locations
from quintet.embeddings import models
from quintet.similarity.pairs import Pair
from quintet.similarity.stored_similarity import Agreement
from quintet.stats.metrics import Interval

SOLID, HOLLOW = Mark("circle", ("#000", "#fff")), Mark("square", ("#000", "#fff"), untrained=True)


def test_both_halves_of_the_matrix_show_one_pair():
    square = Square("a~b", "0.41", "a and b: 0.41", 0.3, untrained=True)
    data = paired_data(Paired(("a", "b", "c"), (SOLID, HOLLOW, SOLID), {(0, 1): square}, "CKA", ""), (0, 1))
    assert data["cells"][0][1] == data["cells"][1][0]
    assert data["cells"][0][1]["untrained"] is True
    assert [data["cells"][i][i] for i in range(3)] == [None] * 3
    assert data["cells"][0][2] is None
    assert data["chosen"] == [0, 1]


def test_an_axis_holds_every_interval_and_its_middle_is_round():
    lines = [Line("", SOLID, Interval(0.02, -0.04, 0.07)), Line("", SOLID, None)]
    low, high = interval_plots.axis(lines)
    assert low <= -0.04 and high >= 0.07
    assert round((low + high) / 2, 2) == pytest.approx((low + high) / 2)
    assert interval_plots.axis([Line("", SOLID, None)]) == (0, 1)


def test_a_measure_that_could_not_be_taken_says_why_in_its_line():
    drawn = interval_plots.plot([Line("x", HOLLOW, None, reason="One <b>class</b> only.")])
    assert "One &lt;b&gt;class&lt;/b&gt; only." in drawn
    hollow = interval_plots.plot([Line("x", HOLLOW, Interval(0.5, 0.4, 0.6), 0.2)])
    assert "range hollow" in hollow
    assert "0.50, 95 % interval 0.40 to 0.60, by chance 0.20" in hollow


def test_numbers_have_a_true_minus_and_no_minus_zero():
    assert [sentences.number(x) for x in (-0.123, 0.456, -0.001, np.float64(1))] == [
        "\u22120.12",
        "0.46",
        "0.00",
        "1.00",
    ]


def three(here: settings.Settings, lows: tuple[float, float, float]) -> board.Board:
    """Three trained backbones and a control; `lows` are where the three trained pairs' intervals begin."""
    found = models.available_models(here)[:4]
    sources = {s.key: replace(s, state="official") for s in found[:3]} | {found[3].key: found[3]}
    a, b, c, control = sources
    named = [(a, b, 0.5), (a, c, 0.4), (b, c, 0.2), (a, control, 0.9)]
    pairs = tuple(
        Pair(
            *sorted((x, y)),
            84,
            84,
            True,
            True,
            {"overlap": Interval(value, low, value + 0.05)},
            {"overlap": 0.1},
        )
        for (x, y, value), low in zip(named, (*lows, 0.8), strict=True)
    )
    return board.Board("demo", replace(locations.module("demo", here).FACTS), sources, Agreement(pairs, ()))


def test_of_several_trained_pairs_the_most_and_the_least_alike_are_named(here):
    shown = three(here, (0.45, 0.35, 0.15))
    a, b, c, control = map(shown.title, shown.sources)
    told = sentences.headline(shown, "overlap")
    assert (
        told.claim
        == f"{a} and {b} hear most alike: they share 5.0 of a clip's 10 nearest neighbours, on 84 clips."
    )
    assert told.rest == f"{b} and {c} least: 0.20."
    assert control not in f"{told.claim} {told.rest}"


def test_a_pair_whose_interval_reaches_the_first_is_said_to_be_too_close(here):
    shown = three(here, (0.45, 0.35, 0.15))
    best, close, *others = shown.found.pairs
    reaching = replace(close, measures={"overlap": Interval(0.48, 0.4, 0.55)})
    shown = replace(shown, found=Agreement((best, reaching, *others), ()))
    a, _, c, _ = map(shown.title, shown.sources)
    assert sentences.headline(shown, "overlap").rest.startswith(f"{a} and {c} are too close to them to tell.")


def test_without_a_trained_pair_nothing_is_claimed(here):
    sources = {s.key: s for s in models.available_models(here)[2:5]}
    shown = replace(
        three(here, (0.4, 0.3, 0.1)), sources={k: replace(s, state="untrained") for k, s in sources.items()}
    )
    assert sentences.headline(shown, "overlap").claim == "No trained backbone has heard this dataset."
