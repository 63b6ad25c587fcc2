"""The chosen point: clicked on a map, chosen in the table, or named by the link; the last of these leads."""

import streamlit as st

from dashboard.views.map import url_state
from quintet.maps.joined import JoinedMaps

NONE = -1
_SEEN = "map-chosen-seen"


def row(held: JoinedMaps, key: str, table: str) -> int:
    """The chosen row, NONE without one; kept in the address as the track's id.

    `key` is the map's, `table` the table's below it: each is led by only when it has changed.
    """
    clicked = (st.session_state.get(key) or {}).get("focus")
    picked = (st.session_state.get(table) or {}).get("chosen") or ""
    before = st.session_state.get(_SEEN, {})
    st.session_state[_SEEN] = {"key": key, "clicked": clicked, "picked": picked}
    if clicked is not None and (key, clicked) != (before.get("key"), before.get("clicked")):
        at = clicked if isinstance(clicked, int) and 0 <= clicked < len(held.ids) else NONE
        url_state.put(url_state.TRACK, held.ids[at].as_py() if at != NONE else "")
        return at
    if picked and picked != before.get("picked", ""):
        url_state.put(url_state.TRACK, picked)
    named = url_state.said(url_state.TRACK)
    return int(held.rows([named])[0]) if named else NONE


def strange(held: JoinedMaps) -> str:
    """The id a link names that is on none of these maps, "" where it is."""
    named = url_state.said(url_state.TRACK)
    return named if named and held.rows([named])[0] < 0 else ""
