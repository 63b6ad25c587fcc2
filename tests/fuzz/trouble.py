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


class Fault:
    """What a reader may do: one method for each kind of trouble."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def accepted(self) -> None:
        self.path.read_bytes()

    def refused(self) -> None:
        raise BadAudio(f"{self.path.name!r} is damaged. Export it again.")

    def foreign(self) -> None:
        raise KeyError("x")

    def exits(self) -> None:
        raise SystemExit(3)

    def nameless(self) -> None:
        raise BadAudio("It is damaged.")

    def line_break(self) -> None:
        raise BadAudio(f"{self.path.name!r}\nis damaged.")

    def temporary(self) -> None:
        raise BadAudio(f"{self.path.name!r} is tmpab12cd_9.")

    def other_kind(self) -> None:
        raise BadData(f"{self.path.name!r} is damaged.")

    def wrong(self) -> None:
        raise Wrong("NaN")

    def warned(self) -> None:
        warnings.warn("to the user's terminal", stacklevel=1)

    def heavy(self) -> None:
        np.ones(120_000_000)

    def too_large(self) -> None:
        np.ones(1_000_000_000)

    def hang(self) -> None:
        _swallowing()

    def crash(self) -> None:
        ctypes.string_at(0)


def _fault(kind: str, path: Path, _: int) -> None:
    getattr(Fault(path), kind.replace(" ", "_"))()


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
