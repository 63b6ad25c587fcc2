"""Reading a dataset into its table: what is there, counted against what is expected, and what changed."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import pyarrow as pa

from quintet.catalogue import locations, rows, tracks
from quintet.catalogue.locations import Entry
from quintet.datasets import _door
from quintet.datasets.base import Facts, ReadReport, Track
from quintet.errors import MissingData
from quintet.settings import Settings
from quintet.storage import tables

BATCH = 10_000  # rows made at a time
EMPTY = "empty file"


@dataclass(frozen=True)
class Report:
    """What was found: counts ("tracks", "class Rock", …), changes since the last reading, what was noted."""

    entry: Entry
    facts: Facts
    counts: dict[str, int]
    bytes: int
    new: int
    gone: int
    changed: int
    notes: ReadReport
    flagged: dict[str, tuple[str, ...]] = field(default_factory=dict)  # id -> what is wrong with the track

    @property
    def short(self) -> dict[str, tuple[int, int]]:
        """What differs from what is expected: count -> (found, expected)."""
        found = {what: (self.counts.get(what, 0), n) for what, n in self.facts.expects.items()}
        return {what: pair for what, pair in found.items() if pair[0] != pair[1]}


def update(dataset: str, settings: Settings) -> Report:
    """Reads a known dataset again and stores what changed. Raises MissingData, BadData, UnknownName, Busy."""
    return read(locations.get(dataset, settings), settings)


def read(entry: Entry, settings: Settings) -> Report:
    """Reads a dataset and stores its tracks where they changed.

    Embeddings of tracks whose sound is another one now are forgotten, so that they are heard again.
    """
    notes = ReadReport()
    census = _Census()
    with _door.reading(entry.place.root, entry.module.FACTS.title, notes):
        reading = entry.module.read(entry.place, notes)
        facts = _door.presentable_facts(reading.facts)
        batches = [
            rows.batch(kept, sizes, first, facts)
            for first, kept, sizes in _batches(_once(reading.tracks, notes), notes)
            if census.add(kept, sizes)
        ]
    if not batches:
        raise MissingData(
            f"No track was found in {entry.place.root}: the layout is there, but nothing in it. "
            f"Run: quintet datasets add {entry.name} --root DIR"
        )
    table = pa.Table.from_batches(batches)
    with tables.write_lock(settings.cache, entry.name):
        if entry.name not in locations.known(
            settings
        ):  # before its table, or a killed job leaves one of nobody
            locations.keep(entry, settings)
        new, gone, changed = _keep(entry.name, table, facts, settings)
    return Report(entry, facts, census.counts(), census.bytes, new, gone, changed, notes, census.flagged)


def _once(found: Iterable[Track], notes: ReadReport) -> Iterator[Track]:
    seen: set[str] = set()
    for track in found:
        if track.id in seen:
            notes.add("repeated id, the first kept", track.id)
            continue
        seen.add(track.id)
        yield _door.presentable(track)


def _batches(found: Iterable[Track], notes: ReadReport) -> Iterator[tuple[int, list[Track], list[int]]]:
    first, ahead = 0, iter(found)
    while checked := [_checked(track, notes) for track in islice(ahead, BATCH)]:
        yield first, [track for track, _ in checked], [size for _, size in checked]
        first += len(checked)


def _checked(track: Track, notes: ReadReport) -> tuple[Track, int]:
    """The track as its file stands: without a path where there is none, flagged where it is empty."""
    if track.path is None:
        return track, 0
    try:
        size = os.stat(track.path).st_size
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        notes.add(f"no audio: {getattr(error, 'strerror', None) or error}", _readable(track.path))
        return replace(track, path=None), 0
    if not os.access(track.path, os.R_OK):
        notes.add("no audio: its rights forbid reading", _readable(track.path))
        return replace(track, path=None), 0
    if size == 0:
        return replace(track, flags=(*track.flags, EMPTY)), 0
    return track, size


def _readable(path: Path) -> str:
    return str(path).encode("utf-8", "backslashreplace").decode()


class _Census:
    """Counts while the tracks go by."""

    def __init__(self) -> None:
        self.tracks = Counter()
        self.bytes = 0
        self.flagged: dict[str, tuple[str, ...]] = {}

    def add(self, found: list[Track], sizes: list[int]) -> int:
        """Counts a batch; returns how many tracks it holds."""
        self.bytes += sum(sizes)
        for track in found:
            self.tracks["tracks"] += 1
            self.tracks["with audio"] += track.path is not None
            self.tracks["flagged"] += bool(track.flags)
            if track.flags:
                self.flagged[track.id] = track.flags
            self.tracks.update(f"class {label}" for label in track.labels)
            if track.split:
                self.tracks[f"split {track.split}"] += 1
        return len(found)

    def counts(self) -> dict[str, int]:
        """Every count by name."""
        return dict(self.tracks)


def _keep(dataset: str, table: pa.Table, facts: Facts, settings: Settings) -> tuple[int, int, int]:
    """Writes the table where it differs; returns how many rows are new, gone, changed."""
    tracks.heal(dataset, settings)
    before = _stamps(dataset, settings)
    now = _by_id(table)
    new, gone = now.keys() - before.keys(), before.keys() - now.keys()
    changed = {i for i in now.keys() & before.keys() if now[i] != before[i]}
    other = [i for i in changed if now[i][1] != before[i][1]]
    if new or gone or changed or not before or tracks.facts(dataset, settings) != facts:
        tracks.write(dataset, table, facts, settings)
    for held in (settings.cache / dataset / "embeddings").glob("*.lance"):
        if tables.exists(held):
            tables.delete_rows(held, other)
    return len(new), len(gone), len(changed)


def _stamps(dataset: str, settings: Settings) -> dict[str, tuple[str, str]]:
    where = tracks.path(dataset, settings)
    if not tables.exists(where) or tables.facts(where).get("format") != tracks.FORMAT:
        return {}
    return _by_id(tracks.columns(dataset, ["id", "stamp", "sound"], settings))


def _by_id(table: pa.Table) -> dict[str, tuple[str, str]]:
    ids, *stamps = (table[name].to_pylist() for name in ("id", "stamp", "sound"))
    return dict(zip(ids, zip(*stamps, strict=True), strict=True))
