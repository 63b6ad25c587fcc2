"""A job beside the server: the button that begins it, how far it is, and the button that stops it.

Both act when they are pressed, before the page is drawn: what a button only returns is lost when something
else asks for the page meanwhile.
"""

from collections.abc import Callable

import streamlit as st

from dashboard.widgets import bars
from dashboard.widgets.error_boundary import guard
from dashboard.widgets.markdown import plain
from quintet import wording
from quintet.errors import QuintetError
from quintet.jobs.progress import Status


def begin(label: str, start: Callable[[], None], key: str, **looks: str) -> None:
    """A button that calls `start`; a QuintetError of it is said below, once."""
    refused = f"refused-{key}"

    def press() -> None:
        try:
            start()
        except QuintetError as error:
            st.session_state[refused] = str(error)

    st.button(label, key=key, on_click=press, **looks)
    if refused in st.session_state:
        st.warning(plain(st.session_state.pop(refused)), icon=":material/hourglass_empty:")


@st.fragment(run_every=1.0)
@guard()
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
    st.button("Stop", key=key, on_click=stop)


def _far(found: Status, counted: bool) -> str:
    if not found.total:
        return f"{found.what}: getting ready"
    left = f", {wording.left(found.seconds_left)}" if found.seconds_left is not None else ""
    return f"{found.what}{f': {found.done:,} of {found.total:,}' if counted else ''}{left}"
