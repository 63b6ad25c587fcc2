"""Datasets: every track in a table that filters and plays, the chosen one as wave, spectrogram, facts."""

import streamlit as st

from pages.parts import browse, chosen, html, rows, sidebar, tables
from pages.parts.guard import guard
from quintet import collection

PAGE = 17  # rows of the table at a time


def page() -> None:
    """Class counts, the table at the left, the chosen track at the right."""
    dataset = sidebar.dataset()
    facts, pairs = collection.facts(dataset), rows.colours(dataset)
    st.html(html.title("Datasets", f"{facts.title}: {facts.about}"))
    st.html(tables.class_strip(browse.counts(dataset)))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        found = browse.filtered(dataset)
        if not found:
            st.html(html.note(f"No {facts.noun} match. Clear the search or a filter to see them again."))
            return
        shown = browse.page_of(found, PAGE)
        listed = [rows.full(dataset, track, facts, pairs) for track in shown]
        current = rows.pick(listed, rows.columns(facts), key="tracks")
        browse.pager(found, PAGE, facts.noun)
    with right:
        chosen.card(dataset, current)


with guard():
    page()
