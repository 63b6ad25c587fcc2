"""Embeddings that come with the checkout: one float16 file per backbone, taken in at first start."""

import os
from pathlib import Path

import numpy as np

from quintet.embeddings import models
from quintet.embeddings.models import Model
from quintet.errors import MissingEmbeddings
from quintet.settings import Settings
from quintet.storage import tables


def path(dataset: str, key: str, settings: Settings) -> Path:
    """Where the shipped embeddings of this backbone lie, whether or not there are any."""
    return settings.shipped / dataset / f"{key.replace(':', '--')}.npz"


def import_bundled(dataset: str, chosen_models: list[Model], settings: Settings) -> list[Model]:
    """Fills empty tables from shipped files with today's fingerprint; returns the backbones it filled."""
    imported = []
    for model in chosen_models:
        file, table = path(dataset, model.key, settings), models.model_table_path(dataset, model, settings)
        if tables.exists(table) or not file.is_file():
            continue
        with np.load(file, allow_pickle=False) as bundle:
            if str(bundle["fingerprint"]) != model.fingerprint:
                continue  # made by another version of the adapter or other weights: to be computed again
            ids, values = bundle["ids"].tolist(), bundle["embedding"].astype(np.float32)
        with tables.write_lock(settings.cache, dataset):
            tables.append_embeddings(table, model.fingerprint, ids, values)
        imported.append(model)
    return imported


def make(dataset: str, chosen_models: list[Model], settings: Settings) -> list[Path]:
    """Writes the shipped files. Raises MissingEmbeddings where a backbone has not heard every track."""
    count = len(models.tracks(dataset, settings))
    files = []
    for model in chosen_models:
        matrix = models.load_embeddings(dataset, model, settings)
        if len(matrix.ids) < count:
            title = model.backbone.spec.title
            raise MissingEmbeddings(
                f"{title} has {len(matrix.ids)} of {count} clips. Run: quintet embed {dataset}"
            )
        files.append(_write(path(dataset, model.key, settings), model.fingerprint, matrix))
    return files


def _write(file: Path, fingerprint: str, matrix: models.Embeddings) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new.npz")
    values = matrix.values.astype(np.float16)
    np.savez_compressed(new, ids=np.array(matrix.ids), embedding=values, fingerprint=np.array(fingerprint))
    os.replace(new, file)
    return file
