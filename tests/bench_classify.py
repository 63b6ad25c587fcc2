"""How soon Classify answers: a 30 s mp3, the same again, a 10-minute one; the server's memory.

Nothing here is a test. Times are wall seconds from the end of the upload to a card, on whatever else this
machine does: the load average stands beside them. Each is told twice: as the server sends it, and as a
Chromium draws it that shares the server's cores and has no graphics card, which keeps one of them busy.
"""

import asyncio
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.browsing import launched, settled  # noqa: E402
from tests.load import mp3  # noqa: E402
from tests.sounds import encode  # noqa: E402
from tests.visitor import Visitor  # noqa: E402
from tests.watched import Server, serving  # noqa: E402

CLIPS = 5
LONG = 600.0  # s
CARDS = 5  # one of them is Jukebox, as its scaled-down control
QUICK = 4
LOOKS = 1.5  # s from an open page to the file chosen: nobody is quicker
WANTED = {"30 s mp3": {"first": 0.7, "quick": 5}, "the same again": {"first": 0.3, "all": 0.3}}  # s
# When the n-th card came, in ms of the page's own clock: a driver that polls would add its step.
WATCH = """() => {
  window.cards = [];
  const look = () => {
    const n = document.querySelectorAll('.q-verdict').length;
    while (window.cards.length < n) window.cards.push(performance.now());
  };
  new MutationObserver(look).observe(document.body, {subtree: true, childList: true});
}"""
UPLOADED = """() => performance.getEntriesByType('resource')
  .filter(one => one.name.includes('upload_file')).at(-1).responseEnd"""


@dataclass(frozen=True)
class Taken:
    """Seconds from the end of the upload to the first card, to all quick ones, to all."""

    first: float
    quick: float
    all: float


def give(page, address: str, clip: Path) -> Taken:
    """A visitor opens the empty page and gives one file."""
    page.goto(f"{address}/classify")
    page.wait_for_selector("input[type=file]", state="attached")
    settled(page)
    time.sleep(LOOKS)
    page.evaluate(WATCH)
    page.locator("input[type=file]").set_input_files(clip)
    page.wait_for_function(f"window.cards.length >= {CARDS}")
    came, ended = page.evaluate("window.cards"), page.evaluate(UPLOADED)
    first, quick, every = ((came[n - 1] - ended) / 1000 for n in (1, QUICK, CARDS))
    return Taken(first, quick, every)


async def sent(address: str, clip: Path) -> Taken:
    """The same of a visitor without a browser: when the server has sent each card."""
    visitor, came = Visitor(address), []
    await visitor.open("classify")
    await asyncio.sleep(LOOKS)
    asked = asyncio.create_task(visitor.upload(clip.name, clip.read_bytes()))
    for n in (1, QUICK, CARDS):
        await visitor.until(lambda n=n: visitor.answers >= n)
        came.append(time.perf_counter())
    await asked
    await visitor.leave()
    if visitor.faults:
        raise SystemExit(f"The upload failed: {visitor.faults}")
    return Taken(*(at - visitor.uploaded for at in came))


def told(name: str, taken: list[Taken], **wanted: float) -> None:
    """Quickest, median and slowest of each, and whether the median is within what is wanted."""

    def both(what: str) -> str:
        found = [getattr(one, what) for one in taken]
        said = f"{min(found):.2f} / {median(found):.2f} / {max(found):.2f}"
        if what not in wanted:
            return said
        return f"{said} (wanted {wanted[what]:g}, {'met' if median(found) <= wanted[what] else 'missed'})"

    print(f"  {name}: first card {both('first')} s, {QUICK} cards {both('quick')} s, all {both('all')} s")


def without_browser(server: Server, clips: list[Path]) -> None:
    """New clips, then the same ones again, as the server sends the answers."""
    for name, wanted in WANTED.items():
        taken = [asyncio.run(sent(server.address, clip)) for clip in clips]
        told(f"{name}, sent", taken, **wanted)


def with_browser(page, server: Server, clips: list[Path], long: Path) -> None:
    """New clips, the same ones again, a long one."""
    give(page, server.address, clips[0])
    for name, wanted in WANTED.items():
        taken = [give(page, server.address, clip) for clip in clips[1:]]
        told(f"{name}, drawn", taken, **wanted)
    before = server.resident()
    server.memory.clear()
    told("600 s mp3, drawn", [give(page, server.address, long)], quick=60)
    print(f"  server memory: {before:.2f} GB before the long one, {max(server.memory):.2f} at most")


def main() -> None:
    """Prints the table; a folder given keeps the prepared demo."""
    from playwright.sync_api import sync_playwright

    print(f"Classify; {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}; "
          f"quickest / median / slowest of {CLIPS}")  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clips = [folder / f"clip {n}.mp3" for n in range(2 * CLIPS + 2)]
        for n, clip in enumerate(clips):
            mp3(clip, n)
        long = encode(folder / "long.mp3", "mp3", seconds=LONG)
        with serving(Path(sys.argv[1]) if sys.argv[1:] else folder) as server:
            asyncio.run(sent(server.address, clips[0]))  # the nets load beside the first visitor
            without_browser(server, clips[1 : CLIPS + 1])
            with sync_playwright() as driver:
                browser = launched(driver)
                page = browser.new_page(viewport={"width": 1440, "height": 950})
                page.set_default_timeout(180_000)
                with_browser(page, server, clips[CLIPS + 1 :], long)
                browser.close()


if __name__ == "__main__":
    main()
