"""Embeddings that come with the checkout: one float16 file per backbone, taken in at first start."""

import os
from pathlib import Path

import numpy as np

from quintet import collection, store
from quintet.collection import Source
from quintet.errors import MissingEmbeddings
from quintet.settings import Settings


def path(dataset: str, key: str, settings: Settings) -> Path:
    """Where the shipped embeddings of this backbone lie, whether or not there are any."""
    return settings.shipped / dataset / f"{key.replace(':', '--')}.npz"


def take(dataset: str, sources: list[Source], settings: Settings) -> list[Source]:
    """Fills empty tables from shipped files with today's fingerprint; returns the backbones it filled."""
    taken = []
    for found in sources:
        file, table = path(dataset, found.key, settings), collection.table(dataset, found, settings)
        if store.exists(table) or not file.is_file():
            continue
        with np.load(file, allow_pickle=False) as held:
            if str(held["fingerprint"]) != found.fingerprint:
                continue  # made by another version of the adapter or other weights: to be computed again
            ids, values = held["ids"].tolist(), held["embedding"].astype(np.float32)
        with store.writing(settings.cache, dataset):
            store.append_embeddings(table, found.fingerprint, ids, values)
        taken.append(found)
    return taken


def make(dataset: str, sources: list[Source], settings: Settings) -> list[Path]:
    """Writes the shipped files. Raises MissingEmbeddings where a backbone has not heard every track."""
    count = len(collection.tracks(dataset, settings))
    files = []
    for found in sources:
        matrix = collection.matrix(dataset, found, settings)
        if len(matrix.ids) < count:
            title = found.backbone.spec.title
            raise MissingEmbeddings(
                f"{title} has {len(matrix.ids)} of {count} clips. Run: quintet embed {dataset}"
            )
        files.append(_write(path(dataset, found.key, settings), found.fingerprint, matrix))
    return files


def _write(file: Path, fingerprint: str, matrix: collection.Matrix) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new.npz")
    values = matrix.values.astype(np.float16)
    np.savez_compressed(new, ids=np.array(matrix.ids), embedding=values, fingerprint=np.array(fingerprint))
    os.replace(new, file)
    return file
