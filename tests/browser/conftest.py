"""A real server on the prepared demo and a real Chromium, one of each for all walks."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browsing import launched, visit
from tests.servers import served


@pytest.fixture(scope="session")
def prepared(prepared, tmp_path_factory) -> Path:
    """The prepared demo on a copy: walks add to it, and the tests beside them read the first."""
    return Path(shutil.copytree(prepared, tmp_path_factory.mktemp("walked") / "cache"))


@pytest.fixture(scope="session")
def address(prepared, tmp_path_factory) -> Iterator[str]:
    """Where a server with the prepared demo listens."""
    with served(prepared, tmp_path_factory.mktemp("data")) as found:
        yield found


@pytest.fixture(scope="session")
def chromium() -> Browser:
    """One headless Chromium for all walks. Its absence is a failure: the suite says before how to get it."""
    with sync_playwright() as driver:
        browser = launched(driver)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, address) -> Page:
    """A fresh visitor on a wide screen; an error in the page's console fails the test."""
    yield from visit(chromium, address)


@pytest.fixture
def phone(chromium, address) -> Page:
    """A visitor with a screen of 390 px."""
    yield from visit(chromium, address, viewport={"width": 390, "height": 844})
