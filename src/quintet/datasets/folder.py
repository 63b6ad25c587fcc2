"""Folder: people's own music. A class is a sub-folder, the rest is what the files' own tags say."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from quintet.audio import formats
from quintet.datasets import _files, _id3
from quintet.datasets.base import Column, DatasetLocation, Facts, Protocol, ReadReport, ReadResult, Track
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


def read(location: DatasetLocation, notes: ReadReport) -> ReadResult:
    """Every sound file below a folder, by its path; tags and length are read while tracks are asked for.

    Raises MissingData.
    """
    sound_files = sorted(
        formats.sound_files(location.root, lambda reason, name: notes.add(reason, _files.readable(name)))
    )
    if not sound_files:
        raise MissingData(
            f"No music under {_files.readable(str(location.root))}: expected files such as "
            f"{formats.EXAMPLES}. {_files.contents_hint(location.root)}{_files.archive_hint(location.root)} "
            "Run: quintet datasets add folder --root DIR"
        )
    classes = tuple(dict.fromkeys(label for parts in sound_files for label in _labels(parts)))
    facts = replace(
        FACTS,
        title=_files.readable(location.root.name) or FACTS.title,
        classes=classes,
        source=_files.readable(str(location.root)),
        protocols=(_GROUPED,) if len(classes) > 1 else (),
    )
    return ReadResult(facts, _tracks(location.root, sound_files, notes))


def _labels(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The sub-folder, in one spelling: of é in two of Unicode's, two folders would make two classes."""
    return (display(_files.readable(parts[0])),) if len(parts) > 1 else ()


def _tracks(root: Path, sound_files: Iterable[tuple[str, ...]], notes: ReadReport) -> Iterator[Track]:
    for parts in sound_files:
        name = _files.readable("/".join(parts))
        path = root.joinpath(*parts)
        tags = _id3.read(path)
        if tags.trouble:
            notes.add(f"tags not read: {tags.trouble}", name)
        about = {"format": path.suffix[1:].lower(), "bitrate": tags.bitrate}
        yield Track(
            id=name, path=path, title=tags.title or _files.readable(path.stem), artist=tags.artist,
            labels=_labels(parts), seconds=tags.seconds, group=(tags.first or tags.album).casefold(),
            album=tags.album, year=tags.year, tags=tags.genres,
            flags=(tags.trouble,) if tags.trouble == _id3.DAMAGED else (),
            columns={k: v for k, v in about.items() if v},
        )  # fmt: skip
