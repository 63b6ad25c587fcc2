"""Threads that want a turn at a gate: each stays inside until told to go, and can leave while it waits."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from dashboard.runtime.inference_gate import Gate

SOON = 60  # s: longer than anything here takes, so that a fault fails instead of hanging


class Left(BaseException):
    """What Streamlit raises in a script whose visitor left: like its own, not an Exception."""


def nobody_waits(place: int) -> None:
    """For turns that must come at once."""
    raise AssertionError(f"had to wait at place {place}")


@dataclass
class Visitor:
    """A thread that wants a turn. It stays inside until told to `go`, and leaves the queue when `gone`."""

    gate: Gate
    work: Callable[[], None] = lambda: None
    inside: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)
    gone: threading.Event = field(default_factory=threading.Event)
    shown: threading.Condition = field(default_factory=threading.Condition)
    places: list[int] = field(default_factory=list)
    raised: BaseException | None = None

    def start(self) -> "Visitor":
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        return self

    def stands_at(self, place: int) -> bool:
        """Whether that place is shown soon."""
        with self.shown:
            return self.shown.wait_for(lambda: self.places and self.places[-1] == place, SOON)

    def finish(self) -> None:
        self.go.set()
        self.end()

    def end(self) -> None:
        self.thread.join(SOON)
        assert not self.thread.is_alive()

    def _run(self) -> None:
        try:
            with self.gate.turn(self._show):
                self.inside.set()
                assert self.go.wait(SOON)
                self.work()
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            self.raised = error

    def _show(self, place: int) -> None:
        with self.shown:
            self.places.append(place)
            self.shown.notify_all()
        if self.gone.is_set():
            raise Left


def queue(gate: Gate, length: int) -> list[Visitor]:
    """One visitor inside and `length` behind, in that order."""
    first = Visitor(gate).start()
    assert first.inside.wait(SOON)
    visitors = [first]
    for place in range(1, length + 1):
        visitors.append(Visitor(gate).start())
        assert visitors[-1].stands_at(place)
    return visitors


def one_by_one(visitors: list[Visitor]) -> None:
    """Each goes, and only then the next comes in."""
    for now, later in pairwise(visitors):
        assert not later.inside.is_set()
        now.finish()
        assert later.inside.wait(SOON)
    visitors[-1].finish()
