"""What the walks of test_map.py share: a server with linked maps, and what a visitor does and sees there."""

import re

from playwright.sync_api import Locator, Page, expect

LEFT = ((0.02, 0.05), (0.5, 0.05), (0.5, 0.95), (0.02, 0.95), (0.02, 0.1))  # shares of a plot: its left half
RIGHT = tuple((1 - x, y) for x, y in LEFT)


def root(page: Page) -> Locator:
    return page.locator(".q-root[data-webgl]")


def has(page: Page, name: str, value: str | re.Pattern) -> None:
    """Waits until the map says so in data-`name`."""
    expect(root(page)).to_have_attribute(f"data-{name}", value)


def plot(page: Page, panel: int = 0) -> Locator:
    return page.locator(f"section[data-panel='key-{panel}'] .plot")


def tool(page: Page, name: str) -> Locator:
    return page.locator(f"[data-tool='{name}']")


def draw(page: Page, corners: tuple[tuple[float, float], ...], panel: int = 0) -> None:
    """Draws along these corners, given as shares of the plot."""
    box = plot(page, panel).bounding_box()
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=6)
    page.mouse.up()


def says(page: Page, text: str | re.Pattern) -> str:
    """Waits until Python has said so; returns its line."""
    line = page.get_by_test_id("stText").filter(has_text=text)
    expect(line).to_be_visible()
    return line.inner_text()


def lit(page: Page, by: int) -> int:
    """Waits until Python has counted the rows by so many operations and the browser lit as many; how many."""
    count = says(page, re.compile(rf" by {by}$")).split()[1]
    has(page, "selected", count)
    return int(count)


def chosen(page: Page, count: int) -> None:
    """Waits until so many are lit, in Python and in the browser."""
    says(page, re.compile(rf"^rows {count} "))
    has(page, "selected", str(count))


def point_at(page: Page, panel: int = 0) -> int:
    """Moves the pointer over the map until it rests on a point; returns its row."""
    box = plot(page, panel).bounding_box()
    for x, y in ((0.82, 0.5), (0.8, 0.45), (0.84, 0.52), (0.78, 0.5), (0.86, 0.48), (0.8, 0.55), (0.5, 0.2)):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        page.wait_for_timeout(200)
        found = root(page).get_attribute("data-hover")
        if found:
            return int(found)
    raise AssertionError("No point was under the pointer.")
