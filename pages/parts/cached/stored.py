"""What is stored on disk, held once for all visitors: tracks, matrices, maps, runs.

Each cached function takes a stamp (a table's path and version), so a page never shows what the disk lost.
Values are shared by all visitors and read-only.
"""

from dataclasses import dataclass

import streamlit as st

from quintet import collection, registry, store
from quintet import settings as configuration
from quintet.analysis.metrics import Interval
from quintet.analysis.significance import Pair
from quintet.backbones.base import Spec
from quintet.collection import Matrix, Source
from quintet.datasets.base import Track
from quintet.settings import Settings
from quintet.studies import maps, near, runs


@dataclass(frozen=True)
class Listed:
    """A backbone as the sidebar lists it."""

    key: str
    spec: Spec
    untrained: bool


def settings() -> Settings:
    """Settings of this server."""
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
    found = []
    for name in registry.names("datasets"):
        if (settings().cache / name / "tracks.lance").exists():
            facts = collection.facts(name)
            found.append((name, facts.title, len(tracks(name)), facts.noun))
    return found


def backbones(dataset: str) -> list[Listed]:
    """The backbones that have heard this dataset, the hand-made features last."""
    return [Listed(s.key, s.backbone.spec, s.untrained) for s in embedded(dataset)]


def embedded(dataset: str) -> list[Source]:
    """The backbones whose embeddings of this dataset are on disk, the hand-made features last."""
    return [s for s in sources() if collection.table(dataset, s, settings()).exists()]


def source(key: str) -> Source:
    """The backbone behind a key the page was given. Raises UnknownName."""
    return next((s for s in sources() if s.key == key), None) or collection.source(key, settings())


def tracks(dataset: str) -> list[Track]:
    """The dataset's tracks. Raises MissingEmbeddings."""
    path = settings().cache / dataset / "tracks.lance"
    return _tracks(dataset, f"{path}@{store.version(path)}")


@st.cache_resource(max_entries=8, show_spinner=False)
def _tracks(dataset: str, stamp: str) -> list[Track]:
    return collection.tracks(dataset, settings())


def by_id(dataset: str) -> dict[str, Track]:
    """The dataset's tracks by id."""
    path = settings().cache / dataset / "tracks.lance"
    return _by_id(dataset, f"{path}@{store.version(path)}")


@st.cache_resource(max_entries=8, show_spinner=False)
def _by_id(dataset: str, stamp: str) -> dict[str, Track]:
    return {t.id: t for t in tracks(dataset)}


def mix(dataset: str, track: Track) -> frozenset[str]:
    """Ids of the track and of its group, which are no neighbours of it."""
    group = (t.id for t in tracks(dataset) if t.group and t.group == track.group)
    return frozenset([track.id, *group])


def matrix(dataset: str, found: Source) -> Matrix:
    """One backbone's embeddings. Raises MissingEmbeddings."""
    return _matrix(dataset, found.key, stamp_of(dataset, found))


@st.cache_resource(max_entries=12, show_spinner=False)
def _matrix(dataset: str, key: str, stamp: str) -> Matrix:
    return collection.matrix(dataset, source(key), settings())


def map_(dataset: str, found: Source, recipe: maps.Recipe) -> maps.Map:
    """One backbone's map. Raises MissingEmbeddings."""
    path = maps.path(dataset, found, recipe, settings())
    return _map(dataset, found.key, recipe, f"{path}@{store.version(path)}")


@st.cache_resource(max_entries=24, show_spinner=False)
def _map(dataset: str, key: str, recipe: maps.Recipe, stamp: str) -> maps.Map:
    return maps.get(dataset, source(key), recipe, settings())


def directions(dataset: str, found: Source) -> near.Directions:
    """One backbone's clips as directions, ready to be asked for neighbours. Raises MissingEmbeddings."""
    return _directions(dataset, found.key, stamp_of(dataset, found))


@st.cache_resource(max_entries=12, show_spinner=False)
def _directions(dataset: str, key: str, stamp: str) -> near.Directions:
    return near.directions(collection.matrix(dataset, source(key), settings()))


def run(dataset: str, found: Source, rules: runs.Rules) -> runs.Run:
    """One benchmark run. Raises MissingEmbeddings."""
    path = runs.path(dataset, found, rules, settings())
    return _run(dataset, found.key, rules, f"{path}@{store.version(path)}")


@st.cache_resource(max_entries=24, show_spinner=False)
def _run(dataset: str, key: str, rules: runs.Rules, stamp: str) -> runs.Run:
    return runs.get(dataset, source(key), rules, settings())


@dataclass(frozen=True)
class Study:
    """All runs of a dataset under one set of rules, best first, scored, ranked and compared."""

    runs: tuple[runs.Run, ...]
    scores: dict[str, dict[str, Interval]]
    pairs: tuple[Pair, ...]
    ranks: dict[str, tuple[int, int]]


def study(dataset: str, keys: tuple[str, ...], rules: runs.Rules) -> Study:
    """The stored runs of these backbones, those that were never run left out."""
    paths = [(key, runs.path(dataset, source(key), rules, settings())) for key in keys]
    stamp = "".join(f"{path}@{store.version(path)}" for _, path in paths)
    return _study(dataset, tuple(key for key, path in paths if path.exists()), rules, stamp)


@st.cache_resource(max_entries=24, show_spinner=False)
def _study(dataset: str, keys: tuple[str, ...], rules: runs.Rules, stamp: str) -> Study:
    found = [run(dataset, source(key), rules) for key in keys]
    scores = {r.source.key: runs.scores(r) for r in found}
    found.sort(key=lambda r: -scores[r.source.key]["accuracy"].value)
    pairs = runs.compare(found)
    return Study(tuple(found), scores, tuple(pairs), runs.ranks(found, pairs))


def stamp_of(dataset: str, found: Source) -> str:
    """What changes when the backbone's table or its weights do."""
    path = collection.table(dataset, found, settings())
    return f"{path}@{store.version(path)}@{found.state}"
