"""A component by itself: a server with one page of it, and visitors who open it as its address tells."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browsing import settled, visit
from tests.servers import ROOT, listening


@contextmanager
def running(script: str, log: Path) -> Iterator[str]:
    """The address of a server with that script of this folder; what it says goes to the file `log`."""
    page = str(ROOT / "tests" / "browser" / script)

    def call(port: int) -> list[str]:
        options = [f"--server.port={port}", "--server.headless=true"]
        return [sys.executable, "-m", "streamlit", "run", page, *options]

    with listening(call, log, {"PYTHONPATH": str(ROOT)}) as server:
        yield server.address


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
