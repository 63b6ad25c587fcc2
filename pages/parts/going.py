"""A job beside the server while it runs: how far it is, and a button that stops it."""

from collections.abc import Callable

import streamlit as st

from pages.parts import bars
from quintet import wording
from quintet.extract.progress import Status


@st.fragment(run_every=1.0)
def watch(
    look: Callable[[], Status | None], stop: Callable[[], None], key: str, counted: bool = True
) -> None:
    """Draws what `look` finds each second, and the whole page when the job has ended.

    `counted`: does "3 of 40" mean something to a reader, or only the bar.
    """
    found = look()
    if found is None or found.state != "running":
        st.rerun()
    st.html(bars.progress(found.done, found.total, _far(found, counted)))
    if st.button("Stop", key=key):
        stop()
        st.rerun()


def _far(found: Status, counted: bool) -> str:
    if not found.total:
        return f"{found.what}: getting ready"
    left = f", {wording.left(found.left)}" if found.left is not None else ""
    return f"{found.what}{f': {found.done:,} of {found.total:,}' if counted else ''}{left}"
