"""Benchmarks: who is ahead, whether that is settled, and the clips behind every number."""

import streamlit as st

from dashboard.views.benchmarks import board, leaderboard
from dashboard.views.benchmarks.board import Board
from dashboard.widgets import html, sidebar, url_state
from dashboard.widgets.error_boundary import guard

VIEWS = {"leaderboard": "Leaderboard", "confusion": "Confusion", "compare": "Compare two",
         "class": "Per class", "more": "More tests", "report": "Report"}  # fmt: skip
VIEW = "view"  # in the address


def page() -> None:
    """Which runs, which view of them, and that view."""
    dataset, head = sidebar.dataset(), st.container()
    url_state.enter(dataset)
    view = url_state.buttons(VIEW, VIEWS, "View")
    shown = board.board(dataset)
    left, right = head.columns([5, 1], vertical_alignment="center")
    left.html(html.title("Benchmarks", shown.about))
    right.download_button("CSV", leaderboard.csv(shown), f"{shown.name}.csv", "text/csv",
                          icon=":material/download:")  # fmt: skip
    show(view, shown)


def show(view: str, shown: Board) -> None:
    """Only the view that is open is imported and drawn."""
    if view == "confusion":
        from dashboard.views.benchmarks import confusion as opened
    elif view == "compare":
        from dashboard.views.benchmarks import compare as opened
    elif view == "class":
        from dashboard.views.benchmarks import per_class as opened
    elif view == "more":
        from dashboard.views.benchmarks import more_tests as opened
    elif view == "report":
        from dashboard.views.benchmarks import report as opened
    else:
        opened = leaderboard
    opened.show(shown)


with guard():
    page()
