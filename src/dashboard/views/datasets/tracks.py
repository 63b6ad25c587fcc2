"""Tracks: every row in a table that searches, filters, sorts, plays and ticks; the chosen one beside it."""

import streamlit as st

from dashboard import cache
from dashboard.cache import track_queries
from dashboard.components import players
from dashboard.views.datasets import columns as listing
from dashboard.views.datasets import filters, selection, track_card
from dashboard.widgets import bars, html, track_rows, url_state
from quintet.catalogue.query import Query
from quintet.wording import count

PAGE = 17  # rows of the table at a time
STRIP = 16  # classes shown above it: as many as have a colour of their own
SORT, AT, TRACK = "sort", "page", "track"  # in the address
_ASKED = "asked"  # what the page before asked for: another question starts at its first page


def show(dataset: str) -> None:
    """Class counts, the table at the left, the chosen track at the right."""
    url_state.enter(dataset)
    _classes(dataset)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        wanted = _sorted(dataset, filters.wanted(dataset))
        current = _table(dataset, wanted)
    with right:
        if current:
            track_card.card(dataset, current)


def _classes(dataset: str) -> None:
    pairs = track_rows.colours(dataset)
    held = track_queries.frequent(dataset, "labels", 10_000)
    named = list(pairs) if len(pairs) <= STRIP else [name for name in held if name in pairs][:STRIP]
    if not named:
        return
    st.html(bars.class_strip([bars.Bar(name, pairs[name], held.get(name, 0)) for name in named]))
    if len(pairs) > len(named):
        label = cache.facts(dataset).label
        st.html(
            html.note(
                f"The {len(named)} most frequent, and {len(pairs) - len(named):,} more of this {label}."
            )
        )


def _sorted(dataset: str, wanted: Query) -> Query:
    said = st.query_params.get(SORT, "")
    column = said.removeprefix("-")
    if column not in ("title", *listing.named(dataset)):
        return wanted
    return Query(wanted.text, wanted.filters, wanted.heard, wanted.ids, column, said.startswith("-"))


def _table(dataset: str, wanted: Query) -> str | None:
    """Draws rows, pages and what can be done with them; returns the chosen row."""
    facts, place = cache.facts(dataset), st.container()
    asked = (dataset, wanted)
    if st.session_state.get(_ASKED, asked) != asked:  # another question starts at its first page
        st.query_params.pop(AT, None)
    st.session_state[_ASKED] = asked
    total = track_queries.total(dataset, wanted)
    if not total:
        st.html(html.note(f"No {facts.noun} match. Clear the search or a filter to see them again."))
        return None
    first = (_page(dataset, wanted, total) - 1) * PAGE
    found = track_queries.found(dataset, wanted, first, PAGE).tracks
    selection.actions(dataset, wanted, total)
    with place:
        return _rows(dataset, wanted, found)


def _rows(dataset: str, wanted: Query, found: tuple) -> str:
    facts, shown = cache.facts(dataset), st.session_state[listing.KEY]
    listed = [listing.row(dataset, track, shown, facts) for track in found]
    ids = [row.id for row in listed]
    linked = st.query_params.get(TRACK)
    state = players.Browse(
        linked if linked in ids else ids[0], tuple(i for i in selection.ticked(dataset) if i in ids),
        wanted.sort, wanted.descending, selection.playlist(dataset),
    )  # fmt: skip

    def on(event: str, value: object) -> None:
        if event == "ticked" and value:
            selection.tick(dataset, value["shown"], value["ticked"])
        elif event == "sort" and value:
            _sort(value)

    current = players.browser(listed, listing.columns(dataset, shown), "tracks", state, on)
    if linked or current != ids[0]:  # a page that wrote what it opens with could not be left by Back
        url_state.put(TRACK, current)
    return current


def _sort(column: str) -> None:
    """A click on a header: upwards, downwards, and back to the dataset's own order."""
    before = st.query_params.get(SORT, "")
    url_state.put(SORT, {column: f"-{column}", f"-{column}": ""}.get(before, column))


def _page(dataset: str, wanted: Query, total: int) -> int:
    """Draws the pages; returns the one that is open, from 1.

    A page past the end, which a link may ask for, is the last.
    """
    last, said = -(-total // PAGE), st.query_params.get(AT, "")
    current = min(max(1, url_state.number(said, 1)), last)
    left, right = st.columns([1, 2], vertical_alignment="center")
    if last > 1:
        key = f"page-{last}-{current}"  # one that opens where the address says
        with right:
            st.pagination(last, default=current, key=key, on_change=_turn_to, args=(key,))
    url_state.put(AT, str(current) if current > 1 else "")
    first = (current - 1) * PAGE
    left.caption(
        f"{first + 1:,} to {min(first + PAGE, total):,} of {count(total, cache.facts(dataset).noun)}"
    )
    return current


def _turn_to(key: str) -> None:
    st.query_params[AT] = str(st.session_state[key])
