"""What the Overview says of this machine: what each backbone has heard, the small maps, what is missing."""

from dataclasses import dataclass

import numpy as np

from dashboard import cache
from dashboard.widgets import html, track_rows
from dashboard.widgets.tables import Dataset, Embedded, MiniMap
from dashboard.widgets.track_rows import colours
from quintet import charts, wording
from quintet.backbones import base
from quintet.embeddings import speed
from quintet.embeddings.models import Model
from quintet.errors import MissingEmbeddings
from quintet.maps import stored_maps
from quintet.palette import OTHERS
from quintet.weights.download import size

__all__ = ["Heard", "Missing", "colours", "datasets", "embedded", "heard", "mini_maps", "missing"]

STATES = {
    "official": "trained, verified",
    "custom": "trained, your file",
    "untrained": "none here: random ones stand in",
}


@dataclass(frozen=True)
class Heard:
    """One backbone and how many of the dataset's tracks it has embedded."""

    source: Model
    done: int
    total: int
    seconds: float | None


@dataclass(frozen=True)
class Missing:
    """Something absent: its name as HTML, what its absence means, the command that mends it."""

    head: str
    says: str
    command: str


def heard(dataset: str) -> list[Heard]:
    """Every backbone that has embeddings of the dataset."""
    total, found = cache.sounding(dataset), []
    for source in cache.embedded(dataset):
        timed = speed.get(dataset, source, cache.settings())
        done = len(cache.matrix(dataset, source).ids)
        found.append(Heard(source, done, total, timed.seconds if timed else None))
    return found


def embedded(found: list[Heard]) -> list[Embedded]:
    """The Backbones table."""
    return [
        Embedded(
            title=row.source.backbone.spec.title, sign=track_rows.sign(row.source),
            done=row.done, total=row.total,
            weights="no weights needed" if not row.source.backbone.spec.weights else STATES[row.source.state],
            seconds=f"{row.seconds:.2f}" if row.seconds else "",
        )
        for row in found
    ]  # fmt: skip


def mini_maps(dataset: str) -> list[MiniMap]:
    """A small map of each backbone that has one; the hand-made features have none here."""
    drawn = []
    for source in cache.embedded(dataset):
        if source.backbone.spec.hand_made:
            continue
        try:
            drawn.append(_mini(dataset, source))
        except MissingEmbeddings:
            continue  # no map was made yet: the Map page says so with its command
    return drawn


def _mini(dataset: str, source: Model) -> MiniMap:
    found = cache.map_(dataset, source, stored_maps.MapConfig())
    labels, classes = cache.labels(dataset), cache.facts(dataset).classes
    place = {name: number for number, name in enumerate(classes)}
    index = np.array([place.get(labels.get(i, ""), len(classes)) for i in found.ids])
    pairs = [*colours(dataset).values(), OTHERS]  # the last of tracks without a class
    layers = charts.mini_map(found.xy, index, hollow=source.untrained)
    title = source.backbone.spec.title
    says = f"{len(found.ids)} points as {title} arranges them, coloured by {cache.facts(dataset).label}"
    return MiniMap(title, track_rows.sign(source), tuple((pairs[k], svg) for k, svg in layers.items()), says)


def datasets() -> list[Dataset]:
    """One row per dataset on this machine."""
    found = []
    for name, title, count, noun in cache.datasets():
        facts = cache.facts(name)
        every = heard(name)
        full = all(row.done == row.total for row in every) and bool(every)
        about = f"{wording.count(count, noun)}, {len(facts.classes)} {facts.label}s"
        found.append(Dataset(title, about, "ready" if full else f"Run: quintet prepare {name}", full))
    return found


def _control(source: Model, head: str) -> Missing:
    """An untrained control: what it is worth, and what ends it."""
    spec = base.resolve(source.key).spec
    scaled = ", scaled down" if source.backbone.spec.dim < spec.dim else ""
    says = "Its answers mean little until you give it weights."
    if spec.slow:
        says = f"The full weights take {size(sum(w.bytes for w in spec.weights))} and minutes a clip."
    command = f"quintet weights get {source.key}"
    return Missing(html.line(head + html.aside(f"runs untrained{scaled}")), says, command)


def missing(dataset: str) -> list[Missing]:
    """Weights that are not here, and backbones that have not heard all of the dataset."""
    found = []
    for source in cache.sources():
        title = source.backbone.spec.title
        head = html.backbone(title, track_rows.sign(source), badge=False)
        if source.untrained:
            found.append(_control(source, head))
        if source.key not in [s.key for s in cache.embedded(dataset)]:
            command = f"quintet prepare {dataset} --backbone {source.key}"
            found.append(Missing(head, f"{title} has not heard this dataset yet.", command))
    return found
