"""Benchmarks in a real browser: from any number down to the clips behind it, and all of it in the address."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browsing import plays, settled, shot, visit

VIEWS = ("leaderboard", "confusion", "compare", "class", "more", "report")


def opened(page: Page, address: str = "") -> None:
    page.goto(f"/benchmarks{address}")
    expect(page.locator(".q-title")).to_be_visible()
    settled(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_a_view_opens_from_its_address_in_either_theme(chromium, address, view, theme):
    for page in visit(chromium, address, color_scheme=theme):
        opened(page, f"?view={view}")
        expect(page.locator(".q-say, .st-key-card-measure-fewshot").first).to_be_visible()
        expect(page.locator("[data-testid=stException], [data-testid=stAlert]")).to_have_count(0)
        page.wait_for_timeout(500)
        shot(page, f"benchmarks-{view}-{theme}")


@pytest.mark.parametrize("view", VIEWS)
def test_no_view_scrolls_a_narrow_screen_sideways(phone, view):
    opened(phone, f"?view={view}")
    expect(phone.locator(".q-say, .st-key-card-measure-fewshot").first).to_be_visible()
    phone.wait_for_timeout(500)
    shot(phone, f"benchmarks-{view}-phone")
    widths = phone.evaluate("[document.querySelector('[data-testid=stMain]').scrollWidth, innerWidth]")
    assert widths[0] <= widths[1]


def test_a_name_on_the_leaderboard_opens_its_confusion_and_a_cell_its_clips(page):
    opened(page)
    page.locator(".q-board a", has_text="musicnn").click()
    page.wait_for_url(re.compile("view=confusion.*a=musicnn|a=musicnn.*view=confusion"))
    expect(page.locator(".q-say")).to_contain_text("musicnn most often hears")
    cell = page.locator(".st-key-card-confusion-musicnn [data-cell='4,3']")
    count = int(cell.get_attribute("data-count"))
    assert count > 0
    cell.click()
    page.wait_for_url(re.compile("cell=tender"))
    expect(page.get_by_text("Tender, heard as nostalgic")).to_be_visible()
    rows = page.locator(".st-key-card-cell tr[data-id]")
    expect(rows.nth(count - 1)).to_be_visible()
    expect(rows.first).to_contain_text("%")
    rows.first.locator(".play").click()
    plays(page)
    page.get_by_role("link", name="Show it on the map").click()
    page.wait_for_url(re.compile(r"/map\?.*track="))


def test_shares_order_and_diagonal_are_kept_by_a_link(page):
    opened(page, "?view=confusion&cells=row&order=size&diagonal=hidden&cell=tender~nostalgic")
    matrix = page.locator(".st-key-card-difference .q-root[data-ready=true]")
    expect(matrix.locator("[data-cell]")).to_have_count(20)
    expect(page.get_by_text("percent of each row").first).to_be_visible()
    expect(page.get_by_text("Tender, heard as nostalgic")).to_be_visible()
    own = page.locator(".q-matrix [data-cell]").first
    expect(own).to_have_attribute("aria-label", re.compile("%: "))
    page.get_by_text("Hide the diagonal").click()
    expect(matrix.locator("[data-cell]")).to_have_count(25)
    expect(page).to_have_url(re.compile("order=size"))
    expect(page).not_to_have_url(re.compile("diagonal"))
    expect(page.get_by_text("Tender, heard as nostalgic")).to_be_visible()


def test_clips_only_one_is_right_on_are_listed_and_play(page):
    opened(page, "?view=compare")
    expect(page.locator(".st-key-card-differences .q-lines .q-interval")).to_have_count(5)
    page.get_by_text(re.compile(r"^Both wrong, \d+$")).click()
    page.wait_for_url(re.compile("who=neither"))
    rows = page.locator("table[data-key=parted-neither] tr[data-id]")
    expect(rows.first).to_be_visible()
    said = page.get_by_text(re.compile(r"^Both wrong, \d+$")).inner_text()
    expect(rows).to_have_count(int(said.rsplit(" ", 1)[1]))
    rows.nth(1).locator(".play").click()
    plays(page)


def test_a_class_has_its_curves_and_its_hardest_clips_play(page):
    opened(page, "?view=class&class=tender&curve=roc")
    expect(page.get_by_role("heading", name="Tender against the rest")).to_be_visible()
    expect(page.locator(".st-key-card-curve-roc canvas, .st-key-card-curve-roc svg").first).to_be_visible()
    expect(page.locator(".st-key-card-classes .q-lines .q-interval")).to_have_count(5)
    rows = page.locator("table[data-key=hardest-tender] tr[data-id]")
    expect(rows).to_have_count(10)
    rows.first.locator(".play").click()
    plays(page)


def test_a_report_can_be_taken_along_and_its_html_stands_alone(page):
    opened(page, "?view=report&form=json")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download JSON").click()
    made = json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))
    assert len(made["results"]) == 6
    page.get_by_text("HTML", exact=True).click()
    page.wait_for_url(re.compile("form=html"))
    frame = page.frame_locator("iframe").first
    expect(frame.locator("svg")).to_be_visible()
    expect(frame.locator("table").first.locator("tr.untrained")).to_have_count(4)
