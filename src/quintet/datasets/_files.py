"""Files a dataset comes in: tables with a header, the user's artists, archives nobody unpacked."""

import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from quintet.audio import formats
from quintet.datasets.base import ReadReport
from quintet.errors import MissingData
from quintet.names import normalised, readable
from quintet.storage import text
from quintet.storage.paths import is_file, shortened

UNREADABLE = text.UNREADABLE
_NAMED = 6  # of what lies in a folder, in an error
_NEAR = 100  # folders looked into for what a person meant
_PART = re.compile(r"\.(zip|tar\.gz|tgz|7z|zip\.\d{3})$")


def table(path: Path, delimiter: str, needs: tuple[str, ...], notes: ReadReport) -> Iterator[dict[str, str]]:
    """Rows of a text table with one header line, as they are asked for.

    A row of another length is counted and left out. Raises BadData for a header without the columns it
    `needs`, naming the delimiter it seems to have, and for a file that cannot be read.
    """
    for line, row in text.table(path, delimiter, needs, notes.add):
        notes.source, notes.line = path, line
        yield row


def artists(path: Path | None, notes: ReadReport) -> dict[str, str]:
    """Clip id -> artist from the user's own CSV (columns clip, artist); empty where none was given.

    A clip may be named with or without folder and ending. Raises BadData, MissingData.
    """
    if path is None:
        return {}
    if not is_file(path):
        raise MissingData(
            f"No artist table at {shortened(path)}: expected a CSV with the columns clip, artist."
        )
    by_clip: dict[str, str] = {}
    for line, row in text.table(path, text.ANY, ("clip", "artist"), notes.add, by_hand=True):
        notes.source, notes.line = path, line
        clip, artist = normalised(stem(row["clip"])), normalised(row["artist"].strip())
        if artist and by_clip.setdefault(clip, artist) != artist:
            notes.add("two artists of one clip in the artist table, the first kept", clip)
    return by_clip


def stem(name: str) -> str:
    """ "jazz/jazz.00024.wav" -> "jazz.00024": a clip's name without folder and audio ending."""
    last = name.strip().replace("\\", "/").rpartition("/")[2]
    head, dot, ending = last.rpartition(".")
    return head if dot and f".{ending.lower()}" in formats.ENDINGS else last


def archive_hint(root: Path) -> str:
    """A sentence about archives below `root` that were not unpacked or came cut short; "" without any."""
    archives = [p for p in _listed(root) if _PART.search(p.name)]
    if not archives:
        return ""
    if archives[0].suffix == ".zip" and not zipfile.is_zipfile(archives[0]):
        size = archives[0].stat().st_size
        return f" {archives[0].name} is there but is no whole zip ({size:,} bytes): fetch it again."
    return f" {archives[0].name} is there: unpack it first."


def contents_hint(root: Path) -> str:
    """A sentence that says what lies in `root`, for a person who gave the wrong folder."""
    if not root.exists():
        return "There is no such folder."
    if not root.is_dir():
        return "That is a file, not a folder."
    if not os.access(root, os.R_OK | os.X_OK):
        return "Its rights forbid reading it."
    names = [readable(p.name) + "/" * p.is_dir() for p in _listed(root) if not p.name.startswith(".")]
    if not names:
        return "It is empty."
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"It holds {', '.join(names[:_NAMED])}{more}."


def folders(root: Path) -> list[Path]:
    """Folders in `root`, in order, the first hundred: where to look for what a person meant."""
    return [p for p in _listed(root) if p.is_dir() and not p.name.startswith(".")][:_NEAR]


def _listed(root: Path) -> list[Path]:
    try:
        return sorted(root.iterdir())
    except OSError:  # no folder, or one that may not be read: nothing can be said of it
        return []
