"""Up to six linked maps of one collection on one canvas: hovered, heard and selected together."""

import base64
import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict

import numpy as np
import streamlit as st

from dashboard.components import declare
from dashboard.components.linked_maps.payload import NO_CLASS, TOP, pack, pack_colours, scaled
from dashboard.components.linked_maps.polygon import inside
from dashboard.components.linked_maps.selection import (
    Grow,
    Growing,
    Invert,
    Op,
    Stroke,
    from_text,
    operations,
    selected,
    sendable,
    since_new,
    to_text,
)
from dashboard.components.linked_maps.view import (
    Camera,
    Coloured,
    Colours,
    MapEvent,
    Marker,
    Near,
    Panel,
    View,
)
from quintet.errors import UsageError

__all__ = [
    "NO_CLASS",
    "TOP",
    "Camera",
    "Coloured",
    "Colours",
    "Grow",
    "Invert",
    "MapEvent",
    "Marker",
    "Near",
    "Op",
    "Panel",
    "Stroke",
    "View",
    "from_text",
    "inside",
    "linked_maps",
    "pack",
    "pack_colours",
    "scaled",
    "to_text",
]

_MAP = declare("linked_maps")
_STATES = ("selection", "focus", "camera", "webgl")
_NEAREST, _CLOSEST, _FARTHEST = 1.0, 400.0, 2.0  # zoom of a camera, and half extents from home
MOST_CLASSES = 254


def linked_maps(view: View, *, key: str, grow: Growing | None = None) -> MapEvent:
    """Mount the maps and return what is selected on them.

    The browser sends what was done, never which points: they are found here and sent back, so that every
    panel lights them. `grow(panel, rows)` returns the rows that join those given. The selection lives in the
    browser under `key`: another collection takes another key.
    Raises UsageError for maps of another length, more classes than a byte tells apart, or places that are
    not one per panel.
    """
    _check(view)
    held = st.session_state.get(key) or {}
    ops, found = _ops(view, held.get("selection"))
    start = np.zeros(view.n, bool)
    if view.found is not None:
        start[view.found] = True
    mask = selected(ops, {panel.key: panel.xy for panel in view.panels}, start, grow)
    data = _data(view, ops) | {
        "selected": _bits(mask) if mask.any() or ops else "",
        "found": found,
        "turn": _turn(held.get("selection")),
        "webgl": held.get("webgl") is not False,
        "canGrow": view.can_grow and grow is not None,
    }
    _MAP(data=data, key=key, **{f"on_{name}_change": _noted for name in _STATES})
    drawn = [op.panel for op in ops if isinstance(op, Stroke)]
    return MapEvent(
        np.flatnonzero(mask), drawn[-1] if drawn else "", ops,
        _row(held.get("focus"), view.n), _camera(held.get("camera")), data["webgl"],
    )  # fmt: skip


def _noted() -> None:
    """Streamlit keeps a component's state only where somebody listens for it."""


def _check(view: View) -> None:
    for panel in view.panels:
        if len(panel.xy) != view.n:
            raise UsageError(f"The map {panel.title!r} has {len(panel.xy)} points; {view.n} were expected.")
    names = len(view.coloured.names)
    if names > MOST_CLASSES:
        raise UsageError(f"{names} classes were given to colour by; at most {MOST_CLASSES} were expected.")
    for place in (view.marker and view.marker.xy, view.near and view.near.rows):
        if place is not None and len(place) != len(view.panels):
            raise UsageError(
                f"Places on {len(place)} maps were given; {len(view.panels)} were expected, one per panel."
            )


def _ops(view: View, sent: object) -> tuple[tuple[Op, ...], str]:
    """The operations that hold now, and the name of the search they were made on ("" without one).

    What was drawn on another search's rows holds no longer, but for strokes that start a selection.
    """
    found = ""
    if view.found is not None:
        found = hashlib.sha256(np.asarray(view.found, "<i8").tobytes()).hexdigest()[:12]
    if not isinstance(sent, Mapping):
        return (_shown(view, view.ops or ()) if not found else ()), found
    ops = operations(sent)
    if sent.get("found", "") != found:
        ops = () if found else since_new(ops)
    return _shown(view, ops), found


def _shown(view: View, ops: Sequence[Op]) -> tuple[Op, ...]:
    keys = {panel.key for panel in view.panels}
    return tuple(op for op in ops if isinstance(op, Invert) or op.panel in keys)


def _data(view: View, ops: tuple[Op, ...]) -> dict:
    panels = [{name: value for name, value in vars(panel).items() if name != "xy"} for panel in view.panels]
    return {
        "payload": view.payload_url,
        "points": view.points_url,
        "panels": panels,
        "coloured": asdict(view.coloured),
        "ops": [sendable(op) for op in ops],
        "marker": view.marker and asdict(view.marker),
        "near": view.near and asdict(view.near),
        "camera": view.camera,
        **{
            name: getattr(view, name)
            for name in ("n", "noun", "tool", "listen", "linked", "reset", "title", "made")
        },
    }


def _bits(mask: np.ndarray) -> str:
    return base64.b64encode(np.packbits(mask, bitorder="little")).decode("ascii")


def _turn(sent: object) -> int:
    turn = sent.get("turn") if isinstance(sent, Mapping) else 0
    return turn if isinstance(turn, int) else 0


def _row(sent: object, n: int) -> int:
    return sent if isinstance(sent, int) and not isinstance(sent, bool) and 0 <= sent < n else -1


def _camera(sent: object) -> Camera | None:
    """A camera as sent, kept within what maps can show; None for none, for one at rest and for nonsense."""
    if not isinstance(sent, list | tuple) or len(sent) != 3:
        return None
    if not all(isinstance(v, int | float) and math.isfinite(v) for v in sent):
        return None
    x, y = (min(max(float(v), -_FARTHEST), _FARTHEST) for v in sent[:2])
    zoom = min(max(float(sent[2]), _NEAREST), _CLOSEST)
    return None if (x, y, zoom) == (0.0, 0.0, 1.0) else (x, y, zoom)
