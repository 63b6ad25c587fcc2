"""What the Million Song Dataset says of a song: its databases and its plain list, one song after another."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from quintet.datasets import _door
from quintet.datasets._files import UNREADABLE
from quintet.datasets.base import ReadReport, Value
from quintet.errors import BadData

TAGS = 10  # of an artist's tags, the first so many: MusicBrainz's, then Echo Nest's by weight
SEPARATOR = "<SEP>"


@dataclass(frozen=True, slots=True)
class Song:
    """One track of the set. `columns` holds what is known of the dataset's own columns."""

    id: str
    title: str
    artist: str
    artist_id: str = ""
    album: str = ""
    year: int = 0
    seconds: float = 0.0
    sevendigital: int = 0
    tags: tuple[str, ...] = ()
    columns: dict[str, Value] = field(default_factory=dict)


def text(value: object, notes: ReadReport, source_name: str) -> str:
    """A string as these files hold it: bytes of UTF-8. What is none is shown as � and counted."""
    if not isinstance(value, bytes):
        return "" if value is None else str(value)
    try:
        return value.decode().strip()
    except UnicodeDecodeError:
        notes.add(UNREADABLE, source_name)
        return value.decode(errors="replace").strip()


def opened(path: Path) -> sqlite3.Connection:
    """A database, read only, its strings as bytes. Raises BadData."""
    try:
        base = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        base.text_factory = bytes
        base.execute("SELECT name FROM sqlite_master LIMIT 1")
    except sqlite3.Error as error:
        raise BadData(
            f"{path} ({path.stat().st_size:,} bytes) is no readable database: "
            f"{_door.reason(error)}. Fetch it again."
        ) from error
    return base


def query(base: sqlite3.Connection, path: Path, sql: str, values: tuple = ()) -> Iterator[tuple]:
    """Rows as they are asked for. Raises BadData for a database cut short or of another make."""
    try:
        yield from base.execute(sql, values)
    except sqlite3.Error as error:
        raise BadData(
            f"{path} does not answer as expected ({_door.reason(error)}). Expected the tables it was "
            "published with. Fetch it again."
        ) from error


def from_database(path: Path, notes: ReadReport) -> Iterator[Song]:
    """Songs of track_metadata.db; the subset's has no 7digital ids. Unknown is -1, 0 or NULL there."""
    with closing(opened(path)) as base:
        names = [row[1].decode() for row in query(base, path, "PRAGMA table_info(songs)")]
        lacking = {"track_id", "title", "artist_name"} - set(names)
        if lacking:
            raise BadData(
                f"{path} has no column {min(lacking)!r} in songs: {', '.join(names) or 'no table'}. "
                "Expected track_metadata.db as it was published. Fetch it again."
            )
        for cells in query(base, path, "SELECT * FROM songs"):
            yield _from_row(dict(zip(names, cells, strict=True)), notes)


def _from_row(row: dict, notes: ReadReport) -> Song:
    i = text(row["track_id"], notes, "a track id")
    columns: dict[str, Value] = {}
    for name, field_name in (("familiarity", "artist_familiarity"), ("hotttnesss", "artist_hotttnesss")):
        value = row.get(field_name)
        if _positive(value):
            columns[name] = _positive(value)
    if row.get("song_id"):
        columns["song_id"] = text(row["song_id"], notes, i)
    return Song(
        id=i, title=text(row["title"], notes, i), artist=text(row["artist_name"], notes, i),
        artist_id=text(row.get("artist_id"), notes, i), album=text(row.get("release"), notes, i),
        year=int(_positive(row.get("year"))), seconds=_positive(row.get("duration")),
        sevendigital=int(_positive(row.get("track_7digitalid"))), columns=columns,
    )  # fmt: skip


def _positive(value: object) -> float:
    """A number above 0 that a table can hold; 0 for what is none: SQLite's columns hold anything."""
    return float(value) if isinstance(value, int | float) and 0 < value < 2**53 else 0.0


def from_text(path: Path, notes: ReadReport) -> Iterator[Song]:
    """Songs of unique_tracks.txt: ids, artist, title, no more. Raises BadData for another delimiter."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                parts = text(line, notes, f"{path.name} line {number}").split(SEPARATOR, 3)
                if len(parts) == 4:
                    yield Song(parts[0], parts[3], parts[2], columns={"song_id": parts[1]})
                elif number == 1:
                    raise BadData(
                        f"The first line of {path} is {parts[0][:80]!r}: expected "
                        f"{SEPARATOR.join(('track id', 'song id', 'artist', 'title'))}. Fetch it again."
                    )
                elif any(parts):
                    notes.add("line of another form, left out", f"{path.name} line {number}")
    except OSError as error:
        raise BadData(f"{path} cannot be read: {error}. Correct its rights or fetch it again.") from error


def artist_tags(path: Path, notes: ReadReport) -> dict[str, tuple[str, ...]]:
    """Artist id -> tags, from artist_term.db. Equal words are held once. Raises BadData."""
    tags_by_artist: dict[str, list[str]] = {}
    words: dict[bytes, str] = {}
    with closing(opened(path)) as base:
        for sql in ("SELECT artist_id, mbtag FROM artist_mbtag", "SELECT artist_id, term FROM artist_term"):
            for artist, word in query(base, path, f"{sql} ORDER BY rowid"):  # by weight, as they were written
                tags = tags_by_artist.setdefault(text(artist, notes, "an artist id"), [])
                tag = words.get(word) or words.setdefault(word, text(word, notes, "a tag"))
                if len(tags) < TAGS and tag and tag not in tags:
                    tags.append(tag)
    return {artist: tuple(tags) for artist, tags in tags_by_artist.items()}
