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
from quintet.embeddings.models import Model
from quintet.errors import BadData, UsageError
from quintet.settings import Settings
from quintet.storage import atomic, npz

LIMIT = 500_000_000  # bytes of all that is kept; 24 s of 4800 values a second are 0.5 MB
_DAMAGED = (BadData, ValueError, KeyError, TypeError)
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class CachedEncoding:
    """An encoding, and the seconds it took to make."""

    encoding: Encoding
    seconds: float


def folder(settings: Settings) -> Path:
    """Where everything that was heard lies."""
    return settings.cache / "heard"


def path(model: Model, digest: str, settings: Settings) -> Path:
    """Where the encoding of one content lies. `digest` is 32 hex digits. Raises UsageError."""
    if not re.fullmatch("[0-9a-f]{32}", digest):
        raise UsageError(f"The digest {digest[:40]!r} is not one; 32 hex digits were expected.")
    return folder(settings) / model.file_stem() / f"{digest}.npz"


def get(model: Model, digest: str, settings: Settings) -> Encoding | None:
    """What this backbone made of that content, None where it never heard it. Raises UsageError."""
    cached = get_cached(model, digest, settings)
    return cached.encoding if cached else None


def get_cached(model: Model, digest: str, settings: Settings) -> CachedEncoding | None:
    """The same with the seconds it took. A damaged file is as good as none, and is removed."""
    file_path = path(model, digest, settings)
    try:
        cached = _read(file_path)
        os.utime(file_path)  # what was not asked for the longest goes first
    except FileNotFoundError:
        return None
    except OSError as error:
        _LOG.warning("%s cannot be read: %s", file_path, error)
        return None
    except _DAMAGED as error:
        _LOG.warning(
            "%s is damaged (%s) and was removed; it is computed again when asked for.", file_path, error
        )
        file_path.unlink(missing_ok=True)
        return None
    return cached


def put(model: Model, digest: str, cached: CachedEncoding, settings: Settings) -> Path:
    """Keeps an encoding, in one step; the oldest go where all together are more than LIMIT."""
    file_path, encoding = path(model, digest, settings), cached.encoding
    arrays = {"frames": encoding.frames, "times": encoding.times, "embedding": encoding.embedding}
    if encoding.tags is not None:
        arrays["tags"] = encoding.tags
    about = {"notices": np.array(encoding.notices, np.str_), "seconds": np.float64(cached.seconds)}
    with atomic.replacing(file_path) as temporary, temporary.open("wb") as file:
        np.savez(file, **arrays, **about)
    _prune(settings, file_path)
    return file_path


def expected_seconds(model: Model, length: float, settings: Settings) -> float | None:
    """Seconds that a clip of `length` s may take, by the last one this backbone heard. None before it."""
    files = sorted((folder(settings) / model.file_stem()).glob("*.npz"), key=_age)
    last = get_cached(model, files[0].stem, settings) if files else None
    if last is None:
        return None
    return last.seconds * encoded_seconds(model, length) / max(float(last.encoding.times[-1, 1]), 1e-9)


def encoded_seconds(model: Model, length: float) -> float:
    """Seconds that are heard of a clip of `length` s: what is slow hears one window at most."""
    spec = model.backbone.spec
    return min(length, spec.window / spec.sample_rate) if spec.slow and spec.sample_rate else length


def _read(file_path: Path) -> CachedEncoding:
    if not file_path.exists():
        raise FileNotFoundError(file_path)
    arrays = npz.read(file_path, "a stored encoding")
    frames, times, embedding = arrays["frames"], arrays["times"], arrays["embedding"]
    if frames.shape != (len(times), *embedding.shape) or times.shape[1:] != (2,) or not len(times):
        raise ValueError(f"frames {frames.shape}, times {times.shape}, embedding {embedding.shape}")
    if not all(np.isfinite(array).all() for array in (frames, times, embedding)):
        raise ValueError("values that are not finite")
    notices = tuple(map(str, arrays["notices"].tolist()))
    return CachedEncoding(
        Encoding(frames, times, embedding, arrays.get("tags"), notices), float(arrays["seconds"])
    )


def _prune(settings: Settings, newest: Path) -> None:
    size, files = 0, sorted(folder(settings).glob("*@*/*.npz"), key=_age)
    for file in [newest, *(p for p in files if p != newest)]:
        try:
            size += file.stat().st_size
        except FileNotFoundError:  # another process removed it
            continue
        if size > LIMIT and file != newest:
            file.unlink(missing_ok=True)


def _age(file_path: Path) -> float:
    """Sorts the newest first, and last what has just gone."""
    try:
        return -file_path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
