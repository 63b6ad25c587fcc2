"""Embeddings for tests, stored as those that come with a dataset's own files."""

import json
from dataclasses import fields

import numpy as np

from quintet import registry
from quintet.datasets.base import PublishedEmbeddings, Track
from quintet.embeddings import models
from quintet.embeddings.models import Model
from quintet.settings import Settings
from quintet.storage import tables as store
from tests.tables import put_tracks

DATASET = registry.names("datasets")[0]
BATCH = 50_000  # rows a commit


def put_names(settings: Settings, n: int) -> list[str]:
    """n silent tracks of one dataset; their ids."""
    ids = [f"t{row:07d}" for row in range(n)]
    put_tracks(settings, DATASET, [Track(i, None, i, "", (), seconds=30.0) for i in ids])
    return ids


def put_embeddings(settings: Settings, key: str, ids: list[str], X: np.ndarray) -> Model:
    """Adds rows X (n, d) to those a backbone of that name has of these tracks; the backbone."""
    facts = PublishedEmbeddings(key, key.title(), "", "", "", X.shape[1], "1", iter)
    said = json.dumps(
        {f.name: getattr(facts, f.name) for f in fields(PublishedEmbeddings) if f.name != "rows"}
    )
    path = store.embeddings_path(settings.cache, DATASET, key, "0" * 16)
    for at in range(0, len(ids), BATCH):
        some = slice(at, at + BATCH)
        store.append_embeddings(path, "0" * 16, ids[some], X[some], {"ready": said})
    return next(s for s in models.published_models(DATASET, settings) if s.key == key)
