"""The maps without WebGL2: a plain scatter each, of at most 5,000 points; selected ones are square."""

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.views.map import panels
from dashboard.views.map.panels import Drawing
from dashboard.widgets import html, track_rows
from quintet.maps.colouring import NONE, STEPS, PointColours
from quintet.maps.joined import JoinedMaps
from quintet.palette import OTHERS

MOST = 5_000  # points drawn of each map
SEED = 0
SAYS = "The same maps as plain pictures, coloured by {}."
HEIGHT = 260  # px
FALLEN = 0.26  # opacity of what is not selected


def show(made: Drawing, chosen: np.ndarray, dark: bool) -> None:
    """Draws a scatter for each backbone, three beside one another; the `chosen` rows (k,) stand out."""
    held, sources, painted = made.held, made.sources, made.painted
    n, kept = len(held.ids), sample(len(held.ids), chosen)
    says = SAYS.format(painted.label.lower()) + (" Selected ones are square." if len(chosen) else "")
    says += "" if len(kept) == n else f" {len(kept):,} of {n:,} points are drawn."
    st.html(html.note(says) + _legend(painted))
    for first in range(0, len(sources), 3):
        for column, at in zip(st.columns(3), range(first, min(first + 3, len(sources))), strict=False):
            with column:
                st.html(html.backbone(sources[at].backbone.spec.title, track_rows.sign(sources[at])))
                table = frame(held, painted, at, kept)
                table["chosen"] = np.isin(table["row"], chosen) if len(chosen) else False
                st.altair_chart(_chart(table, painted, dark, sources[at].untrained), theme=None)
                st.html(html.note(panels.measured(made, at)))


def _legend(painted: PointColours) -> str:
    if painted.names:
        return html.legend(dict(zip(painted.names, painted.colours, strict=True)))
    ends = {f"{painted.low:g}": painted.colours[0], f"{painted.high:g}": painted.colours[-1]}
    return html.legend(ends)


def sample(n: int, chosen: np.ndarray) -> np.ndarray:
    """Rows drawn, ascending: all of them up to MOST, beyond the same ones every time and the first chosen."""
    if n <= MOST:
        return np.arange(n)
    drawn = np.random.default_rng(SEED).choice(n, MOST, replace=False)
    return np.union1d(drawn, chosen[:MOST])


def frame(held: JoinedMaps, painted: PointColours, panel: int, kept: np.ndarray) -> pd.DataFrame:
    """row, x, y and what colours each point the map has: a name, or a number where it is a scale."""
    kept = kept[np.isfinite(held.xy[panel][kept, 0])]
    values = painted.values if painted.values.ndim == 1 else painted.values[panel]
    index = values[kept].astype(int)
    if painted.names:
        said = np.array([*painted.names, painted.none], object)[
            np.where(index == NONE, len(painted.names), index)
        ]
    else:
        said = np.where(index == NONE, np.nan, painted.low + index / STEPS * (painted.high - painted.low))
    x, y = held.xy[panel][kept].T
    return pd.DataFrame({"row": kept, "x": x, "y": y, "said": said})


def _chart(table: pd.DataFrame, painted: PointColours, dark: bool, hollow: bool):
    import altair as alt

    colours = [pair[dark] for pair in painted.colours]
    if painted.names:
        scale = alt.Scale(domain=[*painted.names, painted.none], range=[*colours, OTHERS[dark]])
        colour = alt.Color("said:N", scale=scale, legend=None)
    else:
        scale = alt.Scale(domain=[painted.low, painted.high], range=colours, clamp=True)
        colour = alt.Color("said:Q", scale=scale, legend=None)
    from quintet.charts import look

    axis = {"axis": None, "scale": alt.Scale(domain=[-1.05, 1.05])}
    shape = alt.Shape(
        "chosen:N", scale=alt.Scale(domain=[False, True], range=["circle", "square"]), legend=None
    )
    faint = alt.value(0.8)
    if table["chosen"].any():
        faint = alt.condition(alt.datum.chosen, alt.value(1.0), alt.value(FALLEN))
    chart = alt.Chart(table, height=HEIGHT).mark_point(filled=not hollow, size=26).encode(
        x=alt.X("x:Q", **axis), y=alt.Y("y:Q", **axis), color=colour, shape=shape, opacity=faint
    )  # fmt: skip
    return look.dressed(alt.layer(chart), dark)
