"""Counts and Compare in a real browser: figures are drawn, turn into tables, and fit a narrow screen."""

import pytest
from playwright.sync_api import expect

from tests.browsing import settled, shot, visit, visited


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figures_are_drawn_in_either_theme(chromium, address, theme):
    for page in visit(chromium, address, color_scheme=theme):
        page.goto("/datasets?view=counts")
        expect(page.get_by_role("heading", name="Four folds of 15 to 27 clips.")).to_be_visible()
        drawn = page.locator("[data-testid=stVegaLiteChart] svg")
        expect(drawn).to_have_count(2)
        expect(drawn.first.get_by_text("nostalgic", exact=True)).to_be_visible()
        settled(page)
        shot(page, f"datasets-counts-{theme}")


def test_a_figure_turns_into_its_table_and_back(page):
    visited(page, "/datasets?view=counts")
    card = page.locator(".st-key-card-classes")
    expect(card.locator("[data-testid=stVegaLiteChart] svg")).to_be_visible()
    switch = card.locator("[data-testid=stCheckbox] label")
    switch.click()
    expect(card.locator("[data-testid=stDataFrame]")).to_be_visible()
    expect(card.locator("[data-testid=stVegaLiteChart]")).to_have_count(0)
    switch.click()
    expect(card.locator("[data-testid=stVegaLiteChart] svg")).to_be_visible()


def test_nothing_is_fetched_from_elsewhere(page, address):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/datasets?view=counts")
    expect(page.locator("[data-testid=stVegaLiteChart] svg").first).to_be_visible()
    settled(page)
    hosts = (address, address.replace("http", "ws"), "data:", "blob:")
    assert asked
    assert not [url for url in asked if not url.startswith(hosts)]


@pytest.mark.parametrize("view", ["counts", "compare"])
def test_counts_and_compare_never_scroll_a_narrow_screen_sideways(phone, view):
    phone.goto(f"/datasets?view={view}")
    expect(phone.locator("[class*=st-key-card]").first).to_be_visible()
    settled(phone)
    phone.wait_for_timeout(500)
    shot(phone, f"datasets-{view}-phone")
    assert phone.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


def test_one_dataset_alone_shows_the_command_that_adds_another(page):
    page.goto("/datasets?view=compare")
    expect(page.get_by_text("quintet datasets add NAME --root DIR")).to_be_visible()
