"""The command line's outer door: everything is printed or said, nothing is a traceback, no flag is lost."""

import errno
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from quintet import cli
from quintet.commands.result import CommandResult
from quintet.errors import BadAudio
from tests.sounds import write_wav

COMMAND = [sys.executable, "-m", "quintet.cli"]


def replaced(monkeypatch, run) -> None:
    """Puts `run` in the place of `quintet doctor`."""
    _, text, extend = cli._COMMANDS["doctor"]
    monkeypatch.setitem(cli._COMMANDS, "doctor", (run, text, extend))


def raising(error: BaseException):
    def run(arguments, settings):
        raise error

    return run


ANYTHING = [
    IndexError("list index out of range"),
    UnicodeDecodeError("ascii", b"\xff", 0, 1, "ordinal not in range"),
    MemoryError(),
    RecursionError("maximum recursion depth"),
    OSError(errno.ENOSPC, "No space left on device", "/cache/x"),
    PermissionError(errno.EACCES, "Permission denied", "/cache/x"),
    ZeroDivisionError("division by zero"),
]


@pytest.mark.parametrize("error", ANYTHING, ids=lambda e: type(e).__name__)
def test_whatever_a_command_raises_is_one_sentence(capsys, here, monkeypatch, error):
    replaced(monkeypatch, raising(error))
    assert cli.main(["doctor", "--json"]) == 1
    printed = capsys.readouterr()
    assert printed.err.count("\n") == 1
    assert "Traceback" not in printed.err
    assert printed.err == f"quintet: {json.loads(printed.out)['error']}\n"


def test_an_unknown_error_is_named_and_its_traceback_kept(capsys, here, monkeypatch):
    replaced(monkeypatch, raising(IndexError("seven")))
    cli.main(["doctor"])
    assert "IndexError: seven" in capsys.readouterr().err
    assert "Traceback (most recent call last)" in (here.data / "errors.log").read_text()


def test_a_wrong_call_is_a_document_too(capsys, here):
    assert cli.main(["map", "demo", "--method", "fold", "--json"]) == 2
    assert "invalid choice: 'fold'" in json.loads(capsys.readouterr().out)["error"]


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii"])
def test_any_name_is_printed_in_any_encoding(here, monkeypatch, encoding, as_json):
    name = "caf\udce9 ドラム 🎵 ü.wav"
    replaced(monkeypatch, lambda arguments, settings: CommandResult({"clip": name}, [name]))
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    assert cli.main(["doctor", *(["--json"] if as_json else [])]) == 0
    text = raw.getvalue().decode(encoding)
    assert "caf\\udce9" in text
    if as_json:
        assert json.loads(text) == {"clip": name}


def test_a_reader_that_has_seen_enough_ends_it_quietly(here, tmp_path):
    code = "import sys; from quintet import cli; sys.exit(cli.main(['datasets']))"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == cli.PIPE_CLOSED
    process.stderr.close()


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="only Linux has a device that is full")
def test_a_full_disk_is_one_sentence(here):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([*COMMAND, "datasets"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "No space left on device" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["--backbone", "clmr", "--backbone", "vggish"],
        ["--backbone", "clmr", "vggish"],
        ["--backbone", "clmr", "--backbone", "vggish", "clmr"],
    ],
)
def test_flags_given_again_add_up(words):
    assert cli.parser().parse_args(["embed", "demo", *words]).backbone == ["clmr", "vggish"]


def test_flags_of_one_call_do_not_reach_the_next():
    cli.parser().parse_args(["embed", "demo", "--backbone", "clmr"])
    assert cli.parser().parse_args(["embed", "demo"]).backbone == []


def test_two_values_for_one_setting_are_refused(capsys, here):
    assert cli.main(["map", "demo", "--method", "umap", "--method", "pca"]) == 2
    assert "--method: is given twice: umap and pca" in capsys.readouterr().err


@pytest.fixture
def song(tmp_path) -> Path:
    return write_wav(tmp_path / "song.wav", 1.0)


def encode(song: Path, out: Path) -> int:
    return cli.main(["encode", str(song), "--backbone", "librosa518", "--out", str(out)])


@pytest.mark.parametrize("kind", ["same", "link", "hard link", "other path"])
def test_a_file_that_is_read_is_never_written(capsys, here, song, tmp_path, kind):
    out = {"same": song, "other path": tmp_path / "." / "song.wav"}.get(kind, tmp_path / "out.npz")
    if kind == "link":
        out.symlink_to(song)
    if kind == "hard link":
        out.hardlink_to(song)
    before = song.read_bytes()
    assert encode(song, out) == 2
    assert song.read_bytes() == before
    assert "is the file that is read" in capsys.readouterr().err


def test_a_pipe_a_folder_and_a_long_name_are_refused_before_anything_runs(capsys, here, song, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "folder", "x" * 300, "nowhere/x.npz"):
        assert encode(song, tmp_path / name) == 2
        assert capsys.readouterr().err.count("\n") == 1
    assert sorted(p.name for p in tmp_path.iterdir() if p.name != "quintet.toml") == [
        "folder",
        "pipe",
        "song.wav",
    ]


def test_the_longest_name_is_written(here, song, tmp_path):
    out = tmp_path / ("x" * 251 + ".npz")
    assert encode(song, out) == 0
    with np.load(out) as arrays:
        assert arrays["embedding"].shape == (518,)


def test_a_net_that_fails_on_one_clip_costs_only_that_answer(capsys, demo, song, tmp_path, monkeypatch):
    from quintet.backbones import base

    whole = base.load

    def load(backbone, paths, device, report=None):
        net = whole(backbone, paths, device, report)

        def encode(wave, rate):
            if len(wave) < 1.5 * rate:
                raise RuntimeError("shape mismatch")
            return net(wave, rate)

        return encode

    monkeypatch.setattr(base, "load", load)
    long = write_wav(tmp_path / "long.wav", 4.0)
    status = cli.main(["classify", str(song), str(long), "--backbone", "musicnn", "--json"])
    document = json.loads(capsys.readouterr().out)
    assert status == 1
    assert "musicnn failed on this clip (RuntimeError: shape mismatch)" in document["results"][0]["error"]
    assert document["results"][1]["answers"]


def test_an_error_of_ours_keeps_its_own_sentence(capsys, here, monkeypatch):
    replaced(monkeypatch, raising(BadAudio("'x.wav' is empty.")))
    assert cli.main(["doctor"]) == 1
    assert capsys.readouterr().err == "quintet: 'x.wav' is empty.\n"
