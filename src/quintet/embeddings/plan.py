"""What is still to do: the tracks compared with what the store holds, before any file is opened."""

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from quintet.datasets.base import Track
from quintet.embeddings import models
from quintet.embeddings.models import Model
from quintet.settings import Settings
from quintet.storage import tables


@dataclass(frozen=True)
class BackboneJob:
    """One backbone over one dataset: its table, and the tracks it has not heard."""

    model: Model
    table: Path
    missing: frozenset[str]
    done: int


@dataclass(frozen=True)
class Plan:
    """`files` are (path, its tracks): each file is decoded once, whatever the number of backbones."""

    dataset: str
    jobs: tuple[BackboneJob, ...]
    files: tuple[tuple[Path, tuple[Track, ...]], ...]
    without_audio: int  # tracks without audio on this machine

    @property
    def clips(self) -> int:
        """How many tracks will be heard."""
        return sum(len(tracks) for _, tracks in self.files)


def make(dataset: str, tracks: list[Track], chosen_models: list[Model], settings: Settings) -> Plan:
    """The work left. A track that failed before under the same fingerprint is not tried again."""
    with_audio = [t for t in tracks if t.path is not None]
    jobs = tuple(_job(dataset, with_audio, model, settings) for model in chosen_models)
    missing_ids = frozenset().union(*(job.missing for job in jobs)) if jobs else frozenset()
    todo = sorted((t for t in with_audio if t.id in missing_ids), key=lambda t: (str(t.path), t.start))
    grouped = tuple((path, tuple(group)) for path, group in groupby(todo, key=lambda t: t.path))
    return Plan(dataset, jobs, grouped, len(tracks) - len(with_audio))


def _job(dataset: str, tracks: list[Track], model: Model, settings: Settings) -> BackboneJob:
    path = models.model_table_path(dataset, model, settings)
    known_ids = tables.embedded(path) | set(tables.failures(path))
    missing = frozenset(t.id for t in tracks if t.id not in known_ids)
    return BackboneJob(model, path, missing, len(tracks) - len(missing))
