"""Arrays out of files that anyone made: read whole, or refused in a sentence before memory is taken."""

import io
import zipfile

import numpy as np
import pytest

from quintet.errors import BadData
from quintet.storage import npz


def archive(path, members: dict[str, bytes]):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


def npy(array) -> bytes:
    out = io.BytesIO()
    np.save(out, array, allow_pickle=True)
    return out.getvalue()


def header(shape) -> bytes:
    out = io.BytesIO()
    np.lib.format.write_array_header_2_0(out, {"descr": "<f8", "fortran_order": False, "shape": shape})
    return out.getvalue()


def test_what_numpy_wrote_is_read(tmp_path):
    X = np.arange(6, dtype=np.float32).reshape(2, 3)
    np.savez_compressed(tmp_path / "a.npz", X=X, y=np.array(["é", "b"]))
    arrays = npz.read(tmp_path / "a.npz", "X")
    np.testing.assert_array_equal(arrays["X"], X)
    assert arrays["y"].tolist() == ["é", "b"]


BAD = {
    "a text member": ({"X": b"1 2 3"}, "holds 'X', which is no array"),
    "text named as an array": ({"X.npy": b"1 2 3"}, "is damaged"),
    "a claim of terabytes": ({"X.npy": header((2**41,))}, "states float64 of shape"),
    "a negative shape": ({"X.npy": header((-1, 3)) + bytes(24)}, "is damaged"),
    "objects": ({"y.npy": npy(np.array([{}], dtype=object))}, "Python objects"),
    "codes that are no letters": (
        {"y.npy": npy(np.array([0x110000], "<u4")).replace(b"<u4", b"<U1")},
        "no letters",
    ),
    "half a letter": ({"y.npy": npy(np.array([0xD800], "<u4")).replace(b"<u4", b"<U1")}, "no letters"),
    "half an array": ({"X.npy": npy(np.zeros(9))[:-8]}, "states float64 of shape"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_array_is_refused_with_its_name(tmp_path, name):
    members, reason = BAD[name]
    path = archive(tmp_path / "mine.npz", members)
    with pytest.raises(BadData, match=reason) as refusal:
        npz.read(path, "X (n, d)")
    assert str(path) in str(refusal.value)


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x03\x04" + bytes(60), b"<html>", npy(np.zeros(3))])
def test_what_is_no_archive_is_refused(tmp_path, data):
    path = tmp_path / "mine.npz"
    path.write_bytes(data)
    with pytest.raises(BadData, match=r"mine\.npz"):
        npz.read(path, "X")


def test_every_cut_and_every_flipped_byte_is_read_or_refused(tmp_path):
    whole = archive(
        tmp_path / "a.npz", {"X.npy": npy(np.ones((3, 2))), "y.npy": npy(np.array(["a", "b", "c"]))}
    )
    data = whole.read_bytes()
    rng = np.random.default_rng(0)
    answers = {"read": 0, "refused": 0}
    for _ in range(400):
        mutant = bytearray(data[: rng.integers(1, len(data))] if rng.random() < 0.3 else data)
        for at in rng.integers(0, len(mutant), rng.integers(1, 6)):
            mutant[at] = rng.integers(0, 256)
        whole.write_bytes(bytes(mutant))
        try:
            npz.read(whole, "X")
            answers["read"] += 1
        except BadData:
            answers["refused"] += 1
    assert answers["refused"] > 100
