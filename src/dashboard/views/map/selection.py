"""What is selected on the maps: how many, where from, counted, in a table, and what to do with it."""

import io
from collections.abc import Callable, Sequence
from uuid import uuid4

import numpy as np
import pyarrow as pa
import streamlit as st

from dashboard import cache
from dashboard.cache import track_queries
from dashboard.components import linked_maps as canvas
from dashboard.components import players
from dashboard.views.map import class_counts, selection_table
from dashboard.views.map import export as taken
from dashboard.widgets import backbone_picker, html, track_rows
from dashboard.widgets.markdown import plain
from quintet.catalogue import export, query, track_lists
from quintet.embeddings.models import Model
from quintet.errors import QuintetError
from quintet.maps.joined import JoinedMaps
from quintet.wording import count

TABLE = "selected"  # key of the table
MOST = 200_000  # tracks of one export or kept selection
PLAYED = 200  # tracks of a playlist
TWIN = "The same as a table"
NOTHING = "Draw around points on any map: the same {} light up on all, and are listed here."
_PLAYLIST, _NAME = "map-playlist", "map-selection-name"
_KINDS = (
    (export.CSV, "CSV", "text/csv", ":material/table:"),
    (export.PARQUET, "Parquet", "application/vnd.apache.parquet", ":material/database:"),
    (export.PLAYLIST, "Playlist (m3u8)", "application/vnd.apple.mpegurl", ":material/queue_music:"),
)


def show(held: JoinedMaps, sources: Sequence[Model], event: canvas.MapEvent, find: str) -> None:
    """Everything below the maps that is about the selection."""
    noun = cache.facts(held.dataset).noun
    if not len(event.rows):
        _nothing(held, sources, event, find)
        return
    head = count(len(event.rows), noun)
    st.html(html.section(f"{head} selected", html.note(_from(sources, event, find))))
    found = class_counts.counted(held, sources, event.rows)
    if found:
        st.html(class_counts.table(held, sources, found))
    _actions(held, sources, event.rows)
    selection_table.show(held, sources, event.rows, TABLE, _playlist(held))


def _nothing(held: JoinedMaps, sources: Sequence[Model], event: canvas.MapEvent, find: str) -> None:
    """No selection: how to make one, and every point as a table for whoever does not use the canvas."""
    noun = cache.facts(held.dataset).noun
    says = NOTHING.format(noun)
    if event.ops:
        says = f"What was drawn encloses none of the {noun}. {says}"
    elif find:
        says = f"None of the {noun} here has all of these words: {find}."
    st.html(html.section(f"No {noun} selected") + html.note(says))
    with st.expander(f"{TWIN}: all {count(len(held.ids), noun)}", key="map-twin", on_change="rerun") as twin:
        if twin.open:
            selection_table.show(held, sources, np.arange(len(held.ids)), TABLE, None)


def _from(sources: Sequence[Model], event: canvas.MapEvent, find: str) -> str:
    where = {one.key: backbone_picker.named(one) for one in sources}.get(event.panel)
    if where:
        return f"drawn on {where}, shown on every map"
    return f"found by “{find}”" if find else "shown on every map"


def _actions(held: JoinedMaps, sources: Sequence[Model], chosen: np.ndarray) -> None:
    """One line of buttons; what is ticked in the table goes before all that is selected."""
    dataset, noun = held.dataset, cache.facts(held.dataset).noun
    ticks = selection_table.ticked(dataset, chosen, held)
    wanted = ticks if len(ticks) else chosen
    with st.container(horizontal=True, vertical_alignment="center", key="map-actions"):
        if track_queries.summary(dataset).audio:
            st.button(
                f"Play {len(wanted):,}" if len(ticks) else f"Play all {len(wanted):,}", key="map-play",
                icon=":material/playlist_play:", on_click=_play, args=(held, wanted),
                help=f"The first {PLAYED} with audio, one by one.",
            )  # fmt: skip
        with st.popover("Export", icon=":material/download:", key="map-export"):
            _exports(held, sources, wanted)
        with st.popover("Keep", icon=":material/bookmark_add:", key="map-keep"):
            st.text_input("Name of the selection", key=_NAME, max_chars=80)
            st.button(f"Keep {count(min(len(wanted), MOST), noun)}", key="map-keep-now", on_click=_keep,
                      args=(held, wanted))  # fmt: skip
            st.caption("Find it again on Datasets, under More filters, and on Benchmarks, in the box Only.")
        if len(ticks):
            st.button(
                "Clear ticks",
                type="tertiary",
                key="map-untick",
                on_click=selection_table.untick,
                args=(dataset,),
            )


def _exports(held: JoinedMaps, sources: Sequence[Model], wanted: np.ndarray) -> None:
    n, noun = len(wanted), cache.facts(held.dataset).noun
    for kind, title, mime, icon in _KINDS:
        st.download_button(
            title, _file(held, sources, wanted[:MOST], kind), f"{held.dataset}-selection.{kind}", mime,
            key=f"map-export-{kind}", icon=icon, on_click="ignore", width="stretch",
        )  # fmt: skip
    bound = f"The first {MOST:,} of {n:,} {noun}" if n > MOST else count(n, noun)
    st.caption(f"{bound}, all columns and what each backbone's probe says. Untrained ones are named so.")


def _file(
    held: JoinedMaps, sources: Sequence[Model], wanted: np.ndarray, kind: str
) -> Callable[[], io.BytesIO]:
    """Written when the button is pressed, not before."""
    return lambda: taken.file(held, sources, wanted, kind)


def _play(held: JoinedMaps, wanted: np.ndarray) -> None:
    """The first ones with audio: looked for a few hundred rows at a time, since most have some."""
    asked, found = cache.asked(held.dataset), []
    for first in range(0, len(wanted), PLAYED):
        part = wanted[first : first + PLAYED]
        tracks = query.arranged(asked, query.EVERYTHING, held.table_rows[part], 0, len(part))
        found += [track.id for track in tracks if track.path]
        if len(found) >= PLAYED or first > 20 * PLAYED:
            break
    if not found:
        st.toast("None of them has audio on this machine.", icon=":material/volume_off:")
        return
    st.session_state[_PLAYLIST] = (held.dataset, uuid4().hex, tuple(found[:PLAYED]))


def _playlist(held: JoinedMaps) -> players.Playlist | None:
    dataset, run, ids = st.session_state.get(_PLAYLIST, ("", "", ()))
    if dataset != held.dataset:
        return None
    found = cache.some(dataset, ids)
    return players.Playlist(
        run, tuple(track_rows.row(dataset, found[i], (found[i].title or i,)) for i in ids if i in found)
    )


def _keep(held: JoinedMaps, wanted: np.ndarray) -> None:
    name = str(st.session_state.get(_NAME, "")).strip()
    ids = held.ids.take(pa.array(wanted[:MOST])).to_pylist()
    try:
        track_lists.save(track_lists.SELECTION, held.dataset, name, dict.fromkeys(ids, ""), cache.settings())
    except QuintetError as error:
        st.toast(plain(str(error)), icon=":material/error:")
        return
    st.toast(
        f"Kept {count(len(ids), cache.facts(held.dataset).noun)} as {plain(name)}.", icon=":material/check:"
    )
