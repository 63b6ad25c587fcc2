"""What every study needs of a collection: one backbone's embeddings beside labels, folds and groups."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from quintet import collection
from quintet.analysis import folds
from quintet.catalogue import tracks
from quintet.collection import Source
from quintet.datasets.base import Protocol
from quintet.errors import MissingData, MissingEmbeddings, UnknownName
from quintet.settings import Settings


@dataclass(frozen=True)
class Labelled:
    """X (n, dim) float32 with the class y, fold, split and group (n,) str of each row, and the rows' ids.

    `scored` (n,) bool: the rows whose answers count where they are tested.
    """

    X: np.ndarray
    y: np.ndarray
    fold: np.ndarray
    split: np.ndarray
    group: np.ndarray
    scored: np.ndarray
    ids: tuple[str, ...]
    classes: tuple[str, ...]

    @property
    def stamp(self) -> str:
        """16 hex digits that change with the clips, their labels, and the parts they are in."""
        parts = (self.ids, self.y, self.fold, self.split, self.group, self.scored)
        lines = ("\t".join(map(str, row)) for row in zip(*parts, strict=True))
        return sha256("\n".join([*self.classes, *lines]).encode()).hexdigest()[:16]

    def splits(self, rule: Protocol, seed: int) -> list[folds.Split]:
        """Row numbers to train on and to test on, as the protocol says. Raises QuintetError for a leak."""
        if rule.split:
            return folds.given(self.split, self.scored)
        if rule.fold:
            return folds.leave_one_out_of(self.fold, self.group)
        return folds.stratified_groups(self.y, self.group, rule.folds, seed)


def protocols(dataset: str, settings: Settings) -> dict[str, Protocol]:
    """The protocols that one answer a clip is scored by. Raises UnknownName."""
    return {p.name: p for p in collection.facts(dataset, settings).protocols if not p.many}


def protocol(dataset: str, settings: Settings, name: str = "") -> Protocol:
    """The dataset's protocol of that name, or its first. Raises UnknownName, MissingData without any."""
    known = protocols(dataset, settings)
    if name and name not in known:
        raise UnknownName(f"protocol of {dataset}", name, list(known))
    if not known:
        raise MissingData(
            f"{collection.facts(dataset, settings).title} has no classes of which a clip has one: "
            "nothing to train a probe on, and nothing to score."
        )
    return known[name] if name else next(iter(known.values()))


def labelled(
    dataset: str, found: Source, rule: Protocol, settings: Settings, without: Set[str] = frozenset()
) -> Labelled:
    """Embeddings with their labels under one protocol; clips without a class, or in `without`, take no part.

    Raises MissingEmbeddings, also where none of the clips heard so far takes part.
    """
    matrix = collection.matrix(dataset, found, settings)
    used = [
        "id",
        rule.label,
        *filter(None, dict.fromkeys([rule.split, rule.fold, rule.group, rule.only, rule.scored])),
    ]
    held = tracks.columns(dataset, used, settings).to_pydict()
    place = {track_id: row for row, track_id in enumerate(held["id"])}
    at = [place[i] for i in matrix.ids]
    classes = rule.classes or collection.facts(dataset, settings).classes
    words = [class_of(held[rule.label][row]) for row in at]
    kept = [
        n for n, row in enumerate(at)
        if words[n] in classes and (not rule.only or held[rule.only][row]) and matrix.ids[n] not in without
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
    return Labelled(values, np.array([words[n] for n in kept]), text(rule.fold), text(rule.split),
                    text(rule.group), scored, tuple(matrix.ids[n] for n in kept), classes)  # fmt: skip


def class_of(value: str | Sequence[str] | None) -> str:
    """The one class of a label column's value, which is a word, a list of them, or nothing."""
    if value is None or isinstance(value, str):
        return value or ""
    return value[0] if len(value) else ""


def name(found: Source, *parts: str) -> str:
    """File name of a study's result: the backbone, its fingerprint, and what was done."""
    return "-".join([f"{found.key.replace(':', '--')}@{found.fingerprint}", *parts])
