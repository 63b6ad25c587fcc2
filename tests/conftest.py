"""What many tests share: settings apart from the real cache, and one prepared demo for the session."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from quintet import cli, settings
from tests.browsing import installed

HERE = Path(__file__).parent
NO_BROWSER = (
    "Browser walks were left out: no Chromium. To run them: apt-get install chromium, then make test."
)


@pytest.fixture(autouse=True)
def isolated(tmp_path, monkeypatch):
    """Every test gets a cache, a weights folder and a configuration of its own."""
    monkeypatch.setenv("QUINTET_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("QUINTET_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("QUINTET_WEIGHTS", str(tmp_path / "weights"))
    monkeypatch.setenv("QUINTET_CONFIG", str(tmp_path / "quintet.toml"))


@pytest.fixture
def here(isolated) -> settings.Settings:
    """Settings of an empty machine."""
    return settings.load()


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """PyTorch on one thread: more would wait for one another, spinning, beside whatever else runs."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory, worker_id) -> Path:
    """A cache with the demo embedded (from the shipped files), mapped, probed and scored.

    Test processes that run beside one another share it: the first makes it, the others wait.
    """
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "prepared"
    with FileLock(f"{folder}.lock"):
        if not (folder / "done").exists():
            _prepare(folder / "cache")
            (folder / "done").touch()
    return folder / "cache"


def _prepare(cache: Path) -> None:
    before = dict(os.environ)
    os.environ |= {"QUINTET_CACHE": str(cache), "QUINTET_CONFIG": str(cache / "none.toml")}
    os.environ["QUINTET_WEIGHTS"] = str(cache / "none")
    try:
        assert cli.main(["prepare", "demo"]) == 0
    finally:
        os.environ.clear()
        os.environ |= before


@pytest.fixture
def demo(prepared, monkeypatch) -> settings.Settings:
    """Settings of a machine where the demo is ready, shared by all tests: one that adds to it takes `own`."""
    monkeypatch.setenv("QUINTET_CACHE", str(prepared))
    return settings.load()


@pytest.fixture
def own(prepared, tmp_path, monkeypatch) -> settings.Settings:
    """The same on a copy, for a test that adds to it or takes from it."""
    shutil.copytree(prepared, tmp_path / "own")
    monkeypatch.setenv("QUINTET_CACHE", str(tmp_path / "own"))
    return settings.load()


@pytest.fixture(scope="session")
def broken(tmp_path_factory) -> settings.Settings:
    """A machine with the dataset of tests.faulty: faults planted, heard by two backbones and a control."""
    from tests import faulty

    return faulty.broken(tmp_path_factory.mktemp("broken"))


@pytest.fixture
def planted(here, broken) -> settings.Settings:
    """The same on a copy, for a test that adds to it."""
    shutil.copytree(broken.cache, here.cache)
    return here


def pytest_terminal_summary(terminalreporter) -> None:
    """Says in one line that browser walks were left out, and how to get them."""
    if not installed():
        terminalreporter.write_line(NO_BROWSER)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Without a Chromium the browser walks are not collected, unless they are demanded."""
    if collection_path == HERE / "browser" and not installed() and not os.environ.get("QUINTET_NEED_BROWSER"):
        return True
    return None
