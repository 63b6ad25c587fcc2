"""Agreement: which backbones arrange the same tracks alike, where two of them part, and the shape of each."""

import streamlit as st

from dashboard.views.agreement import board, disputed_tracks, geometry, matrix, sentences
from dashboard.views.agreement import pair as differ
from dashboard.widgets import html, interval_plots, sidebar, url_state
from dashboard.widgets.error_boundary import guard


def page() -> None:
    """The sentence, every two of them, where the chosen two differ, the shape of each, disputed tracks."""
    dataset, head = sidebar.dataset(), st.container()
    url_state.enter(dataset)
    shown = board.board(dataset)
    left, right = head.columns([5, 1], vertical_alignment="center")
    left.html(
        interval_plots.sheet() + html.title("Agreement", f"{shown.facts.title}, as the backbones arrange it")
    )
    right.download_button("CSV", matrix.csv(shown), f"{dataset}-agreement.csv", "text/csv",
                          icon=":material/download:")  # fmt: skip
    sentence = st.container()
    name, table = controls()
    sentence.html(html.headline(sentences.headline(shown, name), small=True, definition=sentences.HOW))
    missing(shown)
    pair = board.chosen(shown)
    if pair:
        pairs(shown, pair, name, table)
    geometry.show(shown, table)
    if len(shown.sources) > 1:
        disputed_tracks.show(shown)


def controls() -> tuple[str, bool]:
    """Which measure, and whether as a table."""
    left, right = st.columns([4, 1], vertical_alignment="center")
    with left:
        name, _ = board.measure()
    with right:
        return name, st.toggle("As tables", key="agreement-tables")


def missing(shown: board.Board) -> None:
    """What is not measured yet, with its command, and what could not be."""
    if text := sentences.partial(shown):
        st.html(html.note(text))
        st.code(f"quintet agreement {shown.dataset}", language="bash")
    for reason in dict.fromkeys((shown.found.refused or {}).values()):
        st.html(html.note(reason))
    if len(shown.sources) == 1:
        st.html(html.note(f"Another backbone that hears these {shown.facts.noun} can be compared with it."))
        st.code(f"quintet embed {shown.dataset}", language="bash")


def pairs(shown: board.Board, pair: board.Pair, measure: str, table: bool) -> None:
    """The matrix beside the chosen pair, and where the two differ."""
    left, right = st.columns([7, 5])
    with left, st.container(border=True, key="card-pairs"):
        if table:
            matrix.twin(shown)
        else:
            matrix.show(shown, measure, pair)
    with right, st.container(border=True, key="card-pair"):
        differ.measures(shown, pair)
    differ.show(shown, pair)


with guard():
    page()
