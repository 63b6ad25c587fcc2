"""What the Map page draws, held once for all visitors: joined maps, graphs, answers row by row, colours.

Everything is kept by the stamps of what it was made of; arrays are read-only, and bytes for the browser lie
in `held` by their content.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pyarrow as pa
import streamlit as st

from dashboard.cache import stored, track_tables
from dashboard.cache.audio import held
from dashboard.runtime.byte_store import address
from dashboard.runtime.lru import Bounded
from quintet.catalogue import query
from quintet.catalogue import tracks as catalogue
from quintet.catalogue.query import Query
from quintet.embeddings.models import Model
from quintet.errors import MissingEmbeddings
from quintet.evaluation import runs
from quintet.maps import joined as joining
from quintet.maps import neighbour_graph, stored_maps
from quintet.maps.colouring import PointColours
from quintet.maps.joined import JoinedMaps
from quintet.maps.neighbour_graph import Graph
from quintet.stats import clusters
from quintet.storage import tables

_STREAM = "application/octet-stream"


def joined(
    dataset: str, sources: Sequence[Model], recipe: stored_maps.MapConfig, every: bool = False
) -> JoinedMaps:
    """These backbones' maps as one set of rows: the tracks all have, or `every` one. Raises QuintetError."""
    paths = [stored_maps.path(dataset, one, recipe, stored.settings()) for one in sources]
    stamp = "|".join([stored.tracks_stamp(dataset), *(f"{path}@{tables.version(path)}" for path in paths)])

    def make() -> JoinedMaps:
        drawn = {one.key: stored.map_(dataset, one, recipe) for one in sources}
        ids = catalogue.columns(dataset, ["id"], stored.settings())["id"]
        return joining.join(dataset, drawn, ids.combine_chunks(), stamp, every)

    return _joined(stamp, every, make)


@st.cache_resource(max_entries=6, show_spinner=False)
def _joined(stamp: str, every: bool, _make: Callable[[], JoinedMaps]) -> JoinedMaps:
    return _make()


def recipes(dataset: str, sources: Sequence[Model]) -> list[stored_maps.MapConfig]:
    """Recipes all of these backbones have a stored map of, the standard one first."""
    folder = stored.settings().cache / dataset / "projections"
    changed = folder.stat().st_mtime_ns if folder.is_dir() else 0
    return _recipes(dataset, tuple(one.key for one in sources), f"{folder}@{changed}")


@st.cache_resource(max_entries=16, show_spinner=False)
def _recipes(dataset: str, keys: tuple[str, ...], stamp: str) -> list[stored_maps.MapConfig]:
    return stored_maps.stored_configs(
        dataset, [stored.source(dataset, key) for key in keys], stored.settings()
    )


def graph(dataset: str, found: Model) -> Graph:
    """One backbone's stored neighbours. Raises MissingEmbeddings with the command that makes them."""
    return _graph(dataset, found.key, graph_stamp(dataset, found))


def graph_stamp(dataset: str, found: Model) -> str:
    """What changes when the neighbours are made anew; version 0 where there are none."""
    path = neighbour_graph.path(dataset, found, stored.settings())
    return f"{path}@{tables.version(path)}"


def has_graph(dataset: str, found: Model) -> bool:
    """Whether a backbone's neighbours are stored."""
    return neighbour_graph.path(dataset, found, stored.settings()).exists()


@st.cache_resource(max_entries=7, show_spinner=False)  # 200 MB each for a million tracks
def _graph(dataset: str, key: str, stamp: str) -> Graph:
    return neighbour_graph.get(dataset, stored.source(dataset, key), stored.settings())


@dataclass(frozen=True)
class Links:
    """Rows of a joined map and rows of a graph: `into` (n,) and `back` (N,), -1 for what the other lacks."""

    into: np.ndarray
    back: np.ndarray

    @property
    def whole(self) -> bool:
        """Whether both hold the same tracks."""
        return bool((self.back >= 0).all())


def links(rows: JoinedMaps, found: Model) -> Links:
    """How the rows of a joined map and of a backbone's graph belong together. Raises MissingEmbeddings."""
    return _links(rows.digest, graph_stamp(rows.dataset, found), rows.ids, graph(rows.dataset, found))


@st.cache_resource(max_entries=14, show_spinner=False)
def _links(digest: str, stamp: str, _ids: pa.Array, _graph: Graph) -> Links:
    names = pa.array(_graph.ids, pa.string())
    into, back = joining.indices_of(_ids, names), joining.indices_of(names, _ids)
    return Links(*(joining.read_only(one.astype(np.int32)) for one in (into, back)))


@dataclass(frozen=True)
class Said:
    """What a backbone's probe says of each row: class (n,) int16, -1 for none, its probability (n,) float32.

    `right` (n,) int8 is 1, 0, or -1 where the row was not scored. The probe never saw the row's fold.
    """

    classes: tuple[str, ...]
    index: np.ndarray
    sure: np.ndarray
    right: np.ndarray


def said(rows: JoinedMaps, found: Model) -> Said | None:
    """The held-out answers to every row of a joined map; None where the backbone was not scored."""
    stamp = run_stamp(rows.dataset, found)
    if not _made(stamp):
        return None
    rules = _rules(rows.dataset)
    try:
        return _said(rows.digest, stamp, rows.ids, lambda: stored.run(rows.dataset, found, rules))
    except MissingEmbeddings:  # of other embeddings than there are now
        return None


def run_stamp(dataset: str, found: Model) -> str:
    """What changes when the backbone is scored anew; "" where nothing can be scored."""
    rules = _rules(dataset)
    if rules is None:
        return ""
    path = runs.path(dataset, found, rules, stored.settings())
    return f"{path}@{tables.version(path)}"


def _rules(dataset: str) -> runs.Rules | None:
    """Those of the dataset's first protocol with one answer a track; None without one."""
    known = next((rule for rule in stored.facts(dataset).protocols if not rule.many), None)
    return runs.Rules(known.name) if known else None


def has_run(dataset: str, found: Model) -> bool:
    """Whether the backbone was scored under the dataset's first protocol."""
    return _made(run_stamp(dataset, found))


def _made(stamp: str) -> bool:
    return bool(stamp) and not stamp.endswith("@0")


@st.cache_resource(max_entries=24, show_spinner=False)
def _said(digest: str, stamp: str, _ids: pa.Array, _get: Callable[[], runs.Run]) -> Said:
    run = _get()
    at = joining.indices_of(_ids, pa.array(run.ids, pa.string()))
    known, best = at >= 0, run.probabilities.argmax(axis=1)
    sure = run.probabilities[np.arange(len(best)), best].astype(np.float32)
    return Said(
        run.classes,
        joining.read_only(np.where(known, best[at], -1).astype(np.int16)),
        joining.read_only(np.where(known, sure[at], np.nan).astype(np.float32)),
        joining.read_only(np.where(known, run.right[at], -1).astype(np.int8)),
    )


Shares = dict[str, dict[str, float]]


def shares(dataset: str, sources: Sequence[Model], others: Sequence[Model], k: int) -> Shares:
    """The mean share of each one's k nearest that the others have too: key -> title of another -> share."""
    stamp = "|".join(graph_stamp(dataset, one) for one in (*sources, *others))
    return _shares(stamp, len(sources), k, lambda: _shared(dataset, sources, others, k))


@st.cache_resource(max_entries=16, show_spinner=False)
def _shares(stamp: str, first: int, k: int, _make: Callable[[], Shares]) -> Shares:
    return _make()


def _shared(dataset: str, sources: Sequence[Model], others: Sequence[Model], k: int) -> Shares:
    made = {one.key: graph(dataset, one) for one in (*sources, *others) if has_graph(dataset, one)}
    found = {}  # of every two, whichever comes first
    for one, other in product(sources, others):
        pair = frozenset((one.key, other.key))
        if len(pair) == 2 and pair <= made.keys() and pair not in found:
            share = neighbour_graph.overlap(made[one.key], made[other.key], k)[1]
            found[pair] = float(share.mean()) if len(share) else 0.0
    return {
        one.key: {
            other.backbone.spec.title: found[pair]
            for other in others if (pair := frozenset((one.key, other.key))) in found
        }
        for one in sources
    }  # fmt: skip


def found(rows: JoinedMaps, text: str) -> np.ndarray:
    """Rows (m,), ascending, whose title, artist, classes, tags or id hold every word. Raises UsageError."""
    return _found(rows.digest, text, rows)


@st.cache_resource(max_entries=8, show_spinner=False)
def _found(digest: str, text: str, _rows: JoinedMaps) -> np.ndarray:
    places = query.matched(track_tables.asked(_rows.dataset), Query(text=text))
    return joining.read_only(np.flatnonzero(_rows.mask_of(places)))


def clustered(dataset: str, found: Model, k: int) -> tuple[tuple[str, ...], np.ndarray]:
    """ids (m,) and the cluster (m,) of each, of k in the backbone's full space. Raises MissingEmbeddings."""
    return _clustered(dataset, found.key, k, stored.stamp_of(dataset, found))


@st.cache_resource(max_entries=8, show_spinner=False)
def _clustered(dataset: str, key: str, k: int, stamp: str) -> tuple[tuple[str, ...], np.ndarray]:
    matrix = stored.matrix(dataset, stored.source(dataset, key))
    return matrix.ids, joining.read_only(clusters.kmeans(matrix.values, k))


def painted(rows: JoinedMaps, spelt: str, stamp: str, make: Callable[[], PointColours]) -> PointColours:
    """A colouring of these rows, made once: `spelt` says which, `stamp` what else it depends on."""
    return _painted(rows.digest, spelt, stamp, make)


@st.cache_resource(max_entries=24, show_spinner=False)
def _painted(digest: str, spelt: str, stamp: str, _make: Callable[[], PointColours]) -> PointColours:
    return _make()


def payload(key: str, pack: Callable[[], bytes]) -> str:
    """The address of bytes for the browser, packed once and again when they had to go from memory."""
    name = _names().get(key)
    if not name or held().get(name) is None:
        name = held().put(pack(), _STREAM)
        _names().put(key, name, 1)
    return address(name)


@st.cache_resource(max_entries=1, show_spinner=False)
def _names() -> Bounded:
    return Bounded(4_096, idle=math.inf)
