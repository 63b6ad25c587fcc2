"""Score against seconds: what is drawn of each backbone, and where the axis ends."""

import pytest

from quintet import charts
from quintet.palette import TOKENS
from quintet.stats.metrics import Interval

DOTS = [
    charts.Dot("quick", 0.1, Interval(0.6, 0.5, 0.7), "circle", TOKENS["good"]),
    charts.Dot("slow", 12.0, Interval(0.7, 0.6, 0.8), "plus", TOKENS["bad"], untrained=True),
    charts.Dot("untimed", 0.0, Interval(0.1, 0.0, 0.2), "star", TOKENS["ink"]),
]


@pytest.mark.parametrize("dark", [False, True])
def test_each_timed_backbone_is_a_mark_with_its_interval(dark):
    drawn = charts.cost(DOTS, "Accuracy", dark).to_dict()
    rows = next(iter(drawn["datasets"].values()))
    assert [row["title"] for row in rows] == ["quick", "slow (untrained)"]
    assert [(row["low"], row["high"]) for row in rows] == [(0.5, 0.7), (0.6, 0.8)]
    assert [row["shape"] for row in rows] == ["circle", "cross"]
    scale = drawn["layer"][0]["encoding"]["color"]["scale"]
    assert scale["domain"] == ["quick", "slow (untrained)"]  # the legend names the control too
    assert scale["range"] == [TOKENS["good"][dark], TOKENS["bad"][dark]]
    hollow = [one for one in drawn["layer"] if one["mark"].get("filled") is False]
    assert len(hollow) == 1 and hollow[0]["mark"]["fill"] == TOKENS["card"][dark]


def test_the_axis_is_logarithmic_and_holds_every_time():
    drawn = charts.cost(DOTS, "Accuracy", False).to_dict()
    axis = drawn["layer"][0]["encoding"]["x"]
    assert axis["scale"]["type"] == "log"
    low, high = axis["scale"]["domain"]
    assert low < 0.1 and high > 12
    assert axis["axis"]["values"] == [0.1, 0.2, 0.5, 1, 2, 5, 10]


def test_parameters_have_an_axis_of_powers_and_words():
    dots = [
        charts.Dot("small", 607_030, Interval(0.6, 0.5, 0.7), "circle", TOKENS["good"]),
        charts.Dot("large", 5_000_000_000, Interval(0.7, 0.6, 0.8), "plus", TOKENS["bad"]),
    ]
    axis = charts.cost(dots, "Accuracy", False, charts.PARAMETERS).to_dict()["layer"][0]["encoding"]["x"]
    assert axis["title"] == "parameters"
    assert axis["axis"]["values"] == [1e6, 1e7, 1e8, 1e9]
    assert "'B'" in axis["axis"]["labelExpr"]
