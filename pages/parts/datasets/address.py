"""What the Datasets page keeps in the address, so that a reload or a link shows the same rows.

The address leads: a link that changes it while the page is open changes the controls. Streamlit's own binding
would write what a control shows ("Mood: calm") and forget the words of a view that is not open.
"""

from collections.abc import Callable, Sequence

import streamlit as st

OPEN = ("dataset", "view")  # what stays when another dataset is opened
_WITH = "with-"  # the sidebar's ticks
_OF = "datasets-of"  # which dataset the page showed last


def enter(dataset: str) -> None:
    """Forgets the words of another dataset: its filters mean nothing here."""
    before = st.session_state.get(_OF, dataset)
    st.session_state[_OF] = dataset
    if before != dataset:
        for key in [k for k in st.query_params if k not in OPEN and not k.startswith(_WITH)]:
            del st.query_params[key]


def seed(key: str, read: Callable[[list[str]], object]) -> object:
    """A control's value before it is drawn: the address's where that is new, else what it was set to.

    To be given as the control's default too. Streamlit tells the browser a value once, in the run that sets
    it; a control whose code is still on its way then, or that stands behind a closed button, starts from
    its default and sends that back.
    """
    said = st.query_params.get_all(key)
    if key not in st.session_state or said != st.session_state.get(_seen(key)):
        st.session_state[key] = read(said)
    return st.session_state[key]


def keep(key: str, words: Sequence[str]) -> None:
    """Writes a control's value into the address; no words take it out."""
    said = list(words)
    if said != st.query_params.get_all(key):
        if said:
            st.query_params[key] = said
        else:
            st.query_params.pop(key, None)
    st.session_state[_seen(key)] = said


def put(key: str, word: str) -> None:
    """The same for a value that no control holds: the order of the table, its page."""
    keep(key, [word] if word else [])


def clear(keys: Sequence[str]) -> None:
    """Takes values out of the address; their controls follow at the next run."""
    for key in keys:
        st.query_params.pop(key, None)


def _seen(key: str) -> str:
    return f"seen-{key}"
