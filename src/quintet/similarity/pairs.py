"""What is measured of agreement: how alike two backbones arrange the same tracks, and the shape of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from quintet.catalogue import tracks
from quintet.embeddings import models
from quintet.embeddings.models import Model
from quintet.errors import MissingData, QuintetError
from quintet.evaluation import labelled_embeddings
from quintet.maps import neighbour_graph
from quintet.settings import Settings
from quintet.similarity import disagreement, geometry
from quintet.similarity import measures as similarity
from quintet.similarity.measures import Arranged
from quintet.stats import neighbours
from quintet.stats.metrics import Interval
from quintet.storage import tables

SEED = 0
ROOM = 1_000_000_000  # bytes of embeddings kept at hand
SAMPLE = (
    25_000  # tracks whose embeddings are compared at once; a fixed draw beyond: two of 4,800 values, 1 GB
)


@dataclass(frozen=True)
class Known:
    """A dataset's tracks: id -> class ("" for none), id -> group. `label` is the classes' column, or ""."""

    classes: dict[str, str]
    groups: dict[str, str]
    label: str

    def group_of(self, ids: Sequence[str]) -> np.ndarray:
        """(n,) str."""
        return np.array([self.groups[name] for name in ids])

    def class_of(self, ids: Sequence[str]) -> np.ndarray:
        """(n,) str."""
        return np.array([self.classes[name] for name in ids])


@dataclass(frozen=True)
class Pair:
    """Two backbones on the n tracks both heard: measures by name, and what each would be of shuffled tracks.

    Overlap is over all n; the others over `judged` of them. `debiased` says which CKA it is, `exact` whether
    all pairs of tracks were compared for their neighbours.
    """

    a: str
    b: str
    n: int
    judged: int
    debiased: bool
    exact: bool
    measures: dict[str, Interval]
    chance: dict[str, float]


@dataclass(frozen=True)
class Shape:
    """One backbone on the n tracks it heard; a measure that could not be taken has its reason instead."""

    key: str
    n: int
    measures: dict[str, Interval]
    chance: dict[str, float] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    judged: dict[str, int] = field(default_factory=dict)  # tracks a measure rests on


def known(dataset: str, settings: Settings) -> Known:
    """Classes and groups as the dataset's first protocol has them; no classes where a track may have many."""
    try:
        rule = labelled_embeddings.protocol(dataset, settings)
        label, group = rule.label, rule.group
    except MissingData:
        facts = models.facts(dataset, settings)
        label, group = "labels" if facts.classes and not facts.many else "", "group"
    used = list(dict.fromkeys(filter(None, ["id", label, group])))
    held = tracks.columns(dataset, used, settings).to_pydict()
    ids = held["id"]
    classes = [labelled_embeddings.class_of(value) for value in held[label]] if label else [""] * len(ids)
    groups = [str(value or "") for value in held[group]] if group else [""] * len(ids)
    return Known(dict(zip(ids, classes, strict=True)), dict(zip(ids, groups, strict=True)), label)


@dataclass(frozen=True)
class Desk:
    """Where a dataset is measured: what is known of it, and what is at hand for the next pair."""

    dataset: str
    settings: Settings
    known: Known
    hand: dict[tuple[str, tuple[str, ...]], Arranged] = field(default_factory=dict)


def pair(desk: Desk, a: Model, b: Model) -> Pair:
    """Every measure of two backbones. Raises QuintetError for NaN, too few tracks, and all the same."""
    first, second = (neighbour_graph.get(desk.dataset, found, desk.settings) for found in (a, b))
    ids, shared = neighbour_graph.overlap(first, second, disagreement.K)
    if len(ids) < similarity.LEAST:
        names = " and ".join(s.backbone.spec.title for s in (a, b))
        raise QuintetError(f"{names} heard {len(ids)} tracks in common; {similarity.LEAST} are needed.")
    judged = drawn(ids, SAMPLE)
    A, B = (_arranged(desk, found, judged) for found in (a, b))
    debiased = len(judged) < max(A.dim, B.dim)
    whole, part = desk.known.group_of(ids), desk.known.group_of(judged)
    measures = {
        "overlap": geometry.interval(shared[:, None], whole),
        "cka": geometry.interval(similarity.cka(A, B, debiased)[:, None], part),
        "procrustes": geometry.interval(similarity.procrustes(A, B)[:, None], part, _distance),
        "correlation": geometry.interval(similarity.rank_correlation(A, B)[:, None], part),
    }
    chance = {
        "overlap": min(1.0, disagreement.K / (len(ids) - 1)),
        "cka": 0.0 if debiased else similarity.cka_by_chance(A, B),
        "procrustes": float(similarity.distance(similarity.procrustes_by_chance(A, B, SEED))),
        "correlation": 0.0,
    }
    exact = first.exact and second.exact
    return Pair(a.key, b.key, len(ids), len(judged), debiased, exact, measures, chance)


def shape(desk: Desk, found: Model) -> Shape:
    """Every measure of one backbone. Raises MissingEmbeddings where its graph is not stored."""
    graph = neighbour_graph.get(desk.dataset, found, desk.settings)
    near, alike, groups = graph.neighbours, graph.similarity, desk.known.group_of(graph.ids)
    if not near.shape[1]:
        raise QuintetError(f"{found.backbone.spec.title} heard one track; its neighbours cannot be counted.")
    asked: dict[str, Callable[[], Interval]] = {
        "hubness": partial(geometry.skewness, near, groups),
        "orphans": partial(geometry.orphans, near, groups),
        "two_nn": partial(geometry.two_nn, alike, groups),
        "levina_bickel": partial(geometry.levina_bickel, alike, groups),
    }
    measures, chance, reasons, judged = {}, {}, {}, {}
    y = desk.known.class_of(graph.ids)
    if desk.known.label:
        asked["silhouette"] = partial(_silhouette, desk, found, (graph.ids, y, groups), judged)
        try:
            pure = geometry.purity(near, y, groups)
            measures["purity"], chance["purity"], judged["purity"] = pure.value, pure.chance, pure.n
        except QuintetError as error:
            reasons["purity"] = str(error)
    else:
        reasons |= dict.fromkeys(
            ("purity", "silhouette"), "A track of this dataset may have several classes."
        )
    for name, measure in asked.items():
        try:
            measures[name] = measure()
        except QuintetError as error:
            reasons[name] = str(error)
    return Shape(found.key, len(graph.ids), measures, chance, reasons, judged)


def drawn(ids: Sequence[str], most: int) -> tuple[str, ...]:
    """At most so many ids, the same ones each time, in their order."""
    if len(ids) <= most:
        return tuple(ids)
    rows = np.sort(np.random.default_rng(SEED).choice(len(ids), most, replace=False))
    return tuple(ids[row] for row in rows)


def standardised(dataset: str, found: Model, ids: Sequence[str], settings: Settings) -> np.ndarray:
    """Embeddings of these tracks only, columns standardised over them: (n, dim) float32. Raises for NaN."""
    held = tables.open_table(models.model_table_path(dataset, found, settings))
    place = {name: row for row, name in enumerate(held.to_table(columns=["id"])["id"].to_pylist())}
    column = held.take([place[name] for name in ids], columns=["embedding"])["embedding"].combine_chunks()
    X = column.flatten().to_numpy(zero_copy_only=False).reshape(len(ids), -1)  # (n, dim)
    return neighbours.into(neighbours.space(X), X)


def _arranged(desk: Desk, found: Model, ids: tuple[str, ...]) -> Arranged:
    """A backbone's tracks, kept at hand for its other pairs while they take no more than ROOM."""
    asked = (found.key, ids)
    if asked not in desk.hand:
        made = similarity.arrange(standardised(desk.dataset, found, ids, desk.settings))
        if made.rows.nbytes + sum(one.rows.nbytes for one in desk.hand.values()) > ROOM:
            desk.hand.clear()
        desk.hand[asked] = made
    return desk.hand[asked]


def _silhouette(desk: Desk, found: Model, rows: tuple, judged: dict[str, int]) -> Interval:
    """Of the tracks with a class, at most geometry.SAMPLE of them."""
    ids, y, groups = rows
    named = np.flatnonzero(y != "")
    kept = set(drawn([ids[row] for row in named], geometry.SAMPLE))
    at = [row for row in named if ids[row] in kept]
    if not at:
        raise QuintetError("None of these tracks has a class.")
    judged["silhouette"] = len(at)
    X = standardised(desk.dataset, found, [ids[row] for row in at], desk.settings)
    return geometry.silhouette(neighbours.unit(X), y[at], groups[at])


def _distance(means: np.ndarray) -> np.ndarray:
    return similarity.distance(means[..., 0])
