"""Maps made: graphs first, then layouts side by side, each turned to the reference's map and stored."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np

from quintet.embeddings import models
from quintet.embeddings.models import Model
from quintet.errors import QuintetError, UnknownName
from quintet.maps import layout_worker, memory, neighbour_graph, projection, stored_maps
from quintet.maps.stored_maps import Map, MapConfig, MapsResult, ProgressCallback, no_progress
from quintet.settings import Settings
from quintet.storage import tables

LEAST = 3  # common tracks that say how a map is to be turned


@dataclass(frozen=True)
class MapJob:
    """One recipe over one dataset; `told` hears what is being made, of which backbone, and its share done."""

    dataset: str
    config: MapConfig
    settings: Settings
    progress: ProgressCallback

    def stored_map(self, model: Model, beside: str) -> Map | None:
        """The stored map, where it is up to date and was made to lie like `beside`."""
        if not stored_maps.is_current(self.dataset, model, self.config, self.settings):
            return None
        stored = stored_maps.get(self.dataset, model, self.config, self.settings)
        return stored if stored.beside == beside else None

    def drawing(self, key: str, share: float) -> None:
        """How far a layout is."""
        self.progress("map", key, share)


def make(
    dataset: str,
    chosen_models: list[Model],
    config: MapConfig,
    settings: Settings,
    progress: ProgressCallback = no_progress,
) -> MapsResult:
    """Makes maps that are missing or out of date, and the graphs they need; each is stored as it is done.

    A backbone whose embeddings cannot be laid out, or need more memory than there is, is refused with its
    reason, and the others' maps are made. The map the others are turned to is made too where it is missing.
    Raises UnknownName, UsageError for a recipe that cannot be carried out.
    """
    job = MapJob(dataset, config, settings, progress)
    stored_maps.check(config)
    candidates = _lead_candidates(job, chosen_models)
    refused: dict[str, str] = {}
    if job.config.align == "procrustes":
        lead = next((s for s in candidates if _ensure_graph(job, s, refused)), None)
        selected = [s for s in chosen_models if _ensure_graph(job, s, refused)]
        outcome = _make_aligned(job, lead, selected, refused) if lead else MapsResult()
    else:
        selected = [s for s in candidates if s in chosen_models and _ensure_graph(job, s, refused)]
        outcome = _make_unaligned(job, selected, _group(job, selected), refused)
    requested = {s.key for s in chosen_models} | {job.config.reference}
    outcome.refused = {key: why for key, why in refused.items() if key in requested}
    return outcome


def needed(
    dataset: str, chosen_models: list[Model], config: MapConfig, settings: Settings
) -> tuple[int, float]:
    """Tracks and bytes of what needs most memory: one map, or all that are laid out together.

    (0, 0.0) without any.
    """
    sizes = [_size(dataset, model, settings) for model in chosen_models]
    needs = [(n, memory.needed(n, d)) for n, d in sizes]
    if config.align == "aligned":
        return sum(n for n, _ in needs), sum((need for _, need in needs), 0.0)
    return max(needs, key=lambda size: size[1], default=(0, 0.0))


def _lead_candidates(job: MapJob, chosen_models: list[Model]) -> list[Model]:
    """The backbones one of which can lead, in their order, trained ones first; only the one that is named.

    All that are stored count, not only those asked for: whoever is drawn, the same one leads.
    """
    stored = models.embedded_models(job.dataset, job.settings)
    candidates = sorted([*stored, *(s for s in chosen_models if s not in stored)], key=lambda s: s.untrained)
    if not job.config.reference:
        return candidates
    first = [s for s in candidates if s.key == job.config.reference]
    if not first:
        raise UnknownName("embedded backbone", job.config.reference, [s.key for s in candidates])
    return [*first, *(s for s in candidates if s not in first)]


def _size(dataset: str, model: Model, settings: Settings) -> tuple[int, int]:
    """Tracks and values of what a backbone has stored, told by the table without reading it."""
    path = models.model_table_path(dataset, model, settings)
    return tables.open_table(path).count_rows(), int(tables.facts(path)["dim"])


def _ensure_graph(job: MapJob, model: Model, refused: dict[str, str]) -> bool:
    """Whether the backbone's graph is there, made now where it was not; else its reason is kept."""
    if model.key in refused:
        return False
    try:
        if not neighbour_graph.is_current(job.dataset, model, job.settings):
            n, d = _size(job.dataset, model, job.settings)
            memory.require(n, memory.needed(n, d))
            progress = job.progress
            neighbour_graph.make_one(
                job.dataset, model, job.settings, lambda s: progress("neighbours", model.key, s)
            )
        return True
    except QuintetError as error:
        refused[model.key] = str(error)
        return False


def _make_aligned(job: MapJob, lead: Model, selected: list[Model], refused: dict[str, str]) -> MapsResult:
    """The lead's map as it came out, then the others', turned to it as they are done."""
    outcome = MapsResult()
    first = job.stored_map(lead, "")
    stamp = _stamp(first) if first else None
    current = [s for s in selected if s != lead and stamp and job.stored_map(s, stamp)]
    outcome.up_to_date = [s for s in selected if s in current or (s == lead and first)]
    todo = [s for s in selected if s != lead and s not in current]
    waiting: list[tuple[Model, Map]] = []
    for model, new_map in _layouts(job, [(s,) for s in ([] if first else [lead]) + todo], refused):
        if model == lead:
            first = new_map
            _keep(job, model, new_map, outcome)
        else:
            waiting.append((model, new_map))
        while first and waiting:
            waiting_model, laid = waiting.pop(0)
            _keep(job, waiting_model, _align_to(laid, first), outcome)
    for model, new_map in waiting:  # the lead could not be drawn
        _keep(job, model, new_map, outcome)
    return outcome


def _make_unaligned(job: MapJob, selected: list[Model], beside: str, refused: dict[str, str]) -> MapsResult:
    """Maps that are not turned: each by itself, or, where they lie `beside` each other, all at once."""
    current = [s for s in selected if job.stored_map(s, beside)]
    if beside and len(current) < len(selected):
        current = []
    outcome, todo = MapsResult(up_to_date=current), [s for s in selected if s not in current]
    groups = [tuple(todo)] if beside and todo else [(s,) for s in todo]
    for model, new_map in _layouts(job, groups, refused):
        _keep(job, model, replace(new_map, beside=beside), outcome)
    return outcome


def _keep(job: MapJob, model: Model, new_map: Map, outcome: MapsResult) -> None:
    stored_maps.save(job.dataset, model, new_map, job.settings)
    outcome.created.append(model)


def _layouts(
    job: MapJob, groups: list[tuple[Model, ...]], refused: dict[str, str]
) -> Iterator[tuple[Model, Map]]:
    """Each layout as it is done, framed; reasons go to `refused`."""
    sizes = {s.key: _size(job.dataset, s, job.settings) for group in groups for s in group}
    tasks = []
    for group in groups:
        need = sum(memory.needed(*sizes[s.key]) for s in group)
        try:
            memory.require(sum(sizes[s.key][0] for s in group), need)
            tasks.append(layout_worker.Task(job.dataset, group, job.config, job.settings))
        except QuintetError as error:
            refused |= {s.key: str(error) for s in group}
    points = sum(n for n, _ in sizes.values())
    workers = memory.max_parallel([sum(memory.needed(*sizes[s.key]) for s in task.models) for task in tasks])
    for task, answer in layout_worker.draw_all(tasks, points, workers, job.drawing):
        if isinstance(answer, QuintetError):
            refused |= {s.key: str(answer) for s in task.models}
            continue
        for layout in answer:
            laid = projection.fit_to_square(layout.Y)
            yield (
                layout.model,
                Map(layout.ids, laid, job.config, layout.measures, layout.seconds, layout.memory),
            )


def _align_to(new_map: Map, lead: Map) -> Map:
    """The map turned and mirrored so that the tracks both hold lie as alike as they can."""
    lead_rows = {name: row for row, name in enumerate(lead.ids)}
    both = np.array([row for row, name in enumerate(new_map.ids) if name in lead_rows], dtype=np.int64)
    if len(both) < LEAST:
        return replace(new_map, beside=_stamp(lead))
    target = lead.xy[[lead_rows[new_map.ids[row]] for row in both]]
    xy = projection.fit_to_square(projection.align(new_map.xy, target, both))
    return replace(new_map, xy=xy, turned=len(both), beside=_stamp(lead))


def _stamp(stored_map: Map) -> str:
    """16 hex digits of a map's points and places."""
    return sha256(
        "\n".join(stored_map.ids).encode() + np.ascontiguousarray(stored_map.xy).tobytes()
    ).hexdigest()[:16]


def _group(job: MapJob, chosen_models: list[Model]) -> str:
    """16 hex digits of the backbones that are laid out together and what they hold; "" where they are not."""
    if job.config.align != "aligned":
        return ""
    parts = [f"{s.key}@{s.fingerprint}" for s in chosen_models]
    for model in chosen_models:
        parts += neighbour_graph.get(job.dataset, model, job.settings).ids
    return sha256("\n".join(parts).encode()).hexdigest()[:16]
