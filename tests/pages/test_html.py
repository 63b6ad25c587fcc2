"""The pages' HTML: what a user typed never becomes markup, and untrained always shows."""

import re

import numpy as np
import pytest

from dashboard.components.players import Mark
from dashboard.widgets import bars, html, tables
from dashboard.widgets.style import style
from quintet import charts, palette
from quintet.wording import Headline

EVIL = "<img src=x onerror=alert(1)>\"'&"
TRAINED = Mark("circle", ("#e0700f", "#ff9f45"))
UNTRAINED = Mark("diamond", ("#4a84ec", "#92b4ff"), untrained=True)
BAR = bars.Bar(EVIL, ("#5b7c8a", "#8398b0"), 0.5)
STANDING = tables.Standing(EVIL, UNTRAINED, (5, 6), 0.262, 0.167, 0.357, (EVIL,))

WRITTEN = {
    "backbone": html.backbone(EVIL, TRAINED),
    "answer": html.answer(EVIL, BAR.colours),
    "verdict": html.verdict(EVIL, BAR.colours),
    "legend": html.legend({EVIL: BAR.colours}),
    "chips": html.chips([EVIL]),
    "term": html.term(EVIL, EVIL),
    "headline": html.headline(Headline(EVIL, EVIL, EVIL), definition=EVIL),
    "title": html.title(EVIL, EVIL),
    "section": html.section(EVIL),
    "note": html.note(EVIL),
    "aside": html.aside(EVIL),
    "probabilities": bars.probabilities([BAR]),
    "class strip": bars.class_strip([BAR]),
    "split": bars.split([BAR], EVIL),
    "leaderboard": tables.leaderboard([STANDING], 0.2, [EVIL], EVIL),
    "embedded": tables.embedded([tables.Embedded(EVIL, TRAINED, EVIL, 1, 2, EVIL)], EVIL),
    "maps": tables.mini_maps([tables.MiniMap(EVIL, TRAINED, (), EVIL)]),
    "progress": bars.progress(1, 2, EVIL),
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_markup_in_a_text_is_shown_as_text(written):
    assert "<img" not in written
    assert "&lt;img" in written
    values = re.findall(r'="([^"]*)"', written)
    assert not any("<" in value for value in values)


def test_an_untrained_backbone_is_hollow_and_wears_the_word():
    written = html.backbone("OpenJMLA", UNTRAINED)
    assert "--q-mark-diamond-hollow" in written and ">untrained<" in written
    assert "hollow" not in html.backbone("musicnn", TRAINED)


def test_an_untrained_row_is_dashed_and_a_trained_one_is_not():
    assert "range hollow" in tables.leaderboard([STANDING], 0.2, ["F1"])
    trained = tables.Standing("musicnn", TRAINED, (1, 2), 0.69, 0.583, 0.786, ("0.67",))
    written = tables.leaderboard([trained], 0.2, ["F1"])
    assert "hollow" not in written
    assert "69.0 %, 95 % interval 58.3 % to 78.6 %, chance 20.0 %" in written
    assert "1 to 2" in written


def test_untrained_probabilities_are_hatched_and_the_order_is_the_label_lists():
    rows = [bars.Bar("calm", BAR.colours, 0.2), bars.Bar("happy", BAR.colours, 0.8)]
    written = bars.probabilities(rows, untrained=True)
    assert written.count("hatched") == 2
    assert written.index("calm") < written.index("happy")
    assert ">80 %<" in written


def test_the_style_sheet_carries_every_token_and_both_forms_of_every_mark():
    sheet = style("dark")
    assert "color-scheme:dark" in sheet and "color-scheme:light" in style(None)
    for name in palette.TOKENS:
        assert f"--q-{name}:light-dark(" in sheet
    for name in palette.MARKS:
        assert f"--q-mark-{name}:url(" in sheet and f"--q-mark-{name}-hollow:url(" in sheet


def test_every_token_the_style_sheet_uses_exists():
    sheet = style("light")
    assert set(re.findall(r"var\(--q-([\w-]+)", sheet)) <= set(re.findall(r"--q-([\w-]+):", sheet))


def test_a_small_map_has_one_drawing_per_class_and_a_point_per_track():
    xy = np.random.default_rng(0).normal(size=(84, 2))
    layers = charts.mini_map(xy, np.arange(84) % 5)
    assert sorted(layers) == [0, 1, 2, 3, 4]
    assert sum(svg.count("L") + 1 for svg in layers.values()) == 84


def test_a_large_set_is_drawn_as_a_fixed_sample():
    xy = np.random.default_rng(0).normal(size=(9_000, 2))
    once, again = (charts.mini_map(xy, np.zeros(9_000, int)) for _ in range(2))
    assert once == again
    assert once[0].count("L") + 1 == charts.MOST


def test_points_at_one_place_and_no_points_make_a_map_too():
    assert "nan" not in charts.mini_map(np.zeros((3, 2)), np.zeros(3, int))[0]
    assert charts.mini_map(np.zeros((0, 2)), np.zeros(0, int)) == {}
