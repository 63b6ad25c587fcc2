"""Maps made: graphs first, then layouts side by side, each turned to the reference's map and stored."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np

from quintet import collection, store
from quintet.analysis import projection
from quintet.collection import Source
from quintet.errors import QuintetError, UnknownName
from quintet.settings import Settings
from quintet.studies import drawing, graphs, maps, memory
from quintet.studies.maps import Made, Map, Recipe, Told, silent

LEAST = 3  # common tracks that say how a map is to be turned


@dataclass(frozen=True)
class Job:
    """One recipe over one dataset; `told` hears what is being made, of which backbone, and its share done."""

    dataset: str
    recipe: Recipe
    settings: Settings
    told: Told

    def held(self, found: Source, beside: str) -> Map | None:
        """The stored map, where it is up to date and was made to lie like `beside`."""
        if not maps.fresh(self.dataset, found, self.recipe, self.settings):
            return None
        held = maps.get(self.dataset, found, self.recipe, self.settings)
        return held if held.beside == beside else None

    def drawing(self, key: str, share: float) -> None:
        """How far a layout is."""
        self.told("map", key, share)


def make(
    dataset: str, sources: list[Source], recipe: Recipe, settings: Settings, told: Told = silent
) -> Made:
    """Makes maps that are missing or out of date, and the graphs they need; each is stored as it is done.

    A backbone whose embeddings cannot be laid out, or need more memory than there is, is refused with its
    reason, and the others' maps are made. The map the others are turned to is made too where it is missing.
    Raises UnknownName, UsageError for a recipe that cannot be carried out.
    """
    job = Job(dataset, recipe, settings, told)
    maps.check(recipe)
    known = _known(job, sources)
    refused: dict[str, str] = {}
    if job.recipe.align == "procrustes":
        lead = next((s for s in known if _ready(job, s, refused)), None)
        wanted = [s for s in sources if _ready(job, s, refused)]
        outcome = _turned(job, lead, wanted, refused) if lead else Made()
    else:
        wanted = [s for s in known if s in sources and _ready(job, s, refused)]
        outcome = _drawn(job, wanted, _group(job, wanted), refused)
    asked = {s.key for s in sources} | {job.recipe.reference}
    outcome.refused = {key: why for key, why in refused.items() if key in asked}
    return outcome


def needed(dataset: str, sources: list[Source], recipe: Recipe, settings: Settings) -> tuple[int, float]:
    """Tracks and bytes of what needs most memory: one map, or all that are laid out together.

    (0, 0.0) without any.
    """
    sizes = [_size(dataset, found, settings) for found in sources]
    needs = [(n, memory.needed(n, d)) for n, d in sizes]
    if recipe.align == "aligned":
        return sum(n for n, _ in needs), sum((need for _, need in needs), 0.0)
    return max(needs, key=lambda size: size[1], default=(0, 0.0))


def _known(job: Job, sources: list[Source]) -> list[Source]:
    """The backbones one of which can lead, in their order, trained ones first; only the one that is named.

    All that are stored count, not only those asked for: whoever is drawn, the same one leads.
    """
    stored = collection.embedded(job.dataset, job.settings)
    known = sorted([*stored, *(s for s in sources if s not in stored)], key=lambda s: s.untrained)
    if not job.recipe.reference:
        return known
    first = [s for s in known if s.key == job.recipe.reference]
    if not first:
        raise UnknownName("embedded backbone", job.recipe.reference, [s.key for s in known])
    return [*first, *(s for s in known if s not in first)]


def _size(dataset: str, found: Source, settings: Settings) -> tuple[int, int]:
    """Tracks and values of what a backbone has stored, told by the table without reading it."""
    path = collection.table(dataset, found, settings)
    return store.open_table(path).count_rows(), int(store.facts(path)["dim"])


def _ready(job: Job, found: Source, refused: dict[str, str]) -> bool:
    """Whether the backbone's graph is there, made now where it was not; else its reason is kept."""
    if found.key in refused:
        return False
    try:
        if not graphs.fresh(job.dataset, found, job.settings):
            n, d = _size(job.dataset, found, job.settings)
            memory.demand(n, memory.needed(n, d))
            told = job.told
            graphs.make_one(job.dataset, found, job.settings, lambda s: told("neighbours", found.key, s))
        return True
    except QuintetError as error:
        refused[found.key] = str(error)
        return False


def _turned(job: Job, lead: Source, wanted: list[Source], refused: dict[str, str]) -> Made:
    """The lead's map as it came out, then the others', turned to it as they are done."""
    outcome = Made()
    first = job.held(lead, "")
    stamp = _stamp(first) if first else None
    kept = [s for s in wanted if s != lead and stamp and job.held(s, stamp)]
    outcome.kept = [s for s in wanted if s in kept or (s == lead and first)]
    todo = [s for s in wanted if s != lead and s not in kept]
    waiting: list[tuple[Source, Map]] = []
    for found, drawn in _layouts(job, [(s,) for s in ([] if first else [lead]) + todo], refused):
        if found == lead:
            first = drawn
            _keep(job, found, drawn, outcome)
        else:
            waiting.append((found, drawn))
        while first and waiting:
            other, laid = waiting.pop(0)
            _keep(job, other, _like(laid, first), outcome)
    for found, drawn in waiting:  # the lead could not be drawn
        _keep(job, found, drawn, outcome)
    return outcome


def _drawn(job: Job, wanted: list[Source], beside: str, refused: dict[str, str]) -> Made:
    """Maps that are not turned: each by itself, or, where they lie `beside` each other, all at once."""
    kept = [s for s in wanted if job.held(s, beside)]
    if beside and len(kept) < len(wanted):
        kept = []
    outcome, todo = Made(kept=kept), [s for s in wanted if s not in kept]
    groups = [tuple(todo)] if beside and todo else [(s,) for s in todo]
    for found, drawn in _layouts(job, groups, refused):
        _keep(job, found, replace(drawn, beside=beside), outcome)
    return outcome


def _keep(job: Job, found: Source, drawn: Map, outcome: Made) -> None:
    maps.keep(job.dataset, found, drawn, job.settings)
    outcome.made.append(found)


def _layouts(
    job: Job, groups: list[tuple[Source, ...]], refused: dict[str, str]
) -> Iterator[tuple[Source, Map]]:
    """Each layout as it is done, framed; reasons go to `refused`."""
    sizes = {s.key: _size(job.dataset, s, job.settings) for group in groups for s in group}
    tasks = []
    for group in groups:
        need = sum(memory.needed(*sizes[s.key]) for s in group)
        try:
            memory.demand(sum(sizes[s.key][0] for s in group), need)
            tasks.append(drawing.Task(job.dataset, group, job.recipe, job.settings))
        except QuintetError as error:
            refused |= {s.key: str(error) for s in group}
    points = sum(n for n, _ in sizes.values())
    workers = memory.at_once([sum(memory.needed(*sizes[s.key]) for s in task.sources) for task in tasks])
    for task, answer in drawing.draw_all(tasks, points, workers, job.drawing):
        if isinstance(answer, QuintetError):
            refused |= {s.key: str(answer) for s in task.sources}
            continue
        for one in answer:
            laid = projection.frame(one.Y)
            yield one.source, Map(one.ids, laid, job.recipe, one.measures, one.seconds, one.memory)


def _like(drawn: Map, lead: Map) -> Map:
    """The map turned and mirrored so that the tracks both hold lie as alike as they can."""
    place = {name: row for row, name in enumerate(lead.ids)}
    both = np.array([row for row, name in enumerate(drawn.ids) if name in place], dtype=np.int64)
    if len(both) < LEAST:
        return replace(drawn, beside=_stamp(lead))
    target = lead.xy[[place[drawn.ids[row]] for row in both]]
    xy = projection.frame(projection.align(drawn.xy, target, both))
    return replace(drawn, xy=xy, turned=len(both), beside=_stamp(lead))


def _stamp(held: Map) -> str:
    """16 hex digits of a map's points and places."""
    return sha256("\n".join(held.ids).encode() + np.ascontiguousarray(held.xy).tobytes()).hexdigest()[:16]


def _group(job: Job, sources: list[Source]) -> str:
    """16 hex digits of the backbones that are laid out together and what they hold; "" where they are not."""
    if job.recipe.align != "aligned":
        return ""
    parts = [f"{s.key}@{s.fingerprint}" for s in sources]
    for found in sources:
        parts += graphs.get(job.dataset, found, job.settings).ids
    return sha256("\n".join(parts).encode()).hexdigest()[:16]
