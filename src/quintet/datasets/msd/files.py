"""What of the Million Song Dataset lies below a folder: which files, by the names they were given."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from quintet.audio import formats
from quintet.datasets._files import archive_hint, contents_hint, folders, readable
from quintet.datasets.base import ReadReport
from quintet.datasets.msd.hdf5 import check
from quintet.errors import BadData, MissingData

SUMMARY, METADATA, UNIQUE = "msd_summary_file.h5", "track_metadata.db", "unique_tracks.txt"
SUBSET = "subset_"  # what the 10,000-song subset writes before the names of its files
PREVIEWS = ("previews", "audio", "7digital")  # folders of the user's own sound files
PARTS = ("train", "valid", "test")
AGAIN = "Run: quintet datasets add msd --root DIR"
CLOSED = "folder that cannot be opened, left out"

_KEPT = (".h5", ".db", ".txt", ".cls", ".zip", ".cp")  # endings worth remembering
_DEEP = 2  # folders below the root in which a table is looked for: AdditionalFiles/, lists/cd2c/
_TRACK = re.compile(r"TR[A-Z]{5}[0-9A-F]{11}\.h5")
_ENDING = re.compile(r"(\.clip)?\.[^.]+$")


@dataclass(frozen=True)
class MsdFiles:
    """The files of note below `root`, by their names in small letters."""

    root: Path
    files: dict[str, Path]
    tracks: bool  # whether there are files of single tracks: A/B/C/TRABC….h5
    aggregates: tuple[Path, ...]  # HDF5 files of many tracks other than the summary

    def find_file(self, name: str) -> Path | None:
        """The file of that name, or the subset's; the whole set's where both are there."""
        return self.files.get(name) or self.files.get(SUBSET + name)

    def lists(self, stem: str) -> dict[str, list[Path]]:
        """train, valid, test -> the text files of that list; `stem` stands before the part's name."""
        paths_by_part: dict[str, list[Path]] = {}
        for name, path in self.files.items():
            match = re.search(rf"{stem}_({'|'.join(PARTS)})(?![a-z]).*\.txt$", name)
            if match:
                paths_by_part.setdefault(match[1], []).append(path)
        return paths_by_part

    def pickles(self) -> list[str]:
        """Names of lists that come as Python pickles: they can run code when opened, so they never are."""
        return [path.name for name, path in self.files.items() if "list" in name and name.endswith(".cp")]


def find(root: Path, notes: ReadReport) -> MsdFiles:
    """Looks below `root`. Raises MissingData where nothing lists tracks, BadData where that is damaged."""
    if not os.access(root, os.R_OK | os.X_OK) or not root.is_dir():
        raise MissingData(_absent(root))
    files = _nearby_files(root, notes)
    aggregates, broken = [], None
    for path in sorted(
        p for n, p in files.items() if n.endswith(".h5") and n.removeprefix(SUBSET) != SUMMARY
    ):
        try:
            check(path)
            aggregates.append(path)
        except BadData as error:
            broken = error
            notes.add("HDF5 file damaged or of another make, left out", path.name)
    msd_files = MsdFiles(
        root, files, next(track_files(root, ReadReport()), None) is not None, tuple(aggregates)
    )
    if (
        msd_files.tracks
        or msd_files.aggregates
        or any(msd_files.find_file(name) for name in (SUMMARY, METADATA, UNIQUE))
    ):
        return msd_files
    raise broken or MissingData(_absent(root))


def track_files(root: Path, notes: ReadReport) -> Iterator[Path]:
    """The HDF5 files of single tracks below `root`, in the order of their folders, as they are found."""

    def closed(error: OSError) -> None:
        notes.add(CLOSED, readable(str(error.filename)))

    for top in sorted(root.iterdir()):
        if top.is_file() and _TRACK.fullmatch(top.name):
            yield top
        elif top.is_dir() and top.name.lower() not in PREVIEWS:  # a link to another disk is followed here
            for folder, below, names in os.walk(top, onerror=closed):
                below.sort()
                yield from (Path(folder, name) for name in sorted(names) if _TRACK.fullmatch(name))


def previews(root: Path) -> dict[str, str]:
    """7digital or track id -> the user's sound file of that name, however deep, relative to `root`."""
    paths: dict[str, str] = {}
    for top in sorted(p for p in root.iterdir() if p.is_dir() and p.name.lower() in PREVIEWS):
        for folder, below, names in os.walk(top):
            below.sort()
            inner = os.path.relpath(folder, root)
            for name in sorted(names):
                if formats.is_sound_name(name):
                    paths.setdefault(_ENDING.sub("", name), f"{inner}/{name}")
    return paths


def _nearby_files(root: Path, notes: ReadReport) -> dict[str, Path]:
    """Files of note in `root` and a little below; of two with one name the nearest."""
    paths: dict[str, Path] = {}
    level = [root]
    for _ in range(_DEEP + 1):
        entries = [entry for folder in level for entry in _listed(folder, notes)]
        for entry in entries:
            name = entry.name.lower()
            if not name.endswith(_KEPT) or _TRACK.fullmatch(entry.name) or not entry.is_file():
                continue
            if paths.setdefault(name, Path(entry.path)) != Path(entry.path):
                notes.add("second file of the same name, not read", readable(entry.path))
        level = [Path(e.path) for e in entries if e.is_dir() and _is_relevant(e.name)]
    return paths


def _listed(folder: Path, notes: ReadReport) -> list[os.DirEntry]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except PermissionError:
        notes.add(CLOSED, readable(str(folder)))
        return []


def _is_relevant(name: str) -> bool:
    return len(name) > 1 and name.lower() not in PREVIEWS  # A to Z hold tracks


def _absent(root: Path) -> str:
    names = (SUMMARY, METADATA, UNIQUE, SUBSET + SUMMARY, SUBSET + METADATA, SUBSET + UNIQUE)
    below = [p for first in folders(root) for second in folders(first) for p in folders(second)]
    candidates = [root.parent, root.parent.parent, *below]
    right = next((p for p in candidates if any((p / name).is_file() for name in names)), None)
    if right is not None:
        return f"No list of tracks in {root}, but there is one in {right}: give that folder. {AGAIN}"
    expected = f"{SUMMARY}, {METADATA}, files A/B/C/TRABC….h5 or {UNIQUE}"
    return (
        f"No Million Song Dataset in {root}: expected {expected}. "
        f"{contents_hint(root)}{archive_hint(root)} {AGAIN}"
    )
