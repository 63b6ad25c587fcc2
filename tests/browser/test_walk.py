"""The main walk, as a person would take it: open, listen, upload, read, lasso, click a confusion."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browsing import drag_around, plays, settled, shot, visit, visited

PAGES = ["", "classify", "map", "datasets", "benchmarks", "agreement", "backbones"]
HEADS = ".q-say, .q-title"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_deep_link_opens_its_page_in_either_theme(chromium, address, name, theme):
    for page in visit(chromium, address, color_scheme=theme):
        page.goto(f"/{name}")
        expect(page.locator(HEADS).first).to_be_visible()
        expect(page.locator("[data-testid=stSidebar]").get_by_text("musicnn", exact=True)).to_be_visible()
        settled(page)
        page.wait_for_timeout(500)
        shot(page, f"{name or 'overview'}-{theme}")


@pytest.mark.parametrize("name", PAGES)
def test_a_narrow_screen_never_scrolls_sideways(phone, name):
    phone.goto(f"/{name}")
    expect(phone.locator(HEADS).first).to_be_visible()
    settled(phone)
    phone.wait_for_timeout(500)
    shot(phone, f"{name or 'overview'}-phone")
    wide = phone.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert wide <= 390


def test_every_job_is_one_click_from_the_overview(page):
    for name, path in (
        ("Classify a track", "classify"),
        ("Explore the map", "map"),
        ("Read the benchmark", "bench"),
    ):
        visited(page, "/")
        page.get_by_role("link", name=re.compile(name)).click()
        page.wait_for_url(re.compile(path))
        expect(page.locator(HEADS).first).to_be_visible()


def test_a_row_plays_and_another_stops_it(page):
    visited(page, "/datasets")
    rows = page.locator(".player[data-ready=true] tr[data-id]")
    expect(rows.nth(16)).to_be_visible()
    rows.nth(1).locator(".play").click()
    plays(page)
    first = page.locator(".player[data-playing]").first.get_attribute("data-playing")
    rows.nth(3).locator(".play").click()
    expect(page.locator(".player").first).not_to_have_attribute("data-playing", first)
    plays(page)


def test_a_chosen_track_shows_wave_and_facts_and_stays_in_the_address(page):
    visited(page, "/datasets?filter-mood=happy")
    row = page.locator(".player[data-ready=true] tr[data-id]").nth(4)
    chosen = row.get_attribute("data-id")
    row.click(position={"x": 120, "y": 15})
    expect(page.locator(f".wave[data-ready=true][data-id='{chosen}']")).to_be_visible()
    expect(page).to_have_url(re.compile(f"track={re.escape(chosen)}"))
    page.locator(".wave .play").click()
    plays(page)


def test_a_lasso_lists_what_it_encloses_and_the_list_plays(page):
    visited(page, "/map")
    root = page.locator(".q-root[data-ready=true][data-n='84']")
    expect(root).to_be_visible()
    drag_around(page)
    expect(page.get_by_role("heading", name=re.compile(r"^\d+ clips selected$"))).to_be_visible()
    expect(root).to_have_attribute("data-selected", re.compile("^[1-9]"))
    count = int(root.get_attribute("data-selected"))
    assert 0 < count < 84
    rows = page.locator(".player[data-ready=true] tr[data-id]")
    expect(rows).to_have_count(count)
    rows.first.locator(".play").click()
    plays(page)
    shot(page, "map-lasso")


def test_find_lights_up_what_matches(page):
    visited(page, "/map")
    page.get_by_placeholder("Title, artist or class").fill("happy electronic")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="9 clips selected")).to_be_visible()
    expect(page.locator(".q-root[data-n]")).to_have_attribute("data-selected", "9")
    shot(page, "map-find")


def test_a_confusion_lists_its_clips_and_they_play(page):
    visited(page, "/benchmarks?view=confusion")
    expect(page.locator("[data-cell]").first).to_be_visible()
    cell = page.locator("[data-cell='2,2']").first
    count = int(cell.get_attribute("data-count"))
    cell.click()
    expect(page.get_by_text("Happy, heard rightly")).to_be_visible()
    rows = page.locator(".player[data-ready=true] tr[data-id]")
    assert count > 0
    expect(rows.nth(count - 1)).to_be_visible()
    rows.first.locator(".play").click()
    plays(page)
    shot(page, "benchmarks-cell")


def test_the_scores_can_be_taken_along(page, tmp_path: Path):
    visited(page, "/benchmarks")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV").click()
    text = Path(waiting.value.path()).read_text()
    assert text.startswith("backbone,untrained,protocol,probe,seed,n,fingerprint,accuracy")
    assert "musicnn" in text
