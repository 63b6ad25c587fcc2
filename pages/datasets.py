"""Datasets: every track in a table, what there is of each class, two datasets compared, and an audit."""

import streamlit as st

from pages.parts import cached, html, sidebar
from pages.parts.datasets import address
from pages.parts.guard import guard

VIEWS = {"tracks": "Tracks", "counts": "Counts", "compare": "Compare", "audit": "Audit"}
VIEW = "view"  # in the address


def page() -> None:
    """The dataset's name, which view of it, and that view."""
    dataset = sidebar.dataset()
    facts = cached.facts(dataset)
    address.enter(dataset)
    st.html(html.title("Datasets", f"{facts.title}: {facts.about}"))
    view = address.buttons(VIEW, VIEWS, "View")
    show(view, dataset)


def show(view: str, dataset: str) -> None:
    """Only the view that is open is imported and drawn."""
    if view == "counts":
        from pages.parts.datasets import counts as opened
    elif view == "compare":
        from pages.parts.datasets import compare as opened
    elif view == "audit":
        from pages.parts.datasets import audit as opened
    else:
        from pages.parts.datasets import tracks as opened
    opened.show(dataset)


with guard():
    page()
