"""Map: the same clips as each backbone arranges them, linked; what is selected on one lights up on all."""

import streamlit as st

from pages.parts import atlas, cached, html, sidebar
from pages.parts.guard import guard
from quintet import wording


def page() -> None:
    """Controls on one line, the maps, the table of the selection, how the maps were made."""
    dataset = sidebar.dataset()
    facts = cached.facts(dataset)
    made = atlas.atlas(dataset)
    about = f"The same {wording.count(len(made.ids), facts.noun)}, as each backbone arranges them"
    st.html(html.title("Map", about))
    event = atlas.show(made, atlas.controls(dataset))
    atlas.selection(made, event)
    st.html(html.note(made.foot))


with guard():
    page()
