"""A real server on the prepared demo and a real Chromium; screenshots are kept in artefacts/, outside git."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, TimeoutError, expect, sync_playwright

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "artefacts"
FLAGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",  # WebGL2 without a graphics card
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--mute-audio",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-ui-for-media-stream",  # a microphone that hums
    "--use-fake-device-for-media-stream",
]
PATIENCE = 60  # s
CALM = 250  # ms
STILL = """([asked, calm]) => {
  const drawn = document.querySelector("[data-testid=stApp]:has([data-testid=stElementContainer])");
  const rests = drawn?.dataset.testScriptState === "notRunning";
  if (globalThis.still?.asked !== asked || !rests) globalThis.still = {asked, since: Date.now()};
  return rests && Date.now() - globalThis.still.since >= calm;
}"""
TRIES = 5  # to open a list that closes by itself
expect.set_options(timeout=1000 * PATIENCE)
# Streamlit's client looks for its own endpoints below a deep link first, and finds them one level up.
EXPECTED = ("_stcore/health", "_stcore/host-config")


@pytest.fixture(scope="session")
def prepared(prepared, tmp_path_factory) -> Path:
    """The prepared demo on a copy: walks add to it, and the tests beside them read the first."""
    return Path(shutil.copytree(prepared, tmp_path_factory.mktemp("walked") / "cache"))


@pytest.fixture(scope="session")
def address(prepared, tmp_path_factory) -> Iterator[str]:
    """Where a server with the prepared demo listens."""
    with served(prepared, tmp_path_factory.mktemp("data")) as found:
        yield found


@contextmanager
def served(cache: Path, data: Path) -> Iterator[str]:
    """A server of its own on these folders: its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {**os.environ, "QUINTET_CACHE": str(cache), "QUINTET_CONFIG": str(cache / "none.toml"),
               "QUINTET_DATA": str(data)}  # fmt: skip
    with (data / "server.txt").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "quintet.cli", "serve", "--port", str(port)],
            env=environ, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        found = f"http://127.0.0.1:{port}"
        try:
            _wait(f"{found}/_stcore/health")
            yield found
        finally:
            server.terminate()
            server.wait(timeout=20)


@pytest.fixture(scope="session")
def chromium() -> Browser:
    """One headless Chromium for all walks. Its absence is a failure: the suite says before how to get it."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "No Chromium. Install it: apt-get install chromium"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, address) -> Page:
    """A fresh visitor on a wide screen; an error in the page's console fails the test."""
    yield from visit(chromium, address)


@pytest.fixture
def phone(chromium, address) -> Page:
    """A visitor with a screen of 390 px."""
    yield from visit(chromium, address, viewport={"width": 390, "height": 844})


def visit(chromium: Browser, address: str, **options):
    options.setdefault("viewport", {"width": 1440, "height": 950})
    context = chromium.new_context(base_url=address, **options)
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("response", lambda r: faults.append(f"{r.status} {r.url}") if _bad(r) else None)
    page.set_default_timeout(1000 * PATIENCE)
    yield page
    context.close()
    assert not faults


def _bad(response) -> bool:
    return response.status >= 400 and not response.url.endswith(EXPECTED)


def shot(page: Page, name: str) -> None:
    """Keeps a picture of the whole page."""
    SHOTS.mkdir(exist_ok=True)
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    size = page.viewport_size
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], min(int(height), 2600))})
    page.wait_for_timeout(300)
    page.screenshot(path=SHOTS / f"{name}.png")
    page.set_viewport_size(size)


def settled(page: Page) -> None:
    """Waits until Streamlit has had nothing running for a while: what was just pressed has reached it."""
    page.wait_for_function(STILL, arg=[secrets.token_hex(4), CALM], polling=50)


def visited(page: Page, address: str) -> Page:
    """Opens an address and waits until its page is drawn: what is pressed earlier may be drawn anew."""
    page.goto(address)
    settled(page)
    return page


def eventually(page: Page, holds: Callable[[], object]) -> None:
    """Waits until what is collected from the page's events holds: they come after what shows on it."""
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, f"not within {PATIENCE} s"
        page.wait_for_timeout(50)


def choose(page: Page, box: str, option: str) -> None:
    """Takes an option of a select box. Its list closes when the page still scrolls or grows: opened again."""
    found = page.get_by_role("combobox", name=box)
    listed = page.get_by_role("option", name=option)
    found.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    for _ in range(TRIES):
        found.click()
        with suppress(TimeoutError):
            listed.click(timeout=5_000)
            settled(page)
            return
    raise AssertionError(f"No option {option!r} in {box!r}, opened {TRIES} times.")


def _wait(url: str) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"No server at {url} within 90 s")
