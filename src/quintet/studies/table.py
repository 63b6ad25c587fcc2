"""What every study needs of a collection: one backbone's embeddings beside labels, folds and groups."""

from dataclasses import dataclass

import numpy as np

from quintet import collection
from quintet.collection import Source
from quintet.datasets.base import Protocol, Track
from quintet.errors import UnknownName
from quintet.settings import Settings


@dataclass(frozen=True)
class Labelled:
    """X (n, dim) float32 with y, fold and group (n,) str, and the tracks they belong to."""

    X: np.ndarray
    y: np.ndarray
    fold: np.ndarray
    group: np.ndarray
    tracks: tuple[Track, ...]
    classes: tuple[str, ...]


def protocol(dataset: str, name: str = "") -> Protocol:
    """The dataset's protocol of that name, or its first. Raises UnknownName."""
    known = {p.name: p for p in collection.facts(dataset).protocols}
    if name and name not in known:
        raise UnknownName(f"protocol of {dataset}", name, list(known))
    return known[name] if name else next(iter(known.values()))


def labelled(dataset: str, found: Source, rule: Protocol, settings: Settings) -> Labelled:
    """Embeddings with their labels under one protocol. Raises MissingEmbeddings."""
    matrix = collection.matrix(dataset, found, settings)
    by_id = {t.id: t for t in collection.tracks(dataset, settings)}
    kept = tuple(by_id[i] for i in matrix.ids)
    column = [np.array([str(t.columns[name]) for t in kept]) for name in (rule.fold, rule.group)]
    y = np.array([t.labels[0] for t in kept])
    return Labelled(matrix.values, y, column[0], column[1], kept, collection.facts(dataset).classes)


def name(found: Source, *parts: str) -> str:
    """File name of a study's result: the backbone, its fingerprint, and what was done."""
    return "-".join([f"{found.key.replace(':', '--')}@{found.fingerprint}", *parts])
