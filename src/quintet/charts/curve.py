"""Curves from 0 to 1 on both axes: precision and recall, ROC, reliability; untrained ones dashed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from quintet.charts.look import dressed, keyed, titled, token
from quintet.palette import Pair

if TYPE_CHECKING:
    import altair as alt

MOST = 400  # points drawn of a curve; what lies between would fall on the same pixels


@dataclass(frozen=True)
class Traced:
    """One backbone's curve, x and y (m,) each from 0 to 1."""

    title: str
    colours: Pair
    x: np.ndarray
    y: np.ndarray
    untrained: bool = False


def traced(
    lines: Sequence[Traced], axes: tuple[str, str], dark: bool, diagonal: bool, points: bool = False
) -> alt.LayerChart:
    """The lines over one square; `axes` names x and y, `diagonal` draws what chance, or good faith, gives.

    With `points` every point is marked: few of them are, as in a reliability curve.
    """
    import altair as alt

    frame = pd.concat([_frame(line) for line in lines])
    unit = alt.Scale(domain=[0, 1])
    ticks = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format=".2~f")
    colours = {titled(one.title, one.untrained): one.colours[dark] for one in lines}
    base = alt.Chart(frame).encode(
        x=alt.X("x:Q", title=axes[0], scale=unit, axis=ticks),
        y=alt.Y("y:Q", title=axes[1], scale=unit, axis=ticks),
        color=keyed(colours), detail="title:N", order="place:Q",
        tooltip=[alt.Tooltip("title:N", title="Backbone"), alt.Tooltip("x:Q", title=axes[0], format=".2f"),
                 alt.Tooltip("y:Q", title=axes[1], format=".2f")],
    )  # fmt: skip
    layers = []
    if diagonal:
        ends = alt.Chart(pd.DataFrame({"x": [0.0, 1.0], "y": [0.0, 1.0]})).encode(x="x:Q", y="y:Q")
        layers.append(ends.mark_line(color=token("faint", dark), strokeDash=[1, 3], strokeWidth=1.2))
    for untrained in (True, False):
        held = base.transform_filter(f"datum.untrained == {'true' if untrained else 'false'}")
        layers.append(held.mark_line(
            strokeWidth=2, strokeDash=[3, 3] if untrained else [1, 0],
            point={"filled": not untrained, "size": 36} if points else False,
        ))  # fmt: skip
    return dressed(alt.layer(*layers).properties(height=300), dark)


def _frame(line: Traced) -> pd.DataFrame:
    kept = np.unique(np.linspace(0, len(line.x) - 1, min(len(line.x), MOST)).round().astype(int))
    return pd.DataFrame(
        {"x": line.x[kept], "y": line.y[kept], "place": kept,
         "title": titled(line.title, line.untrained), "untrained": line.untrained}
    )  # fmt: skip
