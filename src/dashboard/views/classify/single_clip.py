"""One sound and everything said of it: the sentence, time, a card each, why. Drawn again as answers come."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import cache
from dashboard.cache import Heard
from dashboard.views.classify import cards as columns
from dashboard.views.classify import explanation, label_space_picker, sentences, share, timeline, trim
from dashboard.views.classify.cards import Column
from dashboard.widgets import html, track_rows
from dashboard.widgets.markdown import plain
from quintet.embeddings.models import Model
from quintet.errors import QuintetError
from quintet.prediction.classifier import Answer
from quintet.prediction.label_space import Space

SOON = 0.7  # s of work that may come before the page is drawn


@dataclass(frozen=True)
class Waiting:
    """A backbone that has not heard the clip yet, and where its card says how far it is."""

    source: Model
    heard: Heard
    place: DeltaGenerator


def show(space: Space, found: Sequence[Model], whole: Heard) -> list[Waiting]:
    """Draws what is known; returns the backbones that wait, for `listen`."""
    heard = trim.part(whole)
    if heard.track is None:  # a stored one is named where it was chosen
        st.html(html.section(heard.name))
    for notice in heard.clip.notices:
        st.info(notice, icon=":material/info:")
    head, time, cards = st.container(), st.container(), st.container(key="columns")
    known = columns.known(space, found, heard.content)
    answers = [one.answer for one in known if one.answer]
    signs = {one.source.key: track_rows.sign(one.source) for one in known}
    with head:
        _head(space, answers, heard, signs)
    waiting = _cards(space, known, heard, cards)  # sent before the lanes: a browser is slow to begin a wave
    with time:
        timeline.lanes(answers, heard, label_space_picker.colours(space), signs)
    if space.about:
        st.html(html.note(space.about))
    with st.container(key="why"):
        explanation.places(space.datasets[0], known, heard)
        if not space.several:  # of tags there is no one answer to agree on
            explanation.accords(answers, heard)
    share.foot(heard, space.datasets[0], heard.dataset in space.datasets and not space.native)
    return waiting


def _head(space: Space, answers: Sequence[Answer], heard: Heard, signs: timeline.Signs) -> None:
    if space.several or len(timeline.trained(answers)) < 2:
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
        every = many and st.toggle(
            f"All {len(space.classes)} {'tags' if space.several else 'classes'}", key="every-class"
        )
        look = columns.shown(space, known, every)
        for n, (column, one) in enumerate(zip(st.columns(max(3, len(known))), known, strict=False)):
            with column:
                free = columns.draw(one, look, heard, n == 0)
                if free is not None:
                    waiting.append(Waiting(one.source, heard, free))
    return waiting


def at_once(found: Sequence[Model], heard: Heard) -> None:
    """Hears a short clip nobody has heard with the quickest backbone before anything is drawn.

    Only where the gate is free and it takes about as long as drawing the page once more. What fails here is
    said in its card: `listen` tries again.
    """
    if heard.clip.seconds > trim.LONG:  # a part of it may be asked for
        return
    quick = [source for source in found if (columns.seconds(source, heard) or SOON) < SOON]
    if not quick or not cache.gate().free or any(cache.known(source, heard.digest) for source in found):
        return
    with suppress(QuintetError):
        cache.values(min(quick, key=lambda source: columns.seconds(source, heard)), heard)


def listen(waiting: Sequence[Waiting]) -> bool:
    """Hears the clip with the backbone that will be ready first; says whether one did: draw the page again.

    One at a time: its answer is shown before the next net runs. One that fails says so in its place.
    """
    endless = float("inf")
    for one in sorted(waiting, key=lambda one: columns.seconds(one.source, one.heard) or endless):

        def show(ahead: int, place: DeltaGenerator = one.place) -> None:
            place.html(html.note(sentences.queued(ahead)))

        def tell(so_far: float, one: Waiting = one) -> None:
            one.place.html(columns.hears(one.source, one.heard, so_far))

        try:
            cache.values(one.source, one.heard, show, tell)
        except QuintetError as error:
            one.place.error(plain(str(error)), icon=":material/error:")
            continue
        return True
    return False
