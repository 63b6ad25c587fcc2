"""The probe behind Classify: trained once per backbone and dataset on its training clips, then kept."""

from pathlib import Path

from quintet.analysis import probe
from quintet.collection import Source
from quintet.settings import Settings
from quintet.studies import table

SEED = 0


def path(dataset: str, found: Source, settings: Settings) -> Path:
    """Where this probe lies."""
    return settings.cache / dataset / "probes" / (table.name(found, "logistic") + ".npz")


def get(dataset: str, found: Source, settings: Settings) -> probe.Probe:
    """The stored probe, trained first where there is none. Raises MissingEmbeddings."""
    where = path(dataset, found, settings)
    if not where.exists():
        train(dataset, found, settings)
    return probe.load(where)


def train(dataset: str, found: Source, settings: Settings) -> None:
    """Fits on the dataset's train split (a dataset scored by folds has none: all its clips) and saves."""
    rows = table.labelled(dataset, found, table.protocol(dataset), settings)
    train = [i for i, t in enumerate(rows.tracks) if t.split in ("", "train")]
    fitted = probe.fit(rows.X[train], rows.y[train], rows.group[train], rows.classes, SEED)
    where = path(dataset, found, settings)
    where.parent.mkdir(parents=True, exist_ok=True)
    probe.save(fitted, where)
