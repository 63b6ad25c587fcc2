"""The canvas of the linked maps: taken away as files, lost and found again, without WebGL2; its memory."""

import struct
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.alone import running, visitors
from tests.browser.map_run import LEFT, draw, has, lit, plot, says, tool
from tests.browsing import settled

SVG = "{http://www.w3.org/2000/svg}"
NO_WEBGL = """
const get = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  return kind === "webgl2" ? null : get.call(this, kind, ...rest);
};
"""
# Keeps every context, so that a test can take one away, and whether bytes were ever uploaded to it.
KEEP = """
window.contexts = [];
const get = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  const made = get.call(this, kind, ...rest);
  if (kind === "webgl2" && made && !window.contexts.includes(made)) window.contexts.push(made);
  return made;
};
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[str]:
    """Where a server with linked maps listens."""
    with running("map_server.py", tmp_path_factory.mktemp("canvas") / "log.txt") as address:
        yield address


@pytest.fixture
def opened(chromium: Browser, served: str) -> Iterator[Callable[..., Page]]:
    """Opens the page as its address tells (`alone.visitors`)."""
    with visitors(chromium, served, lambda page: has(page, "ready", "true")) as open_page:
        yield open_page


def taken(page: Page, kind: str) -> tuple[str, bytes]:
    """(name, content) of the file behind a button."""
    with page.expect_download() as waiting:
        tool(page, kind).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def texts(root: ElementTree.Element) -> str:
    return "|".join("".join(e.itertext()) for e in root.iter(f"{SVG}text"))


def test_the_svg_holds_every_point_the_titles_the_legend_and_the_foot_lines(opened):
    page = opened("own=1")
    draw(page, LEFT)
    count = lit(page, 1)
    name, body = taken(page, "svg")
    assert name == "demo-umap-by-mood.svg"
    drawing = ElementTree.fromstring(body)
    said = texts(drawing)
    words = ("Alpha", "Epsilon", "untrained", "trustworthiness 0.90", "Demo, UMAP: 300 clips by Mood")
    more = (
        f"{count} of 300 clips selected: squares",
        "minimum distance 0.1, seed 42",
        "<b>bold</b> & co",
        "Your <clip>",
        "Hollow points",
        "no mood",
    )
    for word in words + more:
        assert word in said
    groups = {g.get("data-panel"): g for g in drawing.iter(f"{SVG}g") if g.get("data-panel")}
    assert list(groups) == [f"key-{p}" for p in range(5)]
    for key, group in groups.items():
        paths = [p for p in group.iter(f"{SVG}path") if p.get("data-class") is not None]
        assert sum(p.get("d").count("M") for p in paths) == 300
        bright = sum(p.get("d").count("M") for p in paths if p.get("stroke-opacity") is None)
        assert bright == count
        squares = [p for p in paths if p.get("stroke-opacity") is None]
        rest = [p for p in paths if p not in squares]
        assert {p.get("stroke-linecap") for p in squares} == {
            "square"
        }  # what is selected has a shape of its own
        assert {p.get("stroke-linecap") for p in rest} == {"round"}
        assert all(("a" in p.get("d")) == (key == "key-4") for p in rest)  # arcs: hollow
        assert all(("z" in p.get("d")) == (key == "key-4") for p in squares)  # open squares


def test_points_grow_with_zoom_and_are_smaller_where_there_are_more(opened):
    def width(page: Page) -> float:
        drawing = ElementTree.fromstring(taken(page, "svg")[1])
        return float(next(p.get("stroke-width") for p in drawing.iter(f"{SVG}path") if p.get("data-class")))

    page = opened("panels=1")
    plain = width(page)
    for _ in range(3):
        tool(page, "closer").click()
    has(page, "zoom", "3.38")
    assert plain * 1.3 < width(page) < plain * 2
    assert width(opened("panels=1&n=4000")) < plain


def test_points_are_drawn_in_a_shuffled_order_that_stays(opened):
    script = (
        KEEP
        + """
    window.orders = [];
    const upload = WebGL2RenderingContext.prototype.bufferData;
    WebGL2RenderingContext.prototype.bufferData = function (target, values, use) {
      if (target === this.ELEMENT_ARRAY_BUFFER && values.length) window.orders.push(Array.from(values));
      return upload.call(this, target, values, use);
    };"""
    )
    first, again = (opened("panels=1", script=script).evaluate("window.orders")[0] for _ in range(2))
    assert first == again
    assert sorted(first) == list(range(300))
    near = sum(abs(a - b) < 10 for a, b in pairwise(first))
    assert near < 60  # of 299; sorted rows would be 299, by chance about 20


def test_the_svg_shows_hidden_classes_nowhere_and_a_scale_as_a_ramp(opened):
    page = opened("panels=1")
    page.get_by_role("button", name="Dim calm").click()
    page.get_by_role("button", name="Hide calm").click()
    drawing = ElementTree.fromstring(taken(page, "svg")[1])
    assert "calm" not in {p.get("data-class") for p in drawing.iter(f"{SVG}path")}
    assert "calm (hidden) 100" in texts(drawing)
    page.get_by_text("Another colouring").click()
    expect(page.locator(".legend h3")).to_have_text("Confidence")
    name, body = taken(page, "svg")
    assert name == "demo-umap-by-confidence.svg"
    drawing = ElementTree.fromstring(body)
    assert len(list(drawing.iter(f"{SVG}stop"))) == 9
    assert "not scored 30" in texts(drawing)


def test_an_svg_of_very_many_points_holds_pictures_of_them(opened):
    page = opened("n=60000&panels=3&listen=off")
    drawing = ElementTree.fromstring(taken(page, "svg")[1])
    pictures = list(drawing.iter(f"{SVG}image"))
    assert len(pictures) == 3
    assert all(p.get("href").startswith("data:image/png;base64,") for p in pictures)


def test_the_png_is_the_sheet_at_twice_its_size_with_points_and_words(opened, tmp_path: Path):
    page = opened()
    sheet = ElementTree.fromstring(taken(page, "svg")[1])
    name, body = taken(page, "png")
    assert name == "demo-umap-by-mood.png"
    assert struct.unpack(">II", body[16:24]) == (2 * int(sheet.get("width")), 2 * int(sheet.get("height")))
    colours = page.evaluate("""async bytes => {
      const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
      const pen = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
      pen.drawImage(picture, 0, 0);
      const {data} = pen.getImageData(0, 0, picture.width, picture.height);
      const found = {};
      for (let i = 0; i < data.length; i += 4) {
        const key = [data[i], data[i + 1], data[i + 2]].join();
        found[key] = (found[key] ?? 0) + 1;
      }
      return found;
    }""", list(body))  # fmt: skip
    assert colours["91,124,138"] > 1000  # calm's points
    assert colours["28,27,25"] > 100  # ink of the words
    assert colours["255,255,255"] > 100_000
    assert page.locator("canvas").evaluate("c => c.width === Math.round(c.clientWidth * devicePixelRatio)")


@pytest.mark.parametrize("restores", [True, False])
def test_a_lost_context_comes_back_by_itself_with_everything_in_it(opened, restores: bool):
    page = opened(script=KEEP)
    draw(page, LEFT)
    count = lit(page, 1)
    page.evaluate("window.lose = window.contexts[0].getExtension('WEBGL_lose_context'); lose.loseContext()")
    if restores:
        has(page, "lost", "true")
        page.evaluate("lose.restoreContext()")
    else:
        page.wait_for_function("window.contexts.length === 2")  # a fresh canvas took the place
    has(page, "lost", "")
    has(page, "selected", str(count))
    box = plot(page).bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.wheel(0, -100)
    has(page, "zoom", "1.28")
    page.wait_for_timeout(300)
    page.locator("canvas").press("0")
    has(page, "zoom", "1.00")
    draws = """() => new Promise(done => {
      const gl = window.contexts.at(-1), old = gl.drawElements;
      gl.drawElements = function (...a) {
        old.apply(gl, a);
        done(!gl.isContextLost() && gl.getError() === 0);
      };
    })"""
    waiting = page.evaluate_handle(f"() => ({{ done: ({draws})() }})")
    tool(page, "closer").click()
    assert waiting.evaluate("async held => await held.done")


def test_a_browser_without_webgl2_says_so_and_python_knows(opened):
    page = opened(script=NO_WEBGL, wait=False)
    has(page, "webgl", "none")
    expect(page.locator(".notice")).to_contain_text("draws no WebGL2 maps")
    says(page, "drawn False")
    drawn = opened()
    says(drawn, "drawn True")


def test_two_hundred_interactions_leave_no_memory_behind(opened):
    page = opened("n=2000&listen=off")
    session = page.context.new_cdp_session(page)

    def held() -> tuple[int, int]:
        session.send("HeapProfiler.collectGarbage")
        page.wait_for_timeout(200)
        session.send("HeapProfiler.collectGarbage")
        counters = session.send("Memory.getDOMCounters")
        heap = session.send("Runtime.getHeapUsage")["usedSize"]
        return heap, counters["jsEventListeners"]

    def interact(times: int) -> None:
        box = plot(page).bounding_box()
        for i in range(times):
            page.mouse.move(box["x"] + 40 + (i * 37) % 300, box["y"] + 30 + (i * 53) % 140)
            if i % 10 == 0:
                page.mouse.wheel(0, -120 if i % 20 else 120)
            if i % 25 == 0:
                draw(page, LEFT)
            if i % 40 == 0:
                page.locator(".legend .line").first.click()
        page.keyboard.press("Escape")

    interact(40)
    settled(page)
    page.wait_for_timeout(1000)
    heap, listeners = held()
    interact(200)
    settled(page)
    page.wait_for_timeout(1000)
    later, more = held()
    assert later - heap < 3_000_000  # bytes: Streamlit's own messages among them
    assert more - listeners < 50
