"""A real Chromium and what a visitor does in it; screenshots are kept in artefacts/, outside git."""

import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from playwright.sync_api import Browser, Page, Playwright, TimeoutError, expect

from tests.servers import ROOT

SHOTS = ROOT / "artefacts"
FLAGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",  # WebGL2 without a graphics card
    "--enable-unsafe-swiftshader",
    "--disable-gpu-compositing",  # else each page takes 2 CPU s more: no browser without a card does that
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
# Streamlit's client looks for its own endpoints below a deep link first, and finds them one level up.
EXPECTED = ("_stcore/health", "_stcore/host-config")
PLAYS = """() => {
  const sound = globalThis.quintetSound?.media;
  return sound && !sound.paused && sound.currentTime > 0.05;
}"""
expect.set_options(timeout=1000 * PATIENCE)


def installed() -> str | None:
    """Where this machine's Chromium is."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def launched(driver: Playwright, flags: Sequence[str] = FLAGS) -> Browser:
    """A headless Chromium. Its absence is a failure."""
    path = installed()
    assert path, "No Chromium. Install it: apt-get install chromium"
    return driver.chromium.launch(executable_path=path, args=list(flags))


def visit(chromium: Browser, address: str, **options: object) -> Iterator[Page]:
    """A fresh visitor; an error in the page or in an answer of the server fails the test at its end."""
    options.setdefault("viewport", {"width": 1440, "height": 950})
    context = chromium.new_context(base_url=address, **options)
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("response", lambda r: faults.append(f"{r.status} {r.url}") if _bad(r) else None)
    page.on("console", lambda message: faults.append(message.text) if _complains(message) else None)
    page.set_default_timeout(1000 * PATIENCE)
    yield page
    context.close()
    assert not faults, faults


def _bad(response) -> bool:
    return response.status >= 400 and not response.url.endswith(EXPECTED)


def _complains(message) -> bool:
    cancelled = "CanceledError" in message.text  # Streamlit's client says so of an upload that is taken back
    return message.type == "error" and not cancelled and not message.location["url"].endswith(EXPECTED)


def visited(page: Page, address: str) -> Page:
    """Opens an address and waits until its page is drawn: what is pressed earlier may be drawn anew."""
    page.goto(address)
    settled(page)
    return page


def settled(page: Page) -> None:
    """Waits until Streamlit has had nothing running for a while: what was just pressed has reached it."""
    page.wait_for_function(STILL, arg=[secrets.token_hex(4), CALM], polling=50)


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


def shot(page: Page, name: str) -> None:
    """Keeps a picture of the whole page."""
    SHOTS.mkdir(exist_ok=True)
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    size = page.viewport_size
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], min(int(height), 2600))})
    page.wait_for_timeout(300)
    page.screenshot(path=SHOTS / f"{name}.png")
    page.set_viewport_size(size)


def plays(page: Page) -> None:
    """Waits until sound really moves on."""
    page.wait_for_function(PLAYS)


def drag_around(page: Page) -> None:
    """Draws a lasso around the left half of the first map."""
    box = page.locator("section[data-panel] .plot").first.bounding_box()
    corners = [(0.02, 0.05), (0.5, 0.05), (0.5, 0.95), (0.02, 0.95), (0.02, 0.1)]
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=8)
    page.mouse.up()
