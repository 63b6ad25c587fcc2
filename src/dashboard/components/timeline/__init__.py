"""One sound as a wave, with what the backbones hear over time: to play, to choose from, to trim.

How a page uses it (all of it is offered by `dashboard.components.players` too):

    sound = Wave(id, url, seconds, peaks, lanes=(Lane(...), ...), classes=(("calm", pair), ...))
    span = wave(sound, key="wave")        # Span(start, end, lane) or None: the segment a visitor chose

    sound = Wave(id, url, seconds, peaks, trim=True, limit=600.0)
    wave(sound, key="trim")
    start, end = trimmed(sound, key="trim")   # s, where the handles stand

    within(answer.times, answer.over_time, span.start, span.end)  # a backbone's probabilities there, or None

A segment is a run of frames with the same class. A click on one, or Enter, plays it from its start to its end
and chooses it; Escape clears. Both values outlast reruns and are dropped when `sound.id` changes.
"""

from dataclasses import asdict, dataclass
from math import isfinite

import numpy as np
import streamlit as st

from dashboard.components import declare
from dashboard.components.cells import Cell, Colours, Mark, sent
from dashboard.components.timeline import payload
from dashboard.components.timeline.payload import within

__all__ = ["SHORTEST", "Lane", "Span", "Wave", "trimmed", "wave", "wave_data", "within"]

_WAVE = declare("timeline")
SHORTEST = 0.5  # s that can be cut out: below, audio is refused


@dataclass(frozen=True)
class Lane:
    """What one backbone hears: times (T, 2) s, index (T,) into the wave's classes, strength (T,) 0 to 1.

    `key` names it in a `Span`; without one its title does.
    """

    title: str
    mark: Mark
    times: np.ndarray
    index: np.ndarray
    strength: np.ndarray
    key: str = ""


@dataclass(frozen=True)
class Span:
    """A part of the sound, in s, chosen on the lane of that key; "" is the strip where they part."""

    start: float
    end: float
    lane: str


@dataclass(frozen=True)
class Wave:
    """One sound to look at: peaks (n,) 0 to 1, image uint8 (bands, columns) low band first, lanes.

    A `title` stands beside the play button, with `note` under it and `label` at the right; without one, the
    time stands there. `span` is what is chosen until the first click. `trim` shows two handles that cut out
    at least `SHORTEST` and at most `limit` (s, None for no limit), and stand at `part` until one is moved.
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
    span: Span | None = None
    trim: bool = False
    limit: float | None = None
    part: tuple[float, float] | None = None


def wave(sound: Wave, key: str) -> Span | None:
    """Show one sound: play button, wave, and where given spectrogram and lanes; returns what is chosen."""
    chosen = _chosen(sound, key)
    shown = {
        "key": key,
        "span": asdict(chosen) if chosen else None,
        "part": list(trimmed(sound, key)) if sound.trim else None,
    }
    _WAVE(data=wave_data(sound) | shown, key=key, on_span_change=_rerun, on_trim_change=_rerun)
    return chosen


def trimmed(sound: Wave, key: str) -> tuple[float, float]:
    """(start, end) in s between the handles: `part`, or the whole up to the limit, until one was moved."""
    longest = min(sound.seconds, sound.limit or sound.seconds)
    said = _said(sound, key, "trim")
    start, end = _seconds(said, "start"), _seconds(said, "end")
    if start is None or end is None:
        start, end = sound.part or (0.0, longest)
    start = max(0.0, min(start, sound.seconds - SHORTEST))
    end = min(max(end, start + SHORTEST), start + longest, sound.seconds)
    return (start, end) if end > start else (0.0, longest)  # a sound shorter than the shortest part


def wave_data(sound: Wave) -> dict:
    """What the wave component reads. Raises UsageError for an image or a lane of another shape."""
    return {
        "id": sound.id,
        "url": sound.url,
        "start": sound.start,
        "seconds": float(sound.seconds),
        "peaks": payload.numbers(np.abs(sound.peaks)),
        "image": None if sound.image is None else payload.image(sound.image),
        "classes": [{"word": word, "colours": colours} for word, colours in sound.classes],
        "lanes": [_lane(lane, len(sound.classes)) for lane in sound.lanes],
        "title": sound.title,
        "note": sound.note,
        "label": None if sound.label is None else sent(sound.label),
        "limit": sound.limit,
        "shortest": SHORTEST,
    }


def _lane(lane: Lane, classes: int) -> dict:
    frames = payload.Frames(lane.times, lane.index, lane.strength)
    return {
        "key": lane.key or lane.title,
        "title": lane.title,
        "mark": asdict(lane.mark),
        "count": len(lane.index),
        "frames": payload.packed(frames, classes, lane.title),
    }


def _chosen(sound: Wave, key: str) -> Span | None:
    """What the browser said of this very sound, as far as it makes sense here; else what the page names."""
    said = _said(sound, key, "span")
    if said is None:
        return sound.span
    start, end, lane = _seconds(said, "start"), _seconds(said, "end"), said.get("lane")
    if start is None or end is None or not 0 <= start < end:
        return None  # cleared
    if lane != "" and lane not in {one.key or one.title for one in sound.lanes}:
        return None  # its backbone was unticked
    return Span(start, min(end, sound.seconds), lane)


def _said(sound: Wave, key: str, name: str) -> dict | None:
    said = (st.session_state.get(key) or {}).get(name)
    return said if isinstance(said, dict) and said.get("id") == sound.id else None


def _seconds(said: dict | None, name: str) -> float | None:
    found = said.get(name) if said else None
    return float(found) if isinstance(found, int | float) and isfinite(found) else None


def _rerun() -> None:
    """Having a callback makes a value a state of the component; the rerun itself is all that is wanted."""
