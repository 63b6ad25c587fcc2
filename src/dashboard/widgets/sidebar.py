"""The sidebar: which dataset and which backbones every page is about. It owns two keys of the session."""

from dataclasses import dataclass

import streamlit as st

from dashboard import cache
from dashboard.cache import Listed
from dashboard.components.players import Mark
from dashboard.widgets import html
from dashboard.widgets.style import mark_image, paint
from quintet.catalogue import locations, tracks
from quintet.errors import MissingData, MissingEmbeddings, UsageError
from quintet.wording import count

DATASET = "dataset"  # also in the address: ?dataset=demo
BACKBONES = "backbones"


@dataclass(frozen=True)
class Chosen:
    """What is ticked of what is offered, and what is always along: the hand-made features of Benchmarks."""

    offered: int
    ticked: tuple[Listed, ...]
    hand_made: tuple[Listed, ...]


def draw() -> None:
    """Draw the sidebar below the navigation. The frame calls it once, before the page."""
    with st.sidebar:
        name = _pick_dataset()
        listed = cache.backbones(name) if name else []
        st.session_state[BACKBONES] = _checklist(listed)
        with st.container(key="signs"):
            st.html(html.signs())


def dataset() -> str:
    """The dataset in hand. Raises MissingData where there is none."""
    name = st.session_state.get(DATASET)
    if not name:
        first = next(iter(locations.known(cache.settings())), "NAME")
        raise MissingData(
            "No dataset has been read on this machine yet. One that is embedded fills every page with music. "
            f"Run: quintet prepare {first}"
        )
    return name


def backbones(hand_made: bool = False) -> list[Listed]:
    """The ticked backbones, and with `hand_made` the hand-made features last.

    Raises UsageError where none is ticked, MissingEmbeddings where none has heard the dataset.
    """
    chosen: Chosen = st.session_state[BACKBONES]
    found = [*chosen.ticked, *(chosen.hand_made if hand_made else ())]
    if not found and not chosen.offered:
        name = dataset()
        raise MissingEmbeddings(f"No backbone has heard {name!r} yet. Run: quintet embed {name}")
    if not found:
        raise UsageError("No backbone is ticked in the sidebar. Tick at least one to see its answers.")
    return found


def arranged() -> list[Listed]:
    """The ticked backbones; where no net has heard the dataset, the features that came with it."""
    chosen: Chosen = st.session_state[BACKBONES]
    return backbones(hand_made=not chosen.offered)


def sign(listed: Listed) -> Mark:
    """The mark of a listed backbone: its shape and colours, hollow where it runs untrained."""
    return Mark(listed.spec.mark, listed.spec.colours, listed.untrained)


def _pick_dataset() -> str | None:
    for sentence in tracks.damaged(cache.settings()).values():  # the others go on
        st.html(html.note(sentence))
    found = {name: f"{title}, {count(n, noun)}" for name, title, n, noun in cache.datasets()}
    if not found:
        st.html(html.note("No dataset is on this machine yet."))
        return None
    names = list(found)
    asked = st.query_params.get(DATASET)
    index = names.index(asked) if asked in names else 0
    name = st.selectbox("Dataset", names, index, found.__getitem__, key=DATASET, persist_state="session")
    _write_address(name, names[0])
    return name


def _write_address(name: str, default: str) -> None:
    """Keep ?dataset= in step; Streamlit's own binding would write the label, whose count changes."""
    if name != default:
        st.query_params[DATASET] = name
    else:
        st.query_params.pop(DATASET, None)


def _checklist(listed: list[Listed]) -> Chosen:
    hand_made = tuple(one for one in listed if one.spec.hand_made)
    offered = [one for one in listed if not one.spec.hand_made]
    if offered:
        st.html(_rules(offered) + '<div class="q-label">Backbones</div>')
    return Chosen(len(offered), tuple(one for one in offered if _ticked(one)), hand_made)


def _ticked(one: Listed) -> bool:
    return st.checkbox(
        one.spec.title, value=True, key=_key(one), bind="query-params", persist_state="session"
    )


def _rules(offered: list[Listed]) -> str:
    """Labels take no HTML, so each checkbox gets its mark by a rule on its key's class."""
    rules = (
        f".st-key-{_key(one)}{{--m:{mark_image(one.spec.mark, one.untrained)};--c:{paint(one.spec.colours)}}}"
        for one in offered
    )
    return f"<style>{''.join(rules)}</style>"


def _key(one: Listed) -> str:
    return "with-" + one.key.replace(":", "-")
