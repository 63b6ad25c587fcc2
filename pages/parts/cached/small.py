"""Small maps, drawn once for all visitors."""

import numpy as np
import streamlit as st

from pages.parts.cached import stored
from quintet import charts, store
from quintet.collection import Source
from quintet.palette import OTHERS, Pair, class_colours
from quintet.studies import maps

Layers = tuple[tuple[Pair, str], ...]


def small_map(dataset: str, found: Source) -> tuple[Layers, maps.Map]:
    """One backbone's map as colours and points a class, and the map itself. Raises MissingEmbeddings."""
    recipe = maps.Recipe()
    held = stored.map_(dataset, found, recipe)
    path = maps.path(dataset, found, recipe, stored.settings())
    stamp = f"{path}@{store.version(path)}@{stored.tracks_stamp(dataset)}@{found.untrained}"
    return _layers(dataset, found.key, stamp, held), held


@st.cache_resource(max_entries=24, show_spinner=False)  # 30 kB each
def _layers(dataset: str, key: str, stamp: str, _held: maps.Map) -> Layers:
    labels, classes = stored.labels(dataset), stored.facts(dataset).classes
    place = {name: number for number, name in enumerate(classes)}
    index = np.array([place.get(labels.get(i, ""), len(classes)) for i in _held.ids])
    pairs = [*class_colours(classes).values(), OTHERS]
    drawn = charts.mini_map(_held.xy, index, hollow=stored.source(dataset, key).untrained)
    return tuple((pairs[min(k, len(pairs) - 1)], svg) for k, svg in drawn.items())
