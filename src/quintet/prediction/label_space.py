"""What a clip may be answered in: one dataset's classes or tags, or classes that several datasets share."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from quintet.catalogue import overlap
from quintet.datasets.base import Protocol
from quintet.embeddings import models
from quintet.embeddings.models import Model
from quintet.errors import MissingData, MissingEmbeddings, UnknownName
from quintet.evaluation import labelled_embeddings, probe, runs, stored_probes
from quintet.prediction import conformal
from quintet.settings import Settings

OTHER = "other"  # what the probes give to classes that are not shared
BETWEEN = "+"  # the names of a shared space's datasets
TAGS = ":tags"  # behind the name of a dataset that has classes as well; no dataset has a colon in its name
NATIVE = f"native{TAGS}"
LEAST = 2  # classes that must be shared to be a space of their own


@dataclass(frozen=True)
class Part:
    """A dataset's share in a space: `columns` (C,) says into which of its classes each of its own goes.

    `protocol` names the one whose tags are answered; "" is the first of those with one class a clip.
    """

    dataset: str
    title: str
    columns: tuple[int, ...]
    protocol: str = ""


@dataclass(frozen=True)
class Space:
    """Classes to answer in, and whose probes answer. `name` stands in addresses: A, or A+B where shared.

    `several`: the classes are tags, of which several may be right at once, or none.
    """

    name: str
    title: str
    classes: tuple[str, ...]
    parts: tuple[Part, ...]
    several: bool = False

    @property
    def shared(self) -> bool:
        """Whether several datasets answer together."""
        return len(self.parts) > 1

    @property
    def native(self) -> bool:
        """Whether the classes are the nets' own tags."""
        return self.name == NATIVE

    @property
    def datasets(self) -> tuple[str, ...]:
        """Names of the datasets whose probes answer."""
        return tuple(part.dataset for part in self.parts)

    @property
    def about(self) -> str:
        """How the numbers of a shared space, or of tags, come about; "" for one dataset's own classes."""
        if self.native:
            return "Each tag as the net itself rates it: not calibrated, and several may be right at once."
        if self.several:
            return "The chance of each tag by itself: several may be right at once, or none."
        if not self.shared:
            return ""
        titles = " and ".join(part.title for part in self.parts)
        return (
            f"Each probability is the mean of what the probes of {titles} give to that class; "
            f"what they give to classes they do not share is {OTHER}."
        )


def offered(datasets: Sequence[str], settings: Settings) -> list[Space]:
    """A space for each dataset's classes and for its tags, then one for each set that shares classes.

    Of more than two datasets, all together are offered too where they share enough. Raises UnknownName.
    """
    known = [name for name in datasets if labelled_embeddings.protocols(name, settings)]
    classes = {name: _classes(name, settings) for name in known}
    alone = [space for name in datasets for space in every(name, settings)]
    groups = list(combinations(known, 2)) + ([tuple(known)] if len(known) > 2 else [])
    together = [_together(group, classes, settings) for group in groups]
    return [*alone, *(space for space in together if space)]


def every(dataset: str, settings: Settings) -> list[Space]:
    """A dataset's own spaces: its classes, its tags, or both. Raises UnknownName."""
    known = labelled_embeddings.protocols(dataset, settings, many=True).values()
    first = [next((rule for rule in known if rule.many == many), None) for many in (False, True)]
    return [_alone(dataset, rule, settings) for rule in first if rule]


def of(dataset: str, settings: Settings) -> Space:
    """A dataset's own classes, or its tags where it has no others. Raises UnknownName, MissingData."""
    return _alone(dataset, labelled_embeddings.benchmarked(dataset, settings), settings)


def datasets(name: str) -> list[str]:
    """The datasets in the name of a space: A, A+B, or A with `TAGS` behind it."""
    return name.removesuffix(TAGS).split(BETWEEN)


def native(beside: Space, tags: Sequence[tuple[str, ...]]) -> Space | None:
    """The nets' own tags in their order, what lies nearest told as in `beside`. None for no tags."""
    names = tuple(dict.fromkeys(name for own in tags for name in own))
    first = replace(beside.parts[0], columns=())
    return Space(NATIVE, "The nets' own tags", names, (first,), several=True) if names else None


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


def cut(space: Space, found: Model, settings: Settings) -> conformal.Cut | None:
    """What the sets of this backbone go by: held-out answers of every dataset, said as the space says them.

    Of a clip one dataset holds out the other datasets' probes know nothing anyway, so each merged answer is
    one to a clip none of them saw. None where a benchmark is missing.
    """
    known = space.parts if space.shared else ()
    fitted = {part.dataset: stored_probes.get(part.dataset, found, settings) for part in known}
    said, truth = [], []
    for part in space.parts:
        rules = runs.Rules(labelled_embeddings.protocol(part.dataset, settings).name)
        try:
            run = runs.get(part.dataset, found, rules, settings)
        except MissingEmbeddings:
            return None
        own = _rows(part.dataset, found, run.ids, settings) if space.shared else None
        parts = [
            run.probabilities if one is part else probe.probabilities(fitted[one.dataset], own)
            for one in space.parts
        ]
        said.append(merged(space, parts))
        truth += [space.classes[part.columns[run.classes.index(word)]] for word in run.y]
    return conformal.cut(np.concatenate(said), np.array(truth), space.classes)


def _alone(dataset: str, rule: Protocol, settings: Settings) -> Space:
    """The classes or tags of one protocol; tags beside classes have a name of their own."""
    classes, title = _named(dataset, rule, settings), models.facts(dataset, settings).title
    beside = rule.many and labelled_embeddings.protocols(dataset, settings)
    part = Part(dataset, title, tuple(range(len(classes))), rule.name if rule.many else "")
    name = f"{dataset}{TAGS}" if beside else dataset
    return Space(name, f"{title}, tags" if beside else title, classes, (part,), several=rule.many)


def _rows(dataset: str, found: Model, ids: Sequence[str], settings: Settings) -> np.ndarray:
    """Embeddings of these clips, in their order."""
    matrix = models.load_embeddings(dataset, found, settings)
    place = {name: row for row, name in enumerate(matrix.ids)}
    return matrix.values[[place[name] for name in ids]]


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
            name, models.facts(name, settings).title,
            tuple(both.index(word) if word in both else rest for word in words[name]),
        )
        for name in group
    )  # fmt: skip
    label = models.facts(group[0], settings).label
    title = f"Shared {label}s ({', '.join(part.title for part in parts)})"
    return Space(BETWEEN.join(group), title, shown if OTHER in shown else (*shown, OTHER), parts)


def _shown(word: str, names: Sequence[str], known: dict[str, str]) -> str:
    """What the first dataset calls it, in small letters; the usual word where the table has one."""
    usual = next((one for one in known.values() if overlap.plain(one) == word), None)
    return usual or next(name for name in names if overlap.word(name, known) == word).lower()


def _classes(dataset: str, settings: Settings) -> tuple[str, ...]:
    return _named(dataset, labelled_embeddings.protocol(dataset, settings), settings)


def _named(dataset: str, rule: Protocol, settings: Settings) -> tuple[str, ...]:
    found = rule.classes or models.facts(dataset, settings).classes
    if not found:
        raise MissingData(f"{dataset!r} has no classes to answer in. Run: quintet prepare {dataset}")
    return found
