"""What is still to do: the tracks compared with what the store holds, before any file is opened."""

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from quintet import collection, store
from quintet.collection import Source
from quintet.datasets.base import Track
from quintet.settings import Settings


@dataclass(frozen=True)
class Job:
    """One backbone over one dataset: its table, and the tracks it has not heard."""

    source: Source
    table: Path
    missing: frozenset[str]
    done: int


@dataclass(frozen=True)
class Plan:
    """`files` are (path, its tracks): each file is decoded once, whatever the number of backbones."""

    dataset: str
    jobs: tuple[Job, ...]
    files: tuple[tuple[Path, tuple[Track, ...]], ...]
    silent: int  # tracks without audio on this machine

    @property
    def clips(self) -> int:
        """How many tracks will be heard."""
        return sum(len(tracks) for _, tracks in self.files)


def make(dataset: str, tracks: list[Track], sources: list[Source], settings: Settings) -> Plan:
    """The work left. A track that failed before under the same fingerprint is not tried again."""
    heard = [t for t in tracks if t.path is not None]
    jobs = tuple(_job(dataset, heard, found, settings) for found in sources)
    wanted = frozenset().union(*(job.missing for job in jobs)) if jobs else frozenset()
    todo = sorted((t for t in heard if t.id in wanted), key=lambda t: (str(t.path), t.start))
    grouped = tuple((path, tuple(group)) for path, group in groupby(todo, key=lambda t: t.path))
    return Plan(dataset, jobs, grouped, len(tracks) - len(heard))


def _job(dataset: str, tracks: list[Track], found: Source, settings: Settings) -> Job:
    path = collection.table(dataset, found, settings)
    held = store.embedded(path) | set(store.failures(path))
    missing = frozenset(t.id for t in tracks if t.id not in held)
    return Job(found, path, missing, len(tracks) - len(missing))
