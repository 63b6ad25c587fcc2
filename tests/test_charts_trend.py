"""Trends: a line a backbone with its interval at every point, steps or a scale below it."""

import pytest

from quintet import charts
from quintet.palette import TOKENS
from quintet.stats.metrics import Interval

SCORES = (Interval(0.3, 0.2, 0.4), Interval(0.5, 0.4, 0.6), Interval(0.6, 0.6, 0.6))
LINES = [charts.Trend("a", TOKENS["good"], ("1", "2", "all"), SCORES),
         charts.Trend("b", TOKENS["bad"], ("1", "2", "all"), SCORES, untrained=True)]  # fmt: skip


@pytest.mark.parametrize("dark", [False, True])
def test_every_point_has_its_interval_and_controls_are_hollow_and_dashed(dark):
    drawn = charts.trend(LINES, ("clips", "Accuracy"), dark, True).to_dict()
    rows = next(iter(drawn["datasets"].values()))
    assert {row["title"] for row in rows} == {"a", "b (untrained)"}
    assert [(row["low"], row["high"]) for row in rows[:3]] == [(0.2, 0.4), (0.4, 0.6), (0.6, 0.6)]
    assert drawn["layer"][0]["encoding"]["x"]["sort"] == ["1", "2", "all"]
    marks = [one["mark"] for one in drawn["layer"]]
    assert [m["strokeDash"] for m in marks if m["type"] == "line"] == [[3, 3], [1, 0]]
    assert [m["filled"] for m in marks if m["type"] == "point"] == [False, True]


def test_numbers_lie_on_a_scale():
    line = charts.Trend("a", TOKENS["good"], (1.0, 2.0, 36.0), SCORES)
    x = charts.trend([line], ("layer", "Accuracy"), False).to_dict()["layer"][0]["encoding"]["x"]
    assert (x["type"], x["title"]) == ("quantitative", "layer")
