"""The HDF5 files of the Million Song Dataset: the summary, aggregates, and the files of single tracks.

All have the tables /metadata/songs, /analysis/songs and /musicbrainz/songs, one row a song. All but the
summary have arrays too; in them row i has what lies from its idx_… to that of row i + 1.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from quintet.datasets.base import ReadReport, Value
from quintet.datasets.msd.songs import TAGS, Song, text
from quintet.errors import BadData

if TYPE_CHECKING:
    import h5py

ROWS = 2_000  # rows in memory at a time: 11 MB, most of it the strings' empty ends
KEYS = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")
MODES = ("minor", "major")
BROKEN = (
    OSError,
    RuntimeError,
    KeyError,
    ValueError,
)  # what h5py raises over a file cut short or overwritten

# The fields that are read, as the files hold them (hdf5_descriptors.py @ 83ed783); HDF5 finds them by name.
_WIDE = "S1024"
_FIELDS = {
    "metadata": np.dtype(
        [
            ("artist_familiarity", "<f8"), ("artist_hotttnesss", "<f8"), ("artist_id", "S32"),
            ("artist_name", _WIDE), ("idx_artist_terms", "<i4"), ("release", _WIDE),
            ("song_hotttnesss", "<f8"), ("song_id", "S32"), ("title", _WIDE), ("track_7digitalid", "<i4"),
        ]
    ),
    "analysis": np.dtype(
        [
            ("duration", "<f8"), ("idx_segments_pitches", "<i4"), ("idx_segments_timbre", "<i4"),
            ("key", "<i4"), ("loudness", "<f8"), ("mode", "<i4"), ("tempo", "<f8"),
            ("time_signature", "<i4"), ("track_id", "S32"),
        ]
    ),
    "musicbrainz": np.dtype([("idx_artist_mbtags", "<i4"), ("year", "<i4")]),
}  # fmt: skip
_NUMBERS = {  # column -> (table, field); in these neither NaN nor 0 or less says anything
    "tempo": ("analysis", "tempo"), "time_signature": ("analysis", "time_signature"),
    "familiarity": ("metadata", "artist_familiarity"), "hotttnesss": ("metadata", "artist_hotttnesss"),
    "song_hotttnesss": ("metadata", "song_hotttnesss"),
}  # fmt: skip


@dataclass(frozen=True)
class Tables:
    """An open file. Opening a table takes as long as reading a row of it, so each is opened once."""

    file: "h5py.File"
    tables: dict[str, "h5py.Dataset"]
    length: int

    def blocks(self) -> Iterator[tuple[int, dict[str, np.ndarray]]]:
        """ROWS rows at a time: the number of the first, and the rows of each table."""
        for first in range(0, self.length, ROWS):
            n = min(ROWS, self.length - first)
            yield first, {name: _rows(table, name, first, n) for name, table in self.tables.items()}

    def parts(self, name: str, first: int, rows: dict[str, np.ndarray]) -> list[np.ndarray]:
        """What each of these rows has of an array; [] where the file has no such array."""
        array = self.file.get(name)
        if array is None:
            return []
        table, index = name.partition("/")[0], f"idx_{name.rpartition('/')[2]}"
        starts, after, end = rows[table][index].tolist(), first + len(rows[table]), len(array)
        last = _rows(self.tables[table], table, after, 1)[index][0] if after < self.length else end
        bounds = np.maximum.accumulate(np.clip([*starts, last], 0, end))
        return np.split(array[bounds[0] : bounds[-1]], bounds[1:-1] - bounds[0])


def _rows(table: "h5py.Dataset", name: str, first: int, n: int) -> np.ndarray:
    """`n` rows of a table with the fields that are read: a third of the time h5py takes for whole rows."""
    from h5py import h5s

    rows = np.zeros(n, _FIELDS[name])
    dataspace = table.id.get_space()
    dataspace.select_hyperslab((first,), (n,))
    table.id.read(h5s.create_simple((n,)), dataspace, rows)
    return rows


@contextmanager
def opened(path: Path, names: tuple[str, ...] = tuple(_FIELDS)) -> Iterator[Tables]:
    """The file, read only, with those tables. Raises BadData for what cannot be read, then or later."""
    import h5py

    try:
        with h5py.File(path, "r") as file:
            tables = {name: file[f"{name}/songs"] for name in names}
            yield Tables(file, tables, min(len(table) for table in tables.values()))
    except BROKEN as error:
        size = path.stat().st_size if path.is_file() else 0
        raise BadData(
            f"{path} ({size:,} bytes) cannot be read: {str(error)[:160]}. Expected an HDF5 file with the "
            "tables /metadata/songs, /analysis/songs and /musicbrainz/songs. Fetch it again."
        ) from error


def check(path: Path) -> None:
    """Raises BadData where the file cannot be opened, or lacks a table or a field."""
    with opened(path) as tables:
        for name, table in tables.tables.items():
            lacking = set(_FIELDS[name].names) - set(table.dtype.names or ())
            if lacking:
                raise BadData(
                    f"{path} has no field {min(lacking)!r} in /{name}/songs. Expected the tables of the "
                    "Million Song Dataset's files. Fetch it again."
                )


def songs(path: Path, notes: ReadReport) -> Iterator[Song]:
    """The songs of one file. Raises BadData where it is cut short or has not the tables of these files."""
    with opened(path) as tables:
        for first, rows in tables.blocks():
            yield from _songs(tables, first, rows, notes)


def songs_of(paths: Iterable[Path], notes: ReadReport) -> Iterator[Song]:
    """The songs of many files; one that cannot be read is counted and left out."""
    for path in paths:
        try:
            yield from songs(path, notes)
        except BadData:
            notes.add("HDF5 file that cannot be read, left out", path.name)


def _songs(tables: Tables, first: int, rows: dict[str, np.ndarray], notes: ReadReport) -> Iterator[Song]:
    metadata, analysis = rows["metadata"], rows["analysis"]
    ids = [text(value, notes, "a track id") for value in analysis["track_id"].tolist()]
    strings = {
        name: [text(v, notes, i) for v, i in zip(metadata[name].tolist(), ids, strict=True)]
        for name in ("title", "artist_name", "artist_id", "release", "song_id")
    }
    years = np.maximum(rows["musicbrainz"]["year"], 0).tolist()
    seconds = np.nan_to_num(np.maximum(analysis["duration"], 0)).tolist()
    sevendigital = np.maximum(metadata["track_7digitalid"], 0).tolist()
    tags, columns = _tags(tables, first, rows, notes), _columns(rows, strings["song_id"])
    for n, i in enumerate(ids):
        yield Song(
            i, strings["title"][n], strings["artist_name"][n], strings["artist_id"][n], strings["release"][n],
            years[n], seconds[n], sevendigital[n], tags[n], columns[n],
        )  # fmt: skip


def _columns(rows: dict[str, np.ndarray], song_ids: list[str]) -> list[dict[str, Value]]:
    """What is known of each row's own columns."""
    columns: dict[str, list] = {"song_id": [value or None for value in song_ids]}
    for name, (table, column) in _NUMBERS.items():
        values = rows[table][column]
        columns[name] = [v if v > 0 else None for v in values.tolist()]  # NaN is not > 0
    columns["loudness"] = [v if v < 1e3 and v else None for v in rows["analysis"]["loudness"].tolist()]  # dB
    columns["key"] = [KEYS[v] if 0 <= v < 12 else None for v in rows["analysis"]["key"].tolist()]
    columns["mode"] = [MODES[v] if v in (0, 1) else None for v in rows["analysis"]["mode"].tolist()]
    names = list(columns)
    return [
        {name: v for name, v in zip(names, cells, strict=True) if v is not None}
        for cells in zip(*columns.values(), strict=True)
    ]


def _tags(
    tables: Tables, first: int, rows: dict[str, np.ndarray], notes: ReadReport
) -> list[tuple[str, ...]]:
    """Each row's artist's tags: MusicBrainz's, then Echo Nest's, strongest first; none in a summary."""
    row_tags: list[dict[str, None]] = [{} for _ in rows["metadata"]]
    for name in ("musicbrainz/artist_mbtags", "metadata/artist_terms"):
        for tags, words in zip(row_tags, tables.parts(name, first, rows), strict=False):  # no parts: no array
            tags.update(dict.fromkeys(text(word, notes, "a tag") for word in words[:TAGS].tolist()))
    return [tuple(word for word in tags if word)[:TAGS] for tags in row_tags]
