"""A score along something (training clips, layers, seconds): a line a backbone, intervals at its points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from quintet.charts.look import dressed, keyed, titled, token
from quintet.palette import Pair
from quintet.stats.metrics import Interval

if TYPE_CHECKING:
    import altair as alt

_STROKE = 1.9  # px of a hollow mark


@dataclass(frozen=True)
class Trend:
    """One backbone's points in order: `at` on the horizontal axis, and the score (a fraction) of each."""

    title: str
    colours: Pair
    at: tuple[str | float, ...]
    scores: tuple[Interval, ...]
    untrained: bool = False


def trend(lines: Sequence[Trend], axes: tuple[str, str], dark: bool, words: bool = False) -> alt.LayerChart:
    """The lines over one another; `axes` names x and y. With `words` x has steps in order, else a scale.

    Untrained ones are dashed and hollow. The vertical axis goes from 0 to 100 %.
    """
    import altair as alt

    frame = pd.concat([_frame(line) for line in lines])
    kind = "at:O" if words else "at:Q"
    order = list(dict.fromkeys(at for line in lines for at in line.at)) if words else None
    colours = {titled(one.title, one.untrained): one.colours[dark] for one in lines}
    base = alt.Chart(frame).encode(
        x=alt.X(kind, title=axes[0], sort=order, axis=alt.Axis(labelAngle=0, grid=False)),
        color=keyed(colours), detail="title:N", order="place:Q",
        tooltip=[alt.Tooltip("title:N", title="Backbone"), alt.Tooltip("at:N", title=axes[0].capitalize()),
                 alt.Tooltip("said:N", title=axes[1])],
    )  # fmt: skip
    percent = alt.Axis(labelExpr="format(datum.value * 100, 'd') + ' %'", tickCount=5)
    up = alt.Y("score:Q", title=axes[1], scale=alt.Scale(domain=[0, 1]), axis=percent)
    layers = []
    for hollow in (True, False):
        held = base.transform_filter(f"datum.untrained == {'true' if hollow else 'false'}")
        dash = [3, 3] if hollow else [1, 0]
        layers.append(held.mark_rule(strokeWidth=1.2, opacity=0.6).encode(y=alt.Y("low:Q"), y2="high:Q"))
        layers.append(held.mark_line(strokeWidth=2, strokeDash=dash).encode(y=up))
        ground = {"fill": token("card", dark)} if hollow else {}
        mark = held.mark_point(size=36, opacity=1, filled=not hollow, strokeWidth=_STROKE, **ground)
        layers.append(mark.encode(y=up))
    return dressed(alt.layer(*layers).properties(height=280), dark)


def _frame(line: Trend) -> pd.DataFrame:
    points = enumerate(zip(line.at, line.scores, strict=True))
    return pd.DataFrame([
        {"title": titled(line.title, line.untrained), "at": at, "place": place, "score": one.value,
         "low": one.low, "high": one.high, "untrained": line.untrained,
         "said": f"{one.value:.1%} ({one.low:.1%} to {one.high:.1%})".replace("%", " %")}
        for place, (at, one) in points
    ])  # fmt: skip
