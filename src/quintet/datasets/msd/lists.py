"""Labels and splits of the Million Song Dataset: tagtraum's genres, Last.fm's tags, lists of track ids."""

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from quintet.datasets import _door
from quintet.datasets.base import ReadReport
from quintet.datasets.msd.files import PARTS, MsdFiles
from quintet.datasets.msd.songs import opened, query, text
from quintet.errors import BadData
from quintet.storage.text import decoded
from quintet.storage.text import opened as opened_text

CD1, CD2, CD2C = "genre_cd1", "genre_cd2", "genre_cd2c"
GENRES = {CD1: "msd_tagtraum_cd1.cls", CD2: "msd_tagtraum_cd2.cls", CD2C: "msd_tagtraum_cd2c.cls"}

# The 50 tags of Choi's split, in its order and spelling (keunwoochoi/MSD_split_for_tagging@2e08b89, tags.py).
LASTFM = (
    "rock", "pop", "alternative", "indie", "electronic", "female vocalists", "dance", "00s",
    "alternative rock", "jazz", "beautiful", "metal", "chillout", "male vocalists", "classic rock", "soul",
    "indie rock", "Mellow", "electronica", "80s", "folk", "90s", "chill", "instrumental", "punk", "oldies",
    "blues", "hard rock", "ambient", "acoustic", "experimental", "female vocalist", "guitar", "Hip-Hop",
    "70s", "party", "country", "easy listening", "sexy", "catchy", "funk", "electro", "heavy metal",
    "Progressive rock", "60s", "rnb", "indie pop", "sad", "House", "happy",
)  # fmt: skip
WEIGHT = 50  # a tag counts above it (keunwoochoi/MSD_split_for_tagging, README)
LASTFM_DB = "lastfm_tags.db"


@dataclass(frozen=True)
class List:
    """A split that comes as lists of ids: how its files are called, and where train ends in a longer list."""

    stem: str
    cut: int  # ids of train; where no list of valid is there, the rest of a longer train list is valid


# jongpillee/music_dataset_split: train_list[0:201680] and [0:141372], the rest is valid.
LASTFM_SPLIT = List("filtered_list", 201_680)
CD2C_SPLIT = List("tagtraum_cd2c", 141_372)

_ID = re.compile(r"TR[A-Z]{5}[0-9A-F]{11}")


def tagtraum(msd_files: MsdFiles, notes: ReadReport) -> dict[str, dict[str, tuple[str, ...]]]:
    """For each of GENRES that is there: track id -> its genre, and the minority's where two were given."""
    genres = {}
    for column, name in GENRES.items():
        path = msd_files.files.get(name) or msd_files.files.get(f"{name}.zip")
        if path is not None:
            with _lines(path) as lines:
                genres[column] = _genres(lines, path, notes)
    return genres


@contextmanager
def _lines(path: Path) -> Iterator[Iterable[str]]:
    """The lines of a text file, or of the first .cls in a zip. Raises BadData for what is neither."""
    try:
        if path.suffix != ".zip":
            with opened_text(path) as file:
                yield file
            return
        with zipfile.ZipFile(path) as archive:
            inner = next((n for n in archive.namelist() if n.endswith(".cls")), None)
            if inner is None:
                raise BadData(f"{path} holds no .cls file. Fetch it again, or unpack it yourself.")
            with decoded(archive.open(inner), path) as file:
                yield file
    # encrypted: RuntimeError, a method this Python lacks: NotImplementedError
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError) as error:
        raise BadData(f"{path} cannot be read: {_door.reason(error)}. Fetch it again.") from error


def _genres(lines: Iterable[str], path: Path, notes: ReadReport) -> dict[str, tuple[str, ...]]:
    genres_by_track: dict[str, tuple[str, ...]] = {}
    interned: dict[tuple[str, ...], tuple[str, ...]] = {}  # each pair of genres is held once
    for number, line in enumerate(lines, start=1):
        if line.startswith("#") or not line.strip():
            continue
        first, *genres = (part.strip() for part in line.split("\t"))
        if not _ID.fullmatch(first) or not genres or len(genres) > 2 or not genres[0]:
            notes.add(f"line of {path.name} without TRACK<TAB>genre, left out", f"line {number}")
            continue
        both = tuple(genre for genre in genres if genre)
        if genres_by_track.setdefault(first, interned.setdefault(both, both)) != both:
            notes.add(f"track with two entries in {path.name}, the first kept", first)
    if not genres_by_track:
        raise BadData(
            f"{path} has no line TRACKID<TAB>genre. Take the file from tagtraum.com/msd_genre_datasets.html."
        )
    return genres_by_track


def split(msd_files: MsdFiles, split_list: List, notes: ReadReport) -> dict[str, str]:
    """Track id -> train, valid or test, from the user's lists; empty unless train and test are there."""
    lists = msd_files.lists(split_list.stem)
    if not {"train", "test"} <= lists.keys():
        return {}
    splits: dict[str, str] = {}
    for part in PARTS:
        for extra in lists.get(part, [])[1:]:
            notes.add(f"second list of {split_list.stem} {part}, not read", extra.name)
        for index, i in enumerate(_ids(lists[part][0], notes) if part in lists else ()):
            late = part == "train" and "valid" not in lists and index >= split_list.cut
            if splits.setdefault(i, "valid" if late else part) != ("valid" if late else part):
                notes.add(f"track in two lists of {split_list.stem}, the first kept", i)
    return splits


def _ids(path: Path, notes: ReadReport) -> Iterator[str]:
    """Track ids, one a line; what follows one on its line is not read."""
    with _lines(path) as lines:
        for number, line in enumerate(lines, start=1):
            match = _ID.match(line.strip())
            if match:
                yield match[0]
            elif line.strip() and not line.startswith("#"):
                notes.add(f"line of {path.name} without a track id, left out", f"line {number}")


class LastfmTags:
    """Track id -> those of the 50 tags that weigh more than 50. One number a track: bit n is tag n."""

    def __init__(self, path: Path | None, notes: ReadReport) -> None:
        self._bits: dict[str, int] = {}
        if path is None:
            return
        sql = (
            "SELECT tids.tid, tid_tag.tag FROM tid_tag JOIN tids ON tids.rowid = tid_tag.tid "
            f"WHERE tid_tag.val > {WEIGHT} AND tid_tag.tag IN ({','.join('?' * len(LASTFM))})"
        )
        with closing(opened(path)) as base:
            tags = query(base, path, "SELECT rowid, tag FROM tags")
            names = {text(tag, notes, "a tag"): row for row, tag in tags}
            bits = {names[tag]: 1 << n for n, tag in enumerate(LASTFM) if tag in names}
            for tag in LASTFM:
                if tag not in names:
                    notes.add(f"tag of the top 50 that {path.name} lacks", tag)
            rows = [*bits, *[-1] * (len(LASTFM) - len(bits))]
            for tid, tag in query(base, path, sql, tuple(rows)):
                i = text(tid, notes, "a track id")
                self._bits[i] = self._bits.get(i, 0) | bits[tag]

    def __len__(self) -> int:
        return len(self._bits)

    def of(self, i: str) -> tuple[str, ...]:
        """The tags of a track, in the order of LASTFM; none where the database has none."""
        bits = self._bits.get(i, 0)
        return tuple(tag for n, tag in enumerate(LASTFM) if bits >> n & 1) if bits else ()
