"""Audit: what is wrong with a dataset as a sentence, each finding as rows that play, a list to exclude."""

import streamlit as st

from dashboard import cache
from dashboard.cache import audits as audited
from dashboard.components import players
from dashboard.components.players import Cell, Column, Row
from dashboard.routes import audio
from dashboard.views.datasets import exclusions
from dashboard.widgets import html, track_rows, url_state
from quintet.audit import report as audits
from quintet.audit import split_leaks
from quintet.audit.findings import ARTIST, CLIPPED, KINDS, LABEL, NEAR, Finding
from quintet.audit.report import Audit
from quintet.datasets.base import Track

PAGE = 12  # findings at a time: as many rows, twice as many of pairs
KIND, AT = "finding", "finding-page"  # in the address
_ASKED = "audit-asked"  # the kind the page before showed: another one starts at its first page


def show(dataset: str) -> None:
    """The sentence, the kinds with their counts, one kind's findings, and what can be done with them."""
    facts = cache.facts(dataset)
    found = audited.audit(dataset, cache.embedded(dataset), cache.settings())
    st.html(html.headline(audits.headline(found, facts), small=True))
    _not_looked_for(found)
    kinds = [kind for kind, n in found.counts.items() if n]
    if not kinds:
        st.html(html.note("Nothing was found that would have to be left out."))
        _measured(found, [kind for kind in KINDS if kind in found.by])
        return
    kind = _kind(kinds, found)
    st.html(html.section(KINDS[kind].title))
    _measured(found, [kind])
    if kind == ARTIST:
        st.html("".join(html.note(split_leaks.sentence(one)) for one in found.shared))
    _list(dataset, kind, found)
    exclusions.form(dataset, found, kinds, kind)


def _not_looked_for(found: Audit) -> None:
    """What is missing, each with the command that adds it."""
    for message in found.left_out.values():
        says, _, command = message.partition(" Run: ")
        st.html(html.note(says))
        if command:
            st.code(command, language="bash")


def _kind(kinds: list[str], found: Audit) -> str:
    url_state.seed(KIND, lambda said: said[0] if said and said[0] in kinds else kinds[0])
    if st.session_state[KIND] not in kinds:
        st.session_state[KIND] = kinds[0]
    kind = st.segmented_control(
        "Kind", kinds, default=st.session_state[KIND], key=KIND, required=True, label_visibility="collapsed",
        format_func=lambda kind: f"{KINDS[kind].title} {found.counts[kind]:,}",
    )  # fmt: skip
    url_state.put(KIND, "" if kind == kinds[0] else kind)
    return kind


def _measured(found: Audit, kinds: list[str]) -> None:
    for kind in kinds:
        if kind in found.by:
            st.html(html.note(found.by[kind]))


def _list(dataset: str, kind: str, found: Audit) -> None:
    """A page of findings, and the whole sentence about the chosen one."""
    listed = found.of(kind)
    first = (_at(dataset, kind, len(listed)) - 1) * PAGE
    shown = listed[first : first + PAGE]
    tracks = cache.some(dataset, list(dict.fromkeys(i for f in shown for i in (f.id, f.other) if i)))
    made = [row for n, one in enumerate(shown, first + 1) for row in _rows(dataset, n, one, tracks)]
    chosen = players.table(made, _columns(dataset, kind), key="audit", chosen=made[0].id)
    one = shown[int(chosen.partition("-")[0]) - first - 1]
    st.html(html.note(f"{_title(one.id, tracks)}{_title(one.other, tracks, ' and ')}: {one.says}"))
    last = -(-len(listed) // PAGE)
    left, right = st.columns([1, 2], vertical_alignment="center")
    left.caption(f"{first + 1:,} to {first + len(shown):,} of {len(listed):,}")
    if last > 1:
        with right:
            st.pagination(last, key=AT)
    url_state.put(AT, str(st.session_state[AT]) if st.session_state[AT] > 1 else "")


def _at(dataset: str, kind: str, n: int) -> int:
    url_state.seed(AT, lambda said: url_state.number(said[0], 1) if said else 1)
    if st.session_state.get(_ASKED, (dataset, kind)) != (dataset, kind):
        st.session_state[AT] = 1
    st.session_state[_ASKED] = (dataset, kind)
    st.session_state[AT] = min(max(1, st.session_state[AT] or 1), -(-n // PAGE))
    return st.session_state[AT]


def _columns(dataset: str, kind: str) -> list[Column]:
    label, short = cache.facts(dataset).label.capitalize(), KINDS[kind].short
    more = [Column("Artist", phone=False), Column("Split", phone=False)] if KINDS[kind].pair else []
    last = Column(short, "right" if kind in (NEAR, CLIPPED) else "left")
    return [Column("Track"), Column(label, phone=False), *more, last]


def _rows(dataset: str, n: int, one: Finding, tracks: dict[str, Track]) -> list[Row]:
    """One row for a clip, two for a pair: the reason stands in the first."""
    pairs, made = track_rows.colours(dataset), []
    short = track_rows.said(one.short, pairs) if one.kind == LABEL and one.short in pairs else Cell(one.short)
    for which, track_id in enumerate([one.id, one.other] if one.other else [one.id]):
        track = tracks.get(track_id)
        title = Cell(_title(track_id, tracks), strong=not which and bool(one.other), muted=track is None)
        more = ((track.artist, track.split) if track else ("", "")) if KINDS[one.kind].pair else ()
        cells = (title, track_rows.label(track, pairs) if track else "", *more, short if not which else "")
        url = audio.of_track(dataset, track) if track else ""
        made.append(Row(f"{n}-{which}-{track_id}", url, cells))  # a clip may be in several pairs
    return made


def _title(track_id: str, tracks: dict[str, Track], before: str = "") -> str:
    """Its title and which part of a piece it is; the id where it has none or is gone; "" for no clip."""
    track = tracks.get(track_id)
    if track is None or not track.title:
        return f"{before}{track_id}" if track_id else ""
    return before + track_rows.named(track)
