"""One sound and everything said of it: the sentence, time, a card each, why. Drawn again as answers come."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts import cached, html, rows
from pages.parts.cached import Heard
from pages.parts.classify import columns, share, spaces, timeline, trim, why, words
from pages.parts.classify.columns import Column
from quintet.collection import Source
from quintet.errors import QuintetError
from quintet.predict import Answer
from quintet.studies.spaces import Space


@dataclass(frozen=True)
class Waiting:
    """A backbone that has not heard the clip yet, and where its card says how far it is."""

    source: Source
    heard: Heard
    place: DeltaGenerator


def show(space: Space, found: Sequence[Source], whole: Heard) -> list[Waiting]:
    """Draws what is known; returns the backbones that wait, for `listen`."""
    heard = trim.part(whole)
    if heard.track is None:  # a stored one is named where it was chosen
        st.html(html.section(heard.name))
    for notice in heard.clip.notices:
        st.info(notice, icon=":material/info:")
    head, time, cards = st.container(), st.container(), st.container(key="columns")
    known = columns.known(space, found, heard.content)
    answers = [one.answer for one in known if one.answer]
    signs = {one.source.key: rows.sign(one.source) for one in known}
    with head:
        _head(answers, heard, signs)
    with time:
        timeline.lanes(answers, heard, spaces.colours(space), signs)
    waiting = _cards(space, known, heard, cards)
    if space.shared:
        st.html(html.note(space.about))
    with st.container(key="why"):
        why.places(space.datasets[0], known, heard)
        why.accords(answers, heard)
    share.foot(heard, space.datasets[0], heard.dataset in space.datasets)
    return waiting


def _head(answers: Sequence[Answer], heard: Heard, signs: timeline.Signs) -> None:
    if len(timeline.trained(answers)) < 2:
        timeline.headline(answers, heard)
        return
    left, right = st.columns([3, 1], vertical_alignment="center")
    with left:
        timeline.headline(answers, heard)
    with right:
        timeline.agreement(answers, signs)


def _cards(space: Space, known: Sequence[Column], heard: Heard, place: DeltaGenerator) -> list[Waiting]:
    """A card for each column; returns the quick ones without an answer."""
    waiting = []
    with place:
        many = len(space.classes) > columns.ALL
        every = many and st.toggle(f"All {len(space.classes)} classes", key="every-class")
        look = columns.shown(space, known, every)
        for n, (column, one) in enumerate(zip(st.columns(max(3, len(known))), known, strict=False)):
            with column:
                free = columns.draw(one, look, heard, n == 0)
                if free is not None:
                    waiting.append(Waiting(one.source, heard, free))
    return waiting


def listen(waiting: Sequence[Waiting]) -> bool:
    """Hears the clip with the quickest backbone that waits; says whether one did, so the page is drawn again.

    One at a time: its answer is shown before the next net runs. One that fails says so in its place.
    """
    for one in sorted(waiting, key=lambda one: columns.pace(one.source)):

        def show(ahead: int, place: DeltaGenerator = one.place) -> None:
            place.html(html.note(words.queued(ahead)))

        try:
            cached.values(one.source, one.heard, show)
        except QuintetError as error:
            one.place.error(words.label(str(error)), icon=":material/error:")
            continue
        return True
    return False
