"""The stored table of a dataset's tracks: its facts, all of it, some of it."""

from collections.abc import Collection
from pathlib import Path

import pyarrow as pa

from quintet.catalogue import locations, rows
from quintet.datasets.base import Facts, Track
from quintet.errors import MissingEmbeddings, StoreError
from quintet.settings import Settings
from quintet.storage import tables

FORMAT = "2"  # of the table; one of another format is read again from the dataset's own files


def path(dataset: str, settings: Settings) -> Path:
    """Where the table lies, whether or not there is one. Raises UnknownName for what can be no name."""
    locations.check_name(dataset, settings)
    return settings.cache / dataset / "tracks.lance"


def stored(settings: Settings) -> list[str]:
    """Names of the datasets whose tracks are stored, in the order of `places.known`."""
    return [name for name in locations.known(settings) if tables.exists(path(name, settings))]


def damaged(settings: Settings) -> dict[str, str]:
    """Names of the datasets whose table is there and does not open, each with the sentence that mends it."""
    sentences = {}
    for name in locations.known(settings):
        try:
            tables.check(path(name, settings))
        except StoreError as error:
            sentences[name] = str(error)
    return sentences


def facts(dataset: str, settings: Settings) -> Facts:
    """What is true of the dataset as it was read here; the reader's own facts where it was not yet.

    Raises UnknownName.
    """
    locations.check(dataset, settings)
    where = path(dataset, settings)
    tables.check(where)
    if tables.exists(where):
        with tables.reading(where):
            return rows.from_text(_metadata(where, dataset)["facts"])
    return locations.module(dataset, settings).FACTS


def heal(dataset: str, settings: Settings) -> None:
    """Moves the table aside where it opens, but its facts or columns are damaged; the job reads it anew."""
    where = path(dataset, settings)
    if not tables.exists(where) or tables.facts(where).get("format") != FORMAT:
        return
    try:
        columns(dataset, rows.schema(facts(dataset, settings)).names, settings)
    except StoreError:
        tables.set_aside(where)


def read(dataset: str, settings: Settings) -> list[Track]:
    """All tracks in the dataset's order. Raises UnknownName, MissingEmbeddings where it was never read."""
    held, known = _open(dataset, settings), facts(dataset, settings)
    with tables.reading(path(dataset, settings)):
        return [rows.track(row, known) for batch in held.to_batches() for row in batch.to_pylist()]


def some(dataset: str, ids: Collection[str], settings: Settings) -> dict[str, Track]:
    """Those of the tracks that are stored, by id. Raises UnknownName, MissingEmbeddings."""
    held, known = _open(dataset, settings), facts(dataset, settings)
    names = ", ".join("'" + one.replace("'", "''") + "'" for one in dict.fromkeys(ids))
    if not names:
        return {}
    with tables.reading(path(dataset, settings)):
        listed = held.to_table(filter=f"id IN ({names})").to_pylist()
        found = {row["id"]: rows.track(row, known) for row in listed}
    return {one: found[one] for one in ids if one in found}


def columns(dataset: str, names: list[str], settings: Settings) -> pa.Table:
    """Some columns of all tracks, in the dataset's order. Raises UnknownName, MissingEmbeddings."""
    held = _open(dataset, settings)
    with tables.reading(path(dataset, settings)):
        return held.to_table(columns=names)


def count(dataset: str, settings: Settings) -> int:
    """How many tracks are stored. Raises UnknownName, MissingEmbeddings."""
    return _open(dataset, settings).count_rows()


def write(dataset: str, table: pa.Table, known: Facts, settings: Settings) -> None:
    """Replaces the table in one commit."""
    tables.write(path(dataset, settings), table, {"facts": rows.as_text(known), "format": FORMAT})


def _open(dataset: str, settings: Settings):
    locations.check(dataset, settings)
    where = path(dataset, settings)
    tables.check(where)
    tables.check(where)
    if not tables.exists(where):
        raise MissingEmbeddings(f"Nothing is stored for {dataset!r} yet. Run: quintet prepare {dataset}")
    _metadata(where, dataset)
    return tables.open_table(where)


def _metadata(where: Path, dataset: str) -> dict[str, str]:
    held = tables.facts(where)
    if held.get("format") != FORMAT:
        raise StoreError(
            f"The table of {dataset!r} was written by another version of Quintet (format "
            f"{held.get('format', '1')}, expected {FORMAT}). Read it again: quintet prepare {dataset}"
        )
    return held
