"""Sound in the pages: tables of tracks that play, and one track as a wave with its spectrogram and lanes."""

import base64
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import streamlit as st

from pages.parts.components import declare
from quintet.errors import UsageError

_PLAYER = declare("player")
_WAVE = declare("wave")

Colours = tuple[str, str]  # light, dark


@dataclass(frozen=True)
class Mark:
    """A backbone's sign: the shape and colours of its Spec, hollow where it runs untrained."""

    shape: str
    colours: Colours
    untrained: bool = False


@dataclass(frozen=True)
class Column:
    """One column. `align` is "left" or "right" (numbers); `phone` False leaves it out below 600 px."""

    title: str
    align: str = "left"
    phone: bool = True
    mark: Mark | None = None  # stands left of the title


@dataclass(frozen=True)
class Cell:
    """One value. `colours` puts a class's swatch before it, hollow for an untrained backbone's answer."""

    text: str
    colours: Colours | None = None
    hollow: bool = False
    strong: bool = False
    muted: bool = False
    badge: str = ""  # the amber word behind it: "untrained"
    flag: str = ""  # why this row is flagged: an amber flag that says so on hover
    mark: Mark | None = None


@dataclass(frozen=True)
class Row:
    """One sound: `url` serves it, `start` and `end` (s) cut it out where the url serves more."""

    id: str
    url: str
    cells: tuple[Cell | str, ...]
    start: float = 0.0
    end: float | None = None


@dataclass(frozen=True)
class Lane:
    """What one backbone hears: times (T, 2) s, index (T,) into the wave's classes, strength (T,) 0 to 1."""

    title: str
    mark: Mark
    times: np.ndarray
    index: np.ndarray
    strength: np.ndarray


@dataclass(frozen=True)
class Wave:
    """One sound to look at: peaks (n,) 0 to 1, image uint8 (bands, columns) low band first, lanes.

    A `title` stands beside the play button, with `note` under it and `label` at the right; without one, the
    time stands there.
    """

    id: str
    url: str
    seconds: float
    peaks: np.ndarray
    image: np.ndarray | None = None
    lanes: tuple[Lane, ...] = ()
    classes: tuple[tuple[str, Colours], ...] = ()
    start: float = 0.0  # s into what the url serves
    title: str = ""
    note: str = ""
    label: Cell | None = None


def table(
    rows: Sequence[Row], columns: Sequence[Column], key: str, chosen: str | None = None, compact: bool = False
) -> str | None:
    """Show `rows` with a play button each; the id of the chosen row, `chosen` until the first click.

    `compact` is the form for short lists ("Sounds nearest to"): no header, no hairlines, smaller. An id
    chosen earlier that is not among `rows` (a filter hides it) falls back to `chosen`.
    """
    clicked = st.session_state.get(key, {}).get("chosen")
    current = clicked if any(row.id == clicked for row in rows) else chosen
    data = table_data(rows, columns, current, compact) | {"key": key}
    _PLAYER(data=data, key=key, on_chosen_change=_rerun)
    return current


def wave(sound: Wave, key: str) -> None:
    """Show one sound: play button, wave, and where given spectrogram and lanes under one cursor."""
    _WAVE(data=wave_data(sound) | {"key": key}, key=key)


def table_data(rows: Sequence[Row], columns: Sequence[Column], chosen: str | None, compact: bool) -> dict:
    """What the player component reads. Raises UsageError for a row whose cells do not fit the columns."""
    for row in rows:
        if len(row.cells) != len(columns):
            raise UsageError(f"Row {row.id!r} has {len(row.cells)} cells, the table {len(columns)} columns.")
    return {
        "chosen": chosen,
        "compact": compact,
        "columns": [asdict(column) for column in columns],
        "rows": [{**asdict(row), "cells": [_cell(cell) for cell in row.cells]} for row in rows],
    }


def wave_data(sound: Wave) -> dict:
    """What the wave component reads. Raises UsageError for an image or a lane of another shape."""
    return {
        "id": sound.id,
        "url": sound.url,
        "start": sound.start,
        "seconds": float(sound.seconds),
        "peaks": _numbers(np.abs(sound.peaks)),
        "image": None if sound.image is None else _image(sound.image),
        "classes": [{"word": word, "colours": colours} for word, colours in sound.classes],
        "lanes": [_lane(lane, len(sound.classes)) for lane in sound.lanes],
        "title": sound.title,
        "note": sound.note,
        "label": None if sound.label is None else _cell(sound.label),
    }


def _rerun() -> None:
    """Having a callback makes `chosen` a state of the component; the rerun itself is all that is wanted."""


def _cell(cell: Cell | str) -> dict:
    facts = asdict(Cell(cell) if isinstance(cell, str) else cell)
    return {name: value for name, value in facts.items() if value}  # most are not set: a smaller message


def _numbers(values: np.ndarray) -> list:
    """Three decimals are finer than a pixel; float64, or float32 would print its tail. NaN counts as 0."""
    return np.nan_to_num(values.astype(np.float64)).round(3).tolist()


def _image(image: np.ndarray) -> dict:
    if image.dtype != np.uint8 or image.ndim != 2:
        found = f"{image.dtype} {image.shape}"
        raise UsageError(f"A spectrogram image is {found}; uint8 (bands, columns) was expected.")
    bands, columns = image.shape
    return {"bands": bands, "columns": columns, "pixels": base64.b64encode(image.tobytes()).decode("ascii")}


def _lane(lane: Lane, classes: int) -> dict:
    count = len(lane.index)
    if lane.times.shape != (count, 2) or lane.strength.shape != (count,):
        shapes = f"times {lane.times.shape}, index {lane.index.shape}, strength {lane.strength.shape}"
        raise UsageError(f"The lane of {lane.title} has {shapes}; (T, 2), (T,) and (T,) were expected.")
    if count and not 0 <= int(lane.index.min()) <= int(lane.index.max()) < classes:
        found = f"{int(lane.index.min())} to {int(lane.index.max())}"
        raise UsageError(f"The lane of {lane.title} names classes {found}; 0 to {classes - 1} were expected.")
    return {
        "title": lane.title,
        "mark": asdict(lane.mark),
        "times": _numbers(lane.times),
        "index": lane.index.tolist(),
        "strength": _numbers(lane.strength.clip(0, 1)),
    }
