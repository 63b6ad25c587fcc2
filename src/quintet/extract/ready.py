"""Embeddings that come with a dataset's own files: read once, kept like those that are computed here."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path

import numpy as np

from quintet import store
from quintet.catalogue import places, tracks
from quintet.datasets import _door
from quintet.datasets.base import Notes, ReadyMade
from quintet.settings import Settings


def take(dataset: str, settings: Settings) -> dict[str, int]:
    """Reads what is new or has changed; returns how many tracks each ready-made set holds now.

    Rows of tracks that are not the dataset's, and rows with NaN or infinity, are left out. Raises BadData.
    """
    entry = places.get(dataset, settings)
    offered = getattr(entry.module, "ready", None)
    if offered is None:
        return {}
    known = set(tracks.columns(dataset, ["id"], settings)["id"].to_pylist())
    root, title = entry.place.root, entry.module.FACTS.title
    with _door.reading(root, title, Notes()):
        sets = offered(entry.place)
    return {
        found.key: _take(dataset, replace(found, rows=_guarded(found, root, title)), known, settings)
        for found in sets
    }


def _guarded(found: ReadyMade, root: Path, title: str) -> Callable[[], Iterator]:
    return lambda: _door.guarded(found.rows(), root, title, Notes())


def _take(dataset: str, found: ReadyMade, known: set[str], settings: Settings) -> int:
    said = {f.name: getattr(found, f.name) for f in fields(ReadyMade) if f.name != "rows"}
    fingerprint = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]
    path = store.embeddings_path(settings.cache, dataset, found.key, fingerprint)
    taken, version = path.with_suffix(".taken"), str(store.version(tracks.path(dataset, settings)))
    if store.exists(path) and taken.is_file() and taken.read_text(encoding="ascii") == version:
        return len(store.embedded(path))
    with store.writing(settings.cache, dataset):
        _drop_others(path, found.key)
        held = store.embedded(path)
        for ids, values in found.rows():
            whole = np.isfinite(values).all(axis=1)
            kept = [n for n, i in enumerate(ids) if whole[n] and i in known and i not in held]
            if kept:
                held.update(ids[n] for n in kept)
                rows = np.ascontiguousarray(values[kept])
                more = {"ready": json.dumps(said)}
                store.append_embeddings(path, fingerprint, [ids[n] for n in kept], rows, more)
        if store.exists(path):
            taken.write_text(version, encoding="ascii")
    return len(held)


def _drop_others(path: Path, key: str) -> None:
    """Takes away what an older file of the same kind left."""
    for other in path.parent.glob(f"{key.replace(':', '--')}@*.lance"):
        if other != path and "ready" in store.facts(other):
            shutil.rmtree(other)
