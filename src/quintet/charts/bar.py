"""Bars: one per word, parts of one per word, and steps of a number; every bar has its count beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from quintet.charts.look import SIZE, dressed, shades, token
from quintet.palette import SEQUENTIAL, Pair

if TYPE_CHECKING:
    import altair as alt

STEP = 24  # px a word's line is high
_TICKS = 8  # at most, below a histogram
_LONG = 120  # s, from which on minutes are easier to read
FEW = 12  # steps whose counts all have room above their bars
_NAMED = 5  # parts whose counts are all printed behind a bar
_DIGIT, _GAP = 7.0, 14  # px of a character behind a bar, and of what is free before and after


@dataclass(frozen=True)
class Bar:
    """A word, how often it occurs, and its colour where it is a class."""

    word: str
    n: int
    colours: Pair | None = None


def bars(found: Sequence[Bar], dark: bool) -> alt.LayerChart:
    """One horizontal bar per word in the order given, in its colour or in slate, its count behind it."""
    import altair as alt

    plain = SEQUENTIAL[1][dark]
    frame = pd.DataFrame(
        {
            "word": [bar.word for bar in found],
            "n": [bar.n for bar in found],
            "colour": [bar.colours[dark] if bar.colours else plain for bar in found],
        }
    )
    base = alt.Chart(frame).encode(
        x=alt.X("n:Q", axis=None, scale=_length(max(frame["n"], default=1), [f"{bar.n:,}" for bar in found])),
        y=alt.Y("word:N", sort=None, title=None, axis=_words(dark)),
        tooltip=[alt.Tooltip("word:N", title="Name"), alt.Tooltip("n:Q", title="Count", format=",")],
    )
    drawn = base.mark_bar(height=11, cornerRadiusEnd=2).encode(color=alt.Color("colour:N", scale=None))
    return dressed(alt.layer(drawn, _numbers(base, "n:Q", dark)).properties(height=alt.Step(STEP)), dark)


def stacked(
    found: Mapping[str, Mapping[str, int]], parts: Sequence[str], title: str, dark: bool
) -> alt.LayerChart:
    """One bar per word, divided into `parts` (train, valid, test) in their order; counts behind it.

    `title` says what the parts are, where their names do not.
    """
    import altair as alt

    parts_of = {word: [n.get(part, 0) for part in parts] for word, n in found.items()}
    sums = pd.DataFrame(
        {
            "word": list(parts_of),
            "n": [sum(n) for n in parts_of.values()],
            "said": [_said(n) for n in parts_of.values()],
        }
    )
    frame = pd.DataFrame(
        [(word, part, n[k], k) for word, n in parts_of.items() for k, part in enumerate(parts)],
        columns=["word", "part", "n", "place"],
    )
    length = _length(max(sums["n"], default=1), list(sums["said"]))
    y = alt.Y("word:N", sort=None, title=None, axis=_words(dark))
    colours = alt.Scale(domain=list(parts), range=[pair[dark] for pair in shades(len(parts))])
    drawn = (
        alt.Chart(frame)
        .mark_bar(height=11)
        .encode(
            x=alt.X("n:Q", axis=None, scale=length), y=y, order="place:Q",
            color=alt.Color("part:N", scale=colours, title=title or None, legend=alt.Legend(columns=4)),
            tooltip=[alt.Tooltip("word:N", title="Name"), alt.Tooltip("part:N", title="Part"),
                     alt.Tooltip("n:Q", title="Count", format=",")],
        )
    )  # fmt: skip
    behind = alt.Chart(sums).encode(x=alt.X("n:Q", scale=length), y=y)
    return dressed(alt.layer(drawn, _numbers(behind, "said:N", dark)).properties(height=alt.Step(STEP)), dark)


def histogram(steps: Sequence[tuple[float, float, int]], unit: str, dark: bool) -> alt.LayerChart:
    """How many lie in each step (from, to, count); counts above the bars where there is room.

    `unit` is "year" or "seconds"; long seconds are written as minutes:seconds.
    """
    import altair as alt

    frame = pd.DataFrame(steps, columns=["low", "high", "n"])
    edges = [steps[0][0], *(high for _, high, _ in steps)]
    title, says = _unit(unit, edges[-1])
    ticks = alt.Axis(
        grid=False, values=edges[:: -(-len(edges) // _TICKS)], labelExpr=says.format("datum.value")
    )
    base = alt.Chart(frame).transform_calculate(
        at="(datum.low + datum.high) / 2", start=says.format("datum.low"), end=says.format("datum.high")
    )
    span = alt.Scale(domain=[edges[0], edges[-1]], nice=False)
    drawn = base.mark_bar(color=SEQUENTIAL[1][dark], binSpacing=1).encode(
        x=alt.X("low:Q", bin="binned", title=title, axis=ticks, scale=span), x2="high:Q",
        y=alt.Y("n:Q", title=None, axis=alt.Axis(tickCount=3, format="~s", tickMinStep=1)),
        tooltip=[alt.Tooltip("start:N", title="From"), alt.Tooltip("end:N", title="To below"),
                 alt.Tooltip("n:Q", title="Count", format=",")],
    )  # fmt: skip
    layers = [drawn]
    if len(steps) <= FEW:
        numbers = base.mark_text(dy=-8, color=token("ink", dark), fontSize=SIZE)
        layers.append(numbers.encode(x=alt.X("at:Q", scale=span), y="n:Q", text=alt.Text("n:Q", format=",")))
    return dressed(alt.layer(*layers).properties(height=190), dark)


def _unit(unit: str, last: float) -> tuple[str, str]:
    """An axis's title, and the Vega expression that writes a value {} on it."""
    if unit == "year":
        return "year", "format({}, 'd')"
    if last < _LONG:
        return unit, "format({}, '~f')"
    return "minutes:seconds", "format(floor({0} / 60), 'd') + ':' + format({0} % 60, '02d')"


def _length(most: int, behind: Sequence[str]) -> alt.Scale:
    """How long bars are: the longest leaves room for the longest text behind it, however narrow the card."""
    import altair as alt

    room = max(map(len, behind), default=0) * _DIGIT + _GAP
    return alt.Scale(domain=[0, int(most)], range=[0, {"expr": f"max(width - {room:.0f}, 20)"}], nice=False)


def _words(dark: bool) -> alt.Axis:
    import altair as alt

    return alt.Axis(
        labelLimit=130, labelPadding=8, labelColor=token("text", dark), grid=False, labelOverlap=False
    )


def _numbers(base: alt.Chart, what: str, dark: bool) -> alt.Chart:
    import altair as alt

    form = alt.Text(what, format=",") if what.endswith(":Q") else alt.Text(what)
    return base.mark_text(align="left", dx=6, color=token("mute", dark), fontSize=SIZE).encode(text=form)


def _said(counts: Sequence[int]) -> str:
    """ "443 / 197 / 290"; only the sum where there are too many parts to read."""
    return " / ".join(f"{n:,}" for n in counts) if len(counts) <= _NAMED else f"{sum(counts):,}"
