"""MagnaTagATune: 25,863 clips of 29 s with 188 tags, of which the 50 most frequent are its classes.

The folder holds annotations_final.csv, clip_info_final.csv and the folders 0 to 9 and a to f, themselves or
below one more folder (mp3/, audio/, …). Without clip_info_final.csv the artist is read from the file's name.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from quintet.datasets._files import archive_hint, contents_hint, folders, table
from quintet.datasets.base import (
    Column,
    DatasetLocation,
    Facts,
    Protocol,
    ReadReport,
    ReadResult,
    Track,
    Value,
)
from quintet.errors import BadData, MissingData
from quintet.storage.text import parse_float

TAGS, CLIPS = "annotations_final.csv", "clip_info_final.csv"
FOLDERS = frozenset("0123456789abcdef")
SECONDS = 29.1  # what a clip lasts where clip_info_final.csv does not say; the files have 29.124 s

# The 50 most frequent tags in musicnn's order (jordipons/musicnn-training@c7aa67b). Other lists order ties
# another way ("metal" and "female voice" both have 505 clips), so a tag is always found by its name.
TOP = (
    "guitar", "classical", "slow", "techno", "strings", "drums", "electronic", "rock", "fast", "piano",
    "ambient", "beat", "violin", "vocal", "synth", "female", "indian", "opera", "male", "singing",
    "vocals", "no vocals", "harpsichord", "loud", "quiet", "flute", "woman", "male vocal", "no vocal", "pop",
    "soft", "sitar", "solo", "man", "classic", "choir", "voice", "new age", "dance", "male voice",
    "female vocal", "beats", "harp", "cello", "no voice", "weird", "country", "metal", "female voice",
    "choral",
)  # fmt: skip

# Clips no split counts (jordipons/musicnn-training@c7aa67b, aux/mtt/partition_gt.py).
BAD = {"35644": "no file was ever published", "55753": "corrupt file", "57881": "corrupt file"}

# Train clips with a top-50 tag that the filtered list lacks (jongpillee/music_dataset_split, as it lies in
# minzwon/sota-music-tagging-models@ffd9c46, split/mtat/train_list_pub.cP). Its README says it keeps what
# has more than 29.1 s, yet 29.124 s is the length jukemir states for these three as for all others, and in
# the order of their paths they are the first three: a slip of the list rather than of their length.
LEFT_OUT = frozenset({"29", "11268", "11269"})

FACTS = Facts(
    title="MagnaTagATune",
    noun="clips",
    label="tag",
    classes=TOP,
    about="25,863 clips of 29 s from Magnatune's catalogue, tagged by the players of a game, TagATune.",
    licence="CC BY-NC-SA 3.0",
    source="Law et al., ISMIR 2009; mirg.city.ac.uk/datasets/magnatagatune",
    many=True,
    protocols=(
        Protocol(
            "mtat-all", split="split", group="group", many=True,
            says="every annotated clip, with a top-50 tag or without: folders 0-b train, c valid, d-f test",
        ),
        Protocol(
            "mtat-top50", split="split", group="group", many=True, only="top50",
            says="clips with at least one top-50 tag: scores come out higher than with every clip",
        ),
        Protocol(
            "mtat-artist", split="split", group="group", many=True, scored="new_artist",
            says="every clip trains, and only test clips by artists new to it are scored",
        ),
    ),
    columns=(
        Column("track_number", "integer", says="its place on the album"),
        Column("segment_start", "number", says="where in the whole track the clip begins, in seconds"),
        Column("url", shown=False, says="where Magnatune had the whole track"),
        Column("top50", "yes", filter=True, says="takes part in the filtered variant: has a top-50 tag"),
        Column("new_artist", "yes", filter=True, says="a test clip by an artist not in train or valid"),
    ),
    expects={"tracks": 25_863, "split train": 18_706, "split valid": 1_825, "split test": 5_329},
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A line of annotations_final.csv: the clip, its path as written there, and the tags it has."""

    id: str
    path: str
    tags: tuple[str, ...]


def read(location: DatasetLocation, notes: ReadReport) -> ReadResult:
    """The annotated clips, in the order of annotations_final.csv. Raises MissingData, BadData."""
    root = location.root
    if not os.access(root, os.R_OK | os.X_OK) or not (root / TAGS).is_file():
        raise MissingData(_absent(root))
    rows = list(_rows(root / TAGS, notes))
    if not rows:
        raise BadData(f"{root / TAGS} holds no clip: 25,863 were expected. Fetch it again.")
    clips = _clips(root / CLIPS, notes)
    _count_unused(rows, clips, notes)
    audio = _audio(root)
    return ReadResult(
        replace(FACTS, missing=_missing(root, audio)), _tracks(rows, clips, audio or root, notes)
    )


def _rows(path: Path, notes: ReadReport) -> Iterator[Row]:
    names: list[str] | None = None
    for cells in table(path, "\t", ("clip_id", "mp3_path"), notes):
        if names is None:
            names = [name for name in cells if name not in ("clip_id", "mp3_path")]
            lacking = [name for name in TOP if name not in cells]
            if lacking:
                raise BadData(
                    f"{path} has no column {lacking[0]!r} ({len(lacking)} of the 50 tags are absent, "
                    f"{len(names)} are there). Expected the 188 tags of {TAGS} as it was published."
                )
        clip = cells["clip_id"].strip()
        if not clip:
            notes.add("row without an id, left out", cells["mp3_path"])
            continue
        yield Row(clip, cells["mp3_path"].strip(), tuple(n for n in names if cells[n].strip() == "1"))


def _clips(path: Path, notes: ReadReport) -> dict[str, dict[str, str]]:
    """Clip id -> its row of clip_info_final.csv (31,382 of them); empty where that file is not there."""
    if not path.is_file():
        return {}
    needs = ("clip_id", "title", "artist", "album", "segmentStart", "segmentEnd")
    by_id: dict[str, dict[str, str]] = {}
    for cells in table(path, "\t", needs, notes):
        if by_id.setdefault(cells["clip_id"].strip(), cells) is not cells:
            notes.add(f"repeated id in {path.name}, the first kept", cells["clip_id"])
    return by_id


def _count_unused(rows: list[Row], clips: dict[str, dict[str, str]], notes: ReadReport) -> None:
    annotated = {row.id for row in rows}
    for clip in clips:
        if clip not in annotated:
            notes.add("clip nobody annotated, left out", clip)
    for clip in annotated - clips.keys() if clips else ():
        notes.add(f"annotated clip that {CLIPS} lacks", clip)


def _tracks(rows: list[Row], clips: dict, audio: Path, notes: ReadReport) -> Iterator[Track]:
    splits = {row.id: "" if row.id in BAD else _split(row.path) for row in rows}
    artists = {
        row.id: clips[row.id]["artist"].strip() if row.id in clips else _slug(row.path, 0) for row in rows
    }
    seen_artists = {artists[clip] for clip, split in splits.items() if split in ("train", "valid")}
    for row in rows:
        new = splits[row.id] == "test" and artists[row.id] not in seen_artists
        track = _track(row, clips.get(row.id, {}), _path(audio, row, notes))
        yield replace(
            track, artist=artists[row.id], group=artists[row.id] or row.id, split=splits[row.id],
            columns=track.columns | {"new_artist": new},
        )  # fmt: skip


def _track(row: Row, clip: dict[str, str], path: Path | None) -> Track:
    """`labels` are the top-50 tags in the classes' order, `tags` the others: no tag is in both."""
    labels = tuple(name for name in TOP if name in row.tags)
    start, end = parse_float(clip.get("segmentStart", "")), parse_float(clip.get("segmentEnd", ""))
    position = parse_float(clip.get("track_number", ""))
    columns: dict[str, Value] = {"top50": bool(labels) and row.id not in BAD and row.id not in LEFT_OUT}
    if position is not None:
        columns["track_number"] = int(position)
    if start is not None:
        columns["segment_start"] = start
    if clip.get("original_url"):
        columns["url"] = clip["original_url"]
    has_span = start is not None and end is not None and end > start
    return Track(
        id=row.id, path=path, title=clip.get("title", "") or _slug(row.path, 3), artist="", labels=labels,
        seconds=end - start if has_span else SECONDS, album=clip.get("album", ""),
        tags=tuple(name for name in row.tags if name not in TOP),
        flags=(BAD[row.id],) if row.id in BAD else (), columns=columns,
    )  # fmt: skip


def _split(path: str) -> str:
    """By the folder: 0-b train, c valid, d-f test; "" for a path outside them."""
    first = path.lstrip("/")[:1].lower()
    if first not in FOLDERS or not first:
        return ""
    return "valid" if first == "c" else "test" if first in "def" else "train"


def _slug(path: str, part: int) -> str:
    """A part of "f/artist-album-01-title-30-59.mp3", its words as written there: 0 artist, 3 title."""
    parts = PurePosixPath(path).stem.split("-")
    return parts[part].replace("_", " ") if part < len(parts) else ""


def _path(audio: Path, row: Row, notes: ReadReport) -> Path | None:
    inner = PurePosixPath(row.path.replace("\\", "/").lstrip("/"))
    if not inner.name or ".." in inner.parts or re.match(r"[A-Za-z]:", str(inner)):
        notes.add("row without a path inside the dataset", row.id)
        return None
    return audio / inner


def _audio(root: Path) -> Path | None:
    """The folder that holds 0 to f: the one given, or one below it."""
    below = [p for p in folders(root) if p.name not in FOLDERS]
    return next((p for p in (root, *below) if any((p / name).is_dir() for name in sorted(FOLDERS))), None)


def _missing(root: Path, audio: Path | None) -> tuple[str, ...]:
    messages = []
    if audio is None:
        messages.append(f"The audio is not here: expected the folders 0 to 9 and a to f.{_parts(root)}")
    if not (root / CLIPS).is_file():
        messages.append(f"{CLIPS} would add titles, albums and the artists as they are spelt.")
    return tuple(messages)


def _parts(root: Path) -> str:
    """What to do about the three parts of the zip; "" where there are none."""
    there = {n for n in (1, 2, 3) if (root / f"mp3.zip.{n:03}").is_file()}
    lacking = ", ".join(f"mp3.zip.{n:03}" for n in (1, 2, 3) if n not in there)
    if not there:
        return archive_hint(root)
    if lacking:
        return f" Of its zip in three parts {lacking} is not here: fetch it, then join and unpack them."
    return f" Its zip lies here in three parts. Run in {root}: cat mp3.zip.00? > mp3.zip && unzip mp3.zip"


def _absent(root: Path) -> str:
    again = "Run: quintet datasets add magnatagatune --root DIR"
    below = folders(root)
    candidates = [*below, *(p for folder in below for p in folders(folder)), root.parent, root.parent.parent]
    right = next((p for p in candidates if (p / TAGS).is_file()), None)
    if right is not None:
        return f"No {TAGS} in {root}, but there is one in {right}: give that folder. {again}"
    expected = f"expected {TAGS}, {CLIPS} and the folders 0 to 9 and a to f"
    return f"No MagnaTagATune in {root}: {expected}. {contents_hint(root)}{_parts(root)} {again}"
