"""Agreement in a real browser: a pair is clicked, its tracks are listed, opened and played."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browsing import plays, settled, shot, visit


@pytest.fixture(scope="module", autouse=True)
def measured(prepared):
    """The demo's agreement, stored where the server looks."""
    from quintet import cli

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QUINTET_CACHE", str(prepared))
        patch.setenv("QUINTET_CONFIG", str(prepared / "none.toml"))
        patch.setenv("QUINTET_WEIGHTS", str(prepared / "none"))
        assert cli.main(["agreement", "demo"]) == 0


def opened(page: Page, address: str = "") -> None:
    page.goto(f"/agreement{address}")
    expect(page.locator(".q-root[data-ready=true] .q-matrix.pairs")).to_be_visible()
    settled(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_two_backbones_have_a_cell_in_either_theme(chromium, address, theme):
    for page in visit(chromium, address, color_scheme=theme):
        opened(page)
        expect(page.locator(".q-matrix.pairs [data-cell]")).to_have_count(30)
        expect(page.locator(".q-matrix.pairs .cell.hatched")).to_have_count(28)  # one pair of 15 is trained
        expect(page.locator(".q-matrix.pairs [aria-selected=true]")).to_have_count(2)
        shot(page, f"agreement-{theme}")


def test_a_click_on_a_cell_opens_the_pair_and_its_tracks_play(page):
    opened(page)
    cell = page.locator(".q-matrix.pairs [data-cell='1,3']")
    name = cell.get_attribute("data-name")
    cell.click()
    expect(page.locator(".q-root[data-chosen='1,3']")).to_be_visible()
    page.wait_for_url(re.compile(f"pair={name}"))
    expect(page.get_by_role("heading", name="Where musicnn and CLMR differ")).to_be_visible()
    rows = page.locator(".player[data-rows='10']").first.locator("tr[data-id]")
    expect(rows).to_have_count(10)
    rows.nth(2).locator(".play").click()
    plays(page)


def test_a_track_opens_its_neighbours_by_each_and_those_play(page):
    opened(page)
    row = page.locator(".player[data-rows='10']").first.locator("tr[data-id]").nth(3)
    chosen = row.get_attribute("data-id")
    row.click(position={"x": 120, "y": 15})
    page.wait_for_url(re.compile(f"track={re.escape(chosen)}"))
    lists = page.locator(".st-key-card-neighbours .player[data-ready=true]")
    expect(lists).to_have_count(2)
    expect(lists.first).to_have_attribute("data-rows", "5")
    expect(page.locator(".st-key-card-neighbours").get_by_text("only", exact=True).first).to_be_visible()
    button = lists.nth(1).locator("tr[data-id] .play").first
    button.click()
    plays(page)
    expect(lists.nth(1)).to_have_attribute("data-playing", re.compile("."))
    shot(page, "agreement-track")


def test_a_cold_link_shows_the_pair_the_measure_and_the_track(page):
    opened(page)
    page.locator(".q-matrix.pairs [data-cell='0,2']").click()
    expect(page.locator(".q-root[data-chosen='0,2']")).to_be_visible()
    page.get_by_role("radio", name="CKA").or_(page.get_by_role("button", name="CKA")).first.click()
    page.wait_for_url(re.compile("measure=cka"))
    settled(page)  # before it both measures' matrices are there
    value = page.locator(".q-matrix.pairs [data-cell='0,2']").get_attribute("data-value")
    row = page.locator(".player[data-rows='10']").first.locator("tr[data-id]").nth(5)
    chosen = row.get_attribute("data-id")
    row.click(position={"x": 120, "y": 15})
    page.wait_for_url(re.compile(f"track={re.escape(chosen)}"))
    link = page.url
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator(".q-root[data-chosen='0,2'] .q-matrix")).to_be_visible()
    expect(page.locator(".q-matrix.pairs [data-cell='0,2']")).to_have_attribute("data-value", value)
    expect(page.locator(f".player[data-chosen='{chosen}']").first).to_be_visible()


def test_arrow_keys_pass_over_the_empty_diagonal(page):
    opened(page)
    page.locator(".q-matrix.pairs [data-cell='1,0']").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".q-matrix.pairs [data-cell='1,2']")).to_be_focused()
    page.keyboard.press("Home")
    expect(page.locator(".q-matrix.pairs [data-cell='1,0']")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".q-root[data-chosen='0,1']")).to_be_visible()


def test_the_disputed_clips_play(page):
    opened(page)
    table = page.locator("table[data-key=disputed]")
    expect(table.locator("tr[data-id]")).to_have_count(10)
    table.locator("tr[data-id] .play").first.click()
    plays(page)


def test_the_map_is_one_click_away(page):
    opened(page)
    page.get_by_role("link", name="Show it on the map").click()
    page.wait_for_url(re.compile(r"/map\?.*of=musicnn"))


def test_agreement_never_scrolls_a_narrow_screen_sideways(phone):
    opened(phone)
    phone.wait_for_timeout(500)
    shot(phone, "agreement-phone")
    assert phone.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    expect(phone.locator(".q-matrix.pairs .columnheader .word").first).to_be_hidden()
    cells = phone.locator(".q-matrix.pairs [data-cell]")
    box = cells.first.bounding_box()
    assert box["height"] >= 44
    cells.nth(7).click()
    phone.wait_for_url(re.compile("pair="))
