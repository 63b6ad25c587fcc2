"""The probe behind Classify: trained once per backbone and dataset on its training clips, then kept."""

import logging
from hashlib import sha256
from pathlib import Path

import numpy as np

from quintet.embeddings.models import Model
from quintet.errors import MissingEmbeddings, StoreError
from quintet.evaluation import labelled_embeddings, probe
from quintet.evaluation.examples import Examples
from quintet.evaluation.labelled_embeddings import Labelled
from quintet.settings import Settings

SEED = 0
_TRAINED = "trained"  # array beside the probe's own: what it was trained on


def path(dataset: str, found: Model, settings: Settings, protocol: str = "") -> Path:
    """Where this probe lies."""
    parts = ["logistic", *filter(None, [protocol])]
    return settings.cache / dataset / "probes" / (found.file_stem(*parts) + ".npz")


def get(dataset: str, found: Model, settings: Settings, protocol: str = "") -> probe.Probe:
    """The stored probe, trained first where there is none or the clips to train on are others now.

    `protocol` is one of tags, or "": the first with one class a clip. Raises MissingEmbeddings, UnknownName,
    and MissingData where the dataset has no classes.
    """
    where = path(dataset, found, settings, protocol)
    rows = labelled_embeddings.labelled(
        dataset, found, labelled_embeddings.protocol(dataset, settings, protocol), settings
    )
    try:
        stored = probe.load(where) if where.exists() else None
    except StoreError as error:  # it is trained again, as where there is none
        logging.getLogger(__name__).warning("%s", error)
        stored = None
    if stored is not None and str(stored.arrays.get(_TRAINED, "")) == _stamp(rows):
        return stored
    return _train(dataset, found, rows, where)


def _train(dataset: str, found: Model, rows: Labelled, where: Path) -> probe.Probe:
    """Fits on the dataset's train split (a dataset scored by folds has none: all its clips) and saves."""
    train = _training(rows)
    if not len(train):
        raise MissingEmbeddings(
            f"None of the {len(rows.ids)} clips heard so far is one to train on, so there is no probe. "
            f"Run: quintet embed {dataset} --backbone {found.key}"
        )
    fitted = probe.make("logistic", _examples(rows, train), SEED)
    made = probe.Probe(fitted.name, fitted.classes, {**fitted.arrays, _TRAINED: np.array(_stamp(rows))})
    probe.save(made, where)
    return made


def _examples(rows: Labelled, train: np.ndarray) -> Examples:
    """Strengths are chosen on parts of the training clips; those of tags, fifty or more, on valid ones."""
    valid = np.flatnonzero(rows.split == "valid")
    if rows.tags is None or not len(valid):
        return Examples(rows.X[train], rows.known.of(train))
    return Examples(rows.X[train], rows.known.of(train), rows.X[valid], rows.known.of(valid))


def _training(rows: Labelled) -> np.ndarray:
    return np.flatnonzero(np.isin(rows.split, ("", "train")))


def _stamp(rows: Labelled) -> str:
    """Changes with the clips trained on, their labels and their groups."""
    train = _training(rows)
    named = [f"{rows.ids[i]}\t{rows.y[i]}\t{rows.group[i]}" for i in train]
    told = sha256("\n".join([*rows.classes, *named]).encode())
    if rows.tags is not None:
        told.update(rows.tags[train].tobytes())
    return told.hexdigest()[:16]
