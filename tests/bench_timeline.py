"""How long the timeline of ten minutes, five lanes of 4,000 frames, keeps the page busy while it plays.

Nothing here is a test. Processor time of the page's main thread for each frame it drew, in headless Chromium
with software GL, while the pointer walks along a lane.
"""

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, expect, sync_playwright  # noqa: E402

from tests.browser.alone import running  # noqa: E402
from tests.browser.wave_run import box, wave  # noqa: E402
from tests.browsing import launched, visited  # noqa: E402

LIMIT = 50  # ms
STEPS = 400
COUNT = "(function next() { globalThis.n = (globalThis.n ?? 0) + 1; requestAnimationFrame(next); })()"


def frame(browser: Browser, address: str) -> float:
    """Milliseconds of the main thread's processor time for one frame."""
    page = browser.new_page(base_url=address, viewport={"width": 1440, "height": 950})
    visited(page, "/?seconds=600&frames=4000")
    expect(wave(page)).to_have_attribute("data-ready", "true")
    page.evaluate(COUNT)
    measured = page.context.new_cdp_session(page)
    measured.send("Performance.enable", {"timeDomain": "threadTicks"})

    def busy() -> tuple[float, int]:
        facts = {one["name"]: one["value"] for one in measured.send("Performance.getMetrics")["metrics"]}
        return facts["TaskDuration"], page.evaluate("n")

    page.locator(".play").click()
    expect(wave(page)).to_have_attribute("data-playing", "true")
    size = box(page).bounding_box()
    start, before = busy()
    for step in range(STEPS):
        page.mouse.move(size["x"] + size["width"] * step / STEPS, size["y"] + 8)
    end, after = busy()
    return 1000 * (end - start) / (after - before)


def main() -> None:
    """Opens the component alone and prints the figure."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running("wave_server.py", Path(folder) / "log.txt") as address,
        sync_playwright() as driver,
    ):
        browser = launched(driver)
        print(f"timeline, 600 s, five lanes of 4,000 frames, load {os.getloadavg()[0]:.1f}")
        print(f"  main thread: {frame(browser, address):.1f} ms a frame  (limit: at most {LIMIT})")
        browser.close()


if __name__ == "__main__":
    main()
