"""A long track: how long it still takes, and what can be done meanwhile."""

import re

from playwright.sync_api import expect

from tests.browser.test_classify import give
from tests.browsing import settled
from tests.sounds import encode


def test_a_long_track_says_how_long_still_and_the_page_can_be_left_meanwhile(page, tmp_path):
    give(page, encode(tmp_path / "long.mp3", "mp3", seconds=150.0))
    going = page.locator(".st-key-columns [role=status]").filter(
        has_text=re.compile(r"is listening, .+ (left|so far)\.")
    )
    expect(going.first).to_be_visible()
    page.get_by_role("link", name="Backbones", exact=True).click()
    expect(page).to_have_url(re.compile("backbones"))
    settled(page)
    page.go_back()
    expect(page).to_have_url(re.compile("heard="))
    lanes = page.locator(".st-key-card-time .wave[data-ready=true]")
    expect(lanes).to_have_attribute("data-lanes", "5", timeout=240_000)  # perhaps on a busy machine
    settled(page)
    expect(page.get_by_text("What is heard: the whole 2:30")).to_be_visible()
    expect(going).to_have_count(0)
