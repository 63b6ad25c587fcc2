"""The inference gate: one net at a time on the whole server, in the order people asked, the place shown."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TypeVar

Made = TypeVar("Made")

BEAT = 0.2  # s between two calls of `show`: how soon a visitor who has left is noticed


class Gate:
    """A fair queue of one. Each net of each visitor is its own turn: nobody's five bar another's first.

    Why not a Lock: it wakes waiters in no promised order, tells nobody their place, and keeps those who left.
    """

    def __init__(self, beat: float = BEAT) -> None:
        self._beat = beat
        self._queue: deque[threading.Thread] = deque()  # the first is inside, the others wait
        self._moved = threading.Condition()  # on an RLock: a collected generator may leave in mid-queue
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="gate")
        self._running: Future | None = None  # may go on after who asked for it has left

    @property
    def free(self) -> bool:
        """Whether nobody is inside or waits, and nothing runs."""
        with self._moved:
            return not self._queue and (self._running is None or self._running.done())

    @property
    def waiting(self) -> int:
        """How many wait; who is inside does not count."""
        with self._moved:
            return max(0, len(self._queue) - 1)

    @contextmanager
    def turn(self, show: Callable[[int], None]) -> Iterator[None]:
        """Waits for the gate, then holds it. Only while waiting, `show(place)` is called: 1 is next.

        It is called at once, whenever the place changes, and every `beat` seconds. What it raises (the
        visitor left or clicked on) takes this visitor out of the queue; so does what is raised inside.
        Raises RuntimeError where this thread already waits or is inside: it would wait for itself for ever.
        """
        mine = threading.current_thread()
        with self._moved:
            if mine in self._queue:
                raise RuntimeError(f"{mine.name} already has a turn at this gate. Leave it, then ask again.")
            self._queue.append(mine)
        try:
            self._wait(mine, show)
            yield
        finally:
            self._leave(mine)

    def apart(self, work: Callable[[], Made], tell: Callable[[float], None] | None = None) -> Made:
        """What `work()` gives, done on the gate's own thread. Raises RuntimeError outside of a turn.

        Meanwhile `tell(seconds so far)` is called every `beat` seconds. What it raises (the visitor left)
        ends the turn; the work itself goes on to its end, and the next one begins after it.

        Every page runs on a thread of its own, and each keeps what its net had freed: with twenty visitors
        of 30 s the server grew by 0.6 GB, on one thread by 0.3.
        """
        with self._moved:
            inside = self._queue[0] if self._queue else None
            if inside is not threading.current_thread():
                raise RuntimeError("Only who has a turn may use the gate's thread. Call it within turn().")
            self._running = running = self._worker.submit(work)
        start = time.monotonic()
        while tell and not wait([running], self._beat).done:
            tell(time.monotonic() - start)
        return running.result()

    def _wait(self, mine: threading.Thread, show: Callable[[int], None]) -> None:
        while place := self._place(mine):
            show(place)  # outside the lock: it may take its time, and it may raise
            with self._moved:
                self._moved.wait_for(lambda before=place: self._place(mine) != before, self._beat)

    def _place(self, mine: threading.Thread) -> int:
        """0 is inside. Threads that ended without leaving are dropped, so that nobody waits for the dead."""
        with self._moved:
            self._queue = deque(thread for thread in self._queue if thread.is_alive())
            return self._queue.index(mine)

    def _leave(self, mine: threading.Thread) -> None:
        with self._moved:
            if mine in self._queue:
                self._queue.remove(mine)
            self._moved.notify_all()
