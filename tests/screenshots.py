"""`make screenshots`: the pictures of README, taken from the running app and kept small in docs/."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser.conftest import FLAGS, _wait, settled  # noqa: E402
from tests.browser.test_walk import drag_around  # noqa: E402

WIDTH = 1280


def main() -> None:
    """Serves the real cache on a free port and takes one picture per page that README shows."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    call = [sys.executable, "-m", "quintet.cli", "serve", "--port", str(port)]
    server = subprocess.Popen(call, cwd=ROOT, env=dict(os.environ), stdout=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/_stcore/health")
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
            page = browser.new_page(
                viewport={"width": WIDTH, "height": 860}, base_url=f"http://127.0.0.1:{port}"
            )
            page.set_default_timeout(120_000)
            classify(page)
            atlas(page)
            benchmarks(page)
            browser.close()
    finally:
        server.terminate()
        server.wait()


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
