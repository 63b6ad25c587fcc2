"""What a dataset is: facts about it, and its tracks. One file beside this one per dataset.

A reader has `FACTS` (true of the dataset wherever it lies) and `read(place, notes) -> Reading`; neither
decodes audio. It may have `VARIANTS` (parts of it that have a name of their own, written READER_VARIANT),
`home() -> Path` (where it lies without being told), `ready(place) -> list[ReadyMade]` (embeddings that come
with it), `verify(place) -> Iterator[Checked]` (its own list of checksums) and `PEOPLES_OWN = True` (it reads
any folder of music: tracks a visitor keeps are a dataset of this reader).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

Value = str | int | float | bool | tuple[str, ...]


@dataclass(frozen=True)
class Track:
    """One item. `start` and `seconds` cut it out of `path`, which is None where there is no audio."""

    id: str
    path: Path | None
    title: str
    artist: str
    labels: tuple[str, ...]  # of the dataset's classes: one, or many where Facts.many
    split: str = ""  # train, valid, test; "" where the dataset gives none
    seconds: float = 0.0  # as the metadata says; 0: unknown without opening the file
    start: float = 0.0
    whole: bool = True  # the whole file, however long its header says it is
    group: str = ""  # clips of one group are never on both sides of a split, and are resampled together
    album: str = ""
    year: int = 0  # 0: unknown
    tags: tuple[str, ...] = ()  # words beside the classes
    flags: tuple[str, ...] = ()  # what is known to be wrong with it: "unreadable in the Kaggle copy"
    columns: dict[str, Value] = field(default_factory=dict)  # the dataset's own; absent: unknown


@dataclass(frozen=True)
class Column:
    """One of a dataset's own columns. A `filter` has few values; what is not `shown` is in no table."""

    name: str
    kind: Literal["text", "integer", "number", "yes", "many"] = "text"
    shown: bool = True
    filter: bool = False
    says: str = ""  # the exact meaning, one hover away


@dataclass(frozen=True)
class Protocol:
    """How a dataset is scored. Columns are named: fields of Track, or the dataset's own.

    Either `split` (train, valid and test are given), or `fold` (its values are left out one at a time), or
    `folds` (that many, stratified and drawn with the seed, groups whole).
    """

    name: str
    says: str
    split: str = ""
    fold: str = ""
    folds: int = 0
    group: str = ""  # "": every clip is a group of its own
    label: str = "labels"
    classes: tuple[str, ...] = ()  # (): the dataset's own
    many: bool = False  # several classes may be right at once
    only: str = ""  # a yes-column: the clips that take part
    scored: str = ""  # a yes-column: the test clips that count


@dataclass(frozen=True)
class Facts:
    """What is true of a dataset: names, classes, licence, what is expected of it, and how it is scored."""

    title: str
    noun: str  # what one item is called, in the plural: "clips", "tracks"
    label: str  # what the label says: "mood", "genre"
    classes: tuple[str, ...]
    about: str
    licence: str
    source: str
    protocols: tuple[Protocol, ...] = ()
    columns: tuple[Column, ...] = ()
    many: bool = False  # a track may have several classes, or none
    parents: Mapping[str, str] = field(default_factory=dict)  # tag -> the tag above it: a genre tree
    expects: Mapping[str, int] = field(default_factory=dict)  # "tracks", "split train", "class Rock" -> count
    missing: tuple[str, ...] = ()  # what a file that is not here would add, and its name; a sentence each


@dataclass(frozen=True)
class DatasetLocation:
    """Where a dataset lies: its folder, which part of it is meant, and the user's own table of artists."""

    root: Path
    variant: str = ""
    artists: Path | None = None  # CSV with the columns clip, artist


class ReadReport:
    """What a reader skipped or mended: counted by kind, a few examples kept, so that nothing is silent."""

    EXAMPLES = 5

    def __init__(self) -> None:
        self.source: Path | None = (
            None  # the file that is being read, and its line: for what goes wrong there
        )
        self.line = 0
        self.counts: dict[str, int] = {}
        self.examples: dict[str, list[str]] = {}

    def add(self, kind: str, example: str) -> None:
        """Counts one more of a kind ("row without an id, skipped"), named by an example, "" for none."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        examples = self.examples.setdefault(kind, [])
        if example and len(examples) < self.EXAMPLES:
            examples.append(example)

    def document(self) -> dict[str, dict]:
        """Kind -> its count and examples, for a JSON document."""
        return {kind: {"count": n, "examples": self.examples[kind]} for kind, n in self.counts.items()}

    def lines(self) -> list[str]:
        """A line a kind, for the terminal."""
        return [
            f"  {kind}: {n:,}"
            + (f" ({', '.join(examples)}{', …' if n > len(examples) else ''})" if examples else "")
            for kind, n in self.counts.items()
            for examples in [self.examples[kind]]
        ]


@dataclass(frozen=True)
class ReadResult:
    """What a reader found: the facts of what lies there, and its tracks, made while they are asked for."""

    facts: Facts
    tracks: Iterable[Track]


@dataclass(frozen=True)
class PublishedEmbeddings:
    """Embeddings out of a dataset's own files: `rows` gives (ids, matrix (n, dim) float32) in batches."""

    key: str  # NAME:VARIANT of the backbone they are values of, or a name of their own
    title: str
    about: str  # what the values are, and who computed them
    licence: str
    source: str
    dim: int
    stamp: str  # changes when the values may have: a checksum of the file they are read from
    rows: Callable[[], Iterator[tuple[list[str], np.ndarray]]]


@dataclass(frozen=True)
class ChecksumResult:
    """One file against the dataset's own checksum: `found` is "same", "other" or "absent"."""

    path: Path
    status: Literal["same", "other", "absent"]
