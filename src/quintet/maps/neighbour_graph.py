"""Neighbour graphs: who sounds most like whom to a backbone, computed once for maps and agreement."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from quintet.embeddings import models
from quintet.embeddings.models import Model
from quintet.errors import MissingEmbeddings, QuintetError
from quintet.settings import Settings
from quintet.stats import neighbours
from quintet.storage import tables

K = 50  # neighbours kept of each track: 10 are compared, the rest is room for tracks another backbone lacks
FEW = 15  # kept of each in a collection beyond MANY, where 50 would be 400 MB a million
MANY = 200_000
EXACT = 100_000  # rows up to which all pairs are compared: 10^10 cosines, minutes on two cores


@dataclass(frozen=True)
class Graph:
    """Each track's nearest: ids (n,), near (n, k) int32 row numbers, likest first, itself left out.

    `alike` (n, k) float32 are their cosines in the space of `studies.near`. Both are read-only. `exact` is
    False where neighbours were searched for and some may have been missed.
    """

    ids: tuple[str, ...]
    neighbours: np.ndarray
    similarity: np.ndarray
    exact: bool


def path(dataset: str, model: Model, settings: Settings) -> Path:
    """Where this graph lies."""
    return settings.cache / dataset / "neighbours" / (model.file_stem() + ".lance")


def get(dataset: str, model: Model, settings: Settings) -> Graph:
    """The stored graph. Raises MissingEmbeddings where it was not made yet."""
    file_path = path(dataset, model, settings)
    if not tables.exists(file_path):
        raise MissingEmbeddings(
            f"The neighbours of {dataset!r} to {model.backbone.spec.title} are not stored yet. "
            f"Run: quintet map {dataset}"
        )
    opened = tables.open_table(file_path)
    rows, facts = opened.to_table(), tables.facts(file_path)
    n = len(rows)
    neighbour_rows, similarity = (_matrix(rows[name], n, int(facts["k"])) for name in ("near", "alike"))
    return Graph(tuple(rows["id"].to_pylist()), neighbour_rows, similarity, facts["exact"] == "yes")


def is_current(dataset: str, model: Model, settings: Settings) -> bool:
    """Whether the stored graph is of exactly the embeddings the store holds now."""
    file_path = path(dataset, model, settings)
    if not tables.exists(file_path) or tables.facts(file_path).get("of") != _embeddings_version(
        dataset, model, settings
    ):
        return False
    stored_ids = tables.open_table(file_path).to_table(columns=["id"])["id"].to_pylist()
    return set(stored_ids) == models.embedded_ids(dataset, model, settings)


def make(dataset: str, chosen_models: list[Model], settings: Settings) -> list[Model]:
    """Makes the graphs that are missing or out of date, one after the other on all cores; returns whose.

    Raises QuintetError for embeddings with NaN or all the same, after the other backbones' were made.
    """
    created, refused = [], []
    for model in chosen_models:
        if is_current(dataset, model, settings):
            continue
        try:
            make_one(dataset, model, settings)
            created.append(model)
        except QuintetError as error:
            refused.append(str(error))
    if refused:
        raise QuintetError(" ".join(refused))
    return created


def make_one(
    dataset: str, model: Model, settings: Settings, progress: Callable[[float], None] = neighbours.silent
) -> Graph:
    """Computes one graph and stores it in one commit; `told` hears the share that is done.

    Raises QuintetError, which names the backbone, for embeddings with NaN or all the same.
    """
    of = _embeddings_version(
        dataset, model, settings
    )  # before the embeddings are read: what is appended meanwhile is missed
    matrix = models.load_embeddings(dataset, model, settings)
    try:
        neighbour_rows, similarity, exact = search(matrix.values, progress)
    except QuintetError as error:
        raise QuintetError(f"{model.backbone.spec.title}: {error}") from error
    k = neighbour_rows.shape[1]
    rows = {
        "id": pa.array(matrix.ids, pa.string()),
        "near": _column(neighbour_rows),
        "alike": _column(similarity),
    }
    facts = {"fingerprint": model.fingerprint, "k": str(k), "exact": "yes" if exact else "no", "of": of}
    tables.write(path(dataset, model, settings), pa.table(rows), facts)
    for array in (neighbour_rows, similarity):
        array.setflags(write=False)
    return Graph(matrix.ids, neighbour_rows, similarity, exact)


def search(X: np.ndarray, progress: Callable[[float], None] = neighbours.silent) -> tuple:
    """near (n, k) int32, alike (n, k) float32 and whether all pairs of the rows X (n, d) were compared."""
    k = K if len(X) <= MANY else FEW
    if len(X) <= EXACT:
        return *neighbours.knn(neighbours.rows(X).units(slice(None)), k, progress), True
    from quintet.stats import approximate_neighbours

    return *approximate_neighbours.knn(X, k, progress), False


def ordered(graph: Graph, ids: tuple[str, ...]) -> Graph:
    """The same graph with its tracks in another order of the same ids."""
    if graph.ids == ids:
        return graph
    index = {name: row for row, name in enumerate(graph.ids)}
    rows = np.array([index[name] for name in ids])
    back = np.argsort(rows).astype(np.int32)  # of a row there, the row here
    return Graph(ids, back[graph.neighbours[rows]], graph.similarity[rows], graph.exact)


def overlap(a: Graph, b: Graph, k: int) -> tuple[tuple[str, ...], np.ndarray]:
    """ids (m,) of the tracks both hold, and the share (m,) of each one's k nearest that are common, 0 to 1.

    Only tracks both hold count as neighbours. Where fewer than k of those are left among the stored ones, the
    nearest that are left are compared, as many of the one as of the other; a track without any is left out.
    """
    index = {name: row for row, name in enumerate(b.ids)}
    rows = np.array([index.get(name, -1) for name in a.ids], dtype=np.int64)  # of a's tracks in b
    common_rows = np.flatnonzero(rows >= 0)
    if not len(common_rows):
        return (), np.zeros(0)
    back = np.full(len(b.ids), -1, dtype=np.int64)  # of b's tracks in a
    back[rows[common_rows]] = common_rows
    first, second = a.neighbours[common_rows].astype(np.int64), back[b.neighbours[rows[common_rows]]]
    first[rows[first] < 0] = -1
    (first, first_counts), (second, second_counts) = _first_k(first, k), _first_k(second, k)
    size = np.minimum(first_counts, second_counts)  # (m,)
    counts = np.arange(first.shape[1]) < size[:, None]
    counted = np.arange(second.shape[1]) < size[:, None]
    same = (first[:, :, None] == second[:, None, :]) & counts[:, :, None] & counted[:, None, :]
    nonempty = np.flatnonzero(size)
    share = same.any(axis=2).sum(axis=1)[nonempty] / size[nonempty]
    return tuple(a.ids[row] for row in common_rows[nonempty]), share


def _first_k(neighbour_rows: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The first k of each row (m, K) that are not -1, moved to the front, and how many, at most k."""
    order = np.argsort(neighbour_rows < 0, axis=1, kind="stable")[:, :k]
    first = np.take_along_axis(neighbour_rows, order, axis=1)
    return first, (first >= 0).sum(axis=1)


def _embeddings_version(dataset: str, model: Model, settings: Settings) -> str:
    """The commit of the embeddings a graph was made of."""
    return str(tables.version(models.model_table_path(dataset, model, settings)))


def _column(values: np.ndarray) -> pa.Array:
    """(n, k) as lists; a single track, which has no neighbours, gets one that is not read again."""
    padded = values if values.shape[1] else np.zeros((len(values), 1), values.dtype)
    return pa.FixedSizeListArray.from_arrays(pa.array(padded.reshape(-1)), padded.shape[1])


def _matrix(column: pa.ChunkedArray, n: int, k: int) -> np.ndarray:
    """A column of lists as (n, k), read-only."""
    flat = column.combine_chunks().flatten().to_numpy(zero_copy_only=False).reshape(n, -1)[:, :k]
    flat.setflags(write=False)
    return flat
