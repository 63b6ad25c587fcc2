"""What a backbone made of a clip, kept by the clip's content: no sound is computed twice, whatever its name.

One .npz below cache/heard/<backbone>@<fingerprint>/ for each content; the sound itself is never kept.
"""

import logging
import os
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from quintet.backbones.base import Encoding
from quintet.collection import Source
from quintet.errors import BadData, UsageError
from quintet.settings import Settings
from quintet.storage import atomic, npz
from quintet.studies import table

LIMIT = 500_000_000  # bytes of all that is kept; 24 s of 4800 values a second are 0.5 MB
_DAMAGED = (BadData, ValueError, KeyError, TypeError)
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kept:
    """An encoding, and the seconds it took to make."""

    encoding: Encoding
    seconds: float


def folder(settings: Settings) -> Path:
    """Where everything that was heard lies."""
    return settings.cache / "heard"


def path(found: Source, digest: str, settings: Settings) -> Path:
    """Where the encoding of one content lies. `digest` is 32 hex digits. Raises UsageError."""
    if not re.fullmatch("[0-9a-f]{32}", digest):
        raise UsageError(f"The digest {digest[:40]!r} is not one; 32 hex digits were expected.")
    return folder(settings) / table.name(found) / f"{digest}.npz"


def get(found: Source, digest: str, settings: Settings) -> Encoding | None:
    """What this backbone made of that content, None where it never heard it. Raises UsageError."""
    held = kept(found, digest, settings)
    return held.encoding if held else None


def kept(found: Source, digest: str, settings: Settings) -> Kept | None:
    """The same with the seconds it took. A damaged file is as good as none, and is removed."""
    where = path(found, digest, settings)
    try:
        held = _read(where)
        os.utime(where)  # what was not asked for the longest goes first
    except FileNotFoundError:
        return None
    except OSError as error:
        _LOG.warning("%s cannot be read: %s", where, error)
        return None
    except _DAMAGED as error:
        _LOG.warning("%s is damaged (%s) and was removed; it is computed again when asked for.", where, error)
        where.unlink(missing_ok=True)
        return None
    return held


def put(found: Source, digest: str, held: Kept, settings: Settings) -> Path:
    """Keeps an encoding, in one step; the oldest go where all together are more than LIMIT."""
    where, made = path(found, digest, settings), held.encoding
    arrays = {"frames": made.frames, "times": made.times, "embedding": made.embedding}
    if made.tags is not None:
        arrays["tags"] = made.tags
    about = {"notices": np.array(made.notices, np.str_), "seconds": np.float64(held.seconds)}
    with atomic.replacing(where) as temporary, temporary.open("wb") as file:
        np.savez(file, **arrays, **about)
    _prune(settings, where)
    return where


def expected(found: Source, length: float, settings: Settings) -> float | None:
    """Seconds that a clip of `length` s may take, by the last one this backbone heard. None before it."""
    held = sorted((folder(settings) / table.name(found)).glob("*.npz"), key=_age)
    last = kept(found, held[0].stem, settings) if held else None
    if last is None:
        return None
    return last.seconds * heard(found, length) / max(float(last.encoding.times[-1, 1]), 1e-9)


def heard(found: Source, length: float) -> float:
    """Seconds that are heard of a clip of `length` s: what is slow hears one window at most."""
    spec = found.backbone.spec
    return min(length, spec.window / spec.sample_rate) if spec.slow and spec.sample_rate else length


def _read(where: Path) -> Kept:
    if not where.exists():
        raise FileNotFoundError(where)
    arrays = npz.read(where, "a stored encoding")
    frames, times, embedding = arrays["frames"], arrays["times"], arrays["embedding"]
    if frames.shape != (len(times), *embedding.shape) or times.shape[1:] != (2,) or not len(times):
        raise ValueError(f"frames {frames.shape}, times {times.shape}, embedding {embedding.shape}")
    if not all(np.isfinite(array).all() for array in (frames, times, embedding)):
        raise ValueError("values that are not finite")
    notices = tuple(map(str, arrays["notices"].tolist()))
    return Kept(Encoding(frames, times, embedding, arrays.get("tags"), notices), float(arrays["seconds"]))


def _prune(settings: Settings, newest: Path) -> None:
    size, held = 0, sorted(folder(settings).glob("*@*/*.npz"), key=_age)
    for one in [newest, *(p for p in held if p != newest)]:
        try:
            size += one.stat().st_size
        except FileNotFoundError:  # another process removed it
            continue
        if size > LIMIT and one != newest:
            one.unlink(missing_ok=True)


def _age(where: Path) -> float:
    """Sorts the newest first, and last what has just gone."""
    try:
        return -where.stat().st_mtime
    except FileNotFoundError:
        return 0.0
