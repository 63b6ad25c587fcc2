"""`make screenshots`: the pictures of README, taken from the running app and kept small in docs/."""

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.browsing import drag_around, launched, settled
from tests.servers import ROOT, app, listening

WIDTH = 1280


def main() -> None:
    """Serves the real cache on a free port and takes one picture per page that README shows."""
    with (
        TemporaryDirectory() as folder,
        listening(app, Path(folder) / "server.txt") as server,
        sync_playwright() as driver,
    ):
        browser = launched(driver)
        page = browser.new_page(viewport={"width": WIDTH, "height": 860}, base_url=server.address)
        page.set_default_timeout(120_000)
        classify(page)
        atlas(page)
        benchmarks(page)
        browser.close()


def classify(page: Page) -> None:
    """A clip of the demo, answered."""
    page.goto("/classify?track=nostalgic_acoustic_s411.2")
    page.wait_for_selector(".q-say")
    keep(page, "classify")


def atlas(page: Page) -> None:
    """The maps with a selection."""
    page.goto("/map")
    page.wait_for_selector(".q-root[data-ready=true][data-n]")
    settled(page)
    drag_around(page)
    page.wait_for_selector(".q-root[data-n]:not([data-selected='0'])")
    keep(page, "map")


def benchmarks(page: Page) -> None:
    """The leaderboard."""
    page.goto("/benchmarks")
    page.wait_for_selector(".q-board")
    keep(page, "benchmarks")


def keep(page: Page, name: str) -> None:
    """Takes what fits on one screen: some 150 kB."""
    settled(page)
    time.sleep(1)
    path = ROOT / "docs" / f"{name}.png"
    page.screenshot(path=path)
    Image.open(path).convert("RGB").save(path, optimize=True)


if __name__ == "__main__":
    main()
