"""Turns an M4A of ours into one as shops sell them: its sound scrambled, its sample entry saying so."""

import struct
from pathlib import Path

import numpy as np

# Boxes on the way to the sample entry -> bytes of their own before the boxes in them (ISO/IEC 14496-12).
_HOLDS = {b"moov": 0, b"trak": 0, b"mdia": 0, b"minf": 0, b"stbl": 0, b"stsd": 8}


def protect(path: Path, entry: bytes = b"drms") -> Path:
    """Rewrites the file: `drms` is iTunes' FairPlay, `aavd` Audible. Its keys are zeros: nobody has any."""
    data = path.read_bytes()
    assert data.index(b"mdat") < data.index(b"moov")  # the sound comes first, so that it does not move
    path.write_bytes(_boxes(data, entry))
    return path


def _boxes(data: bytes, entry: bytes) -> bytes:
    made, at = [], 0
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        made.append(_one(kind, data[at + 8 : at + size], entry))
        at += size
    return b"".join(made)


def _one(kind: bytes, body: bytes, entry: bytes) -> bytes:
    if kind in _HOLDS:
        own = _HOLDS[kind]
        return _box(kind, body[:own] + _boxes(body[own:], entry))
    if kind == b"mdat":
        return _box(kind, np.random.default_rng(0).bytes(len(body)))
    if kind == b"mp4a":
        return _box(entry, body + _sinf())
    return _box(kind, body)


def _sinf() -> bytes:
    """What the sound was before, by which scheme it was protected, and whose key opens it."""
    held = [_box(name, bytes(n)) for name, n in ((b"user", 4), (b"key ", 4), (b"iviv", 16), (b"priv", 440))]
    scheme = _box(b"schm", bytes(4) + b"itun" + bytes(4))
    return _box(b"sinf", _box(b"frma", b"mp4a") + scheme + _box(b"schi", b"".join(held)))


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body
