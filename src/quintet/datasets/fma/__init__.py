"""FMA: the Free Music Archive dataset in its four sizes, read from fma_metadata; the MP3s may be absent."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from quintet.datasets.base import (
    ChecksumResult,
    DatasetLocation,
    PublishedEmbeddings,
    ReadReport,
    ReadResult,
    Track,
    Value,
)
from quintet.datasets.fma import features as features
from quintet.datasets.fma import kaggle as kaggle
from quintet.datasets.fma import tables as tables
from quintet.datasets.fma.facts import CLIP, SIZES, facts, known_faults
from quintet.datasets.fma.paths import TABLE, Layout, layout
from quintet.errors import BadData, MissingData
from quintet.storage.text import parse_float

VARIANTS = SIZES
FACTS = facts("", {}, ())
_SPLITS = {"training": "train", "validation": "valid", "test": "test"}
_YEAR = re.compile(r"(\d{4})-\d\d-\d\d")
_SUM = re.compile(r"([0-9a-f]{40}) [ *](.+)")  # a line of sha1sum
_CONDITIONS = (
    (re.compile("non-?commercial"), "NC"),
    (re.compile("no[- ]?deriv"), "ND"),
    (re.compile("share[- ]?alike"), "SA"),
)


def read(location: DatasetLocation, notes: ReadReport) -> ReadResult:
    """Every track of the size that is meant, in the order of tracks.csv. Raises MissingData, BadData."""
    fma_layout = layout(location)
    tree = tables.genres(fma_layout.metadata / "genres.csv", notes)
    in_notebook = _notebook(fma_layout, tree)
    fma_facts = facts(fma_layout.size, tree.parents, _missing(fma_layout), kaggle.protocol(in_notebook))
    tracks = _tracks(fma_layout, tables.rows(fma_layout.metadata / TABLE, notes), tree, notes)
    return ReadResult(fma_facts, (_with_notebook(track, in_notebook) for track in tracks))


def ready(location: DatasetLocation) -> list[PublishedEmbeddings]:
    """The features that come with the metadata, as far as they are there. Raises MissingData, BadData."""
    fma_layout = layout(location)
    return features.ready(fma_layout.metadata, lambda: _ids(fma_layout))


def verify(location: DatasetLocation) -> Iterator[ChecksumResult]:
    """Every file that the lists `checksums` of the metadata and of the audio name, hashed as it is asked for.

    Raises MissingData where neither folder has its list, BadData for a line that is none of sha1sum's.
    """
    fma_layout = layout(location)
    folders = (fma_layout.metadata, fma_layout.audio)
    lists = [folder / "checksums" for folder in folders if folder and (folder / "checksums").is_file()]
    if not lists:
        raise MissingData(
            f"No checksums in {' or '.join(str(f) for f in folders if f)}: each of FMA's archives has a file "
            "of that name. Unpack it again, or go without the check."
        )
    return (checked for path in lists for checked in _checked(path))


def _checked(path: Path) -> Iterator[ChecksumResult]:
    with path.open(encoding="utf-8", errors="surrogateescape") as file:
        for at, line in enumerate(file, start=1):
            match = _SUM.fullmatch(line.rstrip("\r\n"))
            name = Path(match[2]) if match else Path("..")
            if name.is_absolute() or ".." in name.parts or "\0" in str(name):
                raise BadData(
                    f"{path} line {at} is no line of sha1sum: {line[:60]!r}. Expected 40 hex digits, two "
                    "spaces and a path within the folder. Unpack the archive again."
                )
            yield ChecksumResult(path.parent / name, _compared(path.parent / name, match[1]))


def _compared(path: Path, expected: str) -> str:
    try:
        with path.open("rb") as file:
            return "same" if hashlib.file_digest(file, "sha1").hexdigest() == expected else "other"
    except OSError:
        return "absent"


def _missing(fma_layout: Layout) -> tuple[str, ...]:
    would = {
        "genres.csv": "the names of the 163 genres, their tree and every track's tags",
        "features.csv": "518 hand-made features of every track, without any audio",
        "echonest.csv": "the Echo Nest's features of 13,129 tracks",
    }
    missing = [
        f"{name} would add {content}."
        for name, content in would.items()
        if not (fma_layout.metadata / name).is_file()
    ]
    if fma_layout.audio is None:
        missing.append(f"fma_{fma_layout.size}/ beside fma_metadata/ would add the sound.{fma_layout.hint}")
    return tuple(missing)


def _is_in_size(fma_layout: Layout, subset: str) -> bool:
    """Each size holds the ones before it; rows name the smallest."""
    return subset in SIZES and SIZES.index(subset) <= SIZES.index(fma_layout.size)


def _notebook(fma_layout: Layout, tree: tables.Genres) -> kaggle.NotebookSplit:
    """What a Kaggle notebook would take; it was not made for the small size, whose genres are even."""
    if fma_layout.size == SIZES[0]:
        return {}
    rows = tables.rows(fma_layout.metadata / TABLE, ReadReport())
    return kaggle.notebook_split((row for row in rows if _is_in_size(fma_layout, row[1]["set.subset"])), tree)


def _with_notebook(track: Track, notebook: kaggle.NotebookSplit) -> Track:
    if (entry := notebook.get(int(track.id))) is None:
        return track
    return replace(track, columns={**track.columns, "kaggle_genre": entry[0], "kaggle_split": entry[1]})


def _ids(fma_layout: Layout) -> set[str]:
    subsets = tables.subsets(fma_layout.metadata / TABLE)
    return {str(track_id) for track_id, subset in subsets if _is_in_size(fma_layout, subset)}


def _tracks(
    fma_layout: Layout, rows: Iterator[tuple[int, dict[str, str]]], tree: tables.Genres, notes: ReadReport
) -> Iterator[Track]:
    classes = facts(fma_layout.size, {}, ()).classes
    for track_id, row in rows:
        if row["set.subset"] not in SIZES:
            notes.add("subset that is none of small, medium, large; left out", f"track {track_id}")
        if not _is_in_size(fma_layout, row["set.subset"]):
            continue
        if row["track.genre_top"] and row["track.genre_top"] not in classes:
            notes.add("root genre that this size has not", f"track {track_id}: {row['track.genre_top']!r}")
            row["track.genre_top"] = ""
        if row["set.split"] not in _SPLITS:
            notes.add("split that is none of training, validation, test", f"track {track_id}")
        yield _track(track_id, row, fma_layout, tree.titles_of(row["track.genres_all"], notes))


def _track(track_id: int, row: dict[str, str], fma_layout: Layout, tags: tuple[str, ...]) -> Track:
    length = parse_float(row["track.duration"]) or 0.0
    genre = row["track.genre_top"]
    return Track(
        id=str(track_id),
        path=fma_layout.mp3(track_id),
        title=row["track.title"].strip() or f"{track_id:06d}",
        artist=row["artist.name"].strip(),
        labels=(genre,) if genre else (),
        split=_SPLITS.get(row["set.split"], ""),
        seconds=length if fma_layout.size == "full" else min(length or CLIP, CLIP),
        group=row["artist.id"],
        album=row["album.title"].strip(),
        year=_year(row["album.date_released"]) or _year(row["track.date_recorded"]),
        tags=tags,
        flags=known_faults(str(track_id), fma_layout.size),
        columns=_columns(row),
    )


def _columns(row: dict[str, str]) -> dict[str, Value]:
    licence = row["track.license"].strip()
    values: dict[str, Value | None] = {
        "subset": row["set.subset"],
        "full length": parse_float(row["track.duration"]),
        "language": row["track.language_code"] or None,
        "terms": conditions(licence) if licence else None,
        "license": licence or None,
        "has_genre": bool(row["track.genre_top"]),
    }
    for name in ("listens", "favorites", "interest", "bit_rate"):
        value = parse_float(row[f"track.{name}"])
        values[name] = None if value is None else int(value)
    return {name: value for name, value in values.items() if value is not None}


def _year(cell: str) -> int:
    match = _YEAR.match(cell)
    return int(match[1]) if match else 0


def conditions(licence: str) -> str:
    """ "Attribution-Noncommercial-Share Alike 3.0 United States" -> "CC BY-NC-SA"; other: it says none."""
    words = licence.casefold()
    if "public domain" in words:
        return "public domain"
    if re.search(r"\bcc0\b", words):
        return "CC0"
    if "attribution" not in words:
        return "other"
    return "-".join(["CC BY", *(short for pattern, short in _CONDITIONS if pattern.search(words))])
