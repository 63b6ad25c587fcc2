"""FMA: the Free Music Archive dataset in its four sizes, read from fma_metadata; the MP3s may be absent."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from quintet.datasets import _fma_features as features
from quintet.datasets import _fma_kaggle as kaggle
from quintet.datasets import _fma_tables as tables
from quintet.datasets._fma_facts import CLIP, SIZES, facts, known_faults
from quintet.datasets._fma_places import TABLE, Layout, layout
from quintet.datasets.base import Checked, Notes, Place, Reading, ReadyMade, Track, Value
from quintet.errors import BadData, MissingData
from quintet.storage.text import number

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


def read(place: Place, notes: Notes) -> Reading:
    """Every track of the size that is meant, in the order of tracks.csv. Raises MissingData, BadData."""
    found = layout(place)
    tree = tables.genres(found.metadata / "genres.csv", notes)
    in_notebook = _notebook(found, tree)
    known = facts(found.size, tree.parents, _missing(found), kaggle.protocol(in_notebook))
    tracks = _tracks(found, tables.rows(found.metadata / TABLE, notes), tree, notes)
    return Reading(known, (_with_notebook(track, in_notebook) for track in tracks))


def ready(place: Place) -> list[ReadyMade]:
    """The features that come with the metadata, as far as they are there. Raises MissingData, BadData."""
    found = layout(place)
    return features.ready(found.metadata, lambda: _ids(found))


def verify(place: Place) -> Iterator[Checked]:
    """Every file that the lists `checksums` of the metadata and of the audio name, hashed as it is asked for.

    Raises MissingData where neither folder has its list, BadData for a line that is none of sha1sum's.
    """
    found = layout(place)
    folders = (found.metadata, found.audio)
    lists = [folder / "checksums" for folder in folders if folder and (folder / "checksums").is_file()]
    if not lists:
        raise MissingData(
            f"No checksums in {' or '.join(str(f) for f in folders if f)}: each of FMA's archives has a file "
            "of that name. Unpack it again, or go without the check."
        )
    return (checked for path in lists for checked in _checked(path))


def _checked(path: Path) -> Iterator[Checked]:
    with path.open(encoding="utf-8", errors="surrogateescape") as file:
        for at, line in enumerate(file, start=1):
            held = _SUM.fullmatch(line.rstrip("\r\n"))
            name = Path(held[2]) if held else Path("..")
            if name.is_absolute() or ".." in name.parts or "\0" in str(name):
                raise BadData(
                    f"{path} line {at} is no line of sha1sum: {line[:60]!r}. Expected 40 hex digits, two "
                    "spaces and a path within the folder. Unpack the archive again."
                )
            yield Checked(path.parent / name, _compared(path.parent / name, held[1]))


def _compared(path: Path, expected: str) -> str:
    try:
        with path.open("rb") as file:
            return "same" if hashlib.file_digest(file, "sha1").hexdigest() == expected else "other"
    except OSError:
        return "absent"


def _missing(found: Layout) -> tuple[str, ...]:
    would = {
        "genres.csv": "the names of the 163 genres, their tree and every track's tags",
        "features.csv": "518 hand-made features of every track, without any audio",
        "echonest.csv": "the Echo Nest's features of 13,129 tracks",
    }
    gone = [
        f"{name} would add {what}." for name, what in would.items() if not (found.metadata / name).is_file()
    ]
    if found.audio is None:
        gone.append(f"fma_{found.size}/ beside fma_metadata/ would add the sound.{found.hint}")
    return tuple(gone)


def _takes_part(found: Layout, subset: str) -> bool:
    """Each size holds the ones before it; rows name the smallest."""
    return subset in SIZES and SIZES.index(subset) <= SIZES.index(found.size)


def _notebook(found: Layout, tree: tables.Genres) -> kaggle.Chosen:
    """What a Kaggle notebook would take; it was not made for the small size, whose genres are even."""
    if found.size == SIZES[0]:
        return {}
    rows = tables.rows(found.metadata / TABLE, Notes())
    return kaggle.chosen((one for one in rows if _takes_part(found, one[1]["set.subset"])), tree)


def _with_notebook(track: Track, chosen: kaggle.Chosen) -> Track:
    if (said := chosen.get(int(track.id))) is None:
        return track
    return replace(track, columns={**track.columns, "kaggle_genre": said[0], "kaggle_split": said[1]})


def _ids(found: Layout) -> set[str]:
    subsets = tables.subsets(found.metadata / TABLE)
    return {str(track_id) for track_id, subset in subsets if _takes_part(found, subset)}


def _tracks(
    found: Layout, rows: Iterator[tuple[int, dict[str, str]]], tree: tables.Genres, notes: Notes
) -> Iterator[Track]:
    classes = facts(found.size, {}, ()).classes
    for track_id, row in rows:
        if row["set.subset"] not in SIZES:
            notes.add("subset that is none of small, medium, large; left out", f"track {track_id}")
        if not _takes_part(found, row["set.subset"]):
            continue
        if row["track.genre_top"] and row["track.genre_top"] not in classes:
            notes.add("root genre that this size has not", f"track {track_id}: {row['track.genre_top']!r}")
            row["track.genre_top"] = ""
        if row["set.split"] not in _SPLITS:
            notes.add("split that is none of training, validation, test", f"track {track_id}")
        yield _track(track_id, row, found, tree.named(row["track.genres_all"], notes))


def _track(track_id: int, row: dict[str, str], found: Layout, tags: tuple[str, ...]) -> Track:
    length = number(row["track.duration"]) or 0.0
    genre = row["track.genre_top"]
    return Track(
        id=str(track_id),
        path=found.mp3(track_id),
        title=row["track.title"].strip() or f"{track_id:06d}",
        artist=row["artist.name"].strip(),
        labels=(genre,) if genre else (),
        split=_SPLITS.get(row["set.split"], ""),
        seconds=length if found.size == "full" else min(length or CLIP, CLIP),
        group=row["artist.id"],
        album=row["album.title"].strip(),
        year=_year(row["album.date_released"]) or _year(row["track.date_recorded"]),
        tags=tags,
        flags=known_faults(str(track_id), found.size),
        columns=_columns(row),
    )


def _columns(row: dict[str, str]) -> dict[str, Value]:
    licence = row["track.license"].strip()
    held: dict[str, Value | None] = {
        "subset": row["set.subset"],
        "full length": number(row["track.duration"]),
        "language": row["track.language_code"] or None,
        "terms": conditions(licence) if licence else None,
        "license": licence or None,
        "has_genre": bool(row["track.genre_top"]),
    }
    for name in ("listens", "favorites", "interest", "bit_rate"):
        value = number(row[f"track.{name}"])
        held[name] = None if value is None else int(value)
    return {name: value for name, value in held.items() if value is not None}


def _year(cell: str) -> int:
    found = _YEAR.match(cell)
    return int(found[1]) if found else 0


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
