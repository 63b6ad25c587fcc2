"""How quick the linked maps are in a browser: first paint, tooltip, lasso, frames, bytes, memory.

Nothing here is a test. It draws made-up points in headless Chromium with software GL, on whatever else this
machine does: the load average and the processor time of a frame stand beside the figures. So do the limit of
each, and what the sketch that decided for this canvas took (paint and lasso only).
"""

import os
import sys
import tempfile
from math import cos, pi, sin
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page, sync_playwright  # noqa: E402

from tests.browser.alone import running  # noqa: E402
from tests.browser.map_run import plot, root  # noqa: E402
from tests.browsing import launched  # noqa: E402

LASSO = "90 to 190"  # of the sketch, both sizes
SIZES = {  # (points, maps) -> figure -> (limit, what the sketch took)
    (25_000, 5): {
        "first paint": ("at most 1,000", "600"),
        "sent": ("at most 1.3", ""),
        "tooltip": ("at most 100", ""),
        "lasso to lit": ("at most 250", LASSO),
        "frames": ("at least 20", ""),
        "heap": ("no growth", ""),
    },
    (1_000_000, 1): {
        "first paint": ("at most 3,500", "2,700"),
        "lasso to lit": ("at most 400", LASSO),
        "heap": ("no growth", ""),
    },
}
TIMES = 5
TURNS = 200
REST = 2_000  # ms: software GL may still be painting a million points
FIND = """const top = [...document.querySelectorAll('*')].map(e => e.shadowRoot)
    .find(s => s?.querySelector('.q-root[data-n]'));
  const plot = top.querySelector('.plot'), box = plot.getBoundingClientRect();
  plot.setPointerCapture = () => {};"""
# Time from an event on the map to a change of an attribute, by the page's own clock.
TIMED = """([at, kind, selector, name, steps]) => new Promise(done => {
  FIND
  const seen = top.querySelector(selector);
  const send = (type, [x, y]) => plot.dispatchEvent(new PointerEvent(type, {
    bubbles: true, pointerId: 1, button: 0, pointerType: 'mouse',
    clientX: box.left + x * box.width, clientY: box.top + y * box.height,
  }));
  const before = seen.getAttribute(name);
  let start = 0;
  const watch = new MutationObserver(() => {
    if (!seen.getAttribute(name) || seen.getAttribute(name) === before) return;
    watch.disconnect();
    done(performance.now() - start);
  });
  watch.observe(seen, {attributes: true});
  if (kind === 'lasso') send('pointerdown', steps[0]);
  for (const step of steps) send('pointermove', step);
  start = performance.now();
  send(kind === 'lasso' ? 'pointerup' : 'pointermove', kind === 'lasso' ? steps.at(-1) : at);
  setTimeout(() => done(null), 20000);
})""".replace("FIND", FIND)
# Frames a second while the wheel turns or the hand moves, each at every frame, for two seconds.
MOVED = """kind => new Promise(done => {
  FIND
  const at = (x, y) => ({bubbles: true, cancelable: true, pointerId: 1, pointerType: 'mouse', shiftKey: true,
    clientX: box.left + x * box.width, clientY: box.top + y * box.height});
  if (kind === 'pan') plot.dispatchEvent(new PointerEvent('pointerdown', {...at(.5, .5), button: 0}));
  const start = performance.now();
  let frames = 0;
  const next = () => {
    const spent = performance.now() - start;
    if (spent > 2000) {
      if (kind === 'pan') plot.dispatchEvent(new PointerEvent('pointerup', at(.5, .5)));
      return done([frames, spent]);
    }
    frames += 1;
    const turn = Math.sin(frames / 9);
    if (kind === 'pan') plot.dispatchEvent(new PointerEvent('pointermove', at(.5 + .2 * turn, .5)));
    const wheel = {...at(.4, .4), shiftKey: false, deltaY: -40 * Math.sign(turn)};
    if (kind === 'zoom') plot.dispatchEvent(new WheelEvent('wheel', wheel));
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
})""".replace("FIND", FIND)
SENT = """() => performance.getEntriesByType('resource')
  .filter(one => /places|colours/.test(one.name)).reduce((sum, one) => sum + one.transferSize, 0)"""


def opened(browser, address: str, n: int, panels: int) -> Page:
    """A fresh visitor's maps, painted."""
    page = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
    page.goto(f"{address}/?n={n}&panels={panels}&listen=off", timeout=120_000)
    page.wait_for_selector(".q-root[data-painted]", timeout=120_000)
    page.wait_for_timeout(1500)
    return page


def heap(page: Page) -> float:
    """MB of JavaScript after the garbage is collected."""
    session = page.context.new_cdp_session(page)
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
        page.wait_for_timeout(200)
    used = session.send("Runtime.getHeapUsage")["usedSize"] / 1e6
    session.detach()
    return used


def browser_seconds() -> float:
    """Processor time the browser this program started has used so far, all its processes together."""
    parents, ticks = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            facts = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        number = int(path.parent.name)
        parents[number], ticks[number] = int(facts[1]), int(facts[11]) + int(facts[12])
    ours = {os.getpid()}
    while more := {n for n, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return sum(ticks[n] for n in ours - {os.getpid()}) / os.sysconf("SC_CLK_TCK")


def turns(page: Page) -> None:
    """Two hundred moves of a hand: pointing, turning the wheel, moving."""
    box = plot(page).bounding_box()
    for i in range(TURNS):
        page.mouse.move(box["x"] + 40 + (i * 37) % 250, box["y"] + 30 + (i * 53) % 140)
        if i % 10 == 0:
            page.mouse.wheel(0, -120 if i % 20 else 120)
    page.locator("canvas").press("0")
    page.wait_for_timeout(1500)


def ring(share: float) -> list[list[float]]:
    """Corners of a lasso about the map's middle."""
    return [[0.5 + share * cos(t * pi / 60), 0.5 + share * sin(t * pi / 60)] for t in range(120)]


def told(aims: dict, name: str, figure: str, says: str = "") -> None:
    """A figure, and beside it its limit and the sketch's."""
    limit, sketch = aims.get(says or name, ("", ""))
    beside = "; ".join([f"limit: {limit}"] * bool(limit) + [f"sketch: {sketch}"] * bool(sketch))
    print(f"    {name}: {figure}" + f"  ({beside})" * bool(beside), flush=True)


def middle(values: list[float | None]) -> str:
    """Median and worst, in ms."""
    found = [v for v in values if v is not None]
    return f"{median(found):.0f} ms, worst {max(found):.0f}" if found else "none came"


def timed(page: Page, asked: list) -> float | None:
    """Milliseconds of one event, once the browser has painted what came before it."""
    page.wait_for_timeout(REST)
    return page.evaluate(TIMED, asked)


def measure(browser, address: str, size: tuple[int, int]) -> None:
    """All figures of one size."""
    (n, panels), aims = size, SIZES[size]
    print(f"  {n:,} points on {panels} maps")
    opened(browser, address, n, panels).context.close()  # so that the server has made its points
    pages = [opened(browser, address, n, panels) for _ in range(3)]
    painted = [float(root(page).get_attribute("data-painted")) for page in pages]
    told(aims, "first paint", middle(painted))
    for page in pages[1:]:
        page.context.close()
    page = pages[0]
    told(aims, "sent", f"{page.evaluate(SENT) / 1e6:.2f} MB")
    spots = [[0.2 + 0.12 * i, 0.3 + 0.1 * (i % 3)] for i in range(TIMES)]
    told(aims, "tooltip", middle([timed(page, [at, "hover", ".tip", "data-row", []]) for at in spots]))
    rings = [ring(0.1 + 0.07 * i) for i in range(TIMES)]
    lassos = [timed(page, [None, "lasso", ".q-root", "data-selected", steps]) for steps in rings]
    told(aims, "lasso to lit", middle(lassos))
    page.locator("canvas").press("Escape")
    page.wait_for_timeout(REST)
    moves(page, aims)
    turns(page)
    before = heap(page)
    turns(page)
    grown = heap(page) - before
    told(aims, "heap", f"{before:.1f} MB, {grown:+.1f} MB after {TURNS} more interactions")
    page.context.close()


def moves(page: Page, aims: dict) -> None:
    """Frames while the wheel turns and while the hand moves the map."""
    for kind in ("zoom", "pan"):
        spent = browser_seconds()
        frames, ms = page.evaluate(MOVED, kind)
        each = (browser_seconds() - spent) / frames * 1000
        figure = f"{frames / ms * 1000:.0f} frames a second, {each:.0f} ms of processor time a frame"
        told(aims, kind, figure, "frames")
        page.wait_for_timeout(REST)


def main() -> None:
    """Both sizes, one after the other."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running("map_server.py", Path(folder) / "log.txt") as address,
        sync_playwright() as driver,
    ):
        browser = launched(driver)
        print(f"linked maps, software GL, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        for size in SIZES:
            measure(browser, address, size)
        browser.close()


if __name__ == "__main__":
    main()
