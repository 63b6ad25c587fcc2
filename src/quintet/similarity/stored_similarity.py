"""How far backbones agree on a collection: measured two by two and one by one, kept, never out of date."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import combinations
from pathlib import Path

from quintet.embeddings import models
from quintet.embeddings.models import Model
from quintet.errors import MissingEmbeddings, QuintetError
from quintet.maps import neighbour_graph
from quintet.settings import Settings
from quintet.similarity import pairs as measures
from quintet.similarity.pairs import Desk, Known, Pair, Shape
from quintet.stats.metrics import Interval
from quintet.storage import json_files, tables

VERSION = 1  # raised when what is measured changes


@dataclass(frozen=True)
class Measure:
    """What a number means: its name, a short one for a button, its exact definition, and its ends."""

    title: str
    short: str
    says: str
    low: float
    high: float
    more: bool = True  # more is more alike


PAIRED = {  # of two backbones; the first is what the sentence goes by
    "overlap": Measure(
        "Shared neighbours",
        "Neighbours",
        "Of the 10 tracks nearest to a track by the one, the share that is among its 10 nearest by the "
        "other; the mean over tracks. 1 is the same neighbours.",
        0, 1,
    ),
    "cka": Measure(
        "CKA",
        "CKA",
        "Linear centred kernel alignment: 1 is the same arrangement but for rotation and scale, 0 is none in "
        "common.",
        0, 1,
    ),
    "procrustes": Measure(
        "Procrustes distance",
        "Procrustes",
        "How far apart tracks stay when the one arrangement is turned onto the other as well as it can be: 0 "
        "is the same shape, 1.41 none in common. Less is more alike.",
        0, 2**0.5, more=False,
    ),
    "correlation": Measure(
        "Rank correlation",
        "Ranks",
        "Spearman's correlation of the cosine distances between tracks: 1 is the same order, 0 none in "
        "common.",
        0, 1,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Agreement:
    """What is measured of these backbones and still true; `missing` names pairs and backbones that are not.

    `refused` holds why a pair (a~b) or a backbone could not be measured.
    """

    pairs: tuple[Pair, ...]
    shapes: tuple[Shape, ...]
    missing: tuple[str, ...] = ()
    refused: dict[str, str] | None = None

    def pair(self, a: str, b: str) -> Pair | None:
        """The pair of these two backbones, in either order."""
        return next((one for one in self.pairs if {one.a, one.b} == {a, b}), None)


def name(a: str, b: str) -> str:
    """ "a~b": a pair in files and addresses, in alphabetical order."""
    return "~".join(sorted((a, b)))


def path(dataset: str, settings: Settings) -> Path:
    """Where everything measured of a dataset lies."""
    return settings.cache / dataset / "agreement" / "measured.json"


def get(dataset: str, sources: Sequence[Model], settings: Settings) -> Agreement:
    """What is stored of these backbones. Raises MissingEmbeddings where nothing is."""
    held = json_files.read(path(dataset, settings))
    stamps = _stamps(dataset, sources, measures.known(dataset, settings), settings)
    true = {key: held[key] for key, stamp in stamps.items() if held.get(key, {}).get("stamp") == stamp}
    if stamps and not true:
        raise MissingEmbeddings(
            f"How far backbones agree on {dataset!r} has not been measured as it is now. "
            f"Run: quintet agreement {dataset}"
        )
    return Agreement(
        pairs=tuple(_pair(one["found"]) for key, one in true.items() if "~" in key and "found" in one),
        shapes=tuple(_shape(one["found"]) for key, one in true.items() if "~" not in key and "found" in one),
        missing=tuple(key for key in stamps if key not in true),
        refused={key: one["refused"] for key, one in true.items() if "refused" in one},
    )


def make(
    dataset: str,
    sources: Sequence[Model],
    settings: Settings,
    told: Callable[[str], None] = lambda what: None,
) -> list[str]:
    """Measures what is missing or out of date, neighbour graphs first, keeping each as it is done.

    Returns what was measured; `told` hears what begins. What cannot be measured is kept with its reason.
    """
    held = json_files.read(path(dataset, settings))
    desk = Desk(dataset, settings, measures.known(dataset, settings))
    by_key, made = {source.key: source for source in sources}, []
    for key, stamp in _stamps(dataset, sources, desk.known, settings).items():
        if held.get(key, {}).get("stamp") == stamp:
            continue
        told(key)
        held[key] = {"stamp": stamp, **_measured(desk, [by_key[one] for one in key.split("~")])}
        made.append(key)
        json_files.write(path(dataset, settings), held)
    return made


def _measured(desk: Desk, named: list[Model]) -> dict:
    try:
        neighbour_graph.make(desk.dataset, named, desk.settings)
        measure = measures.shape if len(named) == 1 else measures.pair
        return {"found": asdict(measure(desk, *named))}
    except QuintetError as error:
        return {"refused": str(error)}


def _stamps(dataset: str, sources: Sequence[Model], known: Known, settings: Settings) -> dict[str, str]:
    """What each backbone and each two of them are measured of, as 16 hex digits."""
    rows = sorted((i, known.classes[i], known.groups[i]) for i in known.classes)
    tracks = sha256(json.dumps([VERSION, known.label, rows]).encode()).hexdigest()
    each = {
        s.key: f"{s.fingerprint}@{tables.version(models.model_table_path(dataset, s, settings))}"
        for s in sources
    }
    wanted = {key: [key] for key in each}
    wanted |= {name(a, b): sorted((a, b)) for a, b in combinations(each, 2)}
    return {
        key: sha256("\n".join([tracks, *(each[k] for k in keys)]).encode()).hexdigest()[:16]
        for key, keys in wanted.items()
    }


def _pair(found: dict) -> Pair:
    return Pair(**{**found, "measures": _intervals(found["measures"])})


def _shape(found: dict) -> Shape:
    return Shape(**{**found, "measures": _intervals(found["measures"])})


def _intervals(found: dict[str, dict]) -> dict[str, Interval]:
    return {name: Interval(**value) for name, value in found.items()}
