"""Backbones and datasets, found by name: a module or a package in the folder is an entry, _this is not."""

from functools import lru_cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from quintet.errors import UnknownName

_HERE = Path(__file__).parent


def names(kind: str) -> list[str]:
    """Names of all entries of `kind` ("backbones" or "datasets"), sorted; imports nothing."""
    return list(_names(_HERE / kind, (_HERE / kind).stat().st_mtime_ns))


@lru_cache(maxsize=8)  # asked some thirty times a page
def _names(folder: Path, changed: int) -> tuple[str, ...]:
    entries = [f.stem for f in folder.glob("*.py")] + [f.parent.name for f in folder.glob("*/__init__.py")]
    return tuple(sorted(name for name in entries if name != "base" and not name.startswith("_")))


def module(kind: str, name: str) -> ModuleType:
    """The module behind one entry. Raises UnknownName with the nearest name there is."""
    known = names(kind)
    if name not in known:
        raise UnknownName(kind.removesuffix("s"), name, known)
    return import_module(f"quintet.{kind}.{name}")
