"""What every figure wears: the tokens of the side that is lit, system fonts, hairlines, no ground."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from quintet.palette import SEQUENTIAL, TOKENS, Pair

if TYPE_CHECKING:
    import altair as alt

FONT = "system-ui, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"
SIZE = 12  # px, of axes and numbers
NAME = 150  # px that the longest name of a legend takes, its stroke included
_EDGE = {"embedOptions": {"padding": {"left": 0, "right": 0, "top": 4, "bottom": 4}}}  # px


def token(name: str, dark: bool) -> str:
    """A token's colour in light or dark."""
    return TOKENS[name][dark]


def mix(colour: str, ground: str, share: float) -> str:
    """`share` of one colour over a ground, both "#rrggbb"."""
    pairs = zip(_channels(colour), _channels(ground), strict=True)
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}" for a, b in pairs)


def scale(dark: bool) -> list[str]:
    """The sequential scale from nothing to most."""
    return [pair[dark] for pair in SEQUENTIAL]


def shades(n: int) -> list[Pair]:
    """`n` colours for parts that are no classes and have an order: splits and folds, from pale to strong."""
    start, middle, end = TOKENS["strong"], *SEQUENTIAL[1:]
    if n < 2:
        return [middle][:n]
    found = []
    for k in range(n):
        at = 2 * k / (n - 1)
        a, b, share = (start, middle, at) if at <= 1 else (middle, end, at - 1)
        found.append((mix(b[0], a[0], share), mix(b[1], a[1], share)))
    return found


def dressed(chart: alt.LayerChart, dark: bool) -> alt.LayerChart:
    """The chart with the look's fonts, hairlines and colours."""
    words = {"labelFont": FONT, "titleFont": FONT, "labelFontSize": SIZE, "titleFontSize": SIZE,
             "labelColor": token("mute", dark), "titleColor": token("mute", dark)}  # fmt: skip
    return (
        chart.properties(usermeta=_EDGE)
        .configure(background="transparent", font=FONT)
        .configure_view(stroke=None)
        .configure_axis(
            **words, domain=False, ticks=False, gridColor=token("line", dark), titleFontWeight="normal"
        )
        .configure_legend(
            **words, orient="top", symbolType="square", symbolStrokeWidth=0, titleFontWeight=500
        )
    )


def keyed(names: Mapping[str, str]) -> alt.Color:
    """The colour of each name in the column `title`, told in a legend: a picture taken along says it too."""
    import altair as alt

    columns = {"expr": f"max(1, floor(width / {NAME}))"}  # as many as there is room for: none is cut off
    legend = alt.Legend(title=None, columns=columns, labelLimit=240, symbolType="stroke", symbolStrokeWidth=3)
    scale = alt.Scale(domain=list(names), range=list(names.values()))
    return alt.Color("title:N", scale=scale, legend=legend)


def titled(title: str, untrained: bool) -> str:
    """A backbone's name in a figure, and the word untrained where it is true."""
    return f"{title} (untrained)" if untrained else title


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
