"""A figure in a card: a sentence that answers, the drawing, and its table twin one switch away."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

import pandas as pd
import streamlit as st

from dashboard.widgets import html
from dashboard.widgets.error_boundary import guard

DOWNLOAD = {"displaylogo": False, "toImageButtonOptions": {"format": "svg", "filename": "quintet"},
            "modeBarButtonsToRemove": ["zoom", "pan", "select2d", "lasso2d"]}  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """What a card shows. `draw` gets whether it is dark; `height` in px says where it finds room."""

    key: str
    says: str
    draw: Callable[[bool], object]
    table: Callable[[], pd.DataFrame]
    height: int
    note: str = ""
    alt: str = ""  # what a screen reader hears; the sentence where nothing more is to be said
    wide: bool = False  # takes the whole width
    rings: bool = False  # Plotly draws it


def grid(figures: list[Figure]) -> None:
    """The cards in two columns of about one height, wide ones between them; one column on a phone."""
    for wide, found in groupby(figures, lambda figure: figure.wide):
        if wide:
            for figure in found:
                card(figure)
            continue
        sides = st.columns(2, gap="small")
        filled = [0, 0]
        for figure in found:
            side = 0 if filled[0] <= filled[1] else 1
            filled[side] += figure.height
            with sides[side]:
                card(figure)


@st.fragment
@guard()
def card(figure: Figure) -> None:
    """One figure; its switch draws nothing else again."""
    with st.container(border=True, key=f"card-{figure.key}"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            with st.container(width="stretch"):
                st.html(html.section(figure.says))
            as_table = st.toggle("Table", key=f"table-{figure.key}")
        if as_table:
            st.dataframe(figure.table(), hide_index=True, key=f"rows-{figure.key}")
        else:
            _drawn(figure)
        if figure.note:
            st.html(html.note(figure.note))


def _drawn(figure: Figure) -> None:
    chart = figure.draw(st.context.theme.type == "dark")
    alt = figure.alt or figure.says
    if figure.rings:
        st.plotly_chart(chart, theme=None, config=DOWNLOAD, key=f"drawn-{figure.key}", alt=alt)
    else:
        st.altair_chart(chart, theme=None, key=f"drawn-{figure.key}", alt=alt)
