"""The columns of the Tracks view, and each track as a row of them."""

import streamlit as st

from dashboard import cache
from dashboard.cache import track_queries
from dashboard.components.players import Cell, Column, Row
from dashboard.widgets import track_rows, url_state
from quintet import wording
from quintet.datasets.base import Facts, Track, Value

WIDE = 6  # columns beside one another until the visitor chooses others
KEY = "columns"
SOME_CLASSES = 3  # written of a track that has more
_FIELDS = {
    "artist": "Artist",
    "album": "Album",
    "year": "Year",
    "split": "Split",
    "seconds": "Length",
    "tags": "Tags",
}


def named(dataset: str) -> dict[str, str]:
    """What may stand in a column beside the title, and its header: what is known, and tells tracks apart."""
    facts, known = cache.facts(dataset), track_queries.summary(dataset)
    ends = {"year": known.years, "seconds": known.seconds}
    fields = {
        name: title for name, title in _FIELDS.items()
        if name in known.told or (ends.get(name) and ends[name][0] < ends[name][1])
    }  # fmt: skip
    own = {c.name: wording.heading(c.name) for c in facts.columns if c.shown}
    classes = {"labels": facts.label.capitalize()} if facts.classes else {}
    front = {name: fields[name] for name in ("artist",) if name in fields}
    return front | classes | own | fields


def choose(dataset: str) -> list[str]:
    """A box of the columns to show, kept in the address; returns their names in order."""
    offered = named(dataset)
    usual = list(offered)[: WIDE - 1]
    url_state.seed(KEY, lambda said: [name for name in said if name in offered] or usual)
    if not set(st.session_state[KEY]) <= set(offered):
        st.session_state[KEY] = usual
    shown = st.multiselect("Columns", list(offered), st.session_state[KEY], offered.__getitem__, key=KEY,
                           label_visibility="collapsed", placeholder="Only the title")  # fmt: skip
    url_state.keep(KEY, [] if shown == usual else shown)
    return shown


def columns(dataset: str, shown: list[str]) -> list[Column]:
    """The title, and what was chosen; a header sorts by its column."""
    offered, facts = named(dataset), cache.facts(dataset)
    own = {c.name: c for c in facts.columns}
    found = [Column("Track", sort="title")]
    for name in shown:
        number = name in ("year", "seconds") or (name in own and own[name].kind in ("integer", "number"))
        says = own[name].says if name in own else ""
        found.append(
            Column(offered[name], "right" if number else "left", phone=name == "labels", sort=name, says=says)
        )
    return found


def row(dataset: str, track: Track, shown: list[str], facts: Facts) -> Row:
    """A track as a row of `columns`."""
    pairs = track_rows.colours(dataset)
    title = Cell(track.title or track.id, flag="; ".join(track.flags))
    cells = (_classes(track, pairs) if name == "labels" else _value(track, name) for name in shown)
    return track_rows.row(dataset, track, (title, *cells))


def written(value: Value) -> str:
    """A value as a person reads it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.2f}".replace("-", wording.MINUS)
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _value(track: Track, name: str) -> str:
    if name == "seconds":
        return wording.clock(track.seconds, tenths=False) if track.seconds else ""
    if name in _FIELDS:
        return written(getattr(track, name) or "")
    return written(track.columns.get(name, ""))


def _classes(track: Track, pairs: dict) -> Cell:
    said = ", ".join(track.labels[:SOME_CLASSES])
    more = len(track.labels) - SOME_CLASSES
    if more > 0:
        said += f" and {more} more"
    return Cell(said, colours=pairs.get(track.labels[0])) if track.labels else Cell("")
