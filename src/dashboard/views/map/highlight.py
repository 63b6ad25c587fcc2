"""Points that a link lights up: clips that another page named, on every map until something else is drawn."""

from collections.abc import Iterable

import numpy as np
import streamlit as st

from dashboard import cache
from dashboard.widgets import html, url_state
from quintet.maps.joined import JoinedMaps
from quintet.wording import count

LIT = "lit"  # in the address, once for each clip
MOST = 200  # clips of one link
LONGEST = 6_000  # characters of their ids: what browsers and proxies pass on in an address


def words(dataset: str, ids: Iterable[str]) -> list[tuple[str, str]]:
    """The address of a map with these clips lit, as many of them as an address holds."""
    named, long = [], 0
    for one in ids:
        long += len(one)
        if len(named) == MOST or long > LONGEST:
            break
        named.append((LIT, one))
    return [("dataset", dataset), *named]


def rows(held: JoinedMaps) -> np.ndarray | None:
    """Rows (m,), ascending, of the link's clips that are on the maps; None where it names none."""
    ids = st.query_params.get_all(LIT)
    if not ids:
        return None
    found = held.rows(ids)
    return np.unique(found[found >= 0]).astype(np.int64)


def note(held: JoinedMaps) -> None:
    """How many of the link's clips are lit, and a button that lets them go; nothing without any."""
    ids, found = st.query_params.get_all(LIT), rows(held)
    if found is None:
        return
    noun = cache.facts(held.dataset).noun
    lost = len(set(ids)) - len(found)
    more = f"; {lost:,} more of them {'is' if lost == 1 else 'are'} on no map" if lost else ""
    with st.container(horizontal=True, vertical_alignment="center", key="map-lit"):
        st.html(html.note(f"Lit: the {count(len(found), noun)} that the link names{more}."))
        st.button("Let them go", type="tertiary", key="map-unlit", on_click=url_state.clear, args=([LIT],))
