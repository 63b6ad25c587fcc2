"""What is stored on disk, held once for all visitors: tracks, matrices, maps, runs.

Each cached function takes a stamp (a table's path and version), so a page never shows what the disk lost.
Values are shared by all visitors and read-only.
"""

import os
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import streamlit as st

from quintet import settings as configuration
from quintet.backbones.base import Spec
from quintet.catalogue import tracks as catalogue
from quintet.datasets.base import Facts, Track
from quintet.embeddings import models
from quintet.embeddings.models import Embeddings, Model
from quintet.evaluation import runs
from quintet.maps import stored_maps
from quintet.prediction import nearest
from quintet.settings import Settings
from quintet.storage import tables

FEW = 32  # tracks that are asked for again at every run: a card's neighbours


@dataclass(frozen=True)
class Listed:
    """A backbone as the sidebar lists it."""

    key: str
    spec: Spec
    untrained: bool


def settings() -> Settings:
    """Settings of this server, read again when their file or the environment changes."""
    names = sorted(name for name in os.environ if name.startswith("QUINTET_"))  # values cost more than names
    named = tuple((name, os.environ[name]) for name in names)
    path = configuration.config_path()
    return _settings(named, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=4)  # asked a hundred times a page; Streamlit's own caches hash their arguments each time
def _settings(environ: tuple[tuple[str, str], ...], changed: int) -> Settings:
    return configuration.load()


def sources() -> list[Model]:
    """Every backbone with the weights found for it, looked up again when a file comes or goes."""
    folder = settings().weights
    changed = [place.stat().st_mtime_ns for place in (folder, *folder.rglob("*/")) if place.is_dir()]
    return _sources(f"{folder}@{max(changed, default=0)}")


@st.cache_resource(ttl=30, max_entries=4, show_spinner=False)
def _sources(stamp: str) -> list[Model]:
    return models.available_models(settings())


def datasets() -> list[tuple[str, str, int, str]]:
    """(name, title, number of tracks, what they are called) of each registered dataset."""
    return [(name, facts(name).title, count(name), facts(name).noun) for name in catalogue.stored(settings())]


def backbones(dataset: str) -> list[Listed]:
    """The backbones that have heard this dataset, the hand-made features last."""
    return [Listed(s.key, s.backbone.spec, s.untrained) for s in embedded(dataset)]


def embedded(dataset: str) -> list[Model]:
    """The backbones whose embeddings of this dataset are on disk, the hand-made features last."""
    here = settings()
    made = [s for s in sources() if models.model_table_path(dataset, s, here).exists()]
    return [*made, *_ready(dataset, _folder_stamp(dataset))]


@st.cache_resource(max_entries=8, show_spinner=False)
def _ready(dataset: str, stamp: str) -> list[Model]:
    return models.published_models(dataset, settings())


def _folder_stamp(dataset: str) -> str:
    folder = settings().cache / dataset / "embeddings"
    return f"{folder}@{folder.stat().st_mtime_ns if folder.is_dir() else 0}"


def source(dataset: str, key: str) -> Model:
    """The backbone behind a key, first of those that heard the dataset. Raises UnknownName."""
    known = [*embedded(dataset), *sources()]
    return next((s for s in known if s.key == key), None) or models.resolve_model(key, settings())


def facts(dataset: str) -> Facts:
    """What is true of the dataset as it was read here. Raises UnknownName."""
    return _facts(dataset, tracks_stamp(dataset))


@lru_cache(maxsize=16)  # asked fifty times a page, as are the settings
def _facts(dataset: str, stamp: str) -> Facts:
    return models.facts(dataset, settings())


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
    if len(ids) > FEW:
        return catalogue.some(dataset, ids, settings())
    return dict(_some(dataset, tuple(ids), tracks_stamp(dataset)))


@st.cache_resource(max_entries=512, show_spinner=False)  # 1 kB a track
def _some(dataset: str, ids: tuple[str, ...], stamp: str) -> dict[str, Track]:
    return catalogue.some(dataset, ids, settings())


def labels(dataset: str) -> dict[str, str]:
    """The first class of each track that has one, by id. Raises MissingEmbeddings."""
    return _labels(dataset, tracks_stamp(dataset))


@st.cache_resource(max_entries=4, show_spinner=False)
def _labels(dataset: str, stamp: str) -> dict[str, str]:
    held = catalogue.columns(dataset, ["id", "labels"], settings())
    return {i: found[0] for i, found in zip(*(c.to_pylist() for c in held.columns), strict=True) if found}


def tracks_stamp(dataset: str) -> str:
    """What changes when the dataset is read again."""
    path = catalogue.path(dataset, settings())
    return f"{path}@{tables.version(path)}"


def matrix(dataset: str, found: Model) -> Embeddings:
    """One backbone's embeddings. Raises MissingEmbeddings."""
    return _matrix(dataset, found.key, stamp_of(dataset, found))


@st.cache_resource(max_entries=12, show_spinner=False)
def _matrix(dataset: str, key: str, stamp: str) -> Embeddings:
    return models.load_embeddings(dataset, source(dataset, key), settings())


def map_(dataset: str, found: Model, recipe: stored_maps.MapConfig) -> stored_maps.Map:
    """One backbone's map. Raises MissingEmbeddings."""
    path = stored_maps.path(dataset, found, recipe, settings())
    return _map(dataset, found.key, recipe, f"{path}@{tables.version(path)}")


@st.cache_resource(max_entries=24, show_spinner=False)
def _map(dataset: str, key: str, recipe: stored_maps.MapConfig, stamp: str) -> stored_maps.Map:
    return stored_maps.get(dataset, source(dataset, key), recipe, settings())


def directions(dataset: str, found: Model) -> nearest.Directions:
    """One backbone's clips as directions, ready to be asked for neighbours. Raises MissingEmbeddings."""
    return _directions(dataset, found.key, stamp_of(dataset, found))


@st.cache_resource(max_entries=12, show_spinner=False)
def _directions(dataset: str, key: str, stamp: str) -> nearest.Directions:
    return nearest.directions(models.load_embeddings(dataset, source(dataset, key), settings()))


def run(dataset: str, found: Model, rules: runs.Rules) -> runs.Run:
    """One benchmark run. Raises MissingEmbeddings."""
    path = runs.path(dataset, found, rules, settings())
    return _run(dataset, found.key, rules, f"{path}@{tables.version(path)}")


@st.cache_resource(max_entries=24, show_spinner=False)
def _run(dataset: str, key: str, rules: runs.Rules, stamp: str) -> runs.Run:
    return runs.get(dataset, source(dataset, key), rules, settings())


def stamp_of(dataset: str, found: Model) -> str:
    """What changes when the backbone's table or its weights do."""
    path = models.model_table_path(dataset, found, settings())
    return f"{path}@{tables.version(path)}@{found.state}"
