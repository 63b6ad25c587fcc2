"""What can be done with the ticked tracks, or with all that match: play, export, keep under a name."""

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import uuid4

import streamlit as st

from dashboard import cache
from dashboard.cache import track_queries
from dashboard.components.players import Playlist
from dashboard.views.datasets import columns
from dashboard.widgets import track_rows
from dashboard.widgets.markdown import plain
from quintet.catalogue import export, query, track_lists
from quintet.catalogue.query import Filter, Query, Table
from quintet.errors import QuintetError
from quintet.wording import count

MOST = 200_000  # rows of one export or selection: some 40 MB of CSV, held until it is sent
PLAYED = 200  # tracks of a playlist
_TICKED, _PLAYLIST, _NAME = "ticked", "playlist", "selection-name"  # of the session; ticks by dataset
_KINDS = (
    (export.CSV, "CSV", "text/csv", ":material/table:"),
    (export.PARQUET, "Parquet", "application/vnd.apache.parquet", ":material/database:"),
    (export.PLAYLIST, "Playlist (m3u8)", "application/vnd.apple.mpegurl", ":material/queue_music:"),
)


def ticked(dataset: str) -> list[str]:
    """Ids ticked in this session, in the order they were."""
    return st.session_state.get(_TICKED, {}).get(dataset, [])


def tick(dataset: str, shown: Sequence[str], wanted: Sequence[str]) -> None:
    """Takes over the ticks of the rows shown; those of other pages stay."""
    kept = [i for i in ticked(dataset) if i not in shown or i in wanted]
    st.session_state.setdefault(_TICKED, {})[dataset] = [*kept, *(i for i in wanted if i not in kept)]


def playlist(dataset: str) -> Playlist | None:
    """What the table plays one after another, None until that was asked for."""
    of, run, ids = st.session_state.get(_PLAYLIST, ("", "", ()))
    if of != dataset:
        return None
    found = cache.some(dataset, ids)
    return Playlist(
        run, tuple(track_rows.row(dataset, found[i], (found[i].title or i,)) for i in ids if i in found)
    )


def actions(dataset: str, wanted: Query, total: int) -> None:
    """One line of buttons below the table."""
    noun = cache.facts(dataset).noun
    ticks = ticked(dataset)
    with st.container(horizontal=True, vertical_alignment="center", key="selection"):
        asked, n = wanted, total
        if ticks:
            scope = st.segmented_control(
                "For", ("ticked", "all"), default="ticked", required=True, key="scope",
                format_func={"ticked": f"{len(ticks):,} ticked", "all": f"All {total:,} that match"}.get,
                label_visibility="collapsed",
            )  # fmt: skip
            if scope == "ticked":
                asked, n = Query(ids=tuple(ticks), sort=wanted.sort, descending=wanted.descending), len(ticks)
        if track_queries.summary(dataset).audio:
            st.button(
                f"Play {n:,}" if ticks else f"Play all {n:,}", icon=":material/playlist_play:",
                key="play-all", on_click=_play, args=(dataset, asked),
                help=f"The first {PLAYED} with audio, one by one.",
            )  # fmt: skip
        with st.popover("Export", icon=":material/download:", key="export"):
            _exports(dataset, asked, n)
        with st.popover("Keep", icon=":material/bookmark_add:", key="keep"):
            st.text_input("Name of the selection", key=_NAME, max_chars=80)
            st.button(
                f"Keep {count(min(n, MOST), noun)}", key="keep-now", on_click=_keep, args=(dataset, asked)
            )
            st.caption("Find it again under More filters, In selection.")
        with st.popover("Columns", icon=":material/view_column:", key="choose-columns"):
            columns.choose(dataset)
        if ticks:
            st.button("Clear ticks", type="tertiary", key="untick", on_click=_untick, args=(dataset,))


def _exports(dataset: str, asked: Query, n: int) -> None:
    table, noun = cache.asked(dataset), cache.facts(dataset).noun
    for kind, title, mime, icon in _KINDS:
        st.download_button(
            title, _made(table, asked, kind), f"{dataset}.{kind}", mime, key=f"export-{kind}", icon=icon,
            on_click="ignore", width="stretch",
        )  # fmt: skip
    bound = f"The first {MOST:,} of {n:,} {noun}" if n > MOST else count(n, noun)
    st.caption(
        f"{bound}, all columns. In CSV a text that begins like a formula gets an apostrophe before it."
    )


def _made(table: Table, asked: Query, kind: str) -> Callable[[], io.BytesIO]:
    """Writes the file when the button is pressed, not before."""

    def make() -> io.BytesIO:
        file = io.BytesIO()
        export.write(table, asked, kind, file, MOST)
        file.seek(0)
        return file

    return make


def _play(dataset: str, asked: Query) -> None:
    audible = replace(asked, filters=(*asked.filters, Filter(query.AUDIO, (query.YES,))))
    found = track_queries.found(dataset, audible, 0, PLAYED).tracks
    if not found:
        st.toast("None of them has audio on this machine.", icon=":material/volume_off:")
        return
    st.session_state[_PLAYLIST] = (dataset, uuid4().hex, tuple(track.id for track in found))


def _keep(dataset: str, asked: Query) -> None:
    name = str(st.session_state.get(_NAME, "")).strip()
    try:
        ids = query.ids(cache.asked(dataset), asked)[:MOST]
        track_lists.save(track_lists.SELECTION, dataset, name, dict.fromkeys(ids, ""), cache.settings())
    except QuintetError as error:
        st.toast(plain(str(error)), icon=":material/error:")
        return
    st.toast(f"Kept {count(len(ids), cache.facts(dataset).noun)} as {plain(name)}.", icon=":material/check:")


def _untick(dataset: str) -> None:
    st.session_state.get(_TICKED, {}).pop(dataset, None)
