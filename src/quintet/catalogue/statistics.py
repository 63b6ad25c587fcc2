"""What a dataset's table says of itself beyond plain counts: spreads, a tree rolled up, artists and splits.

DuckDB reads the Lance table where it lies, column by column, as catalogue.query does.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from quintet.errors import UsageError
from quintet.storage import tables as store

# Widths of a step that people read, in seconds, minutes or years.
_STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800)
# Share of the rows at either end that may lie in one open step: a few wrong values do not flatten the rest.
_TAIL = 0.005


@dataclass(frozen=True)
class Spread:
    """Values of a number column: how many rows know it, the ends, the middle, and (from, to, rows) steps.

    Where `below` or `above`, the first or the last step also holds what lies further out.
    """

    known: int
    low: float
    median: float
    high: float
    steps: tuple[tuple[float, float, int], ...]
    below: bool = False
    above: bool = False


@dataclass(frozen=True)
class Artists:
    """How many tracks name an artist, how many artists that is, how many have one track, the frequent."""

    tracks: int
    names: int
    once: int
    most: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Across:
    """One part of a split: tracks with an artist, those whose artist is in train too; artists likewise."""

    part: str
    tracks: int
    known_tracks: int
    artists: int
    known_artists: int


def ask(sql: str, tables: Mapping[str, Path], **held: pa.Table) -> pa.Table:
    """The answer of DuckDB, which sees each stored table and each one held in memory under its name."""
    import duckdb

    connection = duckdb.connect()
    for name, found in (*held.items(), *((name, store.open_table(path)) for name, path in tables.items())):
        connection.register(name, found)
    return connection.sql(sql).to_arrow_table()


def spread(path: Path, column: str, most: int = 32) -> Spread | None:
    """How a number column is spread over at most some `most` steps of a round width; 0 and less is unknown.

    None where no row knows it. Raises UsageError for a column the table has not.
    """
    name = _name(path, column)
    known = f"FROM t WHERE {name} > 0 AND isfinite({name}::DOUBLE)"
    sql = (
        f"SELECT count(*) AS n, min({name}) AS low, max({name}) AS high, quantile_cont({name}, "
        f"[{_TAIL}, 0.5, {1 - _TAIL}]) AS q {known}"
    )
    found = ask(sql, {"t": path}).to_pylist()[0]
    if not found["n"]:
        return None
    low, (first, median, last), high = float(found["low"]), found["q"], float(found["high"])
    whole = pa.types.is_integer(store.open_table(path).schema.field(column).type)
    width = _width(last - first, most, whole)
    if high - low <= 2 * most * width:  # the tails take little room: they get it
        first, last, width = low, high, _width(high - low, most, whole)
    start = math.floor(first / width)
    count = math.floor(last / width) - start + 1
    sql = (
        f"SELECT greatest(0, least({count - 1}, floor({name} / {width}) - {start}))::INT AS k, "
        f"count(*) AS n {known} GROUP BY k"
    )
    rows = {row["k"]: row["n"] for row in ask(sql, {"t": path}).to_pylist()}
    edges = [round((start + k) * width, 1) for k in range(count + 1)]
    steps = tuple((edges[k], edges[k + 1], rows.get(k, 0)) for k in range(count))
    return Spread(found["n"], low, float(median), high, steps, low < edges[0], high >= edges[-1])


def under(path: Path, parents: Mapping[str, str], column: str = "tags") -> dict[str, int]:
    """Tracks that carry each word of a tree or one below it, each track once; words nobody carries have 0."""
    words = sorted({*parents, *filter(None, parents.values())})
    above = pa.table({"word": words, "above": pa.array([line(word, parents) for word in words])})
    sql = (
        f"WITH w AS (SELECT row, unnest({_name(path, column)}) AS word FROM t), "
        "p AS (SELECT word, unnest(above) AS above FROM tree) "
        "SELECT above, count(DISTINCT row) AS n FROM w JOIN p USING (word) GROUP BY above"
    )
    found = ask(sql, {"t": path}, tree=above).to_pylist() if words else []
    return dict.fromkeys(words, 0) | {row["above"]: row["n"] for row in found}


def artists(path: Path, most: int = 15) -> Artists:
    """Artists as they are spelt, the most frequent first."""
    named = "(SELECT artist, count(*) AS n FROM t WHERE artist != '' GROUP BY artist)"
    sums = "coalesce(sum(n), 0)::BIGINT AS tracks, count(*) AS names, count(*) FILTER (n = 1) AS once"
    total = ask(f"SELECT {sums} FROM {named}", {"t": path}).to_pylist()[0]
    first = ask(f"SELECT artist, n FROM {named} ORDER BY n DESC, artist LIMIT {int(most)}", {"t": path})
    return Artists(**total, most=tuple((row["artist"], row["n"]) for row in first.to_pylist()))


def across(path: Path, split: str = "split") -> tuple[Across, ...]:
    """What valid and test share with train, by the artists' names; () where train names none."""
    name = _name(path, split)
    sql = (
        f"WITH k AS (SELECT artist, {name} AS part FROM t WHERE artist != '' AND {name} IN "
        "('train', 'valid', 'test')), trained AS (SELECT DISTINCT artist FROM k WHERE part = 'train'), "
        "g AS (SELECT part, artist, count(*) AS n FROM k GROUP BY part, artist) "
        "SELECT part, sum(n)::BIGINT AS tracks, count(*) AS artists, count(trained.artist) AS known_artists, "
        "coalesce(sum(n) FILTER (trained.artist IS NOT NULL), 0)::BIGINT AS known_tracks "
        "FROM g LEFT JOIN trained USING (artist) GROUP BY part ORDER BY part DESC"
    )
    found = [Across(**row) for row in ask(sql, {"t": path}).to_pylist()]
    if "train" not in [one.part for one in found]:
        return ()
    return tuple(sorted((one for one in found if one.part != "train"), key=lambda one: one.part))


def line(word: str, parents: Mapping[str, str]) -> list[str]:
    """The word and all above it; a tree that bites its tail ends where it comes round."""
    found = [word]
    while (above := parents.get(found[-1], "")) and above not in found:
        found.append(above)
    return found


def _width(span: float, most: int, whole: bool) -> float:
    """The narrowest round step with which `most` of them reach; whole numbers have no step below one."""
    known = [step for step in _STEPS if step >= 1] if whole else _STEPS
    return next((step for step in known if span / step < most), math.ceil(span / most))


def _name(path: Path, column: str) -> str:
    known = store.open_table(path).schema.names
    if column not in known:
        raise UsageError(f"The table has no column {column!r}. Known: {', '.join(known)}.")
    return '"' + column.replace('"', '""') + '"'
