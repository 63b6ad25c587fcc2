"""What lies on both sides of a split: artists, and recordings that are trained on and tested."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from quintet.audit.findings import ARTIST, LEAK, Finding
from quintet.catalogue import tracks
from quintet.datasets.base import Protocol
from quintet.embeddings import models
from quintet.embeddings.models import Model
from quintet.errors import QuintetError
from quintet.evaluation import labelled_embeddings
from quintet.settings import Settings
from quintet.wording import count, percent

Side = tuple[frozenset[str], frozenset[str]]  # ids trained on, ids tested


@dataclass(frozen=True)
class Shared:
    """Of one protocol's test clips, those by an artist in train; then with valid, which is trained on too."""

    protocol: str
    tested: int
    in_train: int
    in_either: int
    artists: int  # that are tested
    artists_in_train: int


def artists(dataset: str, settings: Settings) -> tuple[list[Finding], list[Shared]]:
    """Test clips by an artist (where none is known: of a group) in train, per protocol with a split."""
    protocols = [p for p in models.facts(dataset, settings).protocols if p.split]
    found: dict[str, Finding] = {}
    shared = []
    for rule in protocols:
        frame = _rows(dataset, rule, ["artist", "group"], settings)
        who = frame["artist"].where(frame["artist"] != "", frame["group"])
        train, valid = (frame["split"] == side for side in ("train", "valid"))
        tested = (frame["split"] == "test") & frame["scored"]
        if not tested.any() or not train.any() or not (who[tested] != "").any():
            continue
        sizes = who[train & (who != "")].value_counts()
        both = tested & who.isin(sizes.index)
        either = tested & (who != "") & who.isin(who[train | valid])
        known = who[tested & (who != "")]
        shared.append(Shared(rule.name, int(tested.sum()), int(both.sum()), int(either.sum()),
                             known.nunique(), who[both].nunique()))  # fmt: skip
        first = frame[train].assign(who=who[train]).drop_duplicates("who").set_index("who")["id"]
        for track_id, name in zip(frame["id"][both], who[both], strict=True):
            found[track_id] = _artist(
                found.get(track_id), track_id, (name, first[name], int(sizes[name])), rule
            )
    return list(found.values()), shared


def _artist(before: Finding | None, track_id: str, by: tuple[str, str, int], rule: Protocol) -> Finding:
    name, other, n = by
    scope = f"{before.scope}, {rule.name}" if before else rule.name
    says = f"By {name}, of whom train holds {count(n, 'clips')}."
    return Finding(ARTIST, track_id, other, n, f"{n:,} in train", says, scope)


def sentence(one: Shared) -> str:
    """ "mtat-all: 61.6 % of 5,329 test clips are by an artist in train …; 45 of 75 artists tested."."""
    more = f", {percent(one.in_either / one.tested)} by one in train or valid" if one.in_either else ""
    return (
        f"{one.protocol}: {percent(one.in_train / one.tested)} of {count(one.tested, 'test clips')} are by "
        f"an artist in train{more}; {one.artists_in_train:,} of {one.artists:,} artists tested."
    )


def leaks(
    dataset: str, groups: tuple[tuple[str, ...], ...], sources: list[Model], settings: Settings
) -> list[Finding]:
    """Tested clips of which the same recording is trained on, under every protocol there is."""
    wanted = frozenset(i for group in groups for i in group)
    found: dict[tuple[str, str], list[str]] = {}
    for rule in models.facts(dataset, settings).protocols if wanted else ():
        for train, test in _sides(dataset, rule, sources, settings):
            for group in groups:
                trained = [i for i in group if i in train]
                for tested in (i for i in group if i in test and trained):
                    found.setdefault((tested, trained[0]), []).append(rule.name)
    return [_leak(tested, trained, list(dict.fromkeys(names))) for (tested, trained), names in found.items()]


def _leak(tested: str, trained: str, names: list[str]) -> Finding:
    says, scope = "The same recording is trained on and tested.", ", ".join(names)
    return Finding(LEAK, tested, trained, len(names), scope, says, scope)


def _sides(dataset: str, rule: Protocol, sources: list[Model], settings: Settings) -> list[Side]:
    """What the protocol trains on and tests, fold by fold; drawn folds as a run with seed 0 draws them."""
    if rule.folds:
        return _drawn(dataset, rule, sources, settings)
    if rule.split:
        frame = _rows(dataset, rule, [], settings)
        train = frame["split"].isin(("train", "valid"))
        return [
            _side(frame["id"], train.to_numpy(), ((frame["split"] == "test") & frame["scored"]).to_numpy())
        ]
    frame = _rows(dataset, rule, [rule.fold], settings)
    fold = frame[rule.fold].fillna("").astype(str)
    return [_side(frame["id"], (fold != v).to_numpy(), (fold == v).to_numpy()) for v in sorted(set(fold))]


def _drawn(dataset: str, rule: Protocol, sources: list[Model], settings: Settings) -> list[Side]:
    if rule.many or not sources:
        return []
    try:
        rows = labelled_embeddings.labelled(dataset, sources[0], rule, settings)
        splits = rows.splits(rule, 0)
    except QuintetError:  # nothing of what was heard takes part: then nothing is trained on either
        return []
    ids = np.array(rows.ids)
    return [(frozenset(ids[train]), frozenset(ids[test])) for train, test in splits]


def _side(ids: pd.Series, train: np.ndarray, test: np.ndarray) -> Side:
    return frozenset(ids[train]), frozenset(ids[test])


def _rows(dataset: str, rule: Protocol, more: list[str], settings: Settings) -> pd.DataFrame:
    """Tracks that take part: id, `split` as the protocol gives it, whether they are `scored`, and more."""
    named = dict.fromkeys(filter(None, ["id", rule.split, rule.only, rule.scored, rule.label, *more]))
    frame = tracks.columns(dataset, list(named), settings).to_pandas()
    frame["scored"] = frame[rule.scored].fillna(False).astype(bool) if rule.scored else True
    if rule.split and rule.split != "split":
        frame["split"] = frame[rule.split].fillna("")
    if rule.only:
        frame = frame[frame[rule.only].fillna(False).astype(bool)]
    if rule.many:
        return frame
    classes = rule.classes or models.facts(dataset, settings).classes
    return frame[frame[rule.label].map(labelled_embeddings.class_of).isin(classes)]
