"""quintet weights get --free: what make app tries by itself, in one line each, and never fails."""

import hashlib
import json
import sys

import pytest

from quintet import cli
from quintet.backbones.base import WeightFile
from tests import ear
from tests.served import serving

WORD = b"ear" * 1000


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    with serving({}) as found:
        yield found


def file(site, licence: str) -> WeightFile:
    sha256 = hashlib.sha256(WORD).hexdigest()
    return WeightFile("ear/net.pth", sha256, len(WORD), licence, url=site.url("net.pth"))


def free(capsys, *more: str) -> str:
    assert cli.main(["weights", "get", "--free", *more]) == 0
    return capsys.readouterr().out


def test_what_is_free_is_fetched(site, monkeypatch, capsys):
    ear.install(monkeypatch, file(site, "MIT"))
    site.files["net.pth"] = WORD
    assert free(capsys) == "Ear: 3.0 kB of weights fetched and verified (MIT).\n"
    assert free(capsys) == "Ear: weights here.\n"


def test_what_is_not_free_is_left_alone(site, monkeypatch, capsys):
    ear.install(monkeypatch, file(site, "Noncommercial"))
    assert free(capsys).strip() == ""
    assert site.asked == []


def test_what_fails_is_said_and_not_tried_again_for_a_day(site, monkeypatch, capsys):
    ear.install(monkeypatch, file(site, "MIT"))
    said = free(capsys)
    assert "answered 404" in said and "it runs untrained. To try again: quintet weights get ear" in said
    assert "not had today" in free(capsys)
    assert len(site.asked) == 1
    free(capsys, "--retry")
    assert len(site.asked) == 2
    monkeypatch.setattr(sys.modules["quintet.commands.weights"], "DAY", 0)
    free(capsys)
    assert len(site.asked) == 3


def test_the_document_lists_files_and_lines(site, monkeypatch, capsys):
    ear.install(monkeypatch, file(site, "MIT"))
    found = json.loads(free(capsys, "--json"))
    assert found["weights"][0]["state"] == "missing"
    assert found["lines"][0].startswith("Ear: ")
