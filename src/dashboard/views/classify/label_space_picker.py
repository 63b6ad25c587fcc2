"""Which classes or tags to answer in: any dataset's that has some, or those that several share."""

import streamlit as st

from dashboard import cache
from dashboard.views.classify import url_state
from dashboard.widgets import track_rows
from dashboard.widgets.markdown import plain
from quintet.errors import MissingData
from quintet.palette import OTHERS, Pair, class_colours
from quintet.prediction import label_space
from quintet.prediction.label_space import BETWEEN, Space


def pick(dataset: str) -> Space:
    """Draws the choice; the sidebar's dataset until another was chosen. Raises MissingData without any."""
    known = cache.label_spaces()
    if not known:
        raise MissingData(
            f"No dataset here has classes to answer in: {dataset!r} has neither classes nor tags. "
            "Run: quintet prepare NAME for one that has"
        )
    own = next((space for space in known if space.name == dataset), known[0])
    tags = [s.backbone.spec.tags for s in cache.embedded(own.datasets[0]) if not s.untrained]
    known = [*known, *filter(None, [label_space.native(own, tags)])]
    asked = url_state.said(url_state.SPACE)
    shown = next((space for space in known if _asked(space, asked)), None)
    if asked and shown is None:
        st.warning(f"Nothing here can answer in the classes of {plain(asked)}, as the link asks.")
    shown = shown or own
    key = f"space-{dataset}-{'|'.join(space.name for space in known)}"
    if st.session_state.get(key) not in known:
        st.session_state[key] = shown

    def keep() -> None:
        picked = st.session_state[key]
        url_state.put(space="" if picked == own else picked.name)

    first = known.index(st.session_state[key])
    return st.selectbox("Answer in", known, first, lambda space: space.title, key=key, on_change=keep)


def _asked(space: Space, word: str) -> bool:
    return word == space.name or (not space.native and set(space.datasets) == set(word.split(BETWEEN)))


def colours(space: Space) -> dict[str, Pair]:
    """Each class with its colour: a dataset's own classes keep theirs; what is not shared is faint."""
    if space.several:
        return class_colours(space.classes)
    if space.shared:
        return class_colours(space.classes) | {label_space.OTHER: OTHERS}
    pairs = track_rows.colours(space.name)
    return {name: pairs.get(name, OTHERS) for name in space.classes}
