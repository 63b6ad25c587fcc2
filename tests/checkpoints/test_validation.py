"""The door of weights files: whatever a reader raises is one sentence that names the user's file."""

import io
import json
import logging
import os
import random
import struct
import zipfile
import zlib
from importlib import import_module
from pathlib import Path

import pytest
import torch

from quintet import bounded, registry
from quintet.backbones import base
from quintet.checkpoints import identify, tensorflow, torch_archive, torch_checkpoint, torch_index, validation
from quintet.errors import BadWeights, OutOfBounds, UsageError
from quintet.weights import checksums, download
from tests.v1_checkpoint import write_v1

ANYTHING = (
    zlib.error("Error -3"), zipfile.BadZipFile("no zip"), OSError(22, "Invalid argument"), MemoryError(),
    UnicodeDecodeError("ascii", b"\xff", 0, 1, "ordinal not in range"), TypeError("no len()"),
    struct.error("unpack requires a buffer"), OverflowError("too large"), RecursionError("too deep"),
    KeyError("x"), ZeroDivisionError("by zero"), AssertionError(), StopIteration(), RuntimeError("a\nb"),
)  # fmt: skip


@pytest.mark.parametrize("error", ANYTHING, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("name", ["clmr", "vggish", "openjmla", "jukebox", "musicnn"])
def test_whatever_a_reader_raises_becomes_a_sentence_with_its_cause(
    tmp_path, monkeypatch, caplog, name, error
):
    path = tmp_path / "mine.pt"
    path.write_bytes(b"\x80\x02K\x01.")

    def load(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(registry.module("backbones", name), "load", load)
    backbone = base.resolve(name)
    with (
        caplog.at_level(logging.INFO),
        pytest.raises(BadWeights, match=r"mine\.pt cannot be read as") as found,
    ):
        base.load(backbone, (path,), "cpu")
    assert "\n" not in str(found.value)
    assert found.value.__cause__ is error
    assert "mine.pt cannot be read" in caplog.text


def test_other_errors_meant_for_people_pass(tmp_path):
    with pytest.raises(UsageError, match="as it is"), validation.reading((tmp_path / "x",), "weights"):
        raise UsageError("as it is")


def test_a_temporary_name_is_never_shown(tmp_path):
    path = tmp_path / ".5f1e.new"
    refused = pytest.raises(BadWeights, match=r"^drive\.pt is a damaged zip \(in drive\.pt\)$")
    with refused, validation.reading((path,), "weights", {path: str(tmp_path / "drive.pt")}):
        raise BadWeights(f"{path.name} is a damaged zip (in {path.name})")


def test_a_sentence_without_a_file_gets_its_name(tmp_path):
    refused = pytest.raises(BadWeights, match=r"^mine\.pt: A tensor is missing\.$")
    with refused, validation.reading((tmp_path / "mine.pt",), "weights"):
        raise BadWeights("A tensor is missing.")


def test_control_characters_are_escaped_and_long_words_cut(tmp_path):
    with pytest.raises(BadWeights) as found, validation.reading((tmp_path / "mine.pt",), "weights"):
        raise ValueError("O\x01dered\x00 \u202e" + "a" * 10_000)
    assert r"O\x01dered\x00 \u202e" in str(found.value)
    assert len(str(found.value)) < 500


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "it is empty"),
        (
            b"<!DOCTYPE html><title>Google Drive - Virus scan warning</title>",
            "a download page of Google Drive",
        ),
        (b"\xef\xbb\xbf \n<html><body>Sign in</body></html>", "an HTML page"),
        (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', r"error answer \(AccessDenied\)"),
        (b'{"error": {"code": 404, "message": "File not found."}}', r"error answer \(File not found\.\)"),
        (b"[1, 2, 3]", "a JSON document"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", "a Git LFS pointer"),
        (b"\x1f\x8b\x08\x00" + bytes(20), "a gzip archive"),
        (b"a/b" + bytes(254) + b"ustar\x0000" + bytes(300), "a tar archive"),
        (b"\x89HDF\r\n\x1a\n" + bytes(50), "an HDF5 file, as Keras saves nets"),
        (b"\x08\x07\x12\x07pytorch\x1a\x051.9", "an ONNX net"),
        (struct.pack("<Q", 40) + b'{"a": {}}' + b" " * 31, "a safetensors file, which no net"),
        (struct.pack("<Q", 1 << 60) + b'{"a": {}}', "a safetensors file that is cut short"),
        (bytes(5000), "nothing but zeros"),
        (b"not weights at all", "a text that begins with 'not weights at all'"),
    ],
)
@pytest.mark.parametrize("key", ["clmr", "openjmla", "vggish"])
def test_what_is_saved_in_place_of_weights_is_named(tmp_path, content, what, key):
    path = tmp_path / "drive.pt"
    path.write_bytes(content)
    with pytest.raises(BadWeights, match=rf"^drive\.pt .*{what}.*--weights FILE"):
        base.load(base.resolve(key), (path,), "cpu")


def test_a_pipe_and_a_folder_are_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.pt")
    for path, what in ((tmp_path / "pipe.pt", "a device or pipe"), (tmp_path, "a folder")):
        with pytest.raises(BadWeights, match=what):
            torch_checkpoint.read(path)
        assert identify.names(path) == set()


PICKLES = {
    "a nested tuple as key": b"}" + b")" + b"\x85" * 200_000 + b"K\x01s",
    "a key whose hash takes for ever": b"()q\x00"
    + b"".join(b"h" + bytes([n]) + b"h" + bytes([n]) + b"\x86q" + bytes([n + 1]) for n in range(80))
    + b"}h\x50K\x01st",
    "a dictionary as key": b"}}K\x01s",
    "a text of 2 GB that is not there": b"}X\xff\xff\xff\x7fa",
    "a memo of nothing": b"h\x05",
    "a mark that nobody set": b"t",
    "a dictionary of pairs that are none": b"ccollections\nOrderedDict\n]K\x01a\x85R",
    "a set of tuples": b"cbuiltins\nset\n](K\x01K\x02t\x61\x85R",
    "bytes of a stated size": b"cbuiltins\nbytearray\nJ\xff\xff\xff\x7f\x85R",
    "a storage of 2 ** 40 numbers": b"}X\x01\x00\x00\x00a(X\x07\x00\x00\x00storagectorch\nFloatStorage\n"
    b"X\x01\x00\x00\x000X\x03\x00\x00\x00cpu\x8a\x06\x00\x00\x00\x00\x00\x01NtQs",
}  # fmt: skip


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "old"])
@pytest.mark.parametrize("kind", PICKLES)
def test_a_pickle_that_would_end_or_hold_up_its_reader_is_refused(tmp_path, kind, zipped):
    path = tmp_path / "mine.pt"
    pickled = b"\x80\x02" + PICKLES[kind] + b"."
    if zipped:
        with zipfile.ZipFile(path, "w") as made:
            made.writestr("archive/data.pkl", pickled)
            made.writestr("archive/version", "3\n")
    else:
        torch.save({}, path, _use_new_zipfile_serialization=False)
        whole = path.read_bytes()
        assert whole.count(b"\x80\x02}q\x00.") == 1  # the object, which is empty
        path.write_bytes(whole.replace(b"\x80\x02}q\x00.", pickled))
    for read in (torch_checkpoint.read, torch_archive.read, torch_index.index):
        with pytest.raises(BadWeights, match=r"mine\.pt"):
            read(path)


def test_a_tensor_that_reaches_past_its_storage_is_refused(tmp_path):
    path = tmp_path / "mine.pt"
    torch.save({"a": torch.zeros(3)}, path, _use_new_zipfile_serialization=False)
    data = path.read_bytes()
    assert data.count(b"K\x03\x85q") == 1
    path.write_bytes(data.replace(b"K\x03\x85q", b"K\x04\x85q"))
    with pytest.raises(BadWeights, match=r"shape \(4,\) reaches past its 3 numbers"):
        torch_checkpoint.read(path)


def test_mappings_within_themselves_end(tmp_path):
    path = tmp_path / "mine.pt"
    whole: dict = {}
    whole["model"] = whole
    torch.save(whole, path)
    with pytest.raises(BadWeights, match="holds no tensors"):
        torch_checkpoint.read(path)
    shared: object = torch.zeros(1)
    for _ in range(19):
        shared = {"a": shared, "b": shared}
    torch.save({"net": shared}, path)
    with pytest.raises(BadWeights, match=r"more than 200,000 tensors"):
        torch_checkpoint.read(path)


def bomb(path: Path, members: int, size: int) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for number in range(members):
            made.writestr(f"{number}.pt", bytes(size))
    return path


def test_a_zip_that_unpacks_to_much_more_than_it_has_is_refused(tmp_path):
    path = bomb(tmp_path / "mine.zip", 20, 4 << 20)
    assert path.stat().st_size < 1 << 20
    with pytest.raises(BadWeights, match=r"mine\.zip is a damaged zip \(the zip of .* unpacks to 83,886,080"):
        torch_archive.read(path)
    assert identify.names(path) == set()


def test_members_that_lie_upon_one_another_are_refused(tmp_path):
    path = tmp_path / "mine.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("a.pt", bytes(100_000))
        made.filelist *= 30
    with pytest.raises(BadWeights, match="lie one upon another"):
        torch_archive.read(path)


def mutants(data: bytes, count: int) -> list[bytes]:
    """The file with bytes changed, cut out, doubled, or its end cut off: the same every time."""
    draw = random.Random(13)
    made = []
    for _ in range(count):
        new = bytearray(data)
        for _ in range(draw.choice((1, 1, 2, 8))):
            at = draw.randrange(len(new))
            kind = draw.randrange(5)
            if kind < 2:
                new[at] = draw.choice((0, 1, 0x7F, 0x80, 0xFF, draw.randrange(256)))
            elif kind == 2:
                del new[max(1, at) : at + draw.randrange(1, 40)]
            elif kind == 3:
                new[at:at] = new[at : at + draw.randrange(1, 40)]
            else:
                new = new[: max(1, at)]
        made.append(bytes(new or b"\0"))
    return made


def torch_bytes(zipped: bool) -> bytes:
    made = io.BytesIO()
    whole = {"model": {"0.weight": torch.ones(3, 2), "0.bias": torch.zeros(3)}, "hps": {"width": 4}}
    torch.save(whole, made, _use_new_zipfile_serialization=zipped)
    return made.getvalue()


def zip_of(data: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("folder/net.pt", data)
    return made.getvalue()


SEEDS = {"zip": torch_bytes(True), "old": torch_bytes(False), "zip of a zip": zip_of(torch_bytes(True))}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "read", [torch_checkpoint.read, torch_archive.read, torch_index.index], ids=lambda f: f.__module__
)
def test_mutants_are_read_or_refused_by_the_users_name(tmp_path, seed, read, recwarn):
    path = tmp_path / "mine.pt"
    refused = 0
    for data in mutants(SEEDS[seed], 120):
        path.write_bytes(data)
        identify.names(path)
        try:
            read(path)
        except BadWeights as error:
            refused += 1
            assert "mine.pt" in str(error)
            assert str(error).isprintable()
            assert len(str(error)) < 1500
    assert refused > 30
    assert not recwarn.list


def test_mutants_of_tensorflows_checkpoints_are_read_or_refused(tmp_path):
    path = write_v1(tmp_path / "mine.ckpt", {"vggish/fc2/weights": torch.ones(3, 2).numpy()})
    refused = 0
    for data in mutants(path.read_bytes(), 300):
        path.write_bytes(data)
        identify.names(path)
        try:
            tensorflow.read((path,))
        except BadWeights as error:
            refused += 1
            assert "mine.ckpt" in str(error)
    assert refused > 100


def test_a_file_that_ends_its_reader_or_never_ends_is_a_sentence(tmp_path, monkeypatch):
    path = tmp_path / "mine.pt"
    path.write_bytes(torch_bytes(True))

    def run(function: object, *_: object, limits: bounded.ResourceLimits) -> None:
        if function is base._load:
            raise OutOfBounds("ended the process that read it (SIGSEGV)")

    monkeypatch.setattr(bounded, "run", run)
    with pytest.raises(
        BadWeights, match=r"mine\.pt cannot be read as weights of CLMR: reading it ended the proc"
    ):
        base.validate(base.resolve("clmr"), (path,))


def test_a_strangers_file_is_validated_in_a_child_of_its_own(tmp_path):
    path = tmp_path / ".5f1e.new"
    path.write_bytes(torch_bytes(True))
    with pytest.raises(BadWeights, match=r"There is no encoder of CLMR in mine\.pt, only a tag head"):
        base.validate(base.resolve("clmr"), (path,), {path: str(tmp_path / "mine.pt")})


@pytest.mark.parametrize(
    "note", ["", "{", "[]", "null", '{"clmr": 1}', '{"clmr": {"when": 1e999, "why": 1}}', "[" * 9999]
)
def test_damaged_notes_count_as_absent(here, tmp_path, note):
    tried = here.cache / "weights" / "tried.json"
    tried.parent.mkdir(parents=True)
    tried.write_text(note, encoding="utf-8")
    assert import_module("quintet.commands.weights")._failures(here) == {}
    part = tmp_path / "x.part"
    part.write_bytes(b"abc")
    download._note(part).write_text(note, encoding="utf-8")
    assert download._resumable("https://example.org/x", part) == (0, "")
    (tried.parent / "sums.json").write_text(note, encoding="utf-8")
    big = tmp_path / "big"
    big.write_bytes(bytes(checksums.SMALL))
    assert checksums.cached(big, here) == checksums.compute(big)
    assert list(json.loads((tried.parent / "sums.json").read_text(encoding="utf-8"))) == [f"sha256 {big}"]
