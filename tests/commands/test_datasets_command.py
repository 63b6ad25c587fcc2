"""quintet datasets add: what is flagged is named, and a dataset without classes goes through commands."""

import json
from pathlib import Path

import pytest

from quintet import cli
from tests.sounds import write_tone


def printed(capsys, *words: str) -> tuple[int, str]:
    """Exit status and stdout."""
    capsys.readouterr()
    return cli.main(list(words)), capsys.readouterr().out


@pytest.fixture
def broken_copy(tmp_path) -> Path:
    """Two clips as Kaggle's copy of GTZAN lays them out, one of them its unreadable one."""
    folder = tmp_path / "Data" / "genres_original" / "jazz"
    folder.mkdir(parents=True)
    write_tone(folder / "jazz.00053.wav", 440)
    (folder / "jazz.00054.wav").write_bytes(b"no sound")
    return tmp_path


def test_what_is_flagged_is_named_with_its_reason(capsys, here, broken_copy):
    words = ("datasets", "add", "gtzan", "--root", str(broken_copy))
    _, out = printed(capsys, *words, "--json")
    reason = "unreadable in the Kaggle copy"
    assert json.loads(out)["flagged"] == [{"id": "jazz.00054", "reasons": [reason]}]
    assert f"flagged: jazz.00054: {reason}" in printed(capsys, *words)[1]


def test_of_many_flagged_ten_are_named_and_the_rest_counted(capsys, here, tmp_path):
    for n in range(12):
        (tmp_path / f"{n:02}.flac").write_bytes(b"fLaC\0\0\0\1" + b"\xab" * 99)
    _, out = printed(capsys, "datasets", "add", "x", "--root", str(tmp_path), "--reader", "folder")
    assert out.count("flagged: ") == 10
    assert "and 2 more flagged, all named by --json" in out


@pytest.mark.parametrize("command", ["map", "audit", "agreement", "datasets"])
def test_a_dataset_without_classes_goes_through(capsys, here, tmp_path, command):
    for n in range(6):
        write_tone(tmp_path / f"{n}.wav", 200 + 60 * n)
    printed(capsys, "datasets", "add", "x", "--root", str(tmp_path), "--reader", "folder")
    assert printed(capsys, "prepare", "x", "--backbone", "librosa518")[0] == 0
    assert printed(capsys, command, *(["x"] if command != "datasets" else []))[0] == 0
