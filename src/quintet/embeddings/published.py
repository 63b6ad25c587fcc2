"""Embeddings that come with a dataset's own files: read once, kept like those that are computed here."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path

import numpy as np

from quintet.catalogue import locations, tracks
from quintet.datasets import _door
from quintet.datasets.base import PublishedEmbeddings, ReadReport
from quintet.settings import Settings
from quintet.storage import tables


def import_published(dataset: str, settings: Settings) -> dict[str, int]:
    """Reads what is new or has changed; returns how many tracks each ready-made set holds now.

    Rows of tracks that are not the dataset's, and rows with NaN or infinity, are left out. Raises BadData.
    """
    entry = locations.get(dataset, settings)
    offered = getattr(entry.module, "ready", None)
    if offered is None:
        return {}
    track_ids = set(tracks.columns(dataset, ["id"], settings)["id"].to_pylist())
    root, title = entry.place.root, entry.module.FACTS.title
    with _door.reading(root, title, ReadReport()):
        sets = offered(entry.place)
    return {
        published.key: _import_set(
            dataset, replace(published, rows=_guarded(published, root, title)), track_ids, settings
        )
        for published in sets
    }


def _guarded(published: PublishedEmbeddings, root: Path, title: str) -> Callable[[], Iterator]:
    return lambda: _door.guarded(published.rows(), root, title, ReadReport())


def _import_set(dataset: str, published: PublishedEmbeddings, track_ids: set[str], settings: Settings) -> int:
    facts = {f.name: getattr(published, f.name) for f in fields(PublishedEmbeddings) if f.name != "rows"}
    fingerprint = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]
    path = tables.embeddings_path(settings.cache, dataset, published.key, fingerprint)
    stamp_file, version = path.with_suffix(".taken"), str(tables.version(tracks.path(dataset, settings)))
    if tables.exists(path) and stamp_file.is_file() and stamp_file.read_text(encoding="ascii") == version:
        return len(tables.embedded(path))
    with tables.write_lock(settings.cache, dataset):
        _drop_others(path, published.key)
        stored_ids = tables.embedded(path)
        for ids, values in published.rows():
            finite = np.isfinite(values).all(axis=1)
            selected = [n for n, i in enumerate(ids) if finite[n] and i in track_ids and i not in stored_ids]
            if selected:
                stored_ids.update(ids[n] for n in selected)
                rows = np.ascontiguousarray(values[selected])
                more = {"ready": json.dumps(facts)}
                tables.append_embeddings(path, fingerprint, [ids[n] for n in selected], rows, more)
        if tables.exists(path):
            stamp_file.write_text(version, encoding="ascii")
    return len(stored_ids)


def _drop_others(path: Path, key: str) -> None:
    """Takes away what an older file of the same kind left."""
    for old_path in path.parent.glob(f"{key.replace(':', '--')}@*.lance"):
        if old_path != path and "ready" in tables.facts(old_path):
            shutil.rmtree(old_path)
