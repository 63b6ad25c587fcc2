"""What a clip may be answered in: one dataset's classes, or those that several datasets share."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from quintet import collection
from quintet.errors import MissingData, UnknownName
from quintet.settings import Settings
from quintet.studies import overlap, table

OTHER = "other"  # what the probes give to classes that are not shared
BETWEEN = "+"  # the names of a shared space's datasets
LEAST = 2  # classes that must be shared to be a space of their own


@dataclass(frozen=True)
class Part:
    """A dataset's share in a space: `columns` (C,) says into which of its classes each of its own goes."""

    dataset: str
    title: str
    columns: tuple[int, ...]


@dataclass(frozen=True)
class Space:
    """Classes to answer in, and whose probes answer. `name` stands in addresses: A, or A+B where shared."""

    name: str
    title: str
    classes: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def shared(self) -> bool:
        """Whether several datasets answer together."""
        return len(self.parts) > 1

    @property
    def datasets(self) -> tuple[str, ...]:
        """Names of the datasets whose probes answer."""
        return tuple(part.dataset for part in self.parts)

    @property
    def about(self) -> str:
        """How the numbers of a shared space come about; "" for one dataset's own classes."""
        if not self.shared:
            return ""
        titles = " and ".join(part.title for part in self.parts)
        return (
            f"Each probability is the mean of what the probes of {titles} give to that class; "
            f"what they give to classes they do not share is {OTHER}."
        )


def offered(datasets: Sequence[str], settings: Settings) -> list[Space]:
    """A space for each dataset that has classes a clip has one of, then one for each set that shares some.

    Of more than two datasets, all together are offered too where they share enough. Raises UnknownName.
    """
    known = [name for name in datasets if table.protocols(name, settings)]
    classes = {name: _classes(name, settings) for name in known}
    alone = [of(name, settings) for name in known]
    groups = list(combinations(known, 2)) + ([tuple(known)] if len(known) > 2 else [])
    together = [_together(group, classes, settings) for group in groups]
    return [*alone, *(space for space in together if space)]


def of(dataset: str, settings: Settings) -> Space:
    """A dataset's own classes. Raises UnknownName, MissingData where a clip has no one class."""
    classes = _classes(dataset, settings)
    title = collection.facts(dataset, settings).title
    return Space(dataset, title, classes, (Part(dataset, title, tuple(range(len(classes)))),))


def named(name: str, known: Sequence[Space]) -> Space:
    """The space of that name. Raises UnknownName."""
    found = next((space for space in known if space.name == name), None)
    if found is None:
        raise UnknownName("label space", name, [space.name for space in known])
    return found


def merged(space: Space, said: Sequence[np.ndarray]) -> np.ndarray:
    """What the parts say, each (n, its classes), in the space's own classes: (n, C), rows summing to 1."""
    if not space.shared:
        return said[0]
    total = np.zeros((len(said[0]), len(space.classes)), np.float32)
    for part, probabilities in zip(space.parts, said, strict=True):
        for column, place in enumerate(part.columns):
            total[:, place] += probabilities[:, column]
    return total / len(space.parts)


def _together(group: Sequence[str], classes: dict[str, tuple[str, ...]], settings: Settings) -> Space | None:
    """The classes all of a group have, in the first one's order, and what is left over."""
    known = overlap.words()
    words = {name: [overlap.word(one, known) for one in classes[name]] for name in group}
    first, *others = (words[name] for name in group)
    both = [word for word in dict.fromkeys(first) if all(word in other for other in others)]
    if len(both) < LEAST:
        return None
    shown = tuple(_shown(word, classes[group[0]], known) for word in both)
    rest = shown.index(OTHER) if OTHER in shown else len(shown)
    parts = tuple(
        Part(
            name, collection.facts(name, settings).title,
            tuple(both.index(word) if word in both else rest for word in words[name]),
        )
        for name in group
    )  # fmt: skip
    label = collection.facts(group[0], settings).label
    title = f"Shared {label}s ({', '.join(part.title for part in parts)})"
    return Space(BETWEEN.join(group), title, shown if OTHER in shown else (*shown, OTHER), parts)


def _shown(word: str, names: Sequence[str], known: dict[str, str]) -> str:
    """What the first dataset calls it, in small letters; the usual word where the table has one."""
    usual = next((one for one in known.values() if overlap.plain(one) == word), None)
    return usual or next(name for name in names if overlap.word(name, known) == word).lower()


def _classes(dataset: str, settings: Settings) -> tuple[str, ...]:
    rule = table.protocol(dataset, settings)
    found = rule.classes or collection.facts(dataset, settings).classes
    if not found:
        raise MissingData(f"{dataset!r} has no classes to answer in. Run: quintet prepare {dataset}")
    return found
