"""The Backbones page on a machine without weights: the command, the licence, the download and how it ends."""

import os

import pytest
from streamlit.testing.v1 import AppTest

from quintet import registry, settings
from quintet.backbones import base
from quintet.commands.weights import status
from quintet.jobs import process, progress
from quintet.jobs.progress import Status
from tests.pages.opening import at, html

SPECS = {name: base.resolve(name).spec for name in registry.names("backbones")}
WITHOUT = [name for name, spec in SPECS.items() if spec.weights and not spec.weights[0].wheel]
BOUND = [name for name in WITHOUT if not all(file.free for file in SPECS[name].weights)]


@pytest.fixture
def started(monkeypatch) -> list[list[str]]:
    """What would have run in the background."""
    seen = []
    monkeypatch.setattr(process, "start", lambda arguments, what, path: seen.append(arguments))
    return seen


def running(name: str, state: str = "running", message: str = "") -> None:
    told = Status(
        "Getting",
        12_000_000,
        346_000_000,
        0,
        3.0,
        state,
        os.getpid(),
        message,
        begun=progress.start_ticks(os.getpid()),
    )
    progress.save(told, status(name, settings.load()))


def press(app: AppTest, key: str) -> AppTest:
    return app.button(key=key).click().run()


def test_there_are_backbones_to_get_weights_for():
    assert WITHOUT
    assert BOUND


def test_every_backbone_without_weights_says_untrained_and_how_to_end_it(isolated):
    app = at("backbones.py")
    assert html(app).count(">untrained<") == len(WITHOUT)
    assert [f"quintet weights get {name}" for name in WITHOUT] == sorted(c.value for c in app.code)
    assert len([b for b in app.button if b.key.startswith("get-")]) == len(WITHOUT)


def test_every_file_is_listed_with_size_licence_and_source(isolated):
    said = html(at("backbones.py"))
    for spec in SPECS.values():
        for file in spec.weights:
            assert file.name.rpartition("/")[2] in said
    assert "checksum verified" in said
    assert "not here" in said


@pytest.mark.parametrize("name", BOUND)
def test_the_licence_stands_before_the_download(isolated, started, name):
    app = press(at("backbones.py"), f"get-{name}")
    said = " ".join(m.value for m in app.markdown)
    for file in SPECS[name].weights:
        assert file.licence in said
        assert file.licence_note in said
    assert started == []
    press(app, f"accept-{name}")
    assert started == [["weights", "get", name, "--accept-licence"]]


def test_a_running_download_tells_how_far_it_is_and_can_be_stopped(isolated, monkeypatch):
    name, stopped = WITHOUT[0], []
    running(name)
    monkeypatch.setattr(process, "stop", stopped.append)
    app = at("backbones.py")
    assert not app.exception
    assert not [b for b in app.button if b.key == f"get-{name}"]
    press(app, f"stop-{name}")
    assert stopped == [status(name, settings.load())]


def test_a_download_that_failed_says_why_and_may_be_tried_again(isolated):
    name = WITHOUT[0]
    running(name, "failed", "host answered 404 (Not Found) for https://host/file.")
    app = at("backbones.py")
    assert "answered 404" in app.error[0].value
    assert app.button(key=f"get-{name}")


def test_a_download_that_was_stopped_says_that_it_goes_on(isolated):
    running(WITHOUT[0], "stopped")
    assert "What came is kept" in html(at("backbones.py"))
