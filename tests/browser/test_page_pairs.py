"""From every page to every other, by click, Back and Forward: each opens as its own address says."""

import itertools
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browsing import settled, visited

PAGES = ("overview", "classify", "map", "datasets", "benchmarks", "agreement", "backbones")
VIEWS = {
    "datasets": ("Tracks", "Counts", "Compare", "Audit"),
    "benchmarks": ("Leaderboard", "Confusion", "Compare two", "Per class", "More tests", "Report"),
}


def tour(pages: tuple[str, ...]) -> list[str]:
    """A walk that takes each ordered pair of different pages once: an Eulerian circuit (Hierholzer)."""
    left = {page: [other for other in pages if other != page] for page in pages}
    stack, walk = [pages[0]], []
    while stack:
        if left[stack[-1]]:
            stack.append(left[stack[-1]].pop())
        else:
            walk.append(stack.pop())
    return walk[::-1]


def opened(page: Page, name: str) -> None:
    """Waits until that page is drawn; fails where it shows an exception or another page's view."""
    expect(page).to_have_url(re.compile(rf"^[^?]*//[^/]+/{'' if name == 'overview' else name}(\?.*)?$"))
    link = page.locator("[data-testid=stSidebarNavLink][aria-current=page]")
    expect(link).to_have_text(re.compile(name, re.IGNORECASE))
    settled(page)
    expect(page.locator("[data-testid=stException], [data-testid=stAlert]")).to_have_count(0)
    expect(page.locator(".q-say, .q-title").first).to_be_visible()


def clicked(page: Page, name: str) -> None:
    page.locator("[data-testid=stSidebarNavLink]").filter(has_text=re.compile(name, re.IGNORECASE)).click()
    opened(page, name)


def test_the_tour_takes_every_ordered_pair_once():
    walk = tour(PAGES)
    assert len(set(itertools.pairwise(walk))) == len(walk) - 1 == len(PAGES) * (len(PAGES) - 1)


def test_every_page_opens_from_every_other_and_again_by_back_and_forward(page):
    walk = tour(PAGES)
    visited(page, "/")
    for name in walk[1:]:
        clicked(page, name)
    for name in walk[-2:-8:-1]:
        page.go_back()
        opened(page, name)
    for name in walk[-6:]:
        page.go_forward()
        opened(page, name)


def views() -> Iterator[tuple[str, str]]:
    for name, titles in VIEWS.items():
        for title in titles:
            yield name, title


@pytest.mark.parametrize(("name", "title"), list(views()), ids=lambda word: word.replace(" ", "-"))
def test_a_view_is_left_for_every_other_page_and_found_again_by_back(page, name, title):
    visited(page, f"/{name}")
    button = page.get_by_role("radiogroup", name="View").get_by_role("radio", name=title, exact=True)
    button.click()
    settled(page)
    opened(page, name)
    for other in PAGES:
        if other == name:
            continue
        clicked(page, other)
        if other in VIEWS:
            first = page.get_by_role("radiogroup", name="View").get_by_role("radio").first
            expect(first).to_be_checked()
        page.go_back()
        opened(page, name)
        expect(button).to_be_checked()
    page.go_forward()
    opened(page, [other for other in PAGES if other != name][-1])
