"""The Tracks view as a person uses it: sort, turn pages, tick, play one after another, export, come back."""

import csv
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browsing import plays, settled, shot, visit

TABLE = ".st-key-tracks .player[data-ready=true]"


def rows(page: Page):
    return page.locator(f"{TABLE} tr[data-id]")


def opened(page: Page, address: str = "/datasets") -> Page:
    page.goto(address)
    expect(rows(page).first).to_be_visible()
    settled(page)
    return page


def test_a_header_sorts_up_then_down_then_not_and_a_reload_keeps_it(page):
    opened(page)
    header = page.locator("th", has=page.locator("[data-sort=tempo]"))
    for order in ("ascending", "descending"):
        page.locator("[data-sort=tempo]").click()
        expect(header).to_have_attribute("aria-sort", order)
    expect(page).to_have_url(re.compile("sort=-tempo"))
    settled(page)
    before = rows(page).evaluate_all("found => found.map((row) => row.dataset.id)")
    page.reload()
    expect(rows(page)).to_have_count(17)
    assert rows(page).evaluate_all("found => found.map((row) => row.dataset.id)") == before
    page.locator("[data-sort=tempo]").click()
    expect(header).to_have_attribute("aria-sort", "none")
    expect(page).not_to_have_url(re.compile("sort="))


def test_ticks_outlast_a_turned_page_and_are_exported(page):
    opened(page)
    chosen = [rows(page).nth(n).get_attribute("data-id") for n in (0, 2)]
    for n in (0, 2):
        rows(page).nth(n).locator(".box").click()
    expect(page.get_by_text("2 ticked")).to_be_visible()
    page.get_by_role("button", name="Page 2").click()
    expect(page.get_by_text("18 to 34 of 84 clips")).to_be_visible()
    expect(page.get_by_text("2 ticked")).to_be_visible()
    settled(page)
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    with open(download.value.path(), newline="", encoding="utf-8") as file:
        assert [row["id"] for row in csv.DictReader(file)] == chosen
    shot(page, "datasets-export")


def test_play_all_goes_on_with_the_next_track_by_itself(page):
    opened(page, "/datasets?filter-mood=happy")
    page.get_by_role("button", name="Play all 18").click()
    bar = page.locator(".playlist")
    expect(bar).to_have_attribute("data-at", "0")
    plays(page)
    shot(page, "datasets-playlist")
    page.evaluate("quintetSound.media.currentTime = quintetSound.media.duration - 0.2")
    expect(bar).to_have_attribute("data-at", "1")
    plays(page)
    bar.get_by_role("button", name="Close").click()
    expect(bar).to_be_hidden()
    assert page.evaluate("quintetSound.media.paused")


def test_a_filter_behind_the_button_shows_what_the_link_says(page):
    opened(page, "/datasets?filter-seed=202")
    page.get_by_role("button", name="More filters (1)").click()
    expect(page.get_by_role("combobox", name="Seed")).to_have_value("202")
    shot(page, "datasets-more")


def test_a_search_that_finds_nothing_can_be_cleared(page):
    opened(page)
    page.get_by_placeholder("Search 84 clips").fill("<b>nothing</b>")
    expect(page.get_by_text("No clips match.")).to_be_visible()
    page.get_by_role("button", name="Clear search and filters").click()
    expect(page.get_by_text("1 to 17 of 84 clips")).to_be_visible()
    expect(page.get_by_placeholder("Search 84 clips")).to_have_value("")


def test_the_keyboard_moves_ticks_and_plays(page):
    opened(page)
    rows(page).first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("t")
    expect(page.get_by_text("1 ticked")).to_be_visible()
    expect(rows(page).nth(1).locator(".box")).to_be_checked()
    rows(page).nth(1).focus()
    page.keyboard.press("Space")
    plays(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_chosen_track_says_what_is_known_of_it_in_either_theme(chromium, address, theme):
    for page in visit(chromium, address, color_scheme=theme):
        opened(page, "/datasets?track=calm_acoustic_1.2")
        card = page.locator(".st-key-card-chosen")
        expect(card.get_by_text("What each backbone's probe says")).to_be_visible()
        expect(card.get_by_text("untrained", exact=True)).to_have_count(4)
        expect(card.get_by_text("No flags on this track.")).to_be_visible()
        expect(card.get_by_text("Nearest tracks")).to_be_visible()
        shot(page, f"datasets-chosen-{theme}")


def test_a_narrow_screen_holds_the_playlist_and_ticks(phone):
    opened(phone)
    phone.get_by_role("button", name="Play all 84").click()
    expect(phone.locator(".playlist")).to_be_visible()
    rows(phone).first.locator(".box").click()
    expect(phone.get_by_text("1 ticked")).to_be_visible()
    settled(phone)
    shot(phone, "datasets-tracks-phone")
    assert phone.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
