"""Every page of a dataset whose tracks have no class, some of them, one, or that has but one track."""

from pathlib import Path

import pytest

from quintet import cli, settings
from tests.pages.opening import at, html
from tests.pages.test_odd_addresses import VIEWS
from tests.sounds import write_wav

PAGES = sorted(
    path.name for path in (Path(__file__).parents[2] / "pages").glob("*.py") if path.name != "frame.py"
)
FILES = {
    "no classes": ["a.wav", "b.wav", "c.wav"],
    "some classes": ["x/a.wav", "x/b.wav", "y/c.wav", "y/d.wav", "e.wav"],
    "one class": ["x/a.wav", "x/b.wav", "x/c.wav"],
    "one track": ["x/a.wav"],
}


@pytest.fixture(scope="module", params=FILES)
def dataset(request, tmp_path_factory) -> Path:
    """A folder of tones as a dataset, heard by the hand-made features and one untrained net."""
    home = tmp_path_factory.mktemp("unclassed")
    for number, name in enumerate(FILES[request.param]):
        path = home / "music" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_wav(path, 1.0 + 0.1 * number)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QUINTET_CACHE", str(home / "cache"))
        patch.setenv("QUINTET_DATA", str(home / "data"))
        assert cli.main(["datasets", "add", "odd", "--root", str(home / "music"), "--reader", "folder"]) == 0
        assert cli.main(["prepare", "odd", "--backbone", "librosa518", "musicnn"]) == 0
    return home


def test_there_are_pages():
    assert len(PAGES) >= 7


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens(page, dataset, monkeypatch):
    monkeypatch.setenv("QUINTET_CACHE", str(dataset / "cache"))
    monkeypatch.setenv("QUINTET_DATA", str(dataset / "data"))
    assert settings.load().cache.is_dir()
    app = at(page, dataset="odd")
    assert html(app)


@pytest.mark.parametrize(("page", "view"), VIEWS)
def test_every_view_opens(page, view, dataset, monkeypatch):
    monkeypatch.setenv("QUINTET_CACHE", str(dataset / "cache"))
    monkeypatch.setenv("QUINTET_DATA", str(dataset / "data"))
    assert html(at(page, dataset="odd", view=view))
