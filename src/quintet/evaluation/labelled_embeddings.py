"""What every study needs of a collection: one backbone's embeddings beside labels, folds and groups."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from quintet.catalogue import tracks
from quintet.datasets.base import Protocol
from quintet.embeddings import models
from quintet.embeddings.models import Model
from quintet.errors import MissingData, MissingEmbeddings, UnknownName
from quintet.evaluation import splits as folds
from quintet.evaluation.cross_validation import Trial
from quintet.settings import Settings
from quintet.stats.labels import Labels, Tags


@dataclass(frozen=True)
class Labelled:
    """X (n, dim) float32 with the class y, fold, split and group (n,) str of each row, and the rows' ids.

    `scored` (n,) bool: the rows whose answers count where they are tested. Where a row may have several of
    the classes, `tags` (n, C) bool are those it has and every y is "".
    """

    X: np.ndarray
    y: np.ndarray
    fold: np.ndarray
    split: np.ndarray
    group: np.ndarray
    scored: np.ndarray
    ids: tuple[str, ...]
    classes: tuple[str, ...]
    tags: np.ndarray | None = None

    @property
    def known(self) -> Labels | Tags:
        """What the rows are, as probes are told it."""
        if self.tags is not None:
            return Tags(self.tags, self.group, self.classes)
        return Labels(self.y, self.group, self.classes)

    @property
    def stamp(self) -> str:
        """16 hex digits that change with the clips, their labels, and the parts they are in."""
        parts = (self.ids, self.y, self.fold, self.split, self.group, self.scored)
        lines = ("\t".join(map(str, row)) for row in zip(*parts, strict=True))
        told = sha256("\n".join([*self.classes, *lines]).encode())
        if self.tags is not None:
            told.update(self.tags.tobytes())
        return told.hexdigest()[:16]

    def splits(self, rule: Protocol, seed: int) -> list[folds.Split]:
        """Row numbers to train on and to test on, as the protocol says. Raises QuintetError for a leak."""
        if rule.split:
            return folds.given(self.split, self.scored)
        if rule.fold:
            return folds.leave_one_out_of(self.fold, self.group)
        return folds.stratified_groups(self.y, self.group, rule.folds, seed)

    def trials(self, rule: Protocol, seed: int) -> list[Trial]:
        """The splits with the rows to choose on: the given valid ones, else parts of those trained on."""
        valid = folds.to_choose(self.split) if rule.split else None
        return [Trial(train, test, valid) for train, test in self.splits(rule, seed)]


def protocols(dataset: str, settings: Settings, many: bool = False) -> dict[str, Protocol]:
    """Protocols of one answer a clip, and with `many` also those of tags. Raises UnknownName."""
    return {p.name: p for p in models.facts(dataset, settings).protocols if many or not p.many}


def protocol(dataset: str, settings: Settings, name: str = "") -> Protocol:
    """The protocol of that name, or the first of one answer a clip. Raises UnknownName, MissingData."""
    every, known = protocols(dataset, settings, many=True), protocols(dataset, settings)
    if name and name not in every:
        raise UnknownName(f"protocol of {dataset}", name, list(every))
    if name:
        return every[name]
    if not known:
        raise MissingData(
            f"{models.facts(dataset, settings).title} has no classes of which a clip has one: "
            "nothing to train a probe on, and nothing to score."
        )
    return next(iter(known.values()))


def benchmarked(dataset: str, settings: Settings, name: str = "") -> Protocol:
    """As `protocol`, but where every protocol is one of tags the first of those. Raises as that."""
    if not name and not protocols(dataset, settings):
        name = next(iter(protocols(dataset, settings, many=True)), "")
    return protocol(dataset, settings, name)


def labelled(
    dataset: str, found: Model, rule: Protocol, settings: Settings, without: Set[str] = frozenset()
) -> Labelled:
    """Embeddings with their labels under one protocol; clips without a class, or in `without`, take no part.

    Raises MissingEmbeddings, also where none of the clips heard so far takes part.
    """
    matrix = models.load_embeddings(dataset, found, settings)
    used = [
        "id",
        rule.label,
        *filter(None, dict.fromkeys([rule.split, rule.fold, rule.group, rule.only, rule.scored])),
    ]
    held = tracks.columns(dataset, used, settings).to_pydict()
    place = {track_id: row for row, track_id in enumerate(held["id"])}
    at = [place[i] for i in matrix.ids]
    classes = rule.classes or models.facts(dataset, settings).classes
    words = [held[rule.label][row] for row in at]
    kept = [
        n for n, row in enumerate(at)
        if (rule.many or class_of(words[n]) in classes)
        and (not rule.only or held[rule.only][row]) and matrix.ids[n] not in without
    ]  # fmt: skip
    if not kept:
        raise MissingEmbeddings(
            f"None of the {len(at)} clips heard so far takes part in {rule.name}. "
            f"Run: quintet embed {dataset} --backbone {found.key}"
        )
    values = matrix.values if len(kept) == len(at) else matrix.values[kept]
    rows = [at[n] for n in kept]

    def text(column: str) -> np.ndarray:
        return np.array([str(held[column][row] or "") if column else "" for row in rows])

    scored = np.array([bool(held[rule.scored][row]) if rule.scored else True for row in rows])
    named = [words[n] for n in kept]
    y = np.array(["" if rule.many else class_of(word) for word in named])
    return Labelled(values, y, text(rule.fold), text(rule.split), text(rule.group), scored,
                    tuple(matrix.ids[n] for n in kept), classes,
                    _tags(named, classes) if rule.many else None)  # fmt: skip


def _tags(words: Sequence[Sequence[str] | None], classes: tuple[str, ...]) -> np.ndarray:
    """Which of the classes each row has: (n, C) bool. Words that are no class do not count."""
    place, truth = {name: at for at, name in enumerate(classes)}, np.zeros((len(words), len(classes)), bool)
    for row, said in enumerate(words):
        truth[row, [place[one] for one in said or () if one in place]] = True
    return truth


def class_of(value: str | Sequence[str] | None) -> str:
    """The one class of a label column's value, which is a word, a list of them, or nothing."""
    if value is None or isinstance(value, str):
        return value or ""
    return value[0] if len(value) else ""
