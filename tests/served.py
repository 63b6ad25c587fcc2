"""A web server on 127.0.0.1 that can be slow, cut the connection, ignore ranges, or change its files."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread


@dataclass
class Site:
    """What is served, how badly, and what was asked: (path, Range header)."""

    files: dict[str, bytes]
    address: str = ""
    cuts: list[int] = field(default_factory=list)  # bytes of the next answers before they break off
    ranges: bool = True
    tags: bool = True
    stall: Event | None = None  # set: what the server waits for before the second half
    asked: list[tuple[str, str]] = field(default_factory=list)

    def url(self, path: str) -> str:
        """The address of one file."""
        return f"{self.address}/{path}"


@contextmanager
def serving(files: dict[str, bytes]) -> Iterator[Site]:
    """A site for as long as the test runs."""
    site = Site(files)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            _answer(self, site)

        def log_message(self, *said: object) -> None:
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    site.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        if site.stall:
            site.stall.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _answer(request: BaseHTTPRequestHandler, site: Site) -> None:
    path, asked = request.path.lstrip("/"), request.headers.get("Range", "")
    site.asked.append((path, asked))
    if path not in site.files:
        request.send_error(404)
        return
    content = site.files[path]
    tag = f'"{hash(content)}"'
    first = int(re.sub(r"\D", "", asked) or 0)
    if asked and (not site.ranges or request.headers.get("If-Range") != tag):
        first = 0
    if first and first >= len(content):
        request.send_response(416)
        request.send_header("Content-Range", f"bytes */{len(content)}")
        request.send_header("Content-Length", "0")
        request.end_headers()
        return
    request.send_response(206 if first else 200)
    if first:
        request.send_header("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}")
    if site.tags:
        request.send_header("ETag", tag)
    request.send_header("Content-Length", str(len(content) - first))
    request.end_headers()
    _send(request, site, content[first:])


def _send(request: BaseHTTPRequestHandler, site: Site, body: bytes) -> None:
    if site.stall:
        request.wfile.write(body[: len(body) // 2])
        request.wfile.flush()
        site.stall.wait(5)
    elif site.cuts:
        request.wfile.write(body[: site.cuts.pop(0)])
        request.wfile.flush()
        request.close_connection = True
        request.connection.close()
    else:
        request.wfile.write(body)
