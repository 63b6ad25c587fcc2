"""A track as a row: fixed columns, the dataset's own beside them, and what makes rows quick to search.

A path is bytes: a file's name need not be text.
"""

import json
import os
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, fields
from hashlib import blake2b
from pathlib import Path

import pyarrow as pa

from quintet.datasets.base import Column, Facts, Protocol, Track

_WORDS = pa.list_(pa.string())
_FIXED = {
    "id": pa.string(), "path": pa.binary(), "title": pa.string(), "artist": pa.string(), "labels": _WORDS,
    "split": pa.string(), "seconds": pa.float64(), "start": pa.float64(), "whole": pa.bool_(),
    "group": pa.string(), "album": pa.string(), "year": pa.int64(), "tags": _WORDS, "flags": _WORDS,
}  # fmt: skip
_ADDED = {  # what no reader gives
    "row": pa.int64(),  # place in the dataset's order
    "bytes": pa.int64(),  # of the audio file
    "words": pa.string(),  # all text of the row, small and without accents: what a search looks through
    "stamp": pa.string(),  # changes when anything of the row does
    "sound": pa.string(),  # changes when what is heard does
}
_KINDS = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "yes": pa.bool_(),
    "many": _WORDS,
}


def schema(facts: Facts) -> pa.Schema:
    """Columns of a dataset's track table."""
    own = {c.name: _KINDS[c.kind] for c in facts.columns}
    return pa.schema([*_FIXED.items(), *own.items(), *_ADDED.items()])


def batch(tracks: Sequence[Track], sizes: Sequence[int], first: int, facts: Facts) -> pa.RecordBatch:
    """Tracks as rows from number `first` on; `sizes` in bytes."""
    columns: dict[str, list] = {name: [getattr(t, name) for t in tracks] for name in _FIXED}
    columns["path"] = [os.fsencode(t.path) if t.path else None for t in tracks]
    for column in facts.columns:
        columns[column.name] = [t.columns.get(column.name) for t in tracks]
    columns["row"] = list(range(first, first + len(tracks)))
    columns["bytes"] = list(sizes)
    columns["words"] = [_words(t) for t in tracks]
    columns["stamp"] = [_digest(t, size) for t, size in zip(tracks, sizes, strict=True)]
    columns["sound"] = [
        _digest(t.path is not None, t.start, t.seconds if not t.whole else 0, size)
        for t, size in zip(tracks, sizes, strict=True)
    ]
    return pa.RecordBatch.from_pydict(columns, schema=schema(facts))


def track(row: dict, facts: Facts) -> Track:
    """A row as a track again; unknown columns are absent."""
    own = {c.name: row[c.name] for c in facts.columns if row[c.name] is not None}
    return Track(
        **{name: row[name] for name in _FIXED if name not in ("path", "labels", "tags", "flags")},
        path=Path(os.fsdecode(row["path"])) if row["path"] else None,
        **{name: tuple(row[name]) for name in ("labels", "tags", "flags")},
        columns={name: tuple(v) if isinstance(v, list) else v for name, v in own.items()},
    )


def plain(text: str) -> str:
    """Small letters without accents: "Björk" and "bjork" find each other."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))


def as_text(facts: Facts) -> str:
    """Facts for a table's metadata."""
    return json.dumps(asdict(facts))


def from_text(text: str) -> Facts:
    """Facts out of a table's metadata; keys of another version are left out."""
    held = json.loads(text)
    known = {f.name for f in fields(Facts)}
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in held.items() if name in known}
    values["columns"] = tuple(Column(**c) for c in held["columns"])
    values["protocols"] = tuple(Protocol(**{**p, "classes": tuple(p["classes"])}) for p in held["protocols"])
    return Facts(**values)


def _words(t: Track) -> str:
    text = " ".join((t.id, t.title, t.artist, t.album, *t.labels, *t.tags))
    return text.lower() if text.isascii() else plain(text)


def _digest(*values: object) -> str:
    return blake2b(repr(values).encode("utf-8", "backslashreplace"), digest_size=8).hexdigest()
