"""Classify: one track, every backbone's answer side by side, and why."""

import streamlit as st

from pages.parts import answers, html, listen, rows, sidebar
from pages.parts.guard import guard


def page() -> None:
    """Choose, then the answer as a sentence, then time, then a card each."""
    dataset = sidebar.dataset()
    st.html(html.title("Classify", "One track, every backbone's answer"))
    columns = answers.columns(dataset)
    heard = listen.choose(dataset)
    if heard is None:
        st.html(html.note("What you upload or record stays in memory and is not kept."))
        listen.examples(dataset)
        return
    head, time = st.container(), st.container()
    found = []
    for place, source in zip(st.columns(max(3, len(columns))), columns, strict=False):
        with place, st.spinner(f"{source.backbone.spec.title} is listening"):
            found.append(answers.card(dataset, source, heard))
    if answers.left_out():
        st.html(html.note(answers.left_out()))
    with head:
        answers.verdict(found, heard)
    with time:
        answers.timeline(found, heard, rows.colours(dataset))
    st.html(html.note(
        f"Answers in this dataset's {len(rows.colours(dataset))} classes, by a probe trained on its clips. "
        + (answers.TRAINED_ON if heard.track else answers.NOT_KEPT)
    ))  # fmt: skip


with guard():
    page()
