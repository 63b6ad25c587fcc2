"""What a dataset is: facts about it, and its tracks. One file beside this one per dataset.

A reader has `FACTS`, `locate(settings) -> Path` and `read(root) -> list[Track]`; neither decodes audio.
"""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Track:
    """One item. `start` and `seconds` cut it out of `path`, which is None where there is no audio."""

    id: str
    path: Path | None
    title: str
    artist: str
    labels: tuple[str, ...]
    split: str
    seconds: float
    start: float = 0.0
    whole: bool = True  # the whole file, however long its header says it is
    group: str = ""  # clips of one group are never on both sides of a split, and are resampled together
    columns: dict[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True)
class Protocol:
    """How a dataset is scored. `fold` names the column whose values are left out one at a time."""

    name: str
    fold: str
    group: str
    says: str


@dataclass(frozen=True)
class Facts:
    """What is true of a dataset whatever its tracks: names, classes, licence, and how it is scored."""

    title: str
    noun: str  # what one item is called, in the plural: "clips", "tracks"
    label: str  # what the label says: "mood", "genre"
    classes: tuple[str, ...]
    about: str
    licence: str
    source: str
    protocols: tuple[Protocol, ...]
    columns: tuple[str, ...] = ()  # the dataset's own columns worth a place in its table
    filters: tuple[str, ...] = ()  # of these, the ones with few values that are worth filtering by
