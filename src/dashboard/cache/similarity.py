"""Where backbones agree and part, held once for all visitors: graphs of neighbours, measures, answers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from dashboard.cache import stored
from quintet.embeddings.models import Model
from quintet.errors import MissingEmbeddings
from quintet.evaluation import labelled_embeddings, runs
from quintet.evaluation.runs import Run
from quintet.maps import neighbour_graph
from quintet.maps.neighbour_graph import Graph
from quintet.similarity import disagreement as differences
from quintet.similarity import stored_similarity as study
from quintet.similarity.disagreement import Values
from quintet.similarity.stored_similarity import Agreement
from quintet.storage import tables


def graph(dataset: str, found: Model) -> Graph:
    """One backbone's neighbours of every track. Raises MissingEmbeddings with what makes them."""
    return _graph(dataset, found.key, _graph_stamp(dataset, found))


@st.cache_resource(max_entries=12, show_spinner=False)  # 10 MB each of 25,000 tracks
def _graph(dataset: str, key: str, stamp: str) -> Graph:
    return neighbour_graph.get(dataset, stored.source(dataset, key), stored.settings())


def parted(dataset: str, a: Model, b: Model) -> Values:
    """`differences.parted`: how much each track's neighbours differ, 0 to 1. Raises MissingEmbeddings."""
    stamp = f"{_graph_stamp(dataset, a)}|{_graph_stamp(dataset, b)}"
    return _parted(dataset, (a.key, b.key), stamp)


@st.cache_resource(max_entries=32, show_spinner=False)
def _parted(dataset: str, keys: tuple[str, str], stamp: str) -> Values:
    ids, values = differences.strangers(*(graph(dataset, stored.source(dataset, key)) for key in keys))
    values.setflags(write=False)
    return ids, values


def only(dataset: str, a: Model, others: Sequence[Model], track_id: str, k: int) -> list[str]:
    """`differences.only`: neighbours that `a` alone sees. Raises MissingEmbeddings."""
    return differences.alone(graph(dataset, a), [graph(dataset, one) for one in others], track_id, k)


def nearest(dataset: str, a: Model, b: Model, track_id: str, k: int) -> list[tuple[str, float]]:
    """(id, cosine) of the k tracks nearest to one by `a`, of those both hold. Raises MissingEmbeddings."""
    own, other = graph(dataset, a), graph(dataset, b)
    return differences.nearest(own, track_id, k, differences.held(own, other))


def disagreement(dataset: str, sources: Sequence[Model]) -> Values:
    """`differences.disagreement`: how far answers lie apart. Raises MissingEmbeddings, MissingData."""
    found = disputes(dataset, sources)
    return found.ids, found.values


@dataclass(frozen=True)
class Disputes:
    """ids (m,), how far the trained backbones' held-out answers lie apart (m,), and everybody's runs."""

    ids: tuple[str, ...]
    values: np.ndarray
    runs: tuple[Run, ...]


def disputes(dataset: str, sources: Sequence[Model]) -> Disputes:
    """What each of `sources` answered, and how far apart. Raises MissingEmbeddings, MissingData."""
    rules = runs.Rules(labelled_embeddings.protocol(dataset, stored.settings()).name)
    paths = {s.key: runs.path(dataset, s, rules, stored.settings()) for s in sources}
    there = {key: f"{path}@{tables.version(path)}" for key, path in paths.items() if path.exists()}
    return _disputes(dataset, tuple(there), rules, "|".join(there.values()))


@st.cache_resource(max_entries=16, show_spinner=False)
def _disputes(dataset: str, keys: tuple[str, ...], rules: runs.Rules, stamp: str) -> Disputes:
    found = [stored.run(dataset, stored.source(dataset, key), rules) for key in keys]
    ids, values = differences.parting(found, dataset)
    values.setflags(write=False)
    return Disputes(ids, values, tuple(found))


def agreement(dataset: str, sources: Sequence[Model]) -> Agreement:
    """What is measured of these backbones. Raises MissingEmbeddings with the command that measures it."""
    path = study.path(dataset, stored.settings())
    if not path.exists():
        raise MissingEmbeddings(
            f"How far backbones agree on {dataset!r} has not been measured yet. "
            f"Run: quintet agreement {dataset}"
        )
    stamps = [stored.stamp_of(dataset, found) for found in sources]
    stamp = "|".join([f"{path}@{path.stat().st_mtime_ns}", stored.tracks_stamp(dataset), *stamps])
    return _agreement(dataset, tuple(found.key for found in sources), stamp)


@st.cache_resource(max_entries=16, show_spinner=False)
def _agreement(dataset: str, keys: tuple[str, ...], stamp: str) -> Agreement:
    return study.get(dataset, [stored.source(dataset, key) for key in keys], stored.settings())


def _graph_stamp(dataset: str, found: Model) -> str:
    path = neighbour_graph.path(dataset, found, stored.settings())
    return f"{path}@{tables.version(path)}"
