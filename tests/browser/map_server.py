"""The server of test_map.py: one page with linked maps, their bytes, what is said of a point, a hum."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import soundfile
import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboard.components import assets_route
from dashboard.runtime.byte_store import ranged
from tests.browser import map_made

RATE = 8_000
FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}
GONE = 13  # nothing is said of this row


def hum(request: Request) -> Response:
    """A WAV of a quiet sine, of as many seconds as its address says."""
    seconds = np.arange(int(request.path_params["seconds"]) * RATE) / RATE
    file = io.BytesIO()
    soundfile.write(file, 0.1 * np.sin(2 * np.pi * 220 * seconds), RATE, format="WAV", subtype="PCM_16")
    return ranged(request, file.getvalue(), "audio/wav")


def places(request: Request) -> Response:
    """The points' places."""
    asked = (request.path_params[name] for name in ("n", "panels", "classes", "lacks"))
    return Response(map_made.places(*asked), media_type="application/octet-stream", headers=FOREVER)


def colours(request: Request) -> Response:
    """What colours the points."""
    kind, n, panels, classes = (request.path_params[name] for name in ("kind", "n", "panels", "classes"))
    body = map_made.colours(kind, n, panels, classes)
    return Response(body, media_type="application/octet-stream", headers=FOREVER)


def said(request: Request) -> Response:
    """What is said of one point."""
    row = request.path_params["row"]
    if row == GONE:
        return PlainTextResponse("The server no longer knows this map. Reload the page.", status_code=404)
    return JSONResponse(map_made.said(row), headers=FOREVER)


def mel(_: Request) -> Response:
    """A PNG of 8 by 8 grey steps."""

    def part(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    rows = b"".join(bytes([0, *range(y * 8, y * 8 + 64, 8)]) for y in range(8))
    head = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    body = part(b"IHDR", head) + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")
    return Response(b"\x89PNG\r\n\x1a\n" + body, media_type="image/png")


routes = [
    assets_route(),
    Route("/hum/{seconds:int}", hum, methods=["GET"]),
    Route("/places/{n:int}/{panels:int}/{classes:int}/{lacks:int}", places, methods=["GET"]),
    Route("/colours/{kind}/{n:int}/{panels:int}/{classes:int}", colours, methods=["GET"]),
    Route("/said/1/{row:int}", said, methods=["GET"]),
    Route("/mel", mel, methods=["GET"]),
]
app = st.App(str(Path(__file__).with_name("map_page.py")), routes=routes)
