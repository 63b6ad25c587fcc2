"""Rows of a map as a table that plays: fifty at a time, with class and answers; the twin of the canvas."""

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from dashboard import cache
from dashboard.cache import maps, track_queries
from dashboard.components import players
from dashboard.components.players import Browse, Cell, Column
from dashboard.widgets import backbone_picker, track_rows
from quintet.catalogue import query
from quintet.datasets.base import Track
from quintet.embeddings.models import Model
from quintet.maps.joined import JoinedMaps
from quintet.wording import count

PAGE = 50
TICKED = "map-ticked"


def ticked(dataset: str, among: np.ndarray, held: JoinedMaps) -> np.ndarray:
    """Rows ticked of these (k,), ascending."""
    ids = st.session_state.get(TICKED, {}).get(dataset, [])
    return np.intersect1d(held.rows(ids), among) if ids else np.empty(0, np.int64)


def untick(dataset: str) -> None:
    """Takes all ticks of a dataset away."""
    st.session_state.get(TICKED, {}).pop(dataset, None)


def show(
    held: JoinedMaps,
    sources: Sequence[Model],
    listed: np.ndarray,
    key: str,
    playlist: players.Playlist | None,
) -> None:
    """Draws the rows `listed` (k,), a page of them, and beside the page's numbers which those are."""
    first = _page(len(listed), key, cache.facts(held.dataset).noun)
    shown = listed[first : first + PAGE]
    asked = cache.asked(held.dataset)
    tracks = query.arranged(asked, query.EVERYTHING, held.table_rows[shown], 0, len(shown))
    scored = [(one, said) for one in sources if (said := maps.said(held, one))]
    cells = _cells(held.dataset, scored)
    lines = [
        track_rows.row(held.dataset, track, cells(track, int(row)))
        for track, row in zip(tracks, shown, strict=True)
    ]
    ids = [line.id for line in lines]
    ticks = tuple(i for i in st.session_state.get(TICKED, {}).get(held.dataset, ()) if i in ids)

    def on(event: str, value: object) -> None:
        if event == "ticked" and value:
            _tick(held.dataset, value["shown"], value["ticked"])

    players.browser(lines, columns(held.dataset, [one for one, _ in scored]), key,
                    Browse("", ticks, playlist=playlist), on)  # fmt: skip


def columns(dataset: str, scored: Sequence[Model]) -> list[Column]:
    """Title, artist or part where the dataset tells them apart, class, and a backbone each."""
    facts, told = cache.facts(dataset), track_queries.summary(dataset).told
    found = [Column("Track")]
    found += [Column("Artist", phone=False)] if "artist" in told else []
    found += [Column("Part", phone=False)] if _parts(dataset) else []
    found += [Column(facts.label.capitalize())] if facts.classes else []
    first = next((one for one in scored if not one.untrained), None)
    return found + [
        Column(one.backbone.spec.title, mark=track_rows.sign(one), phone=one is first,
               says=f"What a probe on {backbone_picker.named(one)} says that never saw the clip's fold")
        for one in scored
    ]  # fmt: skip


def _cells(
    dataset: str, scored: Sequence[tuple[Model, maps.Said]]
) -> Callable[[Track, int], tuple[Cell | str, ...]]:
    """What makes a row's cells, in the order of `columns`; what is true of every row is asked once."""
    artist, parts = "artist" in track_queries.summary(dataset).told, _parts(dataset)
    classes, pairs = cache.facts(dataset).classes, track_rows.colours(dataset)

    def made(track: Track, row: int) -> tuple[Cell | str, ...]:
        cells: list[Cell | str] = [Cell(track.title or track.id, flag="; ".join(track.flags))]
        cells += [track.artist] if artist else []
        cells += [track_rows.place(track)] if parts else []
        cells += [track_rows.label(track, pairs)] if classes else []
        return (*cells, *(_said(said, row, pairs, source.untrained) for source, said in scored))

    return made


def _said(said: maps.Said, row: int, pairs: dict, untrained: bool) -> Cell | str:
    at = said.index[row]
    if at < 0:
        return ""
    word = said.classes[at]
    return Cell(word, colours=pairs.get(word), hollow=untrained, muted=untrained,
                strong=bool(said.right[row] == 1) and not untrained)  # fmt: skip


def _parts(dataset: str) -> bool:
    return any(column.name == "excerpt" for column in cache.facts(dataset).columns)


def _page(n: int, key: str, noun: str) -> int:
    """Draws the pages where there are several; returns the first place of the one that is open."""
    last = -(-n // PAGE)
    if last <= 1:
        return 0
    left, right = st.columns([1, 2], vertical_alignment="center")
    with right:
        current = st.pagination(last, key=f"{key}-page-{n}") or 1
    first = (min(int(current), last) - 1) * PAGE
    left.caption(f"{first + 1:,} to {min(first + PAGE, n):,} of {count(n, noun)}")
    return first


def _tick(dataset: str, shown: Sequence[str], wanted: Sequence[str]) -> None:
    kept = [i for i in st.session_state.get(TICKED, {}).get(dataset, []) if i not in shown or i in wanted]
    st.session_state.setdefault(TICKED, {})[dataset] = [*kept, *(i for i in wanted if i not in kept)]
