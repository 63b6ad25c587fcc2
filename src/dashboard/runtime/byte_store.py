"""Bytes the server holds in memory for its visitors, named by their content: uploads, cut clips, map data."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard.components import base

FOREVER = "private, max-age=31536000, immutable"  # a year: the address changes with the content


class Held:
    """At most `limit` bytes; what was not asked for the longest goes first. Safe between threads."""

    def __init__(self, limit: int) -> None:
        self._limit, self._size = limit, 0
        self._items: OrderedDict[str, tuple[bytes, str]] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, data: bytes, media_type: str) -> str:
        """Keeps the bytes; returns their name, 32 hex digits that nobody can guess without having them."""
        name = hashlib.sha256(data).hexdigest()[:32]
        with self._lock:
            if name not in self._items:
                self._items[name] = (data, media_type)
                self._size += len(data)
            self._items.move_to_end(name)
            while self._size > self._limit and len(self._items) > 1:
                self._size -= len(self._items.popitem(last=False)[1][0])
        return name

    def get(self, name: str) -> tuple[bytes, str] | None:
        """(bytes, media type), or None when they were never here or had to go."""
        with self._lock:
            if name not in self._items:
                return None
            self._items.move_to_end(name)
            return self._items[name]


def address(name: str) -> str:
    """Where the browser finds what is held under that name."""
    return f"{base()}/api/held/{name}"


def held_route(held: Callable[[], Held]) -> Route:
    """The route that serves what `held()` holds: a cached function, so that pages and server share it."""

    async def found(request: Request) -> Response:
        item = held().get(request.path_params["name"])
        if item is None:
            says = "This is no longer in memory. Reload the page, or upload the file again."
            return PlainTextResponse(says, status_code=404)
        return ranged(request, *item)

    return Route(address("{name}"), found, methods=["GET"])


def ranged(request: Request, data: bytes, media_type: str) -> Response:
    """The bytes, or the one range that was asked for: players seek by ranges, Safari needs them."""
    headers = {"Accept-Ranges": "bytes", "Cache-Control": FOREVER}
    asked = request.headers.get("range")
    if not asked or not asked.startswith("bytes=") or "," in asked:
        return Response(data, media_type=media_type, headers=headers)
    first, last = _bounds(asked.removeprefix("bytes="), len(data))
    if first is None or first >= len(data) or last < first:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{len(data)}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
    return Response(data[first : last + 1], status_code=206, media_type=media_type, headers=headers)


def _bounds(text: str, size: int) -> tuple[int | None, int]:
    start, _, end = (_number(part) for part in text.partition("-"))
    if start is not None:
        return start, size - 1 if end is None else min(end, size - 1)
    if end:
        return max(0, size - end), size - 1  # the last n bytes
    return None, 0


def _number(text: str) -> int | None:
    """A count of bytes; None for what is none: other digits than ASCII's, or more than any file needs."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else None
