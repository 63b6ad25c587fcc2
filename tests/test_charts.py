"""Figures: what they show, that they keep order and colours, and that no word of a dataset becomes markup."""

import json

import numpy as np
import pytest

from quintet import charts, palette
from quintet.charts import Bar, Cell, Node, look, tree

SIDES = [False, True]
NASTY = "<img src=x onerror=alert(1)> \"a\" & 'b'"


def spec(chart) -> dict:
    """The figure as Vega-Lite, checked against its schema."""
    return chart.to_dict(validate=True)


def rows(chart) -> list[dict]:
    return [row for held in spec(chart)["datasets"].values() for row in held]


@pytest.mark.parametrize("dark", SIDES)
def test_bars_keep_their_order_and_wear_their_class_colour(dark):
    pair = palette.CLASSES[1]
    found = rows(charts.bars([Bar("zebra", 2, pair), Bar("ant", 1_300), Bar(NASTY, 0)], dark))
    assert [row["word"] for row in found] == ["zebra", "ant", NASTY]
    assert found[0]["colour"] == pair[dark]
    assert found[1]["colour"] == palette.SEQUENTIAL[1][dark]


@pytest.mark.parametrize("dark", SIDES)
def test_a_figure_has_no_ground_of_its_own_and_the_systems_font(dark):
    config = spec(charts.bars([Bar("a", 1)], dark))["config"]
    assert config["background"] == "transparent"
    assert config["font"].startswith("system-ui")
    assert config["axis"]["labelColor"] == palette.TOKENS["mute"][dark]


def test_parts_of_a_bar_are_all_printed():
    chart = charts.stacked({"rock": {"train": 5_681, "test": 711}}, ("train", "valid", "test"), "", False)
    assert "5,681 / 0 / 711" in [row.get("said") for row in rows(chart)]


def test_many_parts_print_their_sum():
    parts = [str(n) for n in range(10)]
    chart = charts.stacked({"rock": dict.fromkeys(parts, 10)}, parts, "fold", False)
    assert "100" in [row.get("said") for row in rows(chart)]


def test_parts_have_colours_of_their_own_from_pale_to_strong():
    for n in (1, 2, 3, 10):
        found = look.shades(n)
        assert len(set(found)) == n
    assert not set(look.shades(3)) & set(palette.CLASSES)


def test_a_histogram_of_few_steps_prints_its_counts():
    few = spec(charts.histogram([(0, 1, 5), (1, 2, 7)], "seconds", False))
    many = spec(charts.histogram([(n, n + 1, n) for n in range(30)], "seconds", False))
    assert [len(one["layer"]) for one in (few, many)] == [2, 1]


@pytest.mark.parametrize(("unit", "steps", "title"), [
    ("year", [(1990, 1991, 1), (1991, 1992, 1)], "year"),
    ("seconds", [(29, 30, 1), (30, 31, 2)], "seconds"),
    ("seconds", [(60, 120, 1), (120, 180, 2)], "minutes:seconds"),
])  # fmt: skip
def test_an_axis_says_its_unit(unit, steps, title):
    assert title in json.dumps(spec(charts.histogram(steps, unit, True)))


@pytest.mark.parametrize("dark", SIDES)
def test_a_heat_map_prints_every_share(dark):
    found = rows(charts.heat([Cell("a", "b", 0.5, 10), Cell("b", "a", 0.049, 10)], ("a", "b"), dark))
    assert {(row["row"], row["column"]): row["said"] for row in found} == {("a", "b"): "50", ("b", "a"): "5"}


TREE = [Node("Rock", "", 10), Node("Punk", "Rock", 6), Node("Metal", "Rock", 8), Node("Folk", "", 5)]


def test_roots_are_as_wide_as_they_count_and_children_fit_inside():
    found = tree.arcs(TREE)
    assert (found["Rock"], found["Folk"]) == (10, 5)
    assert found["Punk"] + found["Metal"] <= 10  # 14 tracks between them: some are both
    assert found["Punk"] / found["Metal"] == pytest.approx(6 / 8)


def test_children_that_are_less_than_the_root_leave_room():
    assert tree.arcs([Node("a", "", 10), Node("b", "a", 4)])["b"] == pytest.approx(4, rel=1e-5)


def test_words_that_hang_on_no_root_are_not_drawn():
    assert tree.arcs([Node("a", "b", 1), Node("b", "a", 1), Node("c", "", 2)]) == {"c": 2}


@pytest.mark.parametrize("dark", SIDES)
def test_rings_show_counts_and_never_markup(dark):
    found = charts.rings([*TREE, Node(NASTY, "Folk", 2)], {"Rock": palette.CLASSES[0]}, dark).data[0]
    assert list(found.customdata) == ["10", "6", "8", "5", "2"]
    assert not any("<" in label for label in found.labels)
    assert len(found.labels) == len(found.ids) == len(found.parents) == 5


@pytest.mark.parametrize("dark", SIDES)
@pytest.mark.parametrize("pair", [*palette.CLASSES, palette.OTHERS])
def test_ink_is_readable_on_every_ring(pair, dark):
    ground = look.mix(pair[dark], look.token("card", dark), tree.TINTS[0])
    assert contrast(look.token("ink", dark), ground) >= 4.5  # WCAG AA


def test_a_small_map_draws_each_class_once():
    xy = np.array([[0.0, 0.0], [1.0, 1.0], [0.5, 0.2]])
    found = charts.mini_map(xy, np.array([0, 1, 0]))
    assert sorted(found) == [0, 1]
    assert found[0].count("L") == 1


def test_a_small_map_of_very_many_points_is_a_sample():
    n = charts.MOST * 2
    found = charts.mini_map(np.random.default_rng(0).normal(size=(n, 2)), np.zeros(n, int))
    assert found[0].count("L") == charts.MOST - 1


def contrast(a: str, b: str) -> float:
    """Of two "#rrggbb", as WCAG 2.2 defines it: 1 to 21."""
    light, dark = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))
