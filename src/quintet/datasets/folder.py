"""Folder: people's own music. A class is a sub-folder, the rest is what the files' own tags say."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from quintet.audio import formats
from quintet.datasets import _files, _tags
from quintet.datasets.base import Column, Facts, Notes, Place, Protocol, Reading, Track
from quintet.errors import MissingData
from quintet.names import display

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
    found = sorted(
        formats.sound_files(place.root, lambda reason, name: notes.add(reason, _files.readable(name)))
    )
    if not found:
        raise MissingData(
            f"No music under {_files.readable(str(place.root))}: expected files such as "
            f"{formats.EXAMPLES}. {_files.contents(place.root)}{_files.packed(place.root)} "
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
    """The sub-folder, in one spelling: of é in two of Unicode's, two folders would make two classes."""
    return (display(_files.readable(parts[0])),) if len(parts) > 1 else ()


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
