"""The Datasets table: search, filters and pages, all kept in the address."""

from collections import Counter

import streamlit as st

from pages.parts import cached, rows
from pages.parts.tables import Bar
from quintet import collection
from quintet.datasets.base import Track
from quintet.wording import count

ALL = "all"


def counts(dataset: str) -> list[Bar]:
    """How many tracks each class has, in label order."""
    held = Counter(label for t in cached.tracks(dataset) for label in t.labels)
    return [Bar(name, pair, held[name]) for name, pair in rows.colours(dataset).items()]


def filtered(dataset: str) -> list[Track]:
    """Draws search and filters; returns the tracks they leave, in the dataset's order."""
    facts, tracks = collection.facts(dataset), cached.tracks(dataset)
    names = (facts.label, *facts.filters)
    columns = st.columns([2, *[1] * len(names)])
    with columns[0]:
        text = st.text_input(
            "Search", key="search", placeholder=f"Search {len(tracks):,} {facts.noun}",
            icon=":material/search:",            label_visibility="collapsed", bind="query-params", live=True,
        )  # fmt: skip
    wanted = {}
    for column, name in zip(columns[1:], names, strict=True):
        with column:
            wanted[name] = _choice(name, facts.classes if name == facts.label else _values(tracks, name))
    return [t for t in tracks if _matches(t, text or "") and _passes(t, wanted, facts.label)]


def page_of(found: list[Track], size: int) -> list[Track]:
    """The rows of the page that is open; a page past the end (a filter shortened the list) opens the last."""
    first = (_number(found, size) - 1) * size
    return found[first : first + size]


def _number(found: list[Track], size: int) -> int:
    last = max(1, -(-len(found) // size))
    return min(max(1, int(st.session_state.get("page", 1) or 1)), last)


def pager(found: list[Track], size: int, noun: str) -> None:
    """The pages below the table, where there is more than one."""
    last = -(-len(found) // size)
    first = (_number(found, size) - 1) * size
    left, right = st.columns([1, 2], vertical_alignment="center")
    left.caption(f"{first + 1:,} to {min(first + size, len(found)):,} of {count(len(found), noun)}")
    if last > 1:
        with right:
            st.pagination(last, key="page")


def _choice(name: str, values: tuple[str, ...]) -> str:
    return st.selectbox(
        name.capitalize(), (ALL, *values), key=f"filter-{name}", label_visibility="collapsed",
        format_func=lambda value: f"{name.capitalize()}: {value}", bind="query-params",
    )  # fmt: skip


def _values(tracks: list[Track], name: str) -> tuple[str, ...]:
    return tuple(sorted({str(t.columns[name]) for t in tracks if name in t.columns}))


def _matches(track: Track, text: str) -> bool:
    words = f"{track.id} {track.title} {track.artist} {' '.join(track.labels)}".casefold()
    return all(part in words for part in text.casefold().split())


def _passes(track: Track, wanted: dict[str, str], label: str) -> bool:
    for name, value in wanted.items():
        if value == ALL:
            continue
        if value not in (track.labels if name == label else (str(track.columns.get(name)),)):
            return False
    return True
