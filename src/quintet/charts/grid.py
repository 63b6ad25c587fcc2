"""A heat map of percentages between words, the number printed in every cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from quintet.charts.look import dressed, scale, token

if TYPE_CHECKING:
    import altair as alt

STEP = 22  # px a row is high
_TURN = 0.55  # of the largest share: above it the ground is dark (in dark: pale) and the number changes sides


@dataclass(frozen=True)
class Cell:
    """Of the tracks with `row`, which share (0 to 1) also has `column`, and how many those are."""

    row: str
    column: str
    share: float
    n: int


def heat(cells: Sequence[Cell], words: Sequence[str], dark: bool) -> alt.LayerChart:
    """Rows and columns are `words` in their order; cells that are not given stay empty (the diagonal)."""
    import altair as alt

    most = max((cell.share for cell in cells), default=1.0) or 1.0
    frame = pd.DataFrame(
        [(c.row, c.column, c.share, f"{c.share * 100:.0f}", c.n, c.share > _TURN * most) for c in cells],
        columns=["row", "column", "share", "said", "n", "strong"],
    )
    names = list(words)
    edge = {"labelPadding": 6, "labelLimit": 96, "labelColor": token("text", dark), "labelOverlap": False}
    base = alt.Chart(frame).encode(
        x=alt.X("column:N", sort=names, title=None, scale=alt.Scale(domain=names),
                axis=alt.Axis(orient="top", labelAngle=-90, **edge)),
        y=alt.Y("row:N", sort=names, title=None, scale=alt.Scale(domain=names), axis=alt.Axis(**edge)),
        tooltip=[alt.Tooltip("row:N", title="Of those with"), alt.Tooltip("column:N", title="also have"),
                 alt.Tooltip("share:Q", title="Share", format=".1%"),
                 alt.Tooltip("n:Q", title="Count", format=",")],
    )  # fmt: skip
    colours = alt.Scale(domain=[0, most / 2, most], range=scale(dark), interpolate="rgb")
    ground = base.mark_rect(stroke=token("card", dark), strokeWidth=1).encode(
        color=alt.Color("share:Q", scale=colours, legend=None)
    )
    inks = alt.condition("datum.strong", alt.value(token("card", dark)), alt.value(token("ink", dark)))
    numbers = base.mark_text(fontSize=10, baseline="middle").encode(text="said:N", color=inks)
    return dressed(alt.layer(ground, numbers).properties(height=alt.Step(STEP)), dark)
