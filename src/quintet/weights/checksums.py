"""Checksums: of a file on disk, computed once per content, and those held since a first download."""

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from quintet.errors import Busy, MissingWeights, StoreError, UsageError
from quintet.settings import Settings
from quintet.storage import atomic

SMALL = 16_000_000  # bytes; below, the file is read again in some 20 ms


def cached(path: Path, settings: Settings, kind: str = "sha256") -> str:
    """The file's checksum in hexadecimal; of a large file kept until its size or time changes.

    Raises MissingWeights if the file cannot be read.
    """
    try:
        facts = path.stat()
    except OSError as error:
        raise _unreadable(path, error) from error
    if facts.st_size < SMALL:
        return compute(path, kind)
    cache, key = settings.cache / "weights" / "sums.json", f"{kind} {path}"
    stamp = f"{facts.st_size} {facts.st_mtime_ns} "  # what a changed file changes
    entry = _read_cache(cache).get(key, "")
    if entry.startswith(stamp):
        return entry.removeprefix(stamp)
    checksum = compute(path, kind)
    with suppress(StoreError, Busy):  # it is computed again where it cannot be kept
        _add(cache, cache, {key: stamp + checksum}, _read_cache)
    return checksum


def compute(path: Path, kind: str = "sha256") -> str:
    """The file's checksum in hexadecimal, a piece at a time. Raises MissingWeights if it is unreadable."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, kind).hexdigest()
    except OSError as error:
        raise _unreadable(path, error) from error


def recorded(name: str, settings: Settings) -> str:
    """The SHA-256 that the weights file `name` had when it was first downloaded; "" where it never was."""
    return _read(ledger(settings)).get(name, "")


def record(name: str, sha256: str, settings: Settings) -> None:
    """Holds a file's SHA-256 from now on."""
    _add(ledger(settings), settings.cache / "weights" / ledger(settings).name, {name: sha256}, _read)


def ledger(settings: Settings) -> Path:
    """Where checksums unknown upstream are held: name -> SHA-256, as JSON."""
    return settings.weights / "checksums.json"


def _read(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError, RecursionError) as error:
        raise UsageError(f"{path} is not valid JSON: {error}. Correct it or remove it.") from error
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise UsageError(f"{path} is not valid: names and checksums were expected. Correct it or remove it.")
    return values


def _read_cache(path: Path) -> dict[str, str]:
    """What was computed before; a file that is damaged counts as none."""
    try:
        return _read(path)
    except UsageError:
        return {}


def _add(path: Path, lock: Path, values: dict[str, str], read: Callable[[Path], dict[str, str]]) -> None:
    """Adds to a file that others may change at the same time. Raises StoreError, Busy."""
    with atomic.locked(lock):
        atomic.write_json(path, dict(sorted((read(path) | values).items())))


def _unreadable(path: Path, error: OSError) -> MissingWeights:
    return MissingWeights(f"{path} cannot be read: {error.strerror}. Name a file that can: --weights FILE.")
