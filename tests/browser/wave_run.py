"""What the walks of test_wave.py share: a server with one wave, and what a visitor does and sees there."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ROOT, _wait

LANE = "musicnn"  # it parts from the others in its second segment, 3 to 6 s


@contextmanager
def running(log: Path) -> Iterator[str]:
    """The address of a server with one wave; what it says goes to the file `log`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = str(ROOT / "tests" / "browser" / "wave_server.py")
    call = [sys.executable, "-m", "streamlit", "run", script, f"--server.port={port}"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    with log.open("w") as said:
        server = subprocess.Popen(call, cwd=ROOT, env=environ, stdout=said, stderr=subprocess.STDOUT)
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=20)


def wave(page: Page) -> Locator:
    return page.locator(".wave")


def box(page: Page, lane: str = LANE) -> Locator:
    return page.locator(f".box[data-lane='{lane}']")


def press(page: Page, lane: str, seconds: float, whole: float = 30.0) -> None:
    """Clicks a lane at a time."""
    size = box(page, lane).bounding_box()
    box(page, lane).click(position={"x": size["width"] * seconds / whole, "y": size["height"] / 2})


def says(page: Page, text: str) -> None:
    """Waits until Python has said so."""
    expect(page.get_by_test_id("stText").filter(has_text=text)).to_be_visible()


def chosen(page: Page, start: str, end: str, lane: str) -> None:
    for name, value in (("start", start), ("end", end), ("lane", lane)):
        expect(wave(page)).to_have_attribute(f"data-span-{name}", value)


def time_of(page: Page) -> float:
    return float(wave(page).get_attribute("data-time"))
