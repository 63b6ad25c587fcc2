"""The probe behind Classify: trained once per backbone and dataset on its training clips, then kept."""

from hashlib import sha256
from pathlib import Path

import numpy as np

from quintet.analysis import probe
from quintet.collection import Source
from quintet.errors import MissingEmbeddings
from quintet.settings import Settings
from quintet.studies import table
from quintet.studies.table import Labelled

SEED = 0
_TRAINED = "trained"  # array beside the probe's own: what it was trained on


def path(dataset: str, found: Source, settings: Settings) -> Path:
    """Where this probe lies."""
    return settings.cache / dataset / "probes" / (table.name(found, "logistic") + ".npz")


def get(dataset: str, found: Source, settings: Settings) -> probe.Probe:
    """The stored probe, trained first where there is none or the clips to train on are others now.

    Raises MissingEmbeddings, and MissingData where the dataset has no classes.
    """
    where = path(dataset, found, settings)
    rows = table.labelled(dataset, found, table.protocol(dataset, settings), settings)
    if where.exists():
        held = probe.load(where)
        if str(held.arrays.get(_TRAINED, "")) == _stamp(rows):
            return held
    return _train(dataset, found, rows, where)


def _train(dataset: str, found: Source, rows: Labelled, where: Path) -> probe.Probe:
    """Fits on the dataset's train split (a dataset scored by folds has none: all its clips) and saves."""
    train = _training(rows)
    if not len(train):
        raise MissingEmbeddings(
            f"None of the {len(rows.ids)} clips heard so far is one to train on, so there is no probe. "
            f"Run: quintet embed {dataset} --backbone {found.key}"
        )
    fitted = probe.fit(rows.X[train], rows.y[train], rows.group[train], rows.classes, SEED)
    made = probe.Probe(fitted.name, fitted.classes, {**fitted.arrays, _TRAINED: np.array(_stamp(rows))})
    probe.save(made, where)
    return made


def _training(rows: Labelled) -> np.ndarray:
    return np.flatnonzero(np.isin(rows.split, ("", "train")))


def _stamp(rows: Labelled) -> str:
    """Changes with the clips trained on, their labels and their groups."""
    named = [f"{rows.ids[i]}\t{rows.y[i]}\t{rows.group[i]}" for i in _training(rows)]
    return sha256("\n".join([*rows.classes, *named]).encode()).hexdigest()[:16]
