"""Neighbour graphs: who sounds most like whom to a backbone, computed once for maps and agreement."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from quintet import collection, store
from quintet.analysis import neighbours
from quintet.collection import Source
from quintet.errors import MissingEmbeddings, QuintetError
from quintet.settings import Settings
from quintet.studies import table

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
    near: np.ndarray
    alike: np.ndarray
    exact: bool


def path(dataset: str, found: Source, settings: Settings) -> Path:
    """Where this graph lies."""
    return settings.cache / dataset / "neighbours" / (table.name(found) + ".lance")


def get(dataset: str, found: Source, settings: Settings) -> Graph:
    """The stored graph. Raises MissingEmbeddings where it was not made yet."""
    where = path(dataset, found, settings)
    if not store.exists(where):
        raise MissingEmbeddings(
            f"The neighbours of {dataset!r} to {found.backbone.spec.title} are not stored yet. "
            f"Run: quintet map {dataset}"
        )
    opened = store.open_table(where)
    rows, facts = opened.to_table(), store.facts(where)
    n = len(rows)
    near, alike = (_matrix(rows[name], n, int(facts["k"])) for name in ("near", "alike"))
    return Graph(tuple(rows["id"].to_pylist()), near, alike, facts["exact"] == "yes")


def fresh(dataset: str, found: Source, settings: Settings) -> bool:
    """Whether the stored graph is of exactly the embeddings the store holds now."""
    where = path(dataset, found, settings)
    if not store.exists(where) or store.facts(where).get("of") != _of(dataset, found, settings):
        return False
    held = store.open_table(where).to_table(columns=["id"])["id"].to_pylist()
    return set(held) == collection.heard(dataset, found, settings)


def make(dataset: str, sources: list[Source], settings: Settings) -> list[Source]:
    """Makes the graphs that are missing or out of date, one after the other on all cores; returns whose.

    Raises QuintetError for embeddings with NaN or all the same, after the other backbones' were made.
    """
    made, refused = [], []
    for found in sources:
        if fresh(dataset, found, settings):
            continue
        try:
            make_one(dataset, found, settings)
            made.append(found)
        except QuintetError as error:
            refused.append(str(error))
    if refused:
        raise QuintetError(" ".join(refused))
    return made


def make_one(
    dataset: str, found: Source, settings: Settings, told: Callable[[float], None] = neighbours.silent
) -> Graph:
    """Computes one graph and stores it in one commit; `told` hears the share that is done.

    Raises QuintetError, which names the backbone, for embeddings with NaN or all the same.
    """
    of = _of(dataset, found, settings)  # before the embeddings are read: what is appended meanwhile is missed
    matrix = collection.matrix(dataset, found, settings)
    try:
        near, alike, exact = search(matrix.values, told)
    except QuintetError as error:
        raise QuintetError(f"{found.backbone.spec.title}: {error}") from error
    k = near.shape[1]
    rows = {"id": pa.array(matrix.ids, pa.string()), "near": _column(near), "alike": _column(alike)}
    facts = {"fingerprint": found.fingerprint, "k": str(k), "exact": "yes" if exact else "no", "of": of}
    store.write(path(dataset, found, settings), pa.table(rows), facts)
    for held in (near, alike):
        held.setflags(write=False)
    return Graph(matrix.ids, near, alike, exact)


def search(X: np.ndarray, told: Callable[[float], None] = neighbours.silent) -> tuple:
    """near (n, k) int32, alike (n, k) float32 and whether all pairs of the rows X (n, d) were compared."""
    k = K if len(X) <= MANY else FEW
    if len(X) <= EXACT:
        return *neighbours.knn(neighbours.rows(X).units(slice(None)), k, told), True
    from quintet.analysis import approximate

    return *approximate.knn(X, k, told), False


def ordered(graph: Graph, ids: tuple[str, ...]) -> Graph:
    """The same graph with its tracks in another order of the same ids."""
    if graph.ids == ids:
        return graph
    place = {name: row for row, name in enumerate(graph.ids)}
    rows = np.array([place[name] for name in ids])
    back = np.argsort(rows).astype(np.int32)  # of a row there, the row here
    return Graph(ids, back[graph.near[rows]], graph.alike[rows], graph.exact)


def overlap(a: Graph, b: Graph, k: int) -> tuple[tuple[str, ...], np.ndarray]:
    """ids (m,) of the tracks both hold, and the share (m,) of each one's k nearest that are common, 0 to 1.

    Only tracks both hold count as neighbours. Where fewer than k of those are left among the stored ones, the
    nearest that are left are compared, as many of the one as of the other; a track without any is left out.
    """
    place = {name: row for row, name in enumerate(b.ids)}
    rows = np.array([place.get(name, -1) for name in a.ids], dtype=np.int64)  # of a's tracks in b
    mine = np.flatnonzero(rows >= 0)
    if not len(mine):
        return (), np.zeros(0)
    back = np.full(len(b.ids), -1, dtype=np.int64)  # of b's tracks in a
    back[rows[mine]] = mine
    first, second = a.near[mine].astype(np.int64), back[b.near[rows[mine]]]
    first[rows[first] < 0] = -1
    (first, left), (second, other) = _first(first, k), _first(second, k)
    size = np.minimum(left, other)  # (m,)
    counts = np.arange(first.shape[1]) < size[:, None]
    counted = np.arange(second.shape[1]) < size[:, None]
    same = (first[:, :, None] == second[:, None, :]) & counts[:, :, None] & counted[:, None, :]
    some = np.flatnonzero(size)
    share = same.any(axis=2).sum(axis=1)[some] / size[some]
    return tuple(a.ids[row] for row in mine[some]), share


def _first(near: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The first k of each row (m, K) that are not -1, moved to the front, and how many, at most k."""
    order = np.argsort(near < 0, axis=1, kind="stable")[:, :k]
    found = np.take_along_axis(near, order, axis=1)
    return found, (found >= 0).sum(axis=1)


def _of(dataset: str, found: Source, settings: Settings) -> str:
    """The commit of the embeddings a graph was made of."""
    return str(store.version(collection.table(dataset, found, settings)))


def _column(values: np.ndarray) -> pa.Array:
    """(n, k) as lists; a single track, which has no neighbours, gets one that is not read again."""
    kept = values if values.shape[1] else np.zeros((len(values), 1), values.dtype)
    return pa.FixedSizeListArray.from_arrays(pa.array(kept.reshape(-1)), kept.shape[1])


def _matrix(column: pa.ChunkedArray, n: int, k: int) -> np.ndarray:
    """A column of lists as (n, k), read-only."""
    flat = column.combine_chunks().flatten().to_numpy(zero_copy_only=False).reshape(n, -1)[:, :k]
    flat.setflags(write=False)
    return flat
