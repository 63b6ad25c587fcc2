"""A component by itself: a server with one page of it, and visitors who open it as its address tells."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.conftest import ROOT, _wait, settled, visit


@contextmanager
def running(script: str, log: Path) -> Iterator[str]:
    """The address of a server with that script of this folder; what it says goes to the file `log`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [f"--server.port={port}", "--server.headless=true"]
    call = [sys.executable, "-m", "streamlit", "run", str(ROOT / "tests" / "browser" / script), *options]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    with log.open("w") as said:
        server = subprocess.Popen(call, cwd=ROOT, env=environ, stdout=said, stderr=subprocess.STDOUT)
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=20)


@contextmanager
def visitors(chromium: Browser, served: str, ready: Callable[[Page], None]) -> Iterator[Callable[..., Page]]:
    """What opens the page: at an address, after a script of the test's own; `ready` is awaited if `wait`.

    Further options go to the browser's context.
    """
    visits = []

    def open_page(asked: str = "", script: str = "", wait: bool = True, **options: object) -> Page:
        visits.append(visit(chromium, served, **options))
        page = next(visits[-1])
        if script:
            page.add_init_script(script)
        page.goto(f"/?{asked}")
        if wait:
            ready(page)
        settled(page)
        return page

    yield open_page
    for one in visits:
        next(one, None)
