"""A link on a slow line: controls whose code comes after the page was drawn twice still show what it asks."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browsing import eventually, settled, visited


def tick(page: Page) -> None:
    """Ticks the sidebar's last backbone off or on: the page is drawn again."""
    page.locator("[data-testid=stSidebar] [data-testid=stCheckbox] label").last.click()
    settled(page)


@pytest.mark.parametrize(
    ("code", "link", "asked", "shows"),
    [
        ("ButtonGroup", "/datasets?view=counts", "view=counts", "[data-selected]:has-text('Counts')"),
        ("Selectbox", "/map?colour=column-tempo", "colour=column-tempo", ".legend:has-text('Tempo')"),
        ("TextInput", "/map?find=happy", "find=happy", "[aria-label=Find][value=happy]"),
    ],
)
def test_a_control_that_comes_late_keeps_what_the_link_asks(page, code, link, asked, shows):
    held: list[Route] = []
    page.route(re.compile(rf"/static/js/{code}\."), lambda route: held.append(route))
    visited(page, link)
    eventually(page, lambda: held)
    tick(page)
    for route in held:
        route.continue_()
    settled(page)
    tick(page)
    expect(page.locator(shows)).to_be_visible()
    expect(page).to_have_url(re.compile(asked))
