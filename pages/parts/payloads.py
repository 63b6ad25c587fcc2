"""Bytes a page hands to the browser by address: named by their content, kept in memory, never stale."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pages.parts.components import base

_FOREVER = "public, max-age=31536000, immutable"  # a year: the name is the content
_ADDRESS = "/api/map/"


class Payloads:
    """The last payloads put in, up to `limit` bytes together. Scripts put, the server's route gets."""

    def __init__(self, limit: int = 64 * 1024 * 1024) -> None:
        self._limit = limit
        self._held: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def put(self, body: bytes) -> str:
        """Keep `body` and return its address. The oldest go when room runs out, never the newest."""
        name = hashlib.sha256(body).hexdigest()
        with self._lock:
            self._held[name] = body
            self._held.move_to_end(name)
            while len(self._held) > 1 and sum(map(len, self._held.values())) > self._limit:
                self._held.popitem(last=False)
        return f"{base()}{_ADDRESS}{name}.bin"

    def get(self, name: str) -> bytes | None:
        """The body of that sha256, or None where it is no longer held; a page that runs puts it back."""
        with self._lock:
            if name in self._held:
                self._held.move_to_end(name)
            return self._held.get(name)


def payload_route(held: Callable[[], Payloads]) -> Route:
    """The route that serves what `held()` holds: a cached function, so that scripts and server share."""

    async def payload(request: Request) -> Response:
        body = held().get(request.path_params["name"])
        if body is None:
            return Response(
                "No such map is held any more. Reload the page.", status_code=404, media_type="text/plain"
            )
        return Response(body, media_type="application/octet-stream", headers={"Cache-Control": _FOREVER})

    return Route(base() + _ADDRESS + "{name}.bin", payload, methods=["GET"])
