"""What is held in memory by its size: at most so many bytes, and nothing that nobody asked for in a while."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

IDLE = 1_200.0  # s after which what nobody asked for is let go


@dataclass
class _Kept:
    value: object
    size: int
    asked: float


class Bounded:
    """Values by key: the one not asked for the longest goes first. Safe between threads.

    Why not st.cache_resource: it counts entries, and one of ten minutes is as large as a hundred short ones.
    """

    def __init__(self, limit: int, idle: float = IDLE, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._idle, self._clock = limit, idle, clock
        self._items: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._lock = threading.Lock()
        self.size = 0

    def get(self, key: Hashable) -> object | None:
        """What is held under `key`, or None."""
        with self._lock:
            self._let_go()
            held = self._items.get(key)
            if held is None:
                return None
            held.asked = self._clock()
            self._items.move_to_end(key)
            return held.value

    def put(self, key: Hashable, value: object, size: int) -> None:
        """Holds `value` of `size` bytes; the newest always stays, however large."""
        with self._lock:
            self._drop(key)
            self._items[key] = _Kept(value, size, self._clock())
            self.size += size
            self._let_go()

    def _let_go(self) -> None:
        old = self._clock() - self._idle
        while self._items:
            first, held = next(iter(self._items.items()))
            over = self.size > self._limit and len(self._items) > 1
            if not over and held.asked >= old:
                return
            self._drop(first)

    def _drop(self, key: Hashable) -> None:
        held = self._items.pop(key, None)
        if held is not None:
            self.size -= held.size
