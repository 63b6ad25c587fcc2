"""The five cards: which backbones answer, in which order, and each one's rows at the same heights."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import cache
from dashboard.cache import Content, Heard
from dashboard.components import players
from dashboard.views.classify import label_space_picker, sentences, slow_backbone
from dashboard.widgets import bars, html, sidebar, track_rows
from quintet.datasets.base import Track
from quintet.embeddings.models import Model
from quintet.errors import QuintetError
from quintet.palette import Pair
from quintet.prediction import classifier
from quintet.prediction.classifier import Answer
from quintet.prediction.label_space import Space

TAGS = 3
ALL = 10  # classes up to which every one has a row
TOP = 8  # rows where there are more
STATES = {
    "official": "The published weights, verified by their checksum.",
    "custom": "Weights from a file of yours: not the published ones.",
}
SEVERAL = "No set: several tags may be right."
NO_SET = "No set: needs a benchmark{}."


@dataclass(frozen=True)
class Column:
    """A backbone and where it stands: its answer, None until it has one, or why it cannot give any."""

    source: Model
    slow: bool
    answer: Answer | None = None
    error: str = ""


@dataclass(frozen=True)
class Shown:
    """What all cards share: the space, its colours, the classes with a row, further rows, near tracks."""

    space: Space
    pairs: dict[str, Pair]
    named: tuple[str, ...]
    contaminated: bool
    near: dict[str, Track]


def sources() -> list[Model]:
    """The ticked backbones that can hear, trained ones first, then the quicker: a place for good."""
    here, dataset = cache.settings(), sidebar.dataset()
    ticked = [one.key for one in sidebar.backbones()]
    heard = [source for source in cache.embedded(dataset) if source.key in ticked]
    can = [source for source in heard if not source.backbone.spec.hand_made]

    def order(source: Model) -> tuple[bool, bool, float]:
        return source.untrained, classifier.takes_minutes(source, here), pace(source)

    return sorted(can, key=order)


def pace(source: Model) -> float:
    """Seconds of work for a second of sound, as measured here; endless where it was never measured."""
    found = cache.timed(source)
    return found.seconds / max(found.clip_seconds, 1e-9) if found else float("inf")


def known(space: Space, found: Sequence[Model], content: Content) -> list[Column]:
    """What each backbone has said so far. Where a probe must be trained first, that is done here."""
    here = cache.settings()
    columns = []
    for source in found:
        slow = classifier.takes_minutes(source, here)
        try:
            columns.append(Column(source, slow, cache.said(space, source, content)))
        except QuintetError as error:  # this backbone's own trouble: the others answer
            columns.append(Column(source, slow, error=str(error)))
    return columns


def shown(space: Space, found: Sequence[Column], every: bool) -> Shown:
    """The same rows for all cards: above `ALL` classes the `TOP` ones any backbone gives most to."""
    named = space.classes
    answers = [one.answer for one in found if one.answer]
    if len(named) > ALL and not every and answers:
        told = [a for a in answers if not a.untrained] or answers
        most = {name: max(float(a.probabilities[k]) for a in told) for k, name in enumerate(named)}
        best = {a.best for a in answers}  # what a card is headed by has a row
        top = sorted(named, key=lambda name: (name not in best, -most[name]))[:TOP]
        named = tuple(name for name in named if name in top)  # in label order, so that cards compare
    seen = not space.native and any(trained_on(space, one.source) for one in found)
    ids = {name for answer in answers for name, _ in answer.nearest}
    near = cache.some(space.datasets[0], sorted(ids))
    return Shown(space, label_space_picker.colours(space), named, seen, near)


def trained_on(space: Space, source: Model) -> str:
    """Titles of the space's datasets that are in the backbone's training data; "" where none is."""
    return sentences.both_or_none(
        [part.title for part in space.parts if classifier.contaminated(source, part.title)]
    )


def draw(column: Column, look: Shown, heard: Heard, first: bool) -> DeltaGenerator | None:
    """One card, whatever its state; where it waits, the place that says how far it is.

    A slow backbone that has not heard the clip draws its own card.
    """
    source, answer = column.source, column.answer
    if column.slow and answer is None and not column.error:
        if slow_backbone.column(look.space.datasets[0], source, heard):
            st.rerun()
        return None
    with _card(source):
        if column.error or answer is None:
            st.html(html.line(html.backbone(source.backbone.spec.title, track_rows.sign(source))))
            place = st.empty()
            place.html(html.note(column.error) if column.error else waits(source, heard))
            return None if column.error else place
        st.html(_head(answer, source, look, first))
        st.html(_chances(answer, look))
        st.html(_set(answer, look.space))
        if look.contaminated:
            st.html(f'<div class="q-seen">{html.note(_said_of_training(look.space, source))}</div>')
        _near(answer, look)
        st.html(_foot(answer))
    return None


def _card(source: Model) -> DeltaGenerator:
    kind = "untrained" if source.untrained else "card"
    return st.container(border=True, key=f"{kind}-{source.key.replace(':', '-')}")


def waits(source: Model, heard: Heard) -> str:
    """What a card says while its net runs."""
    says = sentences.waits(source.backbone.spec.title, seconds(source, heard))
    return f'<div role="status">{html.note(says)}</div>'


def hears(source: Model, heard: Heard, so_far: float) -> str:
    """The same while it runs, with a bar where its pace is known."""
    total = seconds(source, heard)
    says = sentences.hearing(source.backbone.spec.title, so_far, total)
    if total is None:
        return f'<div role="status">{html.note(says)}</div>'
    return f'<div role="status" class="q-small">{bars.progress(min(so_far, total), total, says)}</div>'


def seconds(source: Model, heard: Heard) -> float | None:
    """How long this backbone may take for the clip. A clip under a window costs a whole one; what is slow
    hears one window at most. None where it was never measured here.
    """
    found, spec = cache.timed(source), source.backbone.spec
    if found is None:
        return None
    window = spec.window / spec.sample_rate if spec.sample_rate else 0.0
    work = window if spec.slow else max(heard.clip.seconds, window)
    return found.seconds * work / max(found.clip_seconds, window, 1e-9)


def _head(answer: Answer, source: Model, look: Shown, first: bool) -> str:
    """Name, time, verdict, weights; on a phone a line that folds the rest of the card away."""
    name, folded = (
        html.backbone(answer.title, track_rows.sign(source), badge=badge) for badge in (False, True)
    )
    pair = look.pairs[answer.best]
    took = f'<span class="q-small q-faint" title="Time taken, once loaded">{answer.seconds:.1f} s</span>'
    said = html.answer(answer.best, pair, hollow=answer.untrained)
    badge = html.badge_untrained() if answer.untrained else _state(answer.state)
    parts = [
        bars.Bar(c, look.pairs[c], float(p))
        for c, p in zip(answer.classes, answer.probabilities, strict=True)
    ]
    shares = bars.shares(parts, answer.untrained)
    fold = (
        f'<details class="q-fold"{" open" if first else ""}><summary>{html.line(folded, said)}</summary>'
        f'</details><div class="q-folded">{"" if look.space.several else shares}</div>'
    )
    word = escape(answer.best[:1].upper() + answer.best[1:])
    hollow = " hollow" if answer.untrained else ""
    verdict = f'<div class="q-verdict{hollow}">{html.swatch(pair, answer.untrained)}{word}{badge}</div>'
    return f'{fold}<div class="q-open">{html.line(name, took)}{verdict}</div>'


def _state(state: str) -> str:
    said = escape(STATES.get(state, ""))
    return f'<span class="q-chip q-state" title="{said}">{escape(state)}</span>' if said else ""


def _chances(answer: Answer, look: Shown) -> str:
    share = dict(zip(answer.classes, map(float, answer.probabilities), strict=True))
    named, known = look.named, answer.classes
    if look.space.native:  # each net has a list of its own: what it does not know is no 0 %
        own = dict(answer.tags)
        known = [name for name in known if name in own]
        most = sorted(known, key=lambda name: -share[name])[:TOP]
        named = known if len(named) == len(answer.classes) else [name for name in known if name in most]
    listed = [bars.Bar(name, look.pairs[name], share[name]) for name in named]
    rest = [name for name in known if name not in named]
    more = html.note(f"{len(rest)} more") if rest and look.space.several else ""
    if rest and not look.space.several:
        left = sum(share[name] for name in rest)
        more = bars.remainder(f"{len(rest)} more", left)
    return f'<div class="q-open">{bars.probabilities(listed, answer.untrained)}{more}</div>'


def _set(answer: Answer, space: Space) -> str:
    found = sentences.may_be(answer)
    if space.several:
        return f'<div class="q-may q-small q-mute">{SEVERAL}</div>'
    if not found:
        return f'<div class="q-may q-small q-mute">{NO_SET.format(" of each" if space.shared else "")}</div>'
    lead = html.term(
        f"{sentences.promise(answer)}:", sentences.SET.format(share=sentences.promise(answer)[3:])
    )
    return f'<div class="q-may q-small q-mute">{lead} <span class="q-ink">{escape(found)}</span></div>'


def _said_of_training(space: Space, source: Model) -> str:
    found = trained_on(space, source)
    title = source.backbone.spec.title
    return f"{title} was trained on {found}: no fair test." if found else "Not trained on these tracks."


def _near(answer: Answer, look: Shown) -> None:
    dataset, tracks = look.space.datasets[0], look.near
    pairs = track_rows.colours(dataset)
    listed = []
    for track_id, alike in answer.nearest:
        if track_id in tracks:
            track = tracks[track_id]
            said = track_rows.label(track, pairs)
            title = players.Cell(track.title or track.id, colours=said.colours)
            listed.append(track_rows.row(dataset, track, (title, f"{alike:.2f}")))
    labels = [track_rows.label(tracks[i], pairs).text for i, _ in answer.nearest if i in tracks]
    st.html(
        f'<div class="q-near">{html.note("Sounds nearest to")}{html.note(sentences.counted(labels))}</div>'
    )
    columns = [players.Column("Track"), players.Column("Similarity", align="right")]
    players.table(listed, columns, key=f"near-{answer.key}", compact=True)


def _foot(answer: Answer) -> str:
    tags = [] if answer.untrained else [name for name, _ in answer.tags[:TAGS]]
    told = "Control: answers near chance" if answer.untrained else "No tags of its own"
    first = html.chips(tags) if tags else html.note(told)
    return f'<div class="q-open">{first}{"".join(map(html.note, answer.notices))}</div>'
