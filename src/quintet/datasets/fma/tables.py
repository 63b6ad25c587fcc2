"""FMA's tracks.csv, with its three lines of header, and genres.csv, the tree of 163 genres."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from quintet.datasets._files import UNREADABLE, table
from quintet.datasets.base import ReadReport
from quintet.errors import BadData
from quintet.storage import text

NEEDS = (  # of the 52; the others are mostly prose
    "album.title", "album.date_released", "artist.id", "artist.name", "set.split", "set.subset",
    "track.bit_rate", "track.date_recorded", "track.duration", "track.favorites", "track.genre_top",
    "track.genres", "track.genres_all", "track.interest", "track.language_code", "track.license",
    "track.listens", "track.title",
)  # fmt: skip
_PUBLISHED = "Take tracks.csv out of fma_metadata.zip as its authors published it."
_LIST = re.compile(r"""\[[\d, '"]*\]""", re.ASCII)
_NUMBER = re.compile(r"\d+", re.ASCII)


def rows(path: Path, notes: ReadReport) -> Iterator[tuple[int, dict[str, str]]]:
    """(track id, the columns of NEEDS) of every row, as they are asked for; the header is checked at once.

    A row of another length or without an id is counted and left out. Raises BadData.
    """
    width, positions = _header(path)
    return _rows(path, width, positions, notes)


def _rows(
    path: Path, width: int, positions: dict[str, int], notes: ReadReport
) -> Iterator[tuple[int, dict[str, str]]]:
    selected = list(positions.items())
    for line, cells in text.records(path):
        notes.source, notes.line = path, line
        if line <= 2 or (cells and cells[0] == "track_id"):
            continue
        if len(cells) != width:
            if cells:
                notes.add("row of another length, left out", f"{path.name} line {line}")
            continue
        if (track := text.parse_int(cells[0])) is None:
            notes.add("row without a track id, left out", f"{path.name} line {line}")
            continue
        row = {name: cells[at] for name, at in selected}
        if any("�" in cell for cell in row.values()):
            notes.add(UNREADABLE, f"{path.name} line {line}")
        yield track, row


def subsets(path: Path) -> Iterator[tuple[int, str]]:
    """(track id, subset) of every row that has them. Raises BadData."""
    return ((number, row["set.subset"]) for number, row in rows(path, ReadReport()))


def _header(path: Path) -> tuple[int, dict[str, int]]:
    """How many cells a row has, and where the columns of NEEDS stand."""
    lines = text.records(path)
    first, second = (next(lines, (0, []))[1] for _ in range(2))
    lines.close()
    names = [f"{group}.{name}" for group, name in zip(first, second, strict=False)]
    lacking = [name for name in NEEDS if name not in names]
    if lacking:
        raise BadData(
            f"{path} is no tracks.csv of this FMA: {_what_it_is(first, lacking)} Expected two lines of "
            f"column names (album, artist, set, track stand above theirs), then a line track_id. {_PUBLISHED}"
        )
    return len(first), {name: names.index(name) for name in NEEDS}


def _what_it_is(first: list[str], lacking: list[str]) -> str:
    line = ",".join(first)
    for mark, name in ((";", "semicolons"), ("\t", "tabs")):
        if line.count(mark) > line.count(","):
            return f"it is separated by {name}, not commas."
    if "track_title" in first or "track_genres" in first:
        return "it is the raw table (raw_tracks.csv), with one line of column names."
    if any(re.fullmatch(r"(album|artist|set|track)\.\d+", name) for name in first):
        return "a program that knows one line of header renamed its columns (track.7 instead of genre_top)."
    if not {"album", "artist", "set", "track"} & set(first):
        return f"its first line is {line[:80]!r}."
    return f"of {len(first)} columns it lacks {', '.join(lacking[:4])}{' …' if len(lacking) > 4 else ''}."


@dataclass
class Genres:
    """Titles by genre id and the tree of titles; what tracks.csv says in ids, read once per wording."""

    titles: dict[int, str]
    parents: dict[str, str]  # title -> title above, "" at a root
    parsed: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def titles_of(self, cell: str, notes: ReadReport) -> tuple[str, ...]:
        """ "[21, 539]" -> ("Hip-Hop", "Rap"); ids that genres.csv has not are counted and left out."""
        if cell not in self.parsed:
            self.parsed[cell] = self._parse_titles(cell, notes)
        return self.parsed[cell]

    def _parse_titles(self, cell: str, notes: ReadReport) -> tuple[str, ...]:
        ids = _ids(cell)
        if ids is None:
            notes.add("list of genres that cannot be read", repr(cell[:40]))
            return ()
        for number in ids:
            if self.titles and number not in self.titles:
                notes.add("genre that genres.csv has not", str(number))
        return tuple(self.titles[number] for number in ids if number in self.titles)


def genres(path: Path, notes: ReadReport) -> Genres:
    """genres.csv as a tree by title; an empty one where the file is absent. Raises BadData."""
    if not path.is_file():
        return Genres({}, {})
    genres_by_id: dict[int, tuple[str, int]] = {}
    for row in table(path, ",", ("genre_id", "parent", "title"), notes):
        genre, parent = text.parse_int(row["genre_id"]), text.parse_int(row["parent"])
        if genre is None or parent is None:
            notes.add("genre without a numeric id or parent, left out", repr(row["title"]))
            continue
        genres_by_id[genre] = (row["title"].strip(), parent)
    titles = {number: title for number, (title, _) in genres_by_id.items()}
    return Genres(titles, {title: titles.get(parent, "") for title, parent in genres_by_id.values()})


def _ids(cell: str) -> list[int] | None:
    """A Python list of numbers, or of numbers as texts; None for anything else. Nothing is evaluated."""
    if not _LIST.fullmatch(cell or "[]"):
        return None
    ids = [text.parse_int(number) for number in _NUMBER.findall(cell)]
    return None if None in ids else ids
