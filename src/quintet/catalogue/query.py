"""Questions to a dataset's table, answered where it lies: search, filters, sorting, pages, counts.

DuckDB reads the Lance table column by column, so a million rows are never held. Names of columns come from
the table's own schema and values are bound, so nothing a visitor types is ever part of the SQL.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from quintet.catalogue import rows, sorting
from quintet.catalogue.sql import AUDIO, FLAGGED, NO, YES, ZERO_IS_UNKNOWN, Asked, known_column
from quintet.datasets.base import Facts, Track
from quintet.storage import tables

__all__ = ["AUDIO", "EVERYTHING", "FLAGGED", "NO", "YES", "Filter", "Query", "Table"]
FEW = 10_000  # rows up to which values are picked out one by one instead of read through


@dataclass(frozen=True)
class Table:
    """What is asked: the track table, its facts, each backbone's embeddings, and what an audit flagged."""

    path: Path
    facts: Facts
    heard: Mapping[str, Path] = field(default_factory=dict)  # backbone key -> its table
    suspects: frozenset[str] = frozenset()  # ids an audit flagged


@dataclass(frozen=True)
class Filter:
    """A column that has one of `values`, or lies in [low, high]; `audio`, `flagged` take yes or no."""

    column: str
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Query:
    """Rows wanted: each word of `text` in them, all filters true, heard by all of `heard`; their order."""

    text: str = ""
    filters: tuple[Filter, ...] = ()
    heard: tuple[str, ...] = ()
    ids: tuple[str, ...] | None = None
    sort: str = ""
    descending: bool = False


EVERYTHING = Query()


def page(table: Table, query: Query, first: int, size: int) -> list[Track]:
    """Rows `first` to `first + size` of what the query leaves, in its order. Raises UsageError."""
    return arranged(table, query, matched(table, query), first, size)


def count(table: Table, query: Query) -> int:
    """How many rows the query leaves. Raises UsageError."""
    asked = Asked(table, query)
    if not asked.where:
        return asked.held.count_rows()
    return asked.run(f"SELECT count(*) AS n FROM t {asked.where}")["n"][0].as_py()


def matched(table: Table, query: Query) -> np.ndarray:
    """Places (n,) int32 of all rows the query leaves, in the dataset's order. Raises UsageError."""
    asked = Asked(table, query)
    if not asked.where:
        return np.arange(asked.held.count_rows(), dtype=np.int32)
    return np.sort(asked.places(f"SELECT row FROM t {asked.where}"))


def arranged(table: Table, query: Query, found: np.ndarray, first: int, size: int) -> list[Track]:
    """Rows `first` to `first + size` in the query's order of those `matched` found. Raises UsageError."""
    held = tables.open_table(table.path)
    known = _taken(held, _placed(table, query, found, first, size), held.schema.names)
    return [rows.track(row, table.facts) for row in known.to_pylist()]


def ids(table: Table, query: Query) -> list[str]:
    """Ids of all rows the query leaves, in its order. Raises UsageError."""
    found = matched(table, query)
    return _taken(tables.open_table(table.path), _placed(table, query, found, 0, len(found)), ["id"])[
        "id"
    ].to_pylist()


def batches(table: Table, query: Query, names: Sequence[str], most: int) -> Iterator[pa.Table]:
    """Some columns of the first `most` rows the query leaves, in its order, a few thousand rows at a time."""
    held = tables.open_table(table.path)
    places = _placed(table, query, matched(table, query), 0, most)
    for first in range(0, len(places), FEW):
        yield _taken(held, places[first : first + FEW], list(names)).select(list(names))


def _placed(table: Table, query: Query, found: np.ndarray, first: int, size: int) -> np.ndarray:
    size = max(0, min(size, len(found) - first))
    if not query.sort:
        return found[first : first + size]
    held = tables.open_table(table.path)
    values = _values(held, known_column(held, query.sort), found)
    keys = sorting.keys(values, query.sort in ZERO_IS_UNKNOWN)
    return found[sorting.page(keys, query.descending, first, size)]


def _values(held, column: str, found: np.ndarray) -> pa.ChunkedArray:
    """One column of the rows found."""
    if len(found) <= FEW:
        return _taken(held, found, [column])[column]
    values = held.to_table(columns=[column])[column]
    if len(found) == len(values):
        return values
    wanted = np.zeros(len(values), bool)
    wanted[found] = True
    return values.filter(pa.array(wanted))


def _taken(held, places: np.ndarray, names: list[str]) -> pa.Table:
    """Rows by their place, which is where they lie: a table is written whole, in its order."""
    names = list(dict.fromkeys([*(n for n in names if n in held.schema.names), "row"]))
    return held.take(places.tolist(), columns=names)


def counts(table: Table, query: Query, column: str, most: int = 1_000) -> dict[str, int]:
    """How often each value of a column occurs, the most frequent first; lists count each word."""
    asked = Asked(table, query)
    value = asked.words(column)
    found = asked.run(
        f"SELECT v, count(*) AS n FROM (SELECT {value} AS v FROM t {asked.where}) "
        f"WHERE v IS NOT NULL AND v != '' GROUP BY v ORDER BY n DESC, v LIMIT {int(most)}"
    )
    return dict(zip(found["v"].to_pylist(), found["n"].to_pylist(), strict=True))


def cross(table: Table, query: Query, a: str, b: str) -> list[tuple[str, str, int]]:
    """(value of a, value of b, rows with both): splits by class, classes by year."""
    asked = Asked(table, query)
    found = asked.run(
        f"SELECT a, b, count(*) AS n FROM (SELECT {asked.words(a)} AS a, * EXCLUDE (a) FROM "
        f"(SELECT *, {asked.words(b)} AS b, 0 AS a FROM t {asked.where})) GROUP BY a, b ORDER BY a, b"
    )
    return list(zip(found["a"].to_pylist(), found["b"].to_pylist(), found["n"].to_pylist(), strict=True))


def together(table: Table, query: Query, column: str, most: int) -> list[tuple[str, str, int]]:
    """(word, other word, rows that carry both) of the `most` frequent words of a list column."""
    named = list(counts(table, query, column, most))
    asked = Asked(table, query)
    words = asked.bind(named)
    found = asked.run(
        f"WITH w AS (SELECT row, unnest({asked.name(column)}) AS v FROM t {asked.where}), "
        f"k AS (SELECT * FROM w WHERE list_contains({words}, v)) "
        "SELECT a.v AS a, b.v AS b, count(*) AS n FROM k a JOIN k b USING (row) WHERE a.v < b.v GROUP BY 1, 2"
    )
    return list(zip(found["a"].to_pylist(), found["b"].to_pylist(), found["n"].to_pylist(), strict=True))


@dataclass(frozen=True)
class Summary:
    """What can be asked of a table: rows, those with audio, those flagged, years and seconds where known.

    `told` names the fields of a track that tell one from another here: an artist all share tells nothing.
    """

    rows: int
    audio: int
    flagged: int
    years: tuple[int, int] | None
    seconds: tuple[float, float] | None
    told: frozenset[str]


_TELLING = ("artist", "album", "split", "tags")


def summary(table: Table) -> Summary:
    """The few numbers by which a page knows which filters make sense, in one pass."""
    asked = Asked(table, EVERYTHING)
    ends = [
        f"min({name}) FILTER ({asked.known(name)}) AS low_{name}, "
        f"max({name}) FILTER ({asked.known(name)}) AS high_{name}"
        for name in ("year", "seconds")
    ]
    ends += [f"min({name}) IS DISTINCT FROM max({name}) AS tells_{name}" for name in _TELLING[:-1]]
    ends.append("bool_or(len(tags) > 0) AS tells_tags")
    found = asked.run(
        f"SELECT count(*) AS n, count(path) AS audio, count(*) FILTER ({asked.flagged()}) AS flagged, "
        f"{', '.join(ends)} FROM t"
    ).to_pylist()[0]
    years, seconds = (
        None if found[f"low_{name}"] is None else (found[f"low_{name}"], found[f"high_{name}"])
        for name in ("year", "seconds")
    )
    told = frozenset(name for name in _TELLING if found[f"tells_{name}"])
    return Summary(found["n"], found["audio"], found["flagged"], years, seconds, told)


def unsorted(query: Query) -> Query:
    """The same rows without an order: what `matched` depends on."""
    return replace(query, sort="", descending=False)
