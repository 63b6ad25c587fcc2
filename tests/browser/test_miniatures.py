"""Every dataset's real layout, small, in a browser: its tracks, a search, and its other views."""

import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from quintet import cli, registry
from tests.browsing import settled, shot, visit
from tests.servers import served

READERS = [
    name for name in registry.names("datasets") if not hasattr(registry.module("datasets", name), "home")
]


def test_there_are_readers_to_look_at():
    assert len(READERS) > 4


@pytest.fixture(scope="module")
def added(tmp_path_factory) -> Iterator[str]:
    """The address of a server that knows one miniature per reader."""
    root = tmp_path_factory.mktemp("miniatures")
    folders = {
        "QUINTET_CACHE": root / "cache",
        "QUINTET_DATA": root / "data",
        "QUINTET_WEIGHTS": root / "none",
    }
    before = dict(os.environ)
    os.environ |= {name: str(folder) for name, folder in folders.items()}
    (root / "data").mkdir()
    try:
        for name in READERS:
            place = import_module(f"tests.datasets.miniatures.{name}").make(_folder(root / name))
            assert cli.main(["datasets", "add", name, "--root", str(place.root)]) == 0
        with served(root / "cache", root / "data") as found:
            yield found
    finally:
        os.environ.clear()
        os.environ |= before


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


@pytest.fixture
def visitor(chromium, added) -> Iterator[Page]:
    yield from visit(chromium, added)


@pytest.mark.parametrize("name", READERS)
def test_its_tracks_are_listed_and_found_by_a_word(visitor, name):
    visitor.goto(f"/datasets?dataset={name}")
    rows = visitor.locator(".st-key-tracks .player[data-ready=true] tr[data-id]")
    expect(rows.first).to_be_visible()
    settled(visitor)
    one = rows.nth(1).get_attribute("data-id")
    shot(visitor, f"miniature-{name}")
    visitor.goto(f"/datasets?dataset={name}&search={one}")
    expect(visitor.locator(f'tr[data-id="{one}"]')).to_be_visible()


@pytest.mark.parametrize("view", ["counts", "compare", "audit"])
@pytest.mark.parametrize("name", READERS)
def test_its_other_views_open(visitor, name, view):
    visitor.goto(f"/datasets?dataset={name}&view={view}")
    settled(visitor)
    expect(visitor.get_by_role("radio", name=view.capitalize())).to_be_checked()
    expect(visitor.locator("[data-testid=stException]")).to_have_count(0)
