"""Score against what it costs, seconds or parameters, on a log axis: a mark a backbone, its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import TYPE_CHECKING

import pandas as pd

from quintet.charts.look import dressed, keyed, titled, token
from quintet.palette import Pair
from quintet.stats.metrics import Interval

if TYPE_CHECKING:
    import altair as alt

_SIDE, _STROKE = 150, 1.9  # px², px
_ROOM = 1.6  # times the least and the most that is free at either side
_MANY = 8  # ticks; where there would be more, only powers of ten are left
_STAR = "M0 -1L.3 -.35L1 -.3L.45 .15L.62 .85L0 .45L-.62 .85L-.45 .15L-1 -.3L-.3 -.35Z"
_SHAPES = {"plus": "cross", "star": _STAR}  # what Vega calls them; the others have the same names


@dataclass(frozen=True)
class Axis:
    """What is paid: its name, and the Vega expression that writes a value on the axis and on hover."""

    title: str
    says: str


SECONDS = Axis("seconds a clip", "format(datum.{}, '~g')")
PARAMETERS = Axis("parameters", "replace(format(datum.{}, '.3~s'), 'G', 'B')")  # B as in billion


@dataclass(frozen=True)
class Dot:
    """A backbone: what it costs, its score (a fraction) with its interval, its mark and colours."""

    title: str
    cost: float
    score: Interval
    mark: str
    colours: Pair
    untrained: bool = False


def cost(dots: Sequence[Dot], score: str, dark: bool, axis: Axis = SECONDS) -> alt.LayerChart:
    """Every backbone at its cost and score, named on hover; untrained hollow, dashed interval.

    `score` names the vertical axis. Costs of 0 have no place on a logarithmic axis: left out.
    """
    import altair as alt

    frame = pd.DataFrame([_row(dot) for dot in dots if dot.cost > 0])
    ends = [float(frame["cost"].min()) / _ROOM, float(frame["cost"].max()) * _ROOM]
    ticks = alt.Axis(values=_ticks(*ends), labelExpr=axis.says.format("value"))
    base = alt.Chart(frame).transform_calculate(paid=axis.says.format("cost")).encode(
        x=alt.X("cost:Q", title=axis.title, axis=ticks,
                scale=alt.Scale(type="log", domain=ends, nice=False)),
        color=keyed({titled(d.title, d.untrained): d.colours[dark] for d in dots if d.cost > 0}),
        tooltip=[alt.Tooltip("title:N", title="Backbone"), alt.Tooltip("said:N", title=score),
                 alt.Tooltip("paid:N", title=axis.title.capitalize())],
    )  # fmt: skip
    percent = alt.Axis(labelExpr="format(datum.value * 100, 'd') + ' %'", tickCount=5)
    up = alt.Y("score:Q", title=score, scale=alt.Scale(domain=[0, 1]), axis=percent)
    layers = []
    for hollow in (True, False):
        held = base.transform_filter(f"datum.untrained == {'true' if hollow else 'false'}")
        dash = [3, 3] if hollow else [1, 0]
        layers.append(held.mark_rule(strokeWidth=2, strokeDash=dash).encode(y=alt.Y("low:Q"), y2="high:Q"))
        ground = token("card", dark) if hollow else None
        marked = held.mark_point(size=_SIDE, opacity=1, filled=not hollow, strokeWidth=_STROKE,
                                 **({"fill": ground} if ground else {}))  # fmt: skip
        layers.append(marked.encode(y=up, shape=alt.Shape("shape:N", scale=None)))
    return dressed(alt.layer(*layers).properties(height=260), dark)


def _ticks(low: float, high: float) -> list[float]:
    """1, 2 and 5 of every power of ten between two costs, or the powers alone where they are many."""
    decades = range(floor(log10(low)), floor(log10(high)) + 1)
    for steps in ((1, 2, 5), (1,)):
        found = [round(step * 10.0**power, 12) for power in decades for step in steps]
        found = [tick for tick in found if low <= tick <= high]
        if len(found) <= _MANY:
            break
    return found


def _row(dot: Dot) -> dict:
    value = dot.score
    return {
        "title": titled(dot.title, dot.untrained), "cost": dot.cost,
        "score": value.value, "low": value.low, "high": value.high, "untrained": dot.untrained,
        "said": f"{value.value:.1%} ({value.low:.1%} to {value.high:.1%})".replace("%", " %"),
        "shape": _SHAPES.get(dot.mark, dot.mark),
    }  # fmt: skip
