"""Maps drawn: one backbone after the other here, or side by side in processes of their own."""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.process import BaseProcess

import numpy as np

from quintet import collection
from quintet.analysis import approximate, faithful, neighbours, projection, together
from quintet.analysis.faithful import Measures
from quintet.collection import Source
from quintet.errors import QuintetError
from quintet.settings import Settings
from quintet.studies import graphs, memory
from quintet.studies.recipes import TSNE_MOST, Recipe

SMALL = 3_000  # points of all maps together that are drawn here: a process takes longer to start
LAID = 0.8  # share of the work that is the layout; the rest is its measures
Told = Callable[[str, float], None]  # key of a backbone, share of its map that is done


@dataclass(frozen=True)
class Task:
    """One layout to be made: of one backbone, or of several together; the recipe says how."""

    dataset: str
    sources: tuple[Source, ...]
    recipe: Recipe
    settings: Settings


@dataclass(frozen=True)
class Drawn:
    """One backbone's layout (n, 2), not turned or framed yet, with what it took."""

    source: Source
    ids: tuple[str, ...]
    Y: np.ndarray
    measures: Measures
    seconds: float
    memory: int


Answer = tuple[Task, list[Drawn] | QuintetError]


def draw_all(tasks: list[Task], points: int, workers: int, told: Told) -> Iterator[Answer]:
    """Each task with its layouts or why there are none, as they are done.

    Small ones are drawn in this process, which gives the same numbers: every layout is made on one thread.
    """
    if points <= SMALL:
        for task in tasks:
            yield task, _tried(task, told)
        return
    yield from _side_by_side(tasks, min(workers, len(tasks)), told)


def _side_by_side(tasks: list[Task], workers: int, told: Told) -> Iterator[Answer]:
    """Each task in a process of its own, at most so many at once; each tells through a pipe how far it is."""
    waiting, running = list(tasks), {}
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                pipe, process = _begun(waiting[0])
                running[pipe] = (waiting.pop(0), process)
            for pipe in connection.wait(list(running)):
                said = _received(pipe)
                if isinstance(said, tuple):
                    told(*said)
                    continue
                task, process = running.pop(pipe)
                process.join()
                yield task, said
    finally:  # whoever asked has gone, or was stopped: what is half drawn is of no use
        for _, process in running.values():
            process.terminate()
            process.join()


def _begun(task: Task) -> tuple[connection.Connection, BaseProcess]:
    context = multiprocessing.get_context("spawn")  # a copy of a process with threads may hang
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_worked, args=(task, there), daemon=True)
    process.start()
    there.close()  # held by the worker alone, so that its end is noticed
    return here, process


def _worked(task: Task, pipe: connection.Connection) -> None:
    with suppress(KeyboardInterrupt, BrokenPipeError):  # whoever asked was stopped, and says so itself
        pipe.send(_tried(task, lambda key, share: pipe.send((key, share))))


def _received(pipe: connection.Connection) -> tuple[str, float] | list[Drawn] | QuintetError:
    """How far a worker is, or its answer."""
    try:
        return pipe.recv()
    except EOFError:
        return QuintetError(
            "The process that drew this map ended before it was done, most likely because the machine ran "
            "out of memory. Close other programs, then run: quintet map DATASET"
        )


def _tried(task: Task, told: Told) -> list[Drawn] | QuintetError:
    try:
        return draw(task, told)
    except QuintetError as error:
        return error


def draw(task: Task, told: Told = lambda key, share: None) -> list[Drawn]:
    """The layouts of one task, judged. Raises QuintetError, which names the backbone."""
    begun = time.monotonic()
    loaded = [_loaded(task.dataset, found, task.settings) for found in task.sources]
    if task.recipe.align == "aligned":
        layouts = _together(loaded, task.recipe)
    else:
        layouts = [_alone(one, task.recipe, told) for one in loaded]
    drawn = []
    for one, Y in zip(loaded, layouts, strict=True):
        key = one.source.key
        if not np.isfinite(Y).all():
            raise QuintetError(f"{one.source.backbone.spec.title}: the layout came out with NaN.")
        judged = faithful.judge(
            one.rows, one.graph.near, Y, lambda share, key=key: told(key, LAID + (1 - LAID) * share)
        )
        taken = (time.monotonic() - begun) / len(loaded)
        drawn.append(Drawn(one.source, one.graph.ids, Y, judged, taken, memory.peak()))
        told(key, 1.0)
    return drawn


@dataclass(frozen=True)
class _Loaded:
    source: Source
    rows: neighbours.Rows
    graph: graphs.Graph


def _loaded(dataset: str, found: Source, settings: Settings) -> _Loaded:
    matrix = collection.matrix(dataset, found, settings)
    graph = graphs.ordered(graphs.get(dataset, found, settings), matrix.ids)
    return _Loaded(found, neighbours.rows(matrix.values), graph)


def _alone(one: _Loaded, recipe: Recipe, told: Told) -> np.ndarray:
    """The layout (n, 2) of one backbone."""
    n = len(one.graph.ids)
    if recipe.method == "tsne" and n > TSNE_MOST:
        raise QuintetError(
            f"t-SNE of {n:,} tracks would take hours; {TSNE_MOST:,} is its limit here. Choose umap or pca."
        )
    Z = approximate.reduced(one.rows, approximate.WIDTH if recipe.method == "tsne" else 2, recipe.seed)
    if recipe.method == "pca":
        return Z
    if recipe.method == "tsne":
        return projection.tsne(Z, recipe.perplexity, recipe.seed)
    return projection.umap(
        one.graph.near, one.graph.alike, Z, _look(recipe),
        lambda share: told(one.source.key, LAID * share),
    )  # fmt: skip


def _together(loaded: list[_Loaded], recipe: Recipe) -> list[np.ndarray]:
    spaces = [approximate.reduced(one.rows, approximate.WIDTH, recipe.seed) for one in loaded]
    return together.aligned(spaces, [one.graph.ids for one in loaded], _look(recipe))


def _look(recipe: Recipe) -> projection.Look:
    return projection.Look(recipe.seed, recipe.n_neighbors, recipe.min_dist, recipe.method == "densmap")
