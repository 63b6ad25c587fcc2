"""One point of the linked maps in a real Chromium: pointed at, heard, chosen, its neighbours; an own clip."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.alone import running, visitors
from tests.browser.map_run import has, plot, point_at, root, says, tool
from tests.browsing import eventually, shot

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
SOUND = "globalThis.quintetSound.media"


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[str]:
    """Where a server with linked maps listens."""
    with running("map_server.py", tmp_path_factory.mktemp("points") / "log.txt") as address:
        yield address


@pytest.fixture
def opened(chromium: Browser, served: str) -> Iterator[Callable[..., Page]]:
    """Opens the page as its address tells (`alone.visitors`)."""
    with visitors(chromium, served, lambda page: has(page, "ready", "true")) as open_page:
        yield open_page


def walk_to(page: Page, wanted: Callable[[int], bool]) -> int:
    """Arrows lead from point to point until one is wanted; returns its row."""
    page.locator("canvas").focus()
    for step in range(40):
        page.keyboard.press(("ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown", "ArrowLeft")[step % 5])
        page.wait_for_timeout(40)
        row = int(root(page).get_attribute("data-hover"))
        if wanted(row):
            return row
    raise AssertionError("No such point within forty steps.")


def test_the_tooltip_shows_the_class_at_once_and_fills_when_the_answer_is_there(opened):
    page = opened("listen=off")
    asked = []
    page.on("request", lambda r: asked.append(r.url) if "/said/" in r.url else None)
    held = []
    page.route("**/said/1/*", lambda route: held.append(route))
    row = point_at(page)
    tip = page.locator(".tip")
    expect(tip.locator("strong")).to_have_text(f"Number {row + 1}")
    expect(tip.locator(".line")).to_contain_text("calm")
    eventually(page, lambda: held)
    for route in held:
        route.continue_()
    expect(tip.locator("strong")).to_have_text(f"Track {row} <i>")
    expect(tip).to_have_attribute("data-row", str(row))
    expect(tip.locator(".answer")).to_have_count(4)  # the fifth is untrained
    page.mouse.move(5, 5)
    has(page, "hover", "")
    expect(tip).to_be_hidden()
    count = len(asked)
    assert point_at(page) == row
    expect(tip.locator("strong")).to_have_text(f"Track {row} <i>")
    assert len(asked) == count  # kept


def test_a_point_the_server_forgot_says_so(chromium, served):
    context = chromium.new_context(base_url=served)  # of its own: elsewhere an answer of 404 is a fault
    page = context.new_page()
    page.goto("/?listen=off&n=14")
    has(page, "ready", "true")
    walk_to(page, lambda row: row == 13)
    expect(page.locator(".tip .missing")).to_have_text(
        "The server no longer knows this map. Reload the page."
    )
    context.close()


def test_a_sweep_over_many_points_leaves_one_question_open(opened):
    page = opened("n=3000&listen=off")
    asked, dropped = [], []
    page.on("request", lambda r: asked.append(r.url) if "/said/" in r.url else None)
    page.on("requestfailed", lambda r: dropped.append(r.url))
    page.route("**/said/1/*", lambda route: None)  # no answer at all
    box = plot(page).bounding_box()
    for step in range(30):
        page.mouse.move(box["x"] + box["width"] * (0.7 + step / 150), box["y"] + box["height"] * 0.5)
        page.wait_for_timeout(30)
    eventually(page, lambda: len(asked) > 3 and len(asked) - len(dropped) == 1)


def test_the_ring_marks_the_same_clip_on_every_map(opened):
    page = opened("listen=off")
    point_at(page)
    expect(page.locator(".ring.hover")).to_have_count(5)


def test_hovering_plays_ten_seconds_from_the_middle_and_leaving_stops(opened):
    page = opened()
    row = walk_to(page, lambda r: r % 7 and r % 3 == 0)  # 20 s, told beforehand
    has(page, "playing", f"t{row}")
    page.wait_for_function(f"{SOUND}.currentTime > 5")
    assert page.evaluate(f"{SOUND}.currentTime") < 9
    assert page.evaluate("globalThis.quintetSound.until") == 15
    page.keyboard.press("Escape")
    has(page, "playing", "")


def test_a_point_passed_over_in_less_than_the_wait_is_not_heard(opened):
    page = opened()
    asked = []
    page.on("request", lambda r: asked.append(r.url) if "/hum/" in r.url else None)
    keys = """c => ['ArrowRight', 'Escape'].forEach(
      key => c.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true})))"""
    page.locator("canvas").evaluate(keys)  # both within one turn of the browser
    page.wait_for_timeout(500)
    has(page, "playing", "")
    assert not asked


def test_a_sound_of_unknown_length_starts_from_its_middle_too(opened):
    page = opened()
    row = walk_to(page, lambda r: r % 7 and r % 3 == 1)  # 30 s, not told
    has(page, "playing", f"t{row}")
    page.wait_for_function(f"{SOUND}.currentTime >= 10")


def test_a_short_sound_starts_at_its_beginning(opened):
    page = opened()
    walk_to(page, lambda r: r % 7 and r % 3 == 2)
    page.wait_for_function(f"{SOUND}.currentTime > 0.1")
    assert page.evaluate(f"{SOUND}.currentTime") < 4


def test_listening_by_click_waits_for_the_click_and_off_stays_silent(opened):
    page = opened("listen=click")
    row = walk_to(page, lambda r: r % 7 != 0)
    page.wait_for_timeout(400)
    has(page, "playing", "")
    page.keyboard.press("Enter")
    has(page, "playing", f"t{row}")
    quiet = opened("listen=off")
    walk_to(quiet, lambda r: r % 7 != 0)
    quiet.keyboard.press("Enter")
    quiet.wait_for_timeout(400)
    has(quiet, "playing", "")


def test_space_pauses_and_goes_on_and_enter_chooses(opened):
    page = opened("listen=click")
    row = walk_to(page, lambda r: r % 7 != 0)
    page.keyboard.press("Space")
    has(page, "playing", f"t{row}")
    page.keyboard.press("Space")
    has(page, "playing", "")
    page.keyboard.press("Space")
    has(page, "playing", f"t{row}")
    page.keyboard.press("Enter")
    has(page, "focus", str(row))
    says(page, f"focus {row}")
    page.keyboard.press("Escape")
    has(page, "focus", "")
    says(page, "focus -1")
    has(page, "playing", "")


def test_loudness_is_kept_for_the_next_visit(opened):
    page = opened("listen=off")
    page.get_by_label("Volume").fill("0.4")
    assert page.evaluate(f"{SOUND}.volume") == 0.4
    tool(page, "loud").click()
    expect(tool(page, "loud")).to_have_attribute("aria-pressed", "true")
    page.reload()
    has(page, "ready", "true")
    expect(tool(page, "loud")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(f"[{SOUND}.volume, {SOUND}.muted]") == [0.4, True]
    tool(page, "loud").click()
    expect(page.get_by_label("Volume")).to_have_value("0.4")


def test_the_spectrogram_comes_when_asked_for(opened):
    page = opened("listen=off")
    walk_to(page, lambda r: r % 2 == 0)
    expect(page.locator(".tip .mel")).to_have_count(0)
    page.keyboard.press("s")
    picture = page.locator(".tip img.mel")
    expect(picture).to_be_visible()
    page.wait_for_function("e => e.naturalWidth === 8", arg=picture.element_handle())
    walk_to(page, lambda r: r % 2 == 1)
    expect(page.locator(".tip p.mel")).to_have_text("No spectrogram of this one.")
    tool(page, "mel").click()
    expect(page.locator(".tip .mel")).to_have_count(0)


def test_a_click_chooses_a_point_and_draws_its_neighbours_on_every_map(opened):
    page = opened("listen=off")
    row = point_at(page)
    page.mouse.down()
    page.mouse.up()
    has(page, "focus", str(row))
    says(page, f"focus {row}")
    expect(page.locator(".ring.focus")).to_have_count(5)
    for panel in range(5):
        lines = page.locator(f"section[data-panel='key-{panel}'] line.kin")
        expect(lines).to_have_count(3)
        shared = [lines.nth(i).get_attribute("data-shared") for i in range(3)]
        assert shared == ["all", "all", "only"]
        assert int(lines.last.get_attribute("data-row")) == (row + 10 + panel) % 300
    shot(page, "map-neighbours")
    plot(page).click(position={"x": 3, "y": 3})
    has(page, "focus", "")
    expect(page.locator("line.kin")).to_have_count(0)


def test_the_visitors_own_clip_has_a_sign_of_its_own_and_plays(opened):
    page = opened("own=1")
    expect(page.locator("circle.own")).to_have_count(5)
    expect(page.locator("text.mine").first).to_have_text("Your <clip>")
    box = page.locator("circle.own").nth(2).bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    has(page, "playing", "own clip")
    tool(page, "own").click()
    has(page, "playing", "")
    page.locator("canvas").press("m")
    has(page, "playing", "own clip")
    without = opened()
    expect(tool(without, "own")).to_be_hidden()


def test_on_a_phone_one_map_is_shown_the_tooltip_is_docked_and_nothing_runs_over(opened):
    page = opened("own=1&listen=click", **PHONE)
    has(page, "size", "phone")
    expect(page.locator("section[data-panel]:visible")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".switch button").nth(1).click()
    expect(page.locator("section[data-panel='key-1']")).to_be_visible()
    box = plot(page, 1).bounding_box()
    page.locator("section[data-panel='key-1'] circle.own").wait_for()
    row = tapped(page, box)
    expect(page.locator(".tip strong")).to_have_text(f"Track {row} <i>")
    sizes = page.locator(".bar-of-tools button:visible, .tip .play").evaluate_all(
        "all => all.map(e => Math.min(e.offsetWidth, e.offsetHeight))"
    )
    assert len(sizes) > 10
    assert min(sizes) >= 44
    shot(page, "linked-maps-phone")


def tapped(page: Page, box: dict) -> int:
    """Taps along the map until a point with a sound is chosen."""
    for x in range(10, 95, 5):
        page.touchscreen.tap(box["x"] + box["width"] * x / 100, box["y"] + box["height"] * 0.45)
        page.wait_for_timeout(80)
        found = root(page).get_attribute("data-focus")
        if found and int(found) % 7:
            return int(found)
    raise AssertionError("No point was under the finger.")


def test_in_the_dark_the_maps_take_the_dark_colours(opened):
    page = opened("listen=off", color_scheme="dark")
    has(page, "theme", "dark")
    swatch = page.locator(".legend .swatch").first
    expect(swatch).to_have_css("background-color", "rgb(131, 152, 176)")
    shot(page, "linked-maps-dark")


def test_what_is_pointed_at_is_spoken(opened):
    page = opened("listen=off")
    row = walk_to(page, lambda r: r != 13)
    expect(page.locator(".q-spoken")).to_have_text(
        re.compile(rf"^Track {row} <i>, Artist {row % 9}, 2 of 3, ")
    )
