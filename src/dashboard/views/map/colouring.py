"""What the points may be coloured by: which of it there is here, and each one's colours row by row."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from dashboard import cache
from dashboard.cache import maps, track_queries
from dashboard.views.map import colour_columns
from dashboard.widgets import backbone_picker, track_rows
from quintet import wording
from quintet.catalogue.query import Summary
from quintet.datasets.base import Column, Facts
from quintet.embeddings.models import Model
from quintet.errors import QuintetError
from quintet.maps import colouring
from quintet.maps.colouring import PointColours
from quintet.maps.joined import JoinedMaps, indices_of
from quintet.palette import CLASSES, OTHERS
from quintet.similarity import disagreement as differences
from quintet.stats import clusters
from quintet.wording import count

LABEL, TAG, SPLIT, CLUSTER, NOTHING = "label", "tag", "split", "cluster", "none"
SAID, SURE, RIGHT, APART, PARTED = "said", "sure", "right", "apart", "parted"
OWN = "column-"  # and the name of a column
FIELDS = {"artist": "Artist", "album": "Album", "year": "Year", "seconds": "Length in s"}
MOST_VALUES = 150_000_000  # of a matrix that is held to find clusters: 600 MB
PROBED = "A probe that never saw the clip's fold, on this backbone's embedding."


@dataclass(frozen=True)
class Wanted:
    """A colouring: its kind, and what it is of: a tag, a backbone and a number of clusters, two backbones."""

    kind: str
    of: str = ""
    k: int = 8

    @property
    def spelt(self) -> str:
        """One word for caches."""
        return f"{self.kind}|{self.of}|{self.k if self.kind == CLUSTER else ''}"


def offered(dataset: str, sources: list[Model]) -> dict[str, str]:
    """Kinds this dataset and these backbones have, and what each is called. The first is where one begins."""
    facts, known = cache.facts(dataset), track_queries.summary(dataset)
    scored = [one for one in sources if maps.has_run(dataset, one)]
    found = {LABEL: facts.label.capitalize()} if facts.classes else {}
    if tagged(dataset):
        found[TAG] = "One tag"
    if "split" in known.told:
        found[SPLIT] = "Split"
    if scored:
        found |= {SAID: "What the probe says", SURE: "How sure the probe is", RIGHT: "Right or wrong"}
    if len([one for one in voters(dataset, sources) if maps.has_run(dataset, one)]) > 1:
        found[APART] = "How far the backbones disagree"
    if len([one for one in sources if maps.has_graph(dataset, one)]) > 1:
        found[PARTED] = "How two neighbourhoods differ"
    if any(_holdable(dataset, one) for one in sources):
        found[CLUSTER] = "Clusters"
    found |= {OWN + name: title for name, title in FIELDS.items() if _tells(facts, known, name)}
    found |= {OWN + c.name: wording.heading(c.name) for c in facts.columns if c.shown}
    return found or {NOTHING: "One colour"}


def voters(dataset: str, sources: list[Model]) -> list[Model]:
    """Who has a say in how far answers lie apart: the trained ones shown, and the hand-made features."""
    hand_made = [one for one in cache.embedded(dataset) if one.backbone.spec.hand_made]
    every = {one.key: one for one in (*sources, *hand_made)}
    return [one for one in every.values() if not one.untrained]


def tagged(dataset: str) -> list[str]:
    """The list columns a tag may stand in."""
    facts, known = cache.facts(dataset), track_queries.summary(dataset)
    return [*(["labels"] if facts.many else []), *(["tags"] if "tags" in known.told else [])]


def tags(dataset: str, most: int = 300) -> list[str]:
    """The most frequent tags."""
    found: dict[str, int] = {}
    for column in tagged(dataset):
        found |= track_queries.frequent(dataset, column, most)
    return sorted(found, key=lambda word: (-found[word], word))[:most]


def holdable(dataset: str, sources: list[Model]) -> list[Model]:
    """The backbones whose embeddings are small enough to look for clusters among."""
    return [one for one in sources if _holdable(dataset, one)]


def painted(held: JoinedMaps, sources: list[Model], wanted: Wanted) -> PointColours:
    """The colouring of a joined map's rows, made once. Raises QuintetError where it cannot be made."""
    stamp = "|".join(
        [maps.run_stamp(held.dataset, one) + maps.graph_stamp(held.dataset, one) for one in sources]
    )
    return maps.painted(held, wanted.spelt, stamp, lambda: _make(held, sources, wanted))


def _make(held: JoinedMaps, sources: list[Model], wanted: Wanted) -> PointColours:
    makers: dict[str, Callable[[], PointColours]] = {
        LABEL: lambda: _label(held), SPLIT: lambda: _words(held, "split", "Split", ""),
        TAG: lambda: _tag(held, wanted.of), CLUSTER: lambda: _clusters(held, wanted),
        SAID: lambda: _said(held, sources), SURE: lambda: _sure(held, sources),
        RIGHT: lambda: _right(held, sources), APART: lambda: _apart(held, sources),
        PARTED: lambda: _parted(held, wanted.of),
        NOTHING: lambda: _alone(held),
    }  # fmt: skip
    if wanted.kind in makers:
        return makers[wanted.kind]()
    return _column(held, wanted.kind.removeprefix(OWN))


def _alone(held: JoinedMaps) -> PointColours:
    noun = cache.facts(held.dataset).noun
    return PointColours(noun.capitalize(), np.zeros(len(held.ids), np.uint8), (noun,), CLASSES[:1])


def _label(held: JoinedMaps) -> PointColours:
    facts = cache.facts(held.dataset)
    about = f"The {facts.label} as the dataset gives it" + (", the first of several." if facts.many else ".")
    pairs = track_rows.colours(held.dataset)
    return colouring.classes(
        facts.label.capitalize(),
        colour_columns.words(held, "labels"),
        facts.classes,
        list(pairs.values()),
        about,
    )


def _words(held: JoinedMaps, column: str, title: str, about: str) -> PointColours:
    return colouring.frequent(title, colour_columns.words(held, column), about)


def _tag(held: JoinedMaps, word: str) -> PointColours:
    mask = colour_columns.carries(held, tagged(held.dataset), word)
    noun = cache.facts(held.dataset).noun
    return colouring.yes_no(
        f"Tag {word}", mask, (word, f"without {word}"), f"{count(int(mask.sum()), noun)} carry it."
    )


def _column(held: JoinedMaps, name: str) -> PointColours:
    facts = cache.facts(held.dataset)
    own = next((c for c in facts.columns if c.name == name), None) or Column(
        name, "number" if name in colour_columns.UNKNOWN_AT_ZERO else "text"
    )
    title = FIELDS.get(name) or wording.heading(name)
    if own.kind in ("integer", "number") and not own.filter:  # which has few values: names, not a scale
        return colouring.scale(title, colour_columns.numbers(held, name), own.says)
    return _words(held, name, title, own.says)


def _clusters(held: JoinedMaps, wanted: Wanted) -> PointColours:
    source = cache.source(held.dataset, wanted.of)
    ids, found = maps.clustered(held.dataset, source, wanted.k)
    place = _aligned(held, ids)
    values = np.where(place >= 0, found[place], colouring.NONE).astype(np.uint8)
    k = int(found.max(initial=0)) + 1
    drawn_on = f" on {clusters.MOST:,} of {len(ids):,}" if len(ids) > clusters.MOST else ""
    name = backbone_picker.named(source)
    about = (
        f"k-means, k = {k}, in the full space of {name}{drawn_on}, seed {clusters.SEED}; "
        "the same clusters on every map, the largest first."
    )
    colours = tuple(CLASSES[i] if i < len(CLASSES) else OTHERS for i in range(k))
    classes = tuple(f"cluster {i + 1}" for i in range(k))
    return PointColours(f"Clusters of {name}", values, classes, colours, about=about)


def _answers(held: JoinedMaps, sources: list[Model]) -> list[maps.Said | None]:
    return [maps.said(held, one) for one in sources]


def _said(held: JoinedMaps, sources: list[Model]) -> PointColours:
    found = _answers(held, sources)
    known = next(one.classes for one in found if one)
    pairs = track_rows.colours(held.dataset)
    values = np.full((len(sources), len(held.ids)), colouring.NONE, np.uint8)
    for panel, one in enumerate(found):
        if one:
            values[panel] = np.where(one.index >= 0, one.index, colouring.NONE)
    return PointColours("Says", values, known, tuple(pairs.get(word, OTHERS) for word in known), about=PROBED,
                   none="not scored")  # fmt: skip


def _sure(held: JoinedMaps, sources: list[Model]) -> PointColours:
    numbers = np.full((len(sources), len(held.ids)), np.nan, np.float32)
    for panel, one in enumerate(_answers(held, sources)):
        if one:
            numbers[panel] = one.sure
    about = f"Probability of the likeliest class. {PROBED}"
    return colouring.scale("How sure the probe is", numbers, about, (0.0, 1.0))


def _right(held: JoinedMaps, sources: list[Model]) -> PointColours:
    found = [one.right if one else np.full(len(held.ids), -1, np.int8) for one in _answers(held, sources)]
    return colouring.verdicts("The probe is", np.stack(found), PROBED)


def _apart(held: JoinedMaps, sources: list[Model]) -> PointColours:
    asked = voters(held.dataset, sources)
    ids, values = differences.disagreement(held.dataset, asked, cache.settings())
    named = ", ".join(one.backbone.spec.title for one in asked if maps.has_run(held.dataset, one))
    about = (
        f"Mean Jensen-Shannon divergence, in bits, of the held-out answers of {named}: 0 where they say the "
        "same, 1 where they have nothing in common. Untrained controls have no say."
    )
    return colouring.scale("Disagreement", _filled(held, ids, values), about, (0.0, 1.0))


def _parted(held: JoinedMaps, pair: str) -> PointColours:
    a, b = (cache.source(held.dataset, key) for key in pair.split("~"))
    ids, values = differences.strangers(maps.graph(held.dataset, a), maps.graph(held.dataset, b))
    one, other = backbone_picker.named(a), backbone_picker.named(b)
    about = (
        f"The share of a clip's ten nearest in {one} that are not among its ten nearest in "
        f"{other}, in the full space: 0 the same, 1 none in common."
    )
    title = f"{a.backbone.spec.title} against {b.backbone.spec.title}"
    return colouring.scale(title, _filled(held, ids, values), about, (0.0, 1.0))


def _filled(held: JoinedMaps, ids: tuple[str, ...], values: np.ndarray) -> np.ndarray:
    place = _aligned(held, ids)
    if not len(values):
        raise QuintetError("None of these tracks has a value to be coloured by.")
    return np.where(place >= 0, np.asarray(values, np.float32)[place], np.nan)


def _aligned(held: JoinedMaps, ids: tuple[str, ...]) -> np.ndarray:
    return indices_of(held.ids, pa.array(ids, pa.string()))


def _holdable(dataset: str, source: Model) -> bool:
    return cache.count(dataset) * source.backbone.spec.dim <= MOST_VALUES


def _tells(facts: Facts, known: Summary, name: str) -> bool:
    if any(c.name == name for c in facts.columns):
        return False  # the dataset has its own column of that name
    ends = {"year": known.years, "seconds": known.seconds}.get(name)
    return name in known.told or bool(ends and ends[0] < ends[1])
