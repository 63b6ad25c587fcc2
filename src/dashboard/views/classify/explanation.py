"""Why: where the clip lies on each backbone's map, and on what the trained ones agree or part."""

from collections.abc import Sequence
from html import escape
from itertools import combinations

import streamlit as st

from dashboard import cache
from dashboard.cache import Heard
from dashboard.views.classify import sentences, timeline
from dashboard.views.classify.cards import Column
from dashboard.widgets import bars, html, tables, track_rows
from dashboard.widgets.tables import MiniMap
from quintet import charts
from quintet.errors import MissingEmbeddings
from quintet.maps.placement import locate
from quintet.palette import TOKENS
from quintet.prediction import agreement
from quintet.prediction.classifier import Answer
from quintet.wording import word

STRETCHES = 4  # of parting that are listed, the longest
RINGED = (
    "The ring is where the track would lie: the mean place of its nearest tracks, weighted by similarity."
)
STORED = "The ring is the track itself."


def places(dataset: str, found: Sequence[Column], heard: Heard) -> None:
    """A small map of each backbone that has one, the clip ringed."""
    drawn = [_ringed(dataset, one, heard) for one in found if one.answer]
    drawn = [one for one in drawn if one]
    if not drawn:
        return
    own = heard.track is not None and heard.dataset == dataset
    legend = html.legend(track_rows.colours(dataset)) if len(track_rows.colours(dataset)) <= 8 else ""
    st.html(html.section("Where it lies on each map", legend))
    st.html(tables.mini_maps(drawn))
    st.html(html.note(STORED if own else RINGED))


def _ringed(dataset: str, column: Column, heard: Heard) -> MiniMap | None:
    try:
        layers, held = cache.small_map(dataset, column.source)
    except MissingEmbeddings:
        return None  # no map was made: the Map page says so with its command
    at = locate(held, column.answer, heard.track.id if heard.track and heard.dataset == dataset else "")
    if at is None:
        return None
    title = column.source.backbone.spec.title
    says = f"The clip's place among {len(held.ids)} points as {title} arranges them"
    ring = (TOKENS["ink"], charts.ring(held.xy, at))
    return MiniMap(title, track_rows.sign(column.source), (*layers, ring), says)


def accords(answers: Sequence[Answer], heard: Heard) -> None:
    """How often every two trained backbones say the same, and where in the track they part."""
    told = timeline.trained(answers)
    if len(told) < 2:
        return
    found = timeline.pieces(answers, heard)
    left, right = st.columns(2, gap="large")
    with left:
        st.html(html.section("Who says the same, over time"))
        pairs = [
            (agreement.same(found, i, j), told[i], told[j]) for i, j in combinations(range(len(told)), 2)
        ]
        lines = [
            bars.Bar(f"{a.title} and {b.title}", TOKENS["ink"], share)
            for share, a, b in sorted(pairs, key=lambda one: -one[0])
        ]
        st.html(f'<div class="q-pairs">{bars.probabilities(lines)}</div>')
    with right:
        st.html(html.section("Where they part") + _stretches(told, found))


def _stretches(told: Sequence[Answer], found: Sequence[agreement.Piece]) -> str:
    parted = agreement.parting(found)
    if not parted:
        return html.note("Nowhere: they say the same from beginning to end.")
    longest = sorted(parted, key=lambda one: (-one[2], one[0] - one[1]))[:STRETCHES]
    lines = []
    for start, end, different in sorted(longest):
        middle = next(p for p in found if p.start <= (start + end) / 2 <= p.end)
        said = ", ".join(f"{a.title} {a.classes[k]}" for a, k in zip(told, middle.answers, strict=True))
        head = f'<b class="q-ink">{escape(sentences.span(start, end))}</b>'
        lines.append(html.line(head + html.aside(f"{word(different)} answers: {said}")))
    more = len(parted) - len(longest)
    return "".join(lines) + (html.note(f"And in {word(more)} shorter stretches.") if more else "")
