"""Which datasets are known on this machine: what was added, what the settings name, what needs no place.

A dataset has a name and a reader. Where nobody says otherwise the name is the reader's, or READER_VARIANT
for a part of it; two folders read alike take two names.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from quintet import registry
from quintet.datasets.base import DatasetLocation
from quintet.errors import MissingData, StoreError, UnknownName, UsageError
from quintet.settings import Settings
from quintet.storage import atomic
from quintet.storage.paths import expanded

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True)
class Entry:
    """A dataset as it was added: its name, who reads it, and where it lies."""

    name: str
    reader: str
    place: DatasetLocation

    @property
    def module(self) -> ModuleType:
        """The reader's module."""
        return registry.module("datasets", self.reader)


def known(settings: Settings) -> list[str]:
    """Names of all datasets that have a place: those that bring themselves first, then as they were added."""
    own = [name for name in registry.names("datasets") if hasattr(registry.module("datasets", name), "home")]
    return list(dict.fromkeys([*own, *_added(settings), *settings.roots]))


def check_name(name: str, settings: Settings) -> None:
    """Raises UnknownName for what can be no dataset's name: a path of it leaves the cache, or is too long."""
    if not _NAME.fullmatch(name):
        raise UnknownName("dataset", name[:80], known(settings))


def check(name: str, settings: Settings) -> None:
    """Raises UnknownName for what is neither a known dataset nor a reader's own name."""
    if name not in known(settings) and reader_of(name) is None:
        raise UnknownName("dataset", name, sorted({*known(settings), *registry.names("datasets")}))


def get(name: str, settings: Settings) -> Entry:
    """The dataset of that name. Raises UnknownName, and MissingData where nobody said where it lies."""
    check(name, settings)
    held = _added(settings).get(name)
    if held is not None and name not in settings.roots:
        artists = Path(held["artists"]) if held.get("artists") else None
        return Entry(
            name, held["reader"], DatasetLocation(Path(held["root"]), held.get("variant", ""), artists)
        )
    if reader_of(name) is None:
        raise MissingData(
            f"The settings say where {name!r} lies ({settings.roots[name]}), but not who reads it. "
            f"Run: quintet datasets add {name} --root DIR --reader READER"
        )
    reader, variant = reader_of(name)
    if name in settings.roots:
        return Entry(name, reader, DatasetLocation(expanded(Path(settings.roots[name])), variant))
    module = registry.module("datasets", reader)
    if not hasattr(module, "home"):
        raise MissingData(
            f"{module.FACTS.title} has no folder on this machine yet. Say where it lies. "
            f"Run: quintet datasets add {name} --root DIR"
        )
    return Entry(name, reader, DatasetLocation(module.home(), variant))


def module(name: str, settings: Settings) -> ModuleType:
    """The reader's module of a dataset, whether or not it has a place. Raises UnknownName."""
    check(name, settings)
    reader, _ = reader_of(name) or (_added(settings)[name]["reader"], "")
    return registry.module("datasets", reader)


def entry(name: str, root: Path, reader: str = "", artists: Path | None = None) -> Entry:
    """What `quintet datasets add` asks for, checked but not yet kept. Raises UsageError, UnknownName."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} is no name for a dataset: expected small letters, digits, - and _, at most 64. "
            "Choose another."
        )
    found = reader_of(reader or name)
    if found is None:
        raise UnknownName("reader", reader or name, registry.names("datasets"))
    table = expanded(artists) if artists else None
    return Entry(name, found[0], DatasetLocation(expanded(root), found[1], table))


def keep(added: Entry, settings: Settings) -> None:
    """Remembers a dataset in the user's own folder."""
    path = _path(settings)
    row = {"reader": added.reader, "root": str(added.place.root), "variant": added.place.variant,
           "artists": str(added.place.artists or "")}  # fmt: skip
    with atomic.locked(path):
        atomic.write_json(path, _added(settings) | {added.name: row})


def reader_of(name: str) -> tuple[str, str] | None:
    """(reader, variant) that a name stands for by itself, or None: the user must say."""
    readers = registry.names("datasets")
    if name in readers:
        return name, ""
    reader, _, variant = name.rpartition("_")
    if reader in readers and variant in getattr(registry.module("datasets", reader), "VARIANTS", ()):
        return reader, variant
    return None


def _path(settings: Settings) -> Path:
    return settings.data / "datasets.json"


def _added(settings: Settings) -> dict[str, dict[str, str]]:
    path = _path(settings)
    if not path.is_file():
        return {}
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError, RecursionError) as error:
        raise StoreError(
            f"{path} is not valid JSON: {error}. Correct it, or delete it and add the datasets again."
        ) from error
    if not isinstance(document, dict) or not all(map(_is_row, document.values())):
        raise StoreError(
            f"{path} is not a list of datasets: expected name -> reader and root, all of them text. "
            "Correct it, or delete it and add the datasets again."
        )
    return document


def _is_row(row: object) -> bool:
    return (
        isinstance(row, dict)
        and {"reader", "root"} <= row.keys()
        and all(isinstance(v, str) for v in row.values())
    )
