"""Targets with every kind of trouble, to see that the worker notices each."""

import ctypes
import time
import warnings
from functools import partial
from pathlib import Path

import numpy as np

from quintet.errors import BadAudio, BadData
from tests.fuzz import seeds
from tests.fuzz.targets import Target
from tests.fuzz.worker import Wrong


def _fault(kind: str, path: Path, _: int) -> None:
    match kind:
        case "accepted":
            path.read_bytes()
        case "refused":
            raise BadAudio(f"{path.name!r} is damaged. Export it again.")
        case "foreign":
            raise KeyError("x")
        case "exits":
            raise SystemExit(3)
        case "nameless":
            raise BadAudio("It is damaged.")
        case "line break":
            raise BadAudio(f"{path.name!r}\nis damaged.")
        case "temporary":
            raise BadAudio(f"{path.name!r} is tmpab12cd_9.")
        case "other kind":
            raise BadData(f"{path.name!r} is damaged.")
        case "wrong":
            raise Wrong("NaN")
        case "warned":
            warnings.warn("to the user's terminal", stacklevel=1)
        case "heavy":
            np.ones(120_000_000)
        case "too large":
            np.ones(1_000_000_000)
        case "hang":
            _swallowing()
        case "crash":
            ctypes.string_at(0)


def _swallowing() -> None:
    """Never ends, and swallows whatever is an Exception."""
    while True:
        try:
            time.perf_counter()
        except Exception:  # noqa: BLE001 - a reader may do so
            continue


KINDS = (
    "accepted", "refused", "foreign", "exits", "nameless", "line break", "temporary", "other kind", "wrong",
    "warned", "heavy", "too large", "hang", "crash",
)  # fmt: skip
TARGETS = {
    kind: Target(kind, lambda: [seeds.one("clip.wav", b"sound")], partial(_fault, kind), (BadAudio,))
    for kind in KINDS
}


def warm() -> None:
    """Nothing more is imported."""
