"""The line above the maps: which map, what colours it, how to listen and select, what to find."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard import cache
from dashboard.cache import maps as drawn
from dashboard.views.map import colouring, config_labels
from dashboard.views.map import url_state as where
from dashboard.views.map.colouring import CLUSTER, PARTED, TAG, Wanted
from dashboard.widgets import backbone_picker, html
from dashboard.widgets import url_state as address
from quintet.embeddings.models import Model
from quintet.maps.stored_maps import MapConfig
from quintet.stats import clusters

LISTEN = {"hover": "Hover", "click": "Click", "off": "Off"}
LINKED = {"linked": "Linked", "free": "Free"}
MOST = 6  # panels
EVERY = "Those too that only some of these backbones have: each map then shows its own."


@dataclass(frozen=True)
class Said:
    """What the controls say."""

    wanted: Wanted
    listen: str
    linked: bool
    find: str


def recipe(dataset: str, sources: list[Model]) -> MapConfig | None:
    """The recipe the address or the box asks for, of those all these backbones have a map by, or None."""
    made = drawn.recipes(dataset, sources)
    spelt = {where.of_recipe(one): one for one in made}
    seed(where.RECIPE, spelt)
    return spelt.get(st.session_state[where.RECIPE])


def seed(key: str, offered: Sequence[str] | dict[str, object], first: str | None = None) -> int | None:
    """A box's value before it is drawn: the address's where that is offered, else the first one.

    Returns its place among what is offered, None where nothing is.
    """
    start = first if first in offered else next(iter(offered), "")
    address.seed(key, lambda found: found[0] if found and found[0] in offered else start)
    if st.session_state[key] not in offered:
        st.session_state[key] = start
    return list(offered).index(st.session_state[key]) if offered else None


def line(dataset: str, sources: list[Model], more: list[Model], differ: bool) -> Said:
    """Draws the line of controls, and below it what the colouring asks for besides.

    `more` may be shown too by a tick, and every track where they `differ` between maps: both ticks were read
    before, since the other controls depend on them. The tools to select with and the way back to the whole
    map are in the component's own bar.
    """
    made = {where.of_recipe(one): config_labels.named(one) for one in drawn.recipes(dataset, sources)}
    kinds = colouring.offered(dataset, sources)
    asked = where.said(where.COLOUR)
    place, first = seed(where.RECIPE, made), seed(where.COLOUR, kinds)
    moves = address.seed(where.LINKED, lambda found: "free" if found == ["free"] else "linked")
    sought = address.seed(where.FIND, lambda found: found[0] if found else "")
    with st.container(horizontal=True, vertical_alignment="bottom", key="map-controls"):
        st.selectbox("Map", list(made), place, made.__getitem__, key=where.RECIPE, width=190)
        kind = st.selectbox("Colour by", list(kinds), first, kinds.__getitem__, key=where.COLOUR, width=210)
        listen = _segments("Listen", LISTEN, key="listen", default="hover")
        linked = _segments("The maps move", LINKED, key=where.LINKED, default=moves)
        find = st.text_input("Find", sought, 200, where.FIND, placeholder="Title, artist or class",
                             icon=":material/search:", width="stretch")  # fmt: skip
        if more:
            names = " and ".join(one.backbone.spec.title for one in more)
            st.checkbox(f"With {names}", st.session_state[where.HAND], key=where.HAND)
        if differ:
            st.checkbox("Every track", st.session_state[where.EVERY], key=where.EVERY, help=EVERY)
    wanted = _more(dataset, sources, kind)
    address.put(where.RECIPE, st.session_state[where.RECIPE])
    address.put(where.COLOUR, "" if kind == next(iter(kinds)) else kind)
    address.put(where.LINKED, "" if linked == "linked" else "free")
    address.put(where.FIND, find or "")
    if asked and asked not in kinds:
        st.html(html.note("The link asks for a colouring that is not to be had of these backbones here."))
    return Said(wanted, listen, linked == "linked", find or "")


def hand_made(dataset: str, shown: list[Model]) -> list[Model]:
    """What may be shown as one more panel: features that are no net's, where the dataset has them."""
    every = [one for one in cache.embedded(dataset) if one.backbone.spec.hand_made]
    kept = {one.key for one in shown}
    return [one for one in every if one.key not in kept][: max(0, MOST - len(shown))]


def ticked(key: str) -> bool:
    """Whether the address or the box says so, before the box is drawn."""
    found = bool(address.seed(key, lambda said: said == ["1"]))
    address.put(key, "1" if found else "")
    return found


def _segments(label: str, options: dict[str, str], **named: str) -> str:
    return st.segmented_control(label, list(options), format_func=options.__getitem__, required=True, **named)


def _more(dataset: str, sources: list[Model], kind: str) -> Wanted:
    """What a tag, clusters or two neighbourhoods are of: a second line, drawn only where one is needed."""
    if kind == TAG:
        return Wanted(kind, _box("Tag", {word: word for word in colouring.tags(dataset)}))
    if kind == PARTED:
        return Wanted(kind, _box("Between", _pairs(dataset, sources)))
    if kind == CLUSTER:
        known = {one.key: backbone_picker.named(one) for one in colouring.holdable(dataset, sources)}
        with st.container(horizontal=True, vertical_alignment="bottom"):
            of = _box("Of", known)
            many = address.seed(where.CLUSTERS, lambda found: _clusters(found[0] if found else ""))
            ends = clusters.FEWEST, clusters.LARGEST
            k = st.number_input("Clusters", *ends, many, key=where.CLUSTERS, width=140)
        address.put(where.CLUSTERS, str(k))
        return Wanted(kind, of, int(k))
    address.clear((where.OF, where.CLUSTERS))
    return Wanted(kind)


def _clusters(text: str) -> int:
    count = address.number(text, 0)
    return count if clusters.FEWEST <= count <= clusters.LARGEST else 8


def _pairs(dataset: str, sources: list[Model]) -> dict[str, str]:
    known = [one for one in sources if drawn.has_graph(dataset, one)]
    return {
        f"{a.key}~{b.key}": f"{backbone_picker.named(a)} and {backbone_picker.named(b)}"
        for at, a in enumerate(known) for b in known[at + 1 :]
    }  # fmt: skip


def _box(label: str, offered: dict[str, str]) -> str:
    first = seed(where.OF, offered)
    found = st.selectbox(label, list(offered), first, offered.__getitem__, key=where.OF, width=320)
    address.put(where.OF, found)
    return found
