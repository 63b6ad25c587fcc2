"""Benchmark runs of several backbones, compared and measured once for all visitors.

Every cached function takes a stamp (each run's path and version), so a page shows what is on disk now.
"""

from dataclasses import dataclass, replace

import streamlit as st

from dashboard.cache import stored
from quintet.catalogue import track_lists
from quintet.errors import UsageError
from quintet.evaluation import compare_runs, fold_membership, per_class, runs
from quintet.evaluation.compare_runs import Comparison
from quintet.evaluation.per_class import ClassScore
from quintet.prediction import nearest
from quintet.stats.labels import Labels
from quintet.stats.metrics import Interval
from quintet.stats.significance import Pair
from quintet.storage import tables


@dataclass(frozen=True)
class Study:
    """All runs of a dataset under one set of rules, best first, scored, ranked and compared.

    All are of the same clips: those that every one of them answered. `answered` says how many each did.
    """

    runs: tuple[runs.Run, ...]
    scores: dict[str, dict[str, Interval]]
    pairs: tuple[Pair, ...]
    ranks: dict[str, tuple[int, int]]
    answered: dict[str, int]


def study(dataset: str, keys: tuple[str, ...], rules: runs.Rules, among: str = "") -> Study:
    """The stored runs of these backbones, those that were never run left out.

    `among` is the name of a kept selection: its clips alone are scored, and a run without any of them is left
    out.
    """
    found = {key: _stamp(dataset, key, rules) for key in keys}
    there = tuple(key for key, stamp in found.items() if stamp)
    return _study(dataset, there, rules, among, "|".join([*found.values(), _listed(dataset, among)]))


@st.cache_resource(max_entries=24, show_spinner=False)
def _study(dataset: str, keys: tuple[str, ...], rules: runs.Rules, among: str, stamp: str) -> Study:
    found = [run for key in keys if (run := _run(dataset, key, rules, among)).ids]
    answered = {r.source.key: len(r.ids) for r in found}
    if found:
        found = _common(found, dataset)
    scores = {r.source.key: runs.scores(r) for r in found}
    first = {key: next(iter(found.values())).value for key, found in scores.items()}
    found.sort(key=lambda r: -first[r.source.key])
    pairs = runs.compare(found)
    return Study(tuple(found), scores, tuple(pairs), runs.ranks(found, pairs), answered)


def _common(found: list[runs.Run], dataset: str) -> list[runs.Run]:
    if all(one.ids == found[0].ids for one in found):
        return found
    held = runs.common(found)
    if not held[0].ids:
        raise UsageError(
            f"The ticked backbones were tested on no clip of {dataset!r} in common: nothing to compare. "
            "Untick one of them."
        )
    return held


def compared(dataset: str, named: dict[str, str], rules: runs.Rules, among: str = "") -> Comparison:
    """Two runs side by side, by backbone what it is called. Raises MissingEmbeddings, UsageError."""
    stamp = "|".join([*(_stamp(dataset, key, rules) for key in named), _listed(dataset, among)])
    return _compared(dataset, tuple(named.items()), rules, among, stamp)


@st.cache_resource(max_entries=24, show_spinner=False)
def _compared(
    dataset: str, named: tuple[tuple[str, str], ...], rules: runs.Rules, among: str, stamp: str
) -> Comparison:
    sides = [replace(compare_runs.side(_run(dataset, key, rules, among)), name=name) for key, name in named]
    return compare_runs.compare(*sides, rules.seed)


def _run(dataset: str, key: str, rules: runs.Rules, among: str) -> runs.Run:
    whole = stored.run(dataset, stored.source(dataset, key), rules)
    if not among:
        return whole
    here = stored.settings()
    ids = track_lists.spelt(track_lists.read(track_lists.SELECTION, dataset, among, here), dataset, here)
    return runs.among(whole, among, ids)


def _listed(dataset: str, among: str) -> str:
    """What changes with a kept selection, "" for none."""
    return (
        track_lists.stamp(track_lists.read(track_lists.SELECTION, dataset, among, stored.settings()))
        if among
        else ""
    )


def by_class(dataset: str, key: str, rules: runs.Rules, among: str = "") -> tuple[ClassScore, ...]:
    """Each class's precision, recall and F1, or each tag's average precision and ROC-AUC; None: undefined.

    Raises MissingEmbeddings.
    """
    return _by_class(dataset, key, rules, among, f"{_stamp(dataset, key, rules)}|{_listed(dataset, among)}")


@st.cache_resource(max_entries=24, show_spinner=False)
def _by_class(dataset: str, key: str, rules: runs.Rules, among: str, stamp: str) -> tuple[ClassScore, ...]:
    run = _run(dataset, key, rules, among)
    if not run.many:
        labels = Labels(run.y, run.group, run.classes)
        return tuple(per_class.scores(labels, run.probabilities, rules.seed))
    found = runs.per_tag(run)
    return tuple(
        ClassScore(name, int(n), 0, {"ap": found.ap.get(name), "roc_auc": found.roc_auc.get(name)})
        for name, n in zip(run.classes, run.truth.sum(axis=0), strict=True)
    )


def taught(dataset: str, key: str, rules: runs.Rules, track_id: str, k: int) -> tuple[tuple[str, float], ...]:
    """(id, cosine) of the k clips most like a tested one among those its probe was trained on; likest first.

    Nothing for a clip that was in no test. Raises MissingEmbeddings.
    """
    found = stored.source(dataset, key)
    known = fold_membership.taught(_lessons(dataset, key, rules, stored.stamp_of(dataset, found)), track_id)
    held = stored.directions(dataset, found)
    return nearest.nearest_to(held, track_id, k, frozenset(held.ids) - known) if known else ()


@st.cache_resource(max_entries=12, show_spinner=False)
def _lessons(dataset: str, key: str, rules: runs.Rules, stamp: str) -> tuple[fold_membership.Lesson, ...]:
    return fold_membership.lessons(dataset, stored.source(dataset, key), rules, stored.settings())


def _stamp(dataset: str, key: str, rules: runs.Rules) -> str:
    """What changes with a run, "" where there is none."""
    path = runs.path(dataset, stored.source(dataset, key), rules, stored.settings())
    return f"{path}@{tables.version(path)}" if path.exists() else ""
