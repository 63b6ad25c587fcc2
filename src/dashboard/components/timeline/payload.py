"""Peaks, pictures and frames as the browser reads them: a frame is 12 bytes."""

import base64
from dataclasses import dataclass

import numpy as np

from quintet.errors import UsageError

_ROUNDED = 1e-3  # s: the browser's times are float32, so a neighbour may seem to reach in
_FULL = 65_535  # uint16: a step is a 655th of a percent


@dataclass(frozen=True)
class Frames:
    """What is heard in each frame: times (T, 2) s, index (T,) of the class, strength (T,) 0 to 1."""

    times: np.ndarray
    index: np.ndarray
    strength: np.ndarray


def numbers(values: np.ndarray) -> list:
    """Three decimals are finer than a pixel; float64, or float32 would print its tail. NaN counts as 0."""
    return np.nan_to_num(values.astype(np.float64)).round(3).tolist()


def image(picture: np.ndarray) -> dict:
    """The bytes of uint8 (bands, columns), row by row. Raises UsageError for another kind."""
    if picture.dtype != np.uint8 or picture.ndim != 2:
        found = f"{picture.dtype} {picture.shape}"
        raise UsageError(f"A spectrogram image is {found}; uint8 (bands, columns) was expected.")
    bands, columns = picture.shape
    return {"bands": bands, "columns": columns, "pixels": _text(picture.tobytes())}


def packed(frames: Frames, classes: int, title: str) -> str:
    """T starts and T ends (float32, s), T strengths, T classes (uint16), little-endian, in base64, by start.

    A frame ends where the next begins: windows may overlap. Raises UsageError for uneven arrays, and for
    classes outside 0 to `classes` - 1.
    """
    _check(frames, classes, title)
    order = np.argsort(frames.times[:, 0], kind="stable")  # the browser bisects
    starts, ends = _drawn(np.nan_to_num(frames.times[order]))
    strength = np.rint(np.nan_to_num(frames.strength[order]).clip(0, 1) * _FULL)
    parts = (
        starts.astype("<f4"),
        ends.astype("<f4"),
        strength.astype("<u2"),
        frames.index[order].astype("<u2"),
    )
    return _text(b"".join(part.tobytes() for part in parts))


def within(times: np.ndarray, values: np.ndarray, start: float, end: float) -> np.ndarray | None:
    """Mean of values (T, C) over the frames as drawn between two times (s), each as long as it is there.

    None where nothing was heard: not every backbone hears a track to its end.
    """
    order = np.argsort(times[:, 0], kind="stable")
    starts, ends = _drawn(times[order])
    inside = np.minimum(ends, end) - np.maximum(starts, start)
    inside = np.where(inside > _ROUNDED, inside, 0.0)
    return inside @ values[order] / inside.sum() if inside.any() else None


def _drawn(times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Starts and ends of frames in order: one ends where the next begins, for windows may overlap."""
    starts, ends = times.T
    return starts, np.minimum(ends, np.append(starts[1:], np.inf))


def _check(frames: Frames, classes: int, title: str) -> None:
    times, index, strength = frames.times, frames.index, frames.strength
    count = len(index)
    if times.shape != (count, 2) or strength.shape != (count,):
        shapes = f"times {times.shape}, index {index.shape}, strength {strength.shape}"
        raise UsageError(f"The lane of {title} has {shapes}; (T, 2), (T,) and (T,) were expected.")
    if count and not 0 <= int(index.min()) <= int(index.max()) < classes:
        found = f"{int(index.min())} to {int(index.max())}"
        raise UsageError(f"The lane of {title} names classes {found}; 0 to {classes - 1} were expected.")


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
