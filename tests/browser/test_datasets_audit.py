"""The Audit view as a person walks it: read, listen, keep a list, take it along, score without it."""

import csv
import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from quintet import cli
from tests.browsing import plays, settled, shot, visit, visited

VIEW = "/datasets?dataset=demo&view=audit"


@pytest.fixture(scope="module")
def audited(prepared) -> None:
    """The demo of the server, listened to and audited."""
    before = dict(os.environ)
    os.environ |= {"QUINTET_CACHE": str(prepared), "QUINTET_CONFIG": str(prepared / "none.toml")}
    os.environ["QUINTET_DATA"] = str(prepared.parent / "data")
    try:
        assert cli.main(["audit", "demo", "--sound"]) == 0
    finally:
        os.environ.clear()
        os.environ |= before


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_audit_opens_by_its_address_in_either_theme(chromium, address, audited, theme):
    for page in visit(chromium, address, color_scheme=theme):
        page.goto(VIEW)
        expect(page.locator(".q-say")).to_contain_text(
            re.compile(r"^Demo: no duplicates, \d+ labels? the probes? doubt")
        )
        expect(page.locator(".player[data-ready=true] tr[data-id]").first).to_be_visible()
        settled(page)
        shot(page, f"datasets-audit-{theme}")


def test_a_finding_plays_and_its_sentence_follows_the_chosen_row(page: Page, audited):
    visited(page, VIEW)
    rows = page.locator(".player[data-ready=true] tr[data-id]")
    rows.nth(1).locator(".play").click()
    plays(page)
    rows.nth(1).click(position={"x": 160, "y": 15})
    title = rows.nth(1).locator("td").nth(1).inner_text().strip()
    expect(
        page.get_by_text(re.compile(rf"^{re.escape(title)}: Labelled \w+, heard as \w+ by"))
    ).to_be_visible()


def test_the_findings_can_be_taken_along_as_a_list(page: Page, audited):
    visited(page, VIEW)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV").click()
    with Path(waiting.value.path()).open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert found
    assert set(found[0]) == {"id", "reason"}
    assert all(row["reason"].startswith("Labelled ") for row in found)


def test_a_list_kept_here_is_one_benchmarks_asks_to_be_scored_without(page: Page, audited):
    visited(page, VIEW)
    page.get_by_label("Name of the exclusion list").fill("doubted")
    page.keyboard.press("Enter")
    settled(page)
    page.get_by_role("button", name="Keep as exclusion list").click()
    command = "quintet benchmark demo --without doubted"
    expect(page.get_by_text(command)).to_be_visible()
    page.goto("/benchmarks?dataset=demo")
    expect(page.get_by_text(command)).to_be_visible()


def test_the_audit_fits_a_narrow_screen(phone: Page, audited):
    visited(phone, VIEW)
    expect(phone.locator(".player[data-ready=true] tr[data-id]").first).to_be_visible()
    settled(phone)
    shot(phone, "datasets-audit-phone")
    assert phone.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
