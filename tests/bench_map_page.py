"""How soon the Map page's table follows a lasso, with 25,000 tracks on 5 maps, in a browser.

Nothing here is a test. Rows are generated as in bench_maps.py; times are wall seconds in the page, from the
moment the hand lets go to the heading above the table: python FILE [FOLDER that keeps what is made].
"""

import os
import sys
import tempfile
from pathlib import Path
from statistics import median

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from quintet.embeddings import models  # noqa: E402
from quintet.maps import make_maps, stored_maps  # noqa: E402
from quintet.settings import Settings  # noqa: E402
from tests.bench_maps import COLLECTIONS, fill  # noqa: E402
from tests.browsing import launched, settled  # noqa: E402
from tests.heard import DATASET  # noqa: E402
from tests.servers import served  # noqa: E402

LASSOS = 7  # the first one warms the page up
LIMIT = 250  # ms
WATCH = """() => {
  window.answers = [];
  let began = 0, before = '';
  const head = () => [...document.querySelectorAll('.q-section h2')]
    .map((one) => one.innerText).find((text) => / selected/.test(text)) ?? '';
  addEventListener('pointerup', () => { began = performance.now(); before = head(); }, true);
  new MutationObserver(() => {
    if (!began || !head() || head() === before) return;
    window.answers.push(performance.now() - began);
    began = 0;
  }).observe(document.body, {subtree: true, childList: true, characterData: true});
}"""


def lasso(page, n: int) -> None:
    """Draws a ring about the first map's middle, larger each time."""
    box = page.locator("section[data-panel] .plot").first.bounding_box()
    x, y, r = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, 20 + 9 * n
    corners = [(x + r, y), (x, y + r), (x - r, y), (x, y - r), (x + r, y - 2)]
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in corners[1:]:
        page.mouse.move(*corner, steps=6)
    page.mouse.up()
    page.wait_for_function(f"window.answers.length > {n}", timeout=60_000)
    page.wait_for_timeout(1500)


def measure(cache: Path, data: Path) -> None:
    """Opens the page, draws, and prints what it took."""
    from playwright.sync_api import sync_playwright

    with served(cache, data) as address, sync_playwright() as driver:
        browser = launched(driver)
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.goto(f"{address}/map?dataset={DATASET}")
        page.wait_for_selector(".q-root[data-painted]", timeout=120_000)
        settled(page)
        page.evaluate(WATCH)
        for n in range(LASSOS):
            lasso(page, n)
        taken = page.evaluate("window.answers")
        browser.close()
    first, rest = taken[0], taken[1:]
    print(
        f"  lasso to table: first {first:.0f} ms, then {median(rest):.0f} ms, quickest {min(rest):.0f}, "
        f"worst {max(rest):.0f}  (limit {LIMIT})"
    )


def main() -> None:
    """Makes the collection and its maps where they are not there, then measures."""
    n, dims = COLLECTIONS[0]
    print(f"Map page, {n:,} tracks on {len(dims)} maps, load average {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(sys.argv[1] if sys.argv[1:] else name)
        settings = Settings(cache=folder / "cache", data=folder / "data")
        settings.data.mkdir(parents=True, exist_ok=True)
        if not settings.cache.exists():
            fill(settings, n, dims)
        make_maps.make(DATASET, models.published_models(DATASET, settings), stored_maps.MapConfig(), settings)
        measure(settings.cache, settings.data)


if __name__ == "__main__":
    main()
