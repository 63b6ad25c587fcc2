"""What the Datasets page keeps in the address, so that a reload or a link shows the same rows.

The address leads: a link that changes it while the page is open changes the controls. Streamlit's own binding
would write what a control shows ("Mood: calm") and forget the words of a view that is not open.
"""

from collections.abc import Callable, Sequence

import streamlit as st

OPEN = ("dataset", "view")  # what stays when another dataset is opened
_WITH = "with-"  # the sidebar's ticks
_OF = "datasets-of"  # which dataset the page showed last
_PAGE = "page"  # which page was drawn last
_SEEDED = "seeded"  # keys of the controls whose values the address gave on that page


def turn(page: str) -> None:
    """Forgets what another page's controls were set to: two pages may use one word for their own things.

    What the new page shows is its address's to say. The frame calls this before a page is drawn.
    """
    if st.session_state.get(_PAGE, page) != page:
        for key in st.session_state.get(_SEEDED, ()):
            st.session_state.pop(key, None)
            st.session_state.pop(_seen(key), None)
        st.session_state[_SEEDED] = frozenset()
    st.session_state[_PAGE] = page


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
    st.session_state[_SEEDED] = st.session_state.get(_SEEDED, frozenset()) | {key}
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


def buttons(key: str, options: dict[str, str], label: str) -> str:
    """A row of buttons for words kept in the address, word -> what stands on it; on the first at first."""
    first = next(iter(options))
    seed(key, lambda words: words[0] if words and words[0] in options else first)
    if st.session_state[key] not in options:
        st.session_state[key] = first
    word = st.segmented_control(label, list(options), default=st.session_state[key], key=key, required=True,
                                format_func=options.__getitem__, label_visibility="collapsed")  # fmt: skip
    put(key, "" if word == first else word)
    return word


def number(word: str, default: int) -> int:
    """A whole number of a link, `default` for anything else: other digits than ASCII's, or too many."""
    return int(word) if word.isascii() and word.isdecimal() and len(word) < 10 else default


def clear(keys: Sequence[str]) -> None:
    """Takes values out of the address; their controls follow at the next run."""
    for key in keys:
        st.query_params.pop(key, None)


def _seen(key: str) -> str:
    return f"seen-{key}"
