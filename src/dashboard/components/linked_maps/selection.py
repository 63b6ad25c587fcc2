"""What the visitor did to the selection, made into rows: the browser sends operations, points are found here.

A stroke that starts a selection replaces what was there; others add to it, take from it, turn it round or
let it grow to the neighbours. The browser sends all of them at each change, so the answer needs no memory of
its own. Outlines are kept as an address can hold them, so that a link selects the very rows its sender saw.
"""

import base64
import binascii
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from dashboard.components.linked_maps.polygon import MOST_CORNERS, inside, quantised, simplified, unquantised

MODES = ("new", "add", "remove")
LONGEST = 4_000  # characters of an address's part
_MOST_DRAWN = 2_000  # corners: a hand draws a few hundred; more is no drawing
_MOST_OPS = 100
_FAR = 1_000.0  # no outline on a map reaches so far
_KINDS = (*MODES, "invert", "grow")  # as numbered in an address
_VERSION = 1


@dataclass(frozen=True)
class Stroke:
    """One outline: the panel it was drawn on, its corners (m, 2) in the map's coordinates, what it does."""

    panel: str
    polygon: np.ndarray
    mode: str


@dataclass(frozen=True)
class Invert:
    """What was selected is not, all others are."""


@dataclass(frozen=True)
class Grow:
    """The nearest neighbours of what is selected join it, as the backbone of this panel sees them."""

    panel: str


Op = Stroke | Invert | Grow
Growing = Callable[[str, np.ndarray], np.ndarray]


def operations(sent: object) -> tuple[Op, ...]:
    """The operations in what the browser sent; what has not the form of one is left out."""
    listed = sent.get("ops") if isinstance(sent, Mapping) else None
    if not isinstance(listed, list):
        return ()
    return tuple(found for entry in listed[-_MOST_OPS:] if (found := _operation(entry)) is not None)


def _operation(entry: object) -> Op | None:
    if not isinstance(entry, Mapping):
        return None
    if entry.get("kind") == "invert":
        return Invert()
    if entry.get("kind") == "grow":
        return Grow(str(entry.get("panel")))
    return _stroke(entry) if entry.get("kind") == "stroke" else None


def _stroke(entry: Mapping) -> Stroke | None:
    if entry.get("mode") not in MODES:
        return None
    try:
        polygon = np.asarray(entry.get("polygon"), np.float64)
    except (TypeError, ValueError):
        return None
    corners = len(polygon) if polygon.ndim == 2 and polygon.shape[1] == 2 else 0
    if not 3 <= corners <= _MOST_DRAWN or not (np.abs(polygon) < _FAR).all():  # no NaN is below anything
        return None
    return Stroke(str(entry.get("panel")), _kept(polygon), entry["mode"])


def _kept(polygon: np.ndarray, most: int = MOST_CORNERS) -> np.ndarray:
    return unquantised(*quantised(simplified(polygon, most)))


def sendable(op: Op) -> dict:
    """An operation as the browser reads and sends it."""
    if isinstance(op, Stroke):
        return {"kind": "stroke", "panel": op.panel, "polygon": op.polygon.tolist(), "mode": op.mode}
    return {"kind": "grow", "panel": op.panel} if isinstance(op, Grow) else {"kind": "invert"}


def selected(
    ops: tuple[Op, ...], maps: Mapping[str, np.ndarray], start: np.ndarray, grow: Growing | None = None
) -> np.ndarray:
    """Mask (n,) of the points the operations leave selected of those at the `start` (n,).

    Strokes on a panel not shown, and growing without `grow`, do nothing. `grow(panel, rows)` returns the rows
    to join those given, ascending.
    """
    mask = start.copy()
    for op in ops:
        if isinstance(op, Invert):
            mask = ~mask
        elif isinstance(op, Grow):
            if grow is not None and op.panel in maps:
                mask[np.asarray(grow(op.panel, np.flatnonzero(mask)), np.int64)] = True
        elif op.panel in maps:
            hit = inside(op.polygon, maps[op.panel])
            mask = {"new": hit, "add": mask | hit, "remove": mask & ~hit}[op.mode]
    return mask


def since_new(ops: tuple[Op, ...]) -> tuple[Op, ...]:
    """The operations from the last stroke that starts a selection on: they need nothing that was before."""
    news = [i for i, op in enumerate(ops) if isinstance(op, Stroke) and op.mode == "new"]
    return ops[news[-1] :] if news else ()


def to_text(ops: tuple[Op, ...]) -> str:
    """The operations for an address: base64url, at most LONGEST characters; "" for none.

    What is too long is drawn with fewer corners, and then loses its oldest operations.
    """
    for most in (MOST_CORNERS, 32, 16):
        text = _text(ops, most)
        if len(text) <= LONGEST:
            return text
    while len(text) > LONGEST:
        ops = ops[1:]
        text = _text(ops, 16)
    return text


def _text(ops: tuple[Op, ...], most: int) -> str:
    if not ops:
        return ""
    body = bytes([_VERSION]) + b"".join(_packed(op, most) for op in ops)
    return base64.urlsafe_b64encode(body).decode("ascii").rstrip("=")


def _packed(op: Op, most: int) -> bytes:
    """Its kind; of a stroke or growth the panel's length and name; of a stroke corners, box and steps."""
    if isinstance(op, Invert):
        return bytes([_KINDS.index("invert")])
    name = op.panel.encode()[:255]
    if isinstance(op, Grow):
        return bytes([_KINDS.index("grow"), len(name)]) + name
    box, steps = quantised(simplified(op.polygon, most))
    head = bytes([_KINDS.index(op.mode), len(name)]) + name + bytes([len(steps)])
    return head + box.astype("<f4").tobytes() + steps.astype("<u2").tobytes()


def from_text(text: str) -> tuple[Op, ...]:
    """The operations in an address's part; () where it is none of ours or cut off."""
    if len(text) > LONGEST:
        return ()
    try:
        body = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return _unpacked(body)
    except (binascii.Error, struct.error, ValueError, IndexError):
        return ()


def _unpacked(body: bytes) -> tuple[Op, ...]:
    if not body or body[0] != _VERSION:
        return ()
    at, found = 1, []
    while at < len(body):
        kind, panel, at = _KINDS[body[at]], "", at + 1
        if kind != "invert":
            size = body[at]
            panel, at = body[at + 1 : at + 1 + size].decode(), at + 1 + size
        if kind in MODES:
            corners, at = body[at], at + 1
            box = np.array(struct.unpack_from("<4f", body, at), np.float32).reshape(2, 2)
            steps = np.array(struct.unpack_from(f"<{2 * corners}H", body, at + 16)).reshape(-1, 2)
            at += 16 + 4 * corners
            found.append(_stroke({"panel": panel, "polygon": unquantised(box, steps), "mode": kind}))
        else:
            found.append(Invert() if kind == "invert" else Grow(panel))
    return tuple(op for op in found if op is not None)
