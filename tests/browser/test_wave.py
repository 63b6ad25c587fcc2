"""The timeline of Classify in a real Chromium: choose a segment, hear it, read every lane, cut a part out."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.alone import running, visitors
from tests.browser.wave_run import LANE, box, chosen, press, says, time_of, wave
from tests.browsing import shot


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[str]:
    """Where a server with one wave listens."""
    with running("wave_server.py", tmp_path_factory.mktemp("wave") / "log.txt") as address:
        yield address


@pytest.fixture
def opened(chromium: Browser, served: str) -> Iterator[Callable[..., Page]]:
    """Opens the page as its address tells (`alone.visitors`)."""
    with visitors(
        chromium, served, lambda page: expect(wave(page)).to_have_attribute("data-ready", "true")
    ) as open_page:
        yield open_page


def test_a_click_on_a_segment_marks_it_plays_it_to_its_end_and_tells_python(opened):
    page = opened()
    box(page).evaluate("element => element.kept = true")
    press(page, LANE, 4.0)
    chosen(page, "3.000", "6.000", "key-1")
    expect(wave(page)).to_have_attribute("data-playing", "true")
    says(page, "span 3.00 6.00 key-1")
    expect(wave(page)).to_have_attribute("data-playing", "false")
    assert time_of(page) == pytest.approx(6.0, abs=0.05)
    expect(page.locator(".chosen")).to_be_visible()
    assert box(page).evaluate("element => element.kept")  # nothing was drawn anew


def test_when_lanes_come_and_go_the_sound_and_the_choice_stay(opened):
    page = opened()
    press(page, LANE, 10.0)
    says(page, "span 9.00 12.00 key-1")
    page.get_by_text("One lane less").click()
    expect(wave(page)).to_have_attribute("data-lanes", "4")
    chosen(page, "9.000", "12.000", "key-1")
    assert time_of(page) > 9.0
    says(page, "span 9.00 12.00 key-1")


def test_the_keyboard_walks_segments_and_lanes_chooses_and_clears(opened):
    page = opened()
    box(page).focus()
    page.keyboard.press("ArrowRight")
    option = box(page).get_by_role("option")
    expect(option).to_have_attribute("aria-label", "tender, 0:03 to 0:06")
    expect(option).to_have_attribute("aria-posinset", "2")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    expect(box(page, "VGGish")).to_be_focused()
    expect(box(page, "VGGish").get_by_role("option")).to_have_attribute("aria-label", "happy, 0:06 to 0:09")
    page.keyboard.press("Enter")
    chosen(page, "6.000", "9.000", "key-0")
    says(page, "span 6.00 9.00 key-0")
    page.keyboard.press("Escape")
    chosen(page, "", "", "")
    expect(wave(page)).to_have_attribute("data-playing", "false")
    says(page, "span none")


def test_the_strip_chooses_where_they_part(opened):
    page = opened()
    press(page, "Where they part", 4.0)
    chosen(page, "3.000", "6.000", "")
    says(page, "span 3.00 6.00 strip")
    option = box(page, "Where they part").get_by_role("option")
    expect(option).to_have_attribute("aria-label", "two answers, 0:03 to 0:06")


def test_pointing_at_a_time_says_what_every_lane_hears_there(opened):
    page = opened()
    size = box(page).bounding_box()
    page.mouse.move(size["x"] + size["width"] * 4.0 / 30, size["y"] + 8)
    expect(page.locator(".when")).to_have_text("0:04.0")
    expect(page.locator(".item")).to_have_count(5)
    expect(page.locator(".item", has_text=LANE)).to_have_attribute("data-says", re.compile(r"^tender \d+ %$"))
    before = page.locator(".dock").bounding_box()
    page.mouse.move(size["x"] + size["width"] * 20.0 / 30, size["y"] + 8)
    expect(page.locator(".when")).to_have_text("0:20.0")
    assert page.locator(".dock").bounding_box() == before


def test_an_untrained_lane_says_so_and_does_not_count_where_they_part(opened):
    page = opened()
    expect(page.locator(".name.lane", has_text="OpenJMLA")).to_contain_text("untrained")
    expect(page.locator(".name.lane", has_text="VGGish")).not_to_contain_text("untrained")
    expect(box(page, "OpenJMLA")).to_have_attribute("data-segments", "60")
    expect(box(page, "Where they part")).to_have_attribute("data-segments", re.compile("^([2-9]|1[0-9])$"))


def test_another_track_forgets_what_was_chosen(opened):
    page = opened()
    press(page, LANE, 4.0)
    says(page, "span 3.00 6.00 key-1")
    page.get_by_text("Another track").click()
    expect(wave(page)).to_have_attribute("data-id", "other")
    chosen(page, "", "", "")
    says(page, "span none")


def test_the_lanes_are_a_table_too(opened):
    page = opened()
    page.get_by_text("These lanes as a table").click()
    rows = page.locator(".twin tbody tr")
    expect(rows.first).to_have_text(re.compile(r"^VGGishcalm0:00\.00:03\.0\d+ %$"))
    lanes = page.locator(".band.lane .box").all()
    assert rows.count() == sum(int(lane.get_attribute("data-segments")) for lane in lanes)


def test_handles_move_by_keys_and_keep_the_limit(opened):
    page = opened("seconds=900&lanes=0&trim=1&limit=600")
    says(page, "part 0.00 600.00")
    page.locator(".handle.start").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(wave(page)).to_have_attribute("data-part-start", "11.000")
    says(page, "part 11.00 600.00")
    page.locator(".handle.end").focus()
    page.keyboard.press("End")
    expect(wave(page)).to_have_attribute("data-part-start", "300.000")
    says(page, "part 300.00 900.00")
    page.locator(".handle.start").focus()
    page.keyboard.press("End")
    says(page, "part 899.50 900.00")


def test_a_handle_is_dragged_and_python_hears_of_it_when_it_is_let_go(opened):
    page = opened("seconds=900&lanes=0&trim=1")
    handle, over = page.locator(".handle.end").bounding_box(), page.locator(".over").bounding_box()
    page.mouse.move(handle["x"] + 4, handle["y"] + 20)
    page.mouse.down()
    page.mouse.move(over["x"] + over["width"] / 2, handle["y"] + 20, steps=5)
    expect(wave(page)).to_have_attribute("data-part-end", "450.000")
    says(page, "part 0.00 900.00")
    page.mouse.up()
    says(page, "part 0.00 450.00")
    expect(wave(page)).to_have_attribute("data-playing", "false")


def test_a_time_can_be_written_and_nonsense_is_refused_in_a_sentence(opened):
    page = opened("seconds=900&lanes=0&trim=1")
    start = page.locator("[data-field=start]")
    start.fill("1:30.5")
    start.press("Enter")
    says(page, "part 90.50 900.00")
    start.fill("soon")
    start.press("Enter")
    expect(start).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".long")).to_have_text("That is no time. Write minutes and seconds, as 1:30.")
    says(page, "part 90.50 900.00")


def test_play_begins_and_ends_with_the_part(opened):
    page = opened("seconds=60&lanes=0&trim=1")
    for side, text in (("end", "0:21"), ("start", "0:20")):
        page.locator(f"[data-field={side}]").fill(text)
        page.locator(f"[data-field={side}]").press("Enter")
    says(page, "part 20.00 21.00")
    page.locator(".play").click()
    expect(wave(page)).to_have_attribute("data-playing", "true")
    expect(wave(page)).to_have_attribute("data-playing", "false")
    assert time_of(page) == pytest.approx(21.0, abs=0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_five_lanes_stand_in_either_theme(opened, theme):
    page = opened(color_scheme=theme)
    press(page, LANE, 4.0)
    expect(wave(page)).to_have_attribute("data-theme", theme)
    shot(page, f"wave-{theme}")


def test_a_narrow_screen_has_names_above_and_targets_of_44_px(opened):
    page = opened(viewport={"width": 390, "height": 844}, has_touch=True)
    expect(wave(page)).to_have_attribute("data-layout", "stacked")
    lane = box(page).bounding_box()
    above = page.locator(".name.lane", has_text=LANE).bounding_box()
    assert above["y"] + above["height"] <= lane["y"]
    page.touchscreen.tap(lane["x"] + lane["width"] * 4 / 30, lane["y"] - 21)  # 44 px: up to the name
    chosen(page, "3.000", "6.000", "key-1")
    shot(page, "wave-phone")
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


def test_ten_minutes_of_five_lanes_play_and_say_what_each_hears(opened):
    page = opened("seconds=600&frames=4000")
    expect(box(page, "OpenJMLA")).to_have_attribute("data-segments", "4000")
    page.locator(".play").click()
    expect(wave(page)).to_have_attribute("data-playing", "true")
    size = box(page).bounding_box()
    page.mouse.move(size["x"] + size["width"] / 2, size["y"] + 8)
    expect(page.locator(".when")).to_have_text("5:00.0")
    expect(page.locator(".item")).to_have_count(5)
    shot(page, "wave-long")
