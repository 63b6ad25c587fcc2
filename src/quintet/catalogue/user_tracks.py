"""My tracks: music a visitor gave and asked to keep, in the user's own folder, as a dataset of its own."""

import os
import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath
from uuid import uuid4

from quintet import registry
from quintet.audio import formats
from quintet.catalogue import ingest, locations
from quintet.errors import StoreError, UsageError
from quintet.settings import Settings
from quintet.storage import atomic

NAME = "my-tracks"
PATIENCE = 120.0  # s that one visitor waits for those who add a track at the same time
LONGEST = 120  # characters of a file's name without its ending
# What a content is, by its first bytes (offset, bytes): for a name whose ending says nothing about sound.
_KINDS = (
    (0, b"RIFF", ".wav"), (0, b"fLaC", ".flac"), (0, b"OggS", ".ogg"), (0, b"ID3", ".mp3"),
    (0, b"FORM", ".aiff"), (0, b"\x1aE\xdf\xa3", ".webm"), (0, b"\x30\x26\xb2\x75", ".wma"),
    (4, b"ftyp", ".mp4"), (0, b"\xff", ".mp3"),
)  # fmt: skip
_UNSAFE = re.compile(r'[\\/:*?"<>|]')  # what a folder, Windows or a shell would take for something else


@dataclass(frozen=True)
class Added:
    """Where a track was put, whether the same content lay there before, how many tracks there are now."""

    path: Path
    before: bool
    tracks: int


def folder(settings: Settings) -> Path:
    """Where these tracks lie."""
    return settings.data / "tracks"


def add(data: bytes, name: str, settings: Settings) -> Added:
    """Writes the bytes as they came under a safe name, and reads the folder as the dataset `NAME`.

    Nothing is overwritten: another content of that name becomes "name (2).mp3", the same content is kept
    once. Raises StoreError where the disk refuses, UsageError where `NAME` is another folder, Busy.
    """
    where = folder(settings)
    _own(where, settings)
    path, before = _put(data, safe(name, data), where)
    entry = locations.entry(NAME, where, reader())
    with atomic.locked(where, seconds=PATIENCE):  # several people add at once: one after another
        locations.keep(entry, settings)
        return Added(path, before, ingest.read(entry, settings).counts["tracks"])


def reader() -> str:
    """The reader of folders that are people's own: the one that says so."""
    names = registry.names("datasets")
    return next(one for one in names if getattr(registry.module("datasets", one), "PEOPLES_OWN", False))


def safe(name: str, data: bytes) -> str:
    """A file's name without folders, control characters and leading dots, with an ending that means sound."""
    plain = unicodedata.normalize("NFC", PurePath(name.replace("\\", "/")).name)
    plain = "".join(c for c in plain if unicodedata.category(c)[0] != "C")
    plain = " ".join(_UNSAFE.sub("_", plain).split()).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    suffix = f".{ending.lower()}" if dot else ""
    if suffix not in formats.ENDINGS:
        stem, suffix = plain, _kind(data)
    return (_short(stem.strip(". ")) or "track") + suffix


def _kind(data: bytes) -> str:
    return next((ending for at, start, ending in _KINDS if data[at : at + len(start)] == start), ".mp4")


def _short(stem: str) -> str:
    """At most as many characters, and bytes, as a file system takes, whole characters only."""
    cut = stem[:LONGEST].encode("utf-8", "ignore")[:200]
    return cut.decode("utf-8", "ignore").strip()


def _own(where: Path, settings: Settings) -> None:
    if NAME not in locations.known(settings):
        return
    held = locations.get(NAME, settings).place.root
    if held != where.expanduser().absolute():
        raise UsageError(
            f"The dataset {NAME!r} is the folder {held}; tracks are kept in {where}. "
            "Add the folder under another name, then keep the track again."
        )


def _put(data: bytes, name: str, where: Path) -> tuple[Path, bool]:
    """The file, and whether it was there before. It gets its name when all is written."""
    new = where / f".{uuid4().hex}.new"
    try:
        where.mkdir(parents=True, exist_ok=True)
        same = next((p for p in sorted(where.iterdir()) if _holds(p, data)), None)
        if same is not None:
            return same, True
        with new.open("xb") as file:
            file.write(data)
        return _named(new, name, where), False
    except OSError as error:
        raise StoreError(
            f"{name!r} could not be written to {where}: {error.strerror}. Free some room or check its rights."
        ) from error
    finally:
        with suppress(OSError):  # moved, or never there: what went wrong is said above
            new.unlink()


def _named(new: Path, name: str, where: Path) -> Path:
    """Moves the new file to the first free name, which is taken first: nobody's file is written over."""
    stem, suffix = PurePath(name).stem, PurePath(name).suffix
    n = 1
    while True:
        path = where / (name if n == 1 else f"{stem} ({n}){suffix}")
        try:
            path.open("xb").close()
        except FileExistsError:
            n += 1
            continue
        os.replace(new, path)
        return path


def _holds(path: Path, data: bytes) -> bool:
    if path.name.startswith(".") or not path.is_file() or path.stat().st_size != len(data):
        return False
    return path.read_bytes() == data
