"""Curves: what is drawn of each backbone, and no more points than a screen shows."""

import numpy as np

from quintet import charts
from quintet.charts import curve
from quintet.palette import TOKENS


def test_each_line_keeps_its_ends_its_order_and_at_most_so_many_points():
    x = np.linspace(0, 1, 5_000)
    lines = [charts.Traced("a", TOKENS["good"], x, x**2),
             charts.Traced("b", TOKENS["bad"], x[:3], x[:3], untrained=True)]  # fmt: skip
    drawn = charts.traced(lines, ("recall", "precision"), True, False).to_dict()
    rows = next(iter(drawn["datasets"].values()))
    first = [row for row in rows if row["title"] == "a"]
    assert len(first) == curve.MOST
    assert (first[0]["x"], first[-1]["x"]) == (0.0, 1.0)
    assert [row["place"] for row in first] == sorted(row["place"] for row in first)
    scale = drawn["layer"][0]["encoding"]["color"]["scale"]
    assert dict(zip(scale["domain"], scale["range"], strict=True)) == {
        "a": TOKENS["good"][1], "b (untrained)": TOKENS["bad"][1],
    }  # fmt: skip
    assert len([row for row in rows if row["title"] == "b (untrained)"]) == 3
    assert [one["mark"]["strokeDash"] for one in drawn["layer"]] == [[3, 3], [1, 0]]
