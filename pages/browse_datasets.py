"""Datasets: every track in a table, what there is of each class, two datasets compared, and an audit."""

import streamlit as st

from dashboard import cache
from dashboard.widgets import html, sidebar, url_state
from dashboard.widgets.error_boundary import guard

VIEWS = {"tracks": "Tracks", "counts": "Counts", "compare": "Compare", "audit": "Audit"}
VIEW = "view"  # in the address


def page() -> None:
    """The dataset's name, which view of it, and that view."""
    dataset = sidebar.dataset()
    facts = cache.facts(dataset)
    url_state.enter(dataset)
    st.html(html.title("Datasets", f"{facts.title}: {facts.about}"))
    view = url_state.buttons(VIEW, VIEWS, "View")
    show(view, dataset)


def show(view: str, dataset: str) -> None:
    """Only the view that is open is imported and drawn."""
    if view == "counts":
        from dashboard.views.datasets import counts as opened
    elif view == "compare":
        from dashboard.views.datasets import compare as opened
    elif view == "audit":
        from dashboard.views.datasets import audit as opened
    else:
        from dashboard.views.datasets import tracks as opened
    opened.show(dataset)


with guard():
    page()
