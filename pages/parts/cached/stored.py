"""What is stored on disk, held once for all visitors: tracks, matrices, maps, runs.

Each cached function takes a stamp (a table's path and version), so a page never shows what the disk lost.
Values are shared by all visitors and read-only.
"""

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from pages.parts.cached import audited
from quintet import collection, store
from quintet import settings as configuration
from quintet.analysis.metrics import Interval
from quintet.analysis.significance import Pair
from quintet.backbones.base import Spec
from quintet.catalogue import query
from quintet.catalogue import tracks as catalogue
from quintet.collection import Matrix, Source
from quintet.datasets.base import Facts, Track
from quintet.settings import Settings
from quintet.studies import maps, near, runs


@dataclass(frozen=True)
class Listed:
    """A backbone as the sidebar lists it."""

    key: str
    spec: Spec
    untrained: bool


def settings() -> Settings:
    """Settings of this server, read again when their file or the environment changes."""
    named = tuple(sorted(item for item in os.environ.items() if item[0].startswith("QUINTET_")))
    path = Path(os.environ.get("QUINTET_CONFIG", configuration.HOME / "quintet.toml"))
    return _settings(named, path.stat().st_mtime_ns if path.is_file() else 0)


@st.cache_resource(max_entries=4, show_spinner=False)
def _settings(environ: tuple[tuple[str, str], ...], changed: int) -> Settings:
    return configuration.load()


def sources() -> list[Source]:
    """Every backbone with the weights found for it, looked up again when a file comes or goes."""
    folder = settings().weights
    changed = [place.stat().st_mtime_ns for place in (folder, *folder.rglob("*/")) if place.is_dir()]
    return _sources(f"{folder}@{max(changed, default=0)}")


@st.cache_resource(ttl=30, max_entries=4, show_spinner=False)
def _sources(stamp: str) -> list[Source]:
    return collection.sources(settings())


def datasets() -> list[tuple[str, str, int, str]]:
    """(name, title, number of tracks, what they are called) of each registered dataset."""
    return [(name, facts(name).title, count(name), facts(name).noun) for name in catalogue.stored(settings())]


def backbones(dataset: str) -> list[Listed]:
    """The backbones that have heard this dataset, the hand-made features last."""
    return [Listed(s.key, s.backbone.spec, s.untrained) for s in embedded(dataset)]


def embedded(dataset: str) -> list[Source]:
    """The backbones whose embeddings of this dataset are on disk, the hand-made features last."""
    made = [s for s in sources() if collection.table(dataset, s, settings()).exists()]
    return [*made, *_ready(dataset, _folder_stamp(dataset))]


@st.cache_resource(max_entries=8, show_spinner=False)
def _ready(dataset: str, stamp: str) -> list[Source]:
    return collection.ready(dataset, settings())


def _folder_stamp(dataset: str) -> str:
    folder = settings().cache / dataset / "embeddings"
    return f"{folder}@{folder.stat().st_mtime_ns if folder.is_dir() else 0}"


def source(dataset: str, key: str) -> Source:
    """The backbone behind a key, first of those that heard the dataset. Raises UnknownName."""
    known = [*embedded(dataset), *sources()]
    return next((s for s in known if s.key == key), None) or collection.source(key, settings())


def facts(dataset: str) -> Facts:
    """What is true of the dataset as it was read here. Raises UnknownName."""
    return _facts(dataset, tracks_stamp(dataset))


@st.cache_resource(max_entries=16, show_spinner=False)
def _facts(dataset: str, stamp: str) -> Facts:
    return collection.facts(dataset, settings())


def count(dataset: str) -> int:
    """How many tracks the dataset has. Raises MissingEmbeddings."""
    return _count(dataset, tracks_stamp(dataset))


@st.cache_resource(max_entries=16, show_spinner=False)
def _count(dataset: str, stamp: str) -> int:
    return catalogue.count(dataset, settings())


def track(dataset: str, track_id: str) -> Track | None:
    """One track, None where the dataset has none of that id. Raises MissingEmbeddings."""
    return some(dataset, [track_id]).get(track_id)


def some(dataset: str, ids: Collection[str]) -> dict[str, Track]:
    """These tracks by id, those that do not exist left out. Raises MissingEmbeddings."""
    return catalogue.some(dataset, ids, settings())


def labels(dataset: str) -> dict[str, str]:
    """The first class of each track that has one, by id. Raises MissingEmbeddings."""
    return _labels(dataset, tracks_stamp(dataset))


@st.cache_resource(max_entries=4, show_spinner=False)
def _labels(dataset: str, stamp: str) -> dict[str, str]:
    held = catalogue.columns(dataset, ["id", "labels"], settings())
    return {i: found[0] for i, found in zip(*(c.to_pylist() for c in held.columns), strict=True) if found}


def asked(dataset: str) -> query.Table:
    """The dataset's table for questions: search, filters, counts. Raises MissingEmbeddings."""
    sources = embedded(dataset)
    heard = {s.key: collection.table(dataset, s, settings()) for s in sources}
    flagged = audited.suspects(dataset, sources, settings())
    return query.Table(catalogue.path(dataset, settings()), facts(dataset), heard, flagged)


def tracks(dataset: str) -> list[Track]:
    """All of the dataset's tracks: for what draws every one of them. Raises MissingEmbeddings."""
    return _tracks(dataset, tracks_stamp(dataset))


@st.cache_resource(max_entries=2, show_spinner=False)
def _tracks(dataset: str, stamp: str) -> list[Track]:
    return collection.tracks(dataset, settings())


def mix(dataset: str, track: Track) -> frozenset[str]:
    """Ids of the track and of its group, which are no neighbours of it."""
    if not track.group:
        return frozenset([track.id])
    alike = query.Query(filters=(query.Filter("group", (track.group,)),))
    return frozenset([track.id, *query.ids(asked(dataset), alike)])


def tracks_stamp(dataset: str) -> str:
    """What changes when the dataset is read again."""
    path = catalogue.path(dataset, settings())
    return f"{path}@{store.version(path)}"


def matrix(dataset: str, found: Source) -> Matrix:
    """One backbone's embeddings. Raises MissingEmbeddings."""
    return _matrix(dataset, found.key, stamp_of(dataset, found))


@st.cache_resource(max_entries=12, show_spinner=False)
def _matrix(dataset: str, key: str, stamp: str) -> Matrix:
    return collection.matrix(dataset, source(dataset, key), settings())


def map_(dataset: str, found: Source, recipe: maps.Recipe) -> maps.Map:
    """One backbone's map. Raises MissingEmbeddings."""
    path = maps.path(dataset, found, recipe, settings())
    return _map(dataset, found.key, recipe, f"{path}@{store.version(path)}")


@st.cache_resource(max_entries=24, show_spinner=False)
def _map(dataset: str, key: str, recipe: maps.Recipe, stamp: str) -> maps.Map:
    return maps.get(dataset, source(dataset, key), recipe, settings())


def directions(dataset: str, found: Source) -> near.Directions:
    """One backbone's clips as directions, ready to be asked for neighbours. Raises MissingEmbeddings."""
    return _directions(dataset, found.key, stamp_of(dataset, found))


@st.cache_resource(max_entries=12, show_spinner=False)
def _directions(dataset: str, key: str, stamp: str) -> near.Directions:
    return near.directions(collection.matrix(dataset, source(dataset, key), settings()))


def overlap(dataset: str, a: Source, b: Source) -> float:
    """Mean share of nearest neighbours two backbones have in common. Raises MissingEmbeddings."""
    return _overlap(dataset, (a.key, b.key), f"{stamp_of(dataset, a)}|{stamp_of(dataset, b)}")


@st.cache_resource(max_entries=64, show_spinner=False)
def _overlap(dataset: str, keys: tuple[str, str], stamp: str) -> float:
    a, b = (directions(dataset, source(dataset, key)) for key in keys)
    return near.overlap(a, b)


def run(dataset: str, found: Source, rules: runs.Rules) -> runs.Run:
    """One benchmark run. Raises MissingEmbeddings."""
    path = runs.path(dataset, found, rules, settings())
    return _run(dataset, found.key, rules, f"{path}@{store.version(path)}")


@st.cache_resource(max_entries=24, show_spinner=False)
def _run(dataset: str, key: str, rules: runs.Rules, stamp: str) -> runs.Run:
    return runs.get(dataset, source(dataset, key), rules, settings())


@dataclass(frozen=True)
class Study:
    """All runs of a dataset under one set of rules, best first, scored, ranked and compared."""

    runs: tuple[runs.Run, ...]
    scores: dict[str, dict[str, Interval]]
    pairs: tuple[Pair, ...]
    ranks: dict[str, tuple[int, int]]


def study(dataset: str, keys: tuple[str, ...], rules: runs.Rules) -> Study:
    """The stored runs of these backbones, those that were never run left out."""
    paths = [(key, runs.path(dataset, source(dataset, key), rules, settings())) for key in keys]
    stamp = "".join(f"{path}@{store.version(path)}" for _, path in paths)
    return _study(dataset, tuple(key for key, path in paths if path.exists()), rules, stamp)


@st.cache_resource(max_entries=24, show_spinner=False)
def _study(dataset: str, keys: tuple[str, ...], rules: runs.Rules, stamp: str) -> Study:
    found = [run(dataset, source(dataset, key), rules) for key in keys]
    scores = {r.source.key: runs.scores(r) for r in found}
    found.sort(key=lambda r: -scores[r.source.key]["accuracy"].value)
    pairs = runs.compare(found)
    return Study(tuple(found), scores, tuple(pairs), runs.ranks(found, pairs))


def stamp_of(dataset: str, found: Source) -> str:
    """What changes when the backbone's table or its weights do."""
    path = collection.table(dataset, found, settings())
    return f"{path}@{store.version(path)}@{found.state}"
