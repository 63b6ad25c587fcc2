"""Tracks as files to take along: CSV for spreadsheets, parquet for programs, m3u8 for players.

Written a few thousand rows at a time, so a million are never in memory. In CSV a text that a spreadsheet
would run as a formula gets an apostrophe before it, and words of a list are parted by "; "; parquet holds the
values as they are.
"""

import csv
import io
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import pandas as pd
import pyarrow as pa

from quintet.catalogue import query
from quintet.catalogue.query import Query, Table
from quintet.datasets.base import Facts
from quintet.errors import UsageError

CSV, PARQUET, PLAYLIST = "csv", "parquet", "m3u8"
EVERY_ROW = 2**31 - 1
_ORDER = (
    "id", "title", "artist", "album", "labels", "tags", "split", "year", "seconds", "path", "start", "whole",
    "bytes", "group", "flags",
)  # fmt: skip
# What opens a formula in a spreadsheet (OWASP, CSV injection), also in the wide letters of East Asia.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@dataclass(frozen=True)
class Written:
    """How many tracks were written, and how many had no sound file a playlist could name."""

    tracks: int
    silent: int = 0


def columns(facts: Facts) -> list[str]:
    """What a file of tracks holds: every field of a track, then the dataset's own columns."""
    return [*_ORDER, *(column.name for column in facts.columns)]


def write(table: Table, wanted: Query, kind: str, file: BinaryIO, most: int = EVERY_ROW) -> Written:
    """The first `most` tracks a query leaves, in its order, as CSV, parquet or m3u8. Raises UsageError."""
    if kind not in _WRITERS:
        raise UsageError(f"No export named {kind!r}. Known: {', '.join(_WRITERS)}.")
    names = columns(table.facts)
    return _WRITERS[kind](query.batches(table, wanted, names, most), names, file)


def _csv(found: Iterator[pa.Table], names: list[str], file: BinaryIO) -> Written:
    text = io.TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", newline="")
    lines, total = csv.writer(text), 0
    lines.writerow([formula_safe(name) for name in names])
    for part in found:
        values = (map(_cell, column.to_pylist()) for column in _readable(part).columns)
        lines.writerows(zip(*values, strict=True))
        total += len(part)
    text.flush()
    text.detach()  # or closing the wrapper would close the caller's file
    return Written(total)


def _readable(part: pa.Table) -> pa.Table:
    """Paths as text: names of files are bytes, and where they are no UTF-8 the others are written out."""
    paths = (os.fsencode(path) if path is not None else None for path in part["path"].to_pylist())
    texts = [None if path is None else path.decode("utf-8", "backslashreplace") for path in paths]
    return part.set_column(part.column_names.index("path"), "path", pa.array(texts, pa.string()))


def formula_safe(text: str) -> str:
    """`text` as a cell no spreadsheet runs: an apostrophe stands before what would open a formula.

    Every CSV that is written for a person goes through this: cells, ids and the header alike.
    """
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA) else text


def formula_safe_row(values: Iterable[object]) -> list[object]:
    """A row of cells: texts as `formula_safe` writes them, nothing for None, numbers as they are."""
    return [formula_safe(value) if isinstance(value, str) else "" if value is None else value
            for value in values]  # fmt: skip


def frame_as_csv(frame: pd.DataFrame) -> bytes:
    """A frame as CSV in UTF-8, its header and every text safe for a spreadsheet."""
    safe = frame.map(lambda value: formula_safe(value) if isinstance(value, str) else value)
    return safe.rename(columns=formula_safe).to_csv(index=False).encode()


def formula_unescaped(cell: str) -> str:
    """What `formula_safe` was given: a CSV of ours is read back as it was written."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA) else cell


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, list):
        value = "; ".join(value)
    return formula_safe(value) if isinstance(value, str) else value


def _parquet(found: Iterator[pa.Table], names: list[str], file: BinaryIO) -> Written:
    import pyarrow.parquet as pq

    total, writer = 0, None
    for part in found:
        whole = _readable(part).replace_schema_metadata(None)
        writer = writer or pq.ParquetWriter(file, whole.schema)
        writer.write_table(whole)
        total += len(part)
    if writer is None:
        pq.write_table(pa.table({name: pa.array([], pa.string()) for name in names}), file)
    else:
        writer.close()
    return Written(total)


def _m3u8(found: Iterator[pa.Table], names: list[str], file: BinaryIO) -> Written:
    """Absolute paths, a line each; an excerpt's start and end stand in VLC's own lines before it."""
    total = silent = 0
    file.write(b"#EXTM3U\n")
    for part in found:
        for row in part.to_pylist():
            path = os.fsencode(row["path"] or b"")
            if not path or b"\n" in path or b"\r" in path:  # a path of two lines would be two entries
                silent += 1
                continue
            lines = [f"#EXTINF:{round(row['seconds']) or -1},{_one_line(row)}", *_cut(row)]
            file.write("\n".join(lines).encode("utf-8", "backslashreplace") + b"\n" + path + b"\n")
            total += 1
    return Written(total, silent)


def _one_line(row: dict) -> str:
    said = f"{row['artist']} - {row['title']}" if row["artist"] else row["title"]
    return " ".join(said.split())


def _cut(row: dict) -> list[str]:
    if row["whole"]:
        return []
    start, end = row["start"], row["start"] + row["seconds"]
    return [f"#EXTVLCOPT:start-time={start:.3f}", f"#EXTVLCOPT:stop-time={end:.3f}"]


_WRITERS = {CSV: _csv, PARQUET: _parquet, PLAYLIST: _m3u8}
