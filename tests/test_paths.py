"""Paths a person gave: whatever they are, they are looked at without an error that is not ours."""

from pathlib import Path

import pytest

from quintet.storage import paths

LONG = Path("x" * 300)


@pytest.mark.parametrize(
    ("path", "why"),
    [(LONG, "File name too long"), (Path("a\0b"), "The name holds a NUL byte"),
     (Path("nowhere"), "No such file or directory")],
)  # fmt: skip
def test_what_cannot_be_looked_at_is_neither_file_nor_folder_and_says_why(path, why):
    assert (paths.is_file(path), paths.is_folder(path), paths.trouble(path)) == (False, False, why)


def test_a_file_and_a_folder_are_told_apart(tmp_path):
    (tmp_path / "a").touch()
    assert (paths.is_file(tmp_path / "a"), paths.is_folder(tmp_path / "a")) == (True, False)
    assert (paths.is_file(tmp_path), paths.is_folder(tmp_path), paths.trouble(tmp_path)) == (False, True, "")


def test_the_home_of_nobody_stays_a_letter():
    assert paths.expanded(Path("~nobody-of-that-name/x")) == Path("~nobody-of-that-name/x").absolute()


def test_a_long_path_is_named_by_both_ends():
    text = paths.shortened(Path("/music/" + "x" * 300 + "/end.wav"))
    assert len(text) < 170
    assert text.startswith("/music/")
    assert text.endswith("/end.wav")
