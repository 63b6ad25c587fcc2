"""Classify: any track, every backbone's answer side by side, over time, and why; or many files in a table."""

import streamlit as st

from dashboard.views.classify import cards, file_table, inputs, label_space_picker, share, single_clip
from dashboard.widgets import html, sidebar
from dashboard.widgets.error_boundary import guard


def page() -> None:
    """Choose, then the answers: of one track, or of several files of which one may be open."""
    dataset = sidebar.dataset()
    st.html(html.title("Classify", "One track, every backbone's answer"))
    left, middle, right = st.columns([5, 3, 1.2], vertical_alignment="bottom")
    with left:
        way = inputs.way()
    with middle:
        space = label_space_picker.pick(dataset)
    found = cards.sources()
    chosen = inputs.choose(dataset, way)
    with right:
        share.link(bool(chosen.heard or chosen.files))
    idle = st.empty()  # gone at once when something is chosen, not when its answers are there
    if not (chosen.heard or chosen.files):
        with idle.container():
            st.html(html.note("What you upload or record stays in memory and is not kept."))
            inputs.examples(dataset)
        return
    listed, progress = [], st.empty()
    if chosen.files:
        listed = file_table.table(chosen.files, space, found)
    heard = chosen.heard or file_table.only(listed)
    if heard and not chosen.files:
        single_clip.at_once(found, heard)
    waiting = single_clip.show(space, found, heard) if heard else []
    if single_clip.listen(waiting) or file_table.listen(listed, progress):
        st.rerun()


with guard():
    page()
