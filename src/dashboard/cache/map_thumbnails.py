"""Small maps, drawn once for all visitors."""

import numpy as np
import streamlit as st

from dashboard.cache import stored
from quintet import charts
from quintet.embeddings.models import Model
from quintet.maps import stored_maps
from quintet.palette import OTHERS, Pair, class_colours
from quintet.storage import tables

Layers = tuple[tuple[Pair, str], ...]


def small_map(dataset: str, found: Model) -> tuple[Layers, stored_maps.Map]:
    """One backbone's map as colours and points a class, and the map itself. Raises MissingEmbeddings."""
    recipe = stored_maps.MapConfig()
    held = stored.map_(dataset, found, recipe)
    path = stored_maps.path(dataset, found, recipe, stored.settings())
    stamp = f"{path}@{tables.version(path)}@{stored.tracks_stamp(dataset)}@{found.untrained}"
    return _layers(dataset, found.key, stamp, held), held


@st.cache_resource(max_entries=24, show_spinner=False)  # 30 kB each
def _layers(dataset: str, key: str, stamp: str, _held: stored_maps.Map) -> Layers:
    labels, classes = stored.labels(dataset), stored.facts(dataset).classes
    place = {name: number for number, name in enumerate(classes)}
    index = np.array([place.get(labels.get(i, ""), len(classes)) for i in _held.ids])
    pairs = [*class_colours(classes).values(), OTHERS]
    drawn = charts.mini_map(_held.xy, index, hollow=stored.source(dataset, key).untrained)
    return tuple((pairs[min(k, len(pairs) - 1)], svg) for k, svg in drawn.items())
