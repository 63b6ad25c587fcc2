"""What the walks of test_wave.py share: a server with one wave, and what a visitor does and sees there."""

from playwright.sync_api import Locator, Page, expect

LANE = "musicnn"  # it parts from the others in its second segment, 3 to 6 s


def wave(page: Page) -> Locator:
    return page.locator(".wave")


def box(page: Page, lane: str = LANE) -> Locator:
    return page.locator(f".box[data-lane='{lane}']")


def press(page: Page, lane: str, seconds: float, whole: float = 30.0) -> None:
    """Clicks a lane at a time."""
    size = box(page, lane).bounding_box()
    box(page, lane).click(position={"x": size["width"] * seconds / whole, "y": size["height"] / 2})


def says(page: Page, text: str) -> None:
    """Waits until Python has said so."""
    expect(page.get_by_test_id("stText").filter(has_text=text)).to_be_visible()


def chosen(page: Page, start: str, end: str, lane: str) -> None:
    for name, value in (("start", start), ("end", end), ("lane", lane)):
        expect(wave(page)).to_have_attribute(f"data-span-{name}", value)


def time_of(page: Page) -> float:
    return float(wave(page).get_attribute("data-time"))
