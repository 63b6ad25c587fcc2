"""Maps drawn: one backbone after the other here, or side by side in processes of their own."""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.process import BaseProcess

import numpy as np

from quintet.embeddings import models
from quintet.embeddings.models import Model
from quintet.errors import QuintetError
from quintet.maps import aligned_layout, memory, neighbour_graph, projection, quality
from quintet.maps.config import TSNE_MOST, MapConfig
from quintet.maps.quality import MapQuality
from quintet.settings import Settings
from quintet.stats import approximate_neighbours, neighbours

SMALL = 3_000  # points of all maps together that are drawn here: a process takes longer to start
LAYOUT_SHARE = 0.8  # share of the work that is the layout; the rest is its measures
ProgressCallback = Callable[[str, float], None]  # key of a backbone, share of its map that is done


@dataclass(frozen=True)
class Task:
    """One layout to be made: of one backbone, or of several together; the recipe says how."""

    dataset: str
    models: tuple[Model, ...]
    config: MapConfig
    settings: Settings


@dataclass(frozen=True)
class MapLayout:
    """One backbone's layout (n, 2), not turned or framed yet, with what it took."""

    model: Model
    ids: tuple[str, ...]
    Y: np.ndarray
    measures: MapQuality
    seconds: float
    memory: int


TaskResult = tuple[Task, list[MapLayout] | QuintetError]


def draw_all(
    tasks: list[Task], points: int, workers: int, progress: ProgressCallback
) -> Iterator[TaskResult]:
    """Each task with its layouts or why there are none, as they are done.

    Small ones are drawn in this process, which gives the same numbers: every layout is made on one thread.
    """
    if points <= SMALL:
        for task in tasks:
            yield task, _try_draw(task, progress)
        return
    yield from _side_by_side(tasks, min(workers, len(tasks)), progress)


def _side_by_side(tasks: list[Task], workers: int, progress: ProgressCallback) -> Iterator[TaskResult]:
    """Each task in a process of its own, at most so many at once; each tells through a pipe how far it is."""
    waiting, running = list(tasks), {}
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                pipe, process = _start_worker(waiting[0])
                running[pipe] = (waiting.pop(0), process)
            for pipe in connection.wait(list(running)):
                message = _receive(pipe)
                if isinstance(message, tuple):
                    progress(*message)
                    continue
                task, process = running.pop(pipe)
                process.join()
                yield task, message
    finally:  # whoever asked has gone, or was stopped: what is half drawn is of no use
        for _, process in running.values():
            process.terminate()
            process.join()


def _start_worker(task: Task) -> tuple[connection.Connection, BaseProcess]:
    context = multiprocessing.get_context("spawn")  # a copy of a process with threads may hang
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_run_worker, args=(task, sender), daemon=True)
    process.start()
    sender.close()  # held by the worker alone, so that its end is noticed
    return receiver, process


def _run_worker(task: Task, pipe: connection.Connection) -> None:
    with suppress(KeyboardInterrupt, BrokenPipeError):  # whoever asked was stopped, and says so itself
        pipe.send(_try_draw(task, lambda key, share: pipe.send((key, share))))


def _receive(pipe: connection.Connection) -> tuple[str, float] | list[MapLayout] | QuintetError:
    """How far a worker is, or its answer."""
    try:
        return pipe.recv()
    except EOFError:
        return QuintetError(
            "The process that drew this map ended before it was done, most likely because the machine ran "
            "out of memory. Close other programs, then run: quintet map DATASET"
        )


def _try_draw(task: Task, progress: ProgressCallback) -> list[MapLayout] | QuintetError:
    try:
        return draw(task, progress)
    except QuintetError as error:
        return error


def draw(task: Task, progress: ProgressCallback = lambda key, share: None) -> list[MapLayout]:
    """The layouts of one task, judged. Raises QuintetError, which names the backbone."""
    begun = time.monotonic()
    loaded = [_load(task.dataset, model, task.settings) for model in task.models]
    if task.config.align == "aligned":
        layouts = _layout_aligned(loaded, task.config)
    else:
        layouts = [_layout_one(item, task.config, progress) for item in loaded]
    results = []
    for item, Y in zip(loaded, layouts, strict=True):
        key = item.model.key
        if not np.isfinite(Y).all():
            raise QuintetError(f"{item.model.backbone.spec.title}: the layout came out with NaN.")
        judged = quality.evaluate(
            item.rows,
            item.graph.neighbours,
            Y,
            lambda share, key=key: progress(key, LAYOUT_SHARE + (1 - LAYOUT_SHARE) * share),
        )
        seconds = (time.monotonic() - begun) / len(loaded)
        results.append(MapLayout(item.model, item.graph.ids, Y, judged, seconds, memory.peak()))
        progress(key, 1.0)
    return results


@dataclass(frozen=True)
class _Loaded:
    model: Model
    rows: neighbours.Rows
    graph: neighbour_graph.Graph


def _load(dataset: str, model: Model, settings: Settings) -> _Loaded:
    matrix = models.load_embeddings(dataset, model, settings)
    graph = neighbour_graph.ordered(neighbour_graph.get(dataset, model, settings), matrix.ids)
    return _Loaded(model, neighbours.rows(matrix.values), graph)


def _layout_one(loaded: _Loaded, config: MapConfig, progress: ProgressCallback) -> np.ndarray:
    """The layout (n, 2) of one backbone."""
    n = len(loaded.graph.ids)
    if config.method == "tsne" and n > TSNE_MOST:
        raise QuintetError(
            f"t-SNE of {n:,} tracks would take hours; {TSNE_MOST:,} is its limit here. Choose umap or pca."
        )
    Z = approximate_neighbours.reduced(
        loaded.rows, approximate_neighbours.WIDTH if config.method == "tsne" else 2, config.seed
    )
    if config.method == "pca":
        return Z
    if config.method == "tsne":
        return projection.tsne(Z, config.perplexity, config.seed)
    return projection.umap(
        loaded.graph.neighbours, loaded.graph.similarity, Z, _umap_params(config),
        lambda share: progress(loaded.model.key, LAYOUT_SHARE * share),
    )  # fmt: skip


def _layout_aligned(loaded: list[_Loaded], config: MapConfig) -> list[np.ndarray]:
    spaces = [
        approximate_neighbours.reduced(item.rows, approximate_neighbours.WIDTH, config.seed)
        for item in loaded
    ]
    return aligned_layout.aligned(spaces, [item.graph.ids for item in loaded], _umap_params(config))


def _umap_params(config: MapConfig) -> projection.UmapParams:
    return projection.UmapParams(config.seed, config.n_neighbors, config.min_dist, config.method == "densmap")
