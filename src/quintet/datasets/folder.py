"""Folder: people's own music. A class is a sub-folder, the rest is what the files' own tags say."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePath

from quintet.datasets import _files, _tags
from quintet.datasets.base import Column, Facts, Notes, Place, Protocol, Reading, Track
from quintet.errors import MissingData

_GROUPED = Protocol(
    name="grouped-kfold",
    folds=5,
    group="group",
    says="five folds, stratified by sub-folder; an artist (an album, where none is named) is in one fold",
)

PEOPLES_OWN = True  # what the pages keep for a visitor is read as such a folder

FACTS = Facts(
    title="Folder",
    noun="tracks",
    label="folder",
    classes=(),
    about="Music of your own. The class is the sub-folder, the rest is what the files' tags say.",
    licence="yours: Quintet does not know",
    source="your disk",
    columns=(
        Column("format", filter=True, says="ending of the file's name"),
        Column("bitrate", "integer", says="kilobits per second, as the file's header says"),
    ),
)


def read(place: Place, notes: Notes) -> Reading:
    """Every sound file below a folder, by its path; tags and length are read while tracks are asked for.

    Raises MissingData.
    """
    found = sorted(_sounds(place.root, notes))
    if not found:
        raise MissingData(
            f"No music under {_files.readable(str(place.root))}: expected files such as .mp3, .flac, .wav, "
            f".m4a. {_files.contents(place.root)}{_files.packed(place.root)} "
            "Run: quintet datasets add folder --root DIR"
        )
    classes = tuple(dict.fromkeys(label for parts in found for label in _labels(parts)))
    facts = replace(
        FACTS,
        title=_files.readable(place.root.name) or FACTS.title,
        classes=classes,
        source=_files.readable(str(place.root)),
        protocols=(_GROUPED,) if len(classes) > 1 else (),
    )
    return Reading(facts, _tracks(place.root, found, notes))


def _labels(parts: tuple[str, ...]) -> tuple[str, ...]:
    return (_files.readable(parts[0]),) if len(parts) > 1 else ()


def _tracks(root: Path, found: Iterable[tuple[str, ...]], notes: Notes) -> Iterator[Track]:
    for parts in found:
        name = _files.readable("/".join(parts))
        path = root.joinpath(*parts)
        said = _tags.read(path)
        if said.trouble:
            notes.add(f"tags not read: {said.trouble}", name)
        about = {"format": path.suffix[1:].lower(), "bitrate": said.bitrate}
        yield Track(
            id=name, path=path, title=said.title or _files.readable(path.stem), artist=said.artist,
            labels=_labels(parts), seconds=said.seconds, group=(said.first or said.album).casefold(),
            album=said.album, year=said.year, tags=said.genres,
            flags=(said.trouble,) if said.trouble == _tags.DAMAGED else (),
            columns={k: v for k, v in about.items() if v},
        )  # fmt: skip


def _sounds(root: Path, notes: Notes) -> Iterator[tuple[str, ...]]:
    """Parts of the path below `root` of every sound file.

    A folder is entered once, by its own name first: links to folders wait until all real ones were seen,
    so a loop ends and nothing counts twice.
    """
    seen: set[tuple[int, int]] = set()
    waiting: list[tuple[str, ...]] = [()]
    links: list[tuple[str, ...]] = []
    while waiting or links:
        parts = waiting.pop() if waiting else links.pop(0)
        for name, kind in _entered(root, parts, seen, notes):
            below = (*parts, name)
            if kind == "link":
                links.append(below)
            elif kind == "folder":
                waiting.append(below)
            elif PurePath(name).suffix.lower() in _files.AUDIO:
                yield below
            else:
                notes.add("no sound file, left out", _files.readable("/".join(below)))


def _entered(
    root: Path, parts: tuple[str, ...], seen: set[tuple[int, int]], notes: Notes
) -> list[tuple[str, str]]:
    """(name, "folder", "link" to a folder, or "file") of what lies in a folder; () in one entered before."""
    said = _files.readable("/".join(parts)) or "."
    try:
        where = os.stat(root.joinpath(*parts))
        if (where.st_dev, where.st_ino) in seen:
            notes.add("link to a folder read already, left out", said)
            return []
        seen.add((where.st_dev, where.st_ino))
        with os.scandir(root.joinpath(*parts)) as entries:
            held = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        if parts:  # the folder itself is the caller's: it says what lies there instead
            notes.add(f"folder that cannot be read: {error.strerror}", said)
        return []
    known = [(entry.name, _kind(entry)) for entry in held]
    for name, kind in known:
        if kind.endswith("left out"):
            notes.add(kind, _files.readable("/".join((*parts, name))))
    return [(name, kind) for name, kind in known if not kind.endswith("left out")]


def _kind(entry: os.DirEntry[str]) -> str:
    if entry.name.startswith("."):
        return "hidden, left out"
    try:
        mode = entry.stat().st_mode
    except OSError as error:
        return "dead link, left out" if entry.is_symlink() else f"{error.strerror}, left out"
    if stat.S_ISDIR(mode):
        return "link" if entry.is_symlink() else "folder"
    return "file" if stat.S_ISREG(mode) else "neither file nor folder, left out"
