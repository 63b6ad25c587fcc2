"""Sound in the pages: tables of tracks that play, and one track as a wave (components/wave)."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from dashboard.components import declare
from dashboard.components.cells import Cell, Colours, Mark, sent
from dashboard.components.timeline import Lane, Span, Wave, trimmed, wave, wave_data, within
from quintet.errors import UsageError

__all__ = [
    "Browse", "Cell", "Colours", "Column", "Lane", "Mark", "Playlist", "Row", "Span", "Wave",
    "browser", "table", "table_data", "trimmed", "wave", "wave_data", "within",
]  # fmt: skip

_PLAYER = declare("track_table")


@dataclass(frozen=True)
class Column:
    """One column. `align` is "left" or "right" (numbers); `phone` False leaves it out below 600 px.

    `sort` is the name a click on its header says, where the table browses; `says` shows on hover.
    """

    title: str
    align: str = "left"
    phone: bool = True
    mark: Mark | None = None  # stands left of the title
    sort: str = ""
    says: str = ""


@dataclass(frozen=True)
class Row:
    """One sound: `url` serves it, `start` and `end` (s) cut it out where the url serves more."""

    id: str
    url: str
    cells: tuple[Cell | str, ...]
    start: float = 0.0
    end: float | None = None


@dataclass(frozen=True)
class Playlist:
    """Sounds to play one after another: a new `run` begins at the first. Rows need a title as first cell."""

    run: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Browse:
    """How a table that browses stands: chosen row, ticked rows, the column sorted by, what is to play."""

    chosen: str
    ticked: tuple[str, ...] = ()
    sort: str = ""
    descending: bool = False
    playlist: Playlist | None = None


def table(
    rows: Sequence[Row], columns: Sequence[Column], key: str, chosen: str | None = None, compact: bool = False
) -> str | None:
    """Show `rows` with a play button each; the id of the chosen row, `chosen` until the first click.

    `compact` is the form for short lists ("Sounds nearest to"): no header, no hairlines, smaller. An id
    chosen earlier that is not among `rows` (a filter hides it) falls back to `chosen`.
    """
    clicked = st.session_state.get(key, {}).get("chosen")
    current = clicked if any(row.id == clicked for row in rows) else chosen
    data = table_data(rows, columns, current, compact) | {"key": key}
    _PLAYER(data=data, key=key, on_chosen_change=_rerun)
    return current


def browser(
    rows: Sequence[Row], columns: Sequence[Column], key: str, shown: Browse, on: Callable[[str, object], None]
) -> str:
    """A table with ticks and headers to sort by; returns the chosen row.

    `on("sort", column)` is called at a click on a header, `on("ticked", {"shown": ids, "ticked": ids})` at a
    tick, both before the page runs again.
    """
    clicked = st.session_state.get(key, {}).get("chosen")
    current = clicked if any(row.id == clicked for row in rows) else shown.chosen
    playlist = shown.playlist and {
        "run": shown.playlist.run,
        "tracks": [
            {"id": row.id, "url": row.url, "title": sent(row.cells[0]).get("text", row.id)}
            for row in shown.playlist.rows
        ],
    }
    browse = {"ticked": list(shown.ticked), "sort": shown.sort, "descending": shown.descending}
    _PLAYER(
        data=table_data(rows, columns, current, False) | {"key": key, "browse": browse, "playlist": playlist},
        key=key, on_chosen_change=_rerun,
        on_sort_change=lambda: on("sort", st.session_state[key].get("sort")),
        on_ticked_change=lambda: on("ticked", st.session_state[key].get("ticked")),
    )  # fmt: skip
    return current


def table_data(rows: Sequence[Row], columns: Sequence[Column], chosen: str | None, compact: bool) -> dict:
    """What the player component reads. Raises UsageError for a row whose cells do not fit the columns."""
    for row in rows:
        if len(row.cells) != len(columns):
            raise UsageError(f"Row {row.id!r} has {len(row.cells)} cells, the table {len(columns)} columns.")
    return {
        "chosen": chosen,
        "compact": compact,
        "columns": [asdict(column) for column in columns],
        "rows": [{**asdict(row), "cells": [sent(cell) for cell in row.cells]} for row in rows],
    }


def _rerun() -> None:
    """Having a callback makes `chosen` a state of the component; the rerun itself is all that is wanted."""
