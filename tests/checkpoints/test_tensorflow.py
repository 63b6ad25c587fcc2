"""The checkpoint reader against files that TensorFlow wrote."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from quintet.checkpoints import snappy, tensorflow
from quintet.checkpoints.crc32c import crc32c
from quintet.errors import BadWeights

GOLDEN = Path(__file__).parents[1] / "golden" / "tf_bundle"
CHECKPOINTS = {
    "v2_one_shard": "v2_one_shard.index",
    "v2_two_shards": "v2_two_shards.index",
    "v1_slices": "v1_slices",
}


def same(a: np.ndarray, b: np.ndarray) -> bool:
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x10
    path.write_bytes(data)


@pytest.fixture
def copied(tmp_path) -> Path:
    for path in GOLDEN.glob("v*"):
        shutil.copy(path, tmp_path)
    return tmp_path


def test_every_golden_checkpoint_is_tried():
    assert {p.name.removesuffix(".expected.npz") for p in GOLDEN.glob("*.expected.npz")} == set(CHECKPOINTS)


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_a_checkpoint_is_read_bit_for_bit(name):
    expected = np.load(GOLDEN / f"{name}.expected.npz")
    found = tensorflow.read((GOLDEN / CHECKPOINTS[name],))
    assert set(found) == set(expected.files)
    assert [k for k in found if not same(found[k], expected[k])] == []


def test_shards_may_lie_anywhere_when_they_are_named(tmp_path):
    shards = []
    for i in range(2):
        shards.append(tmp_path / f"elsewhere{i}")
        shutil.copy(GOLDEN / f"v2_two_shards.data-0000{i}-of-00002", shards[i])
    found = tensorflow.read((GOLDEN / "v2_two_shards.index", *shards))
    assert len(found) == len(np.load(GOLDEN / "v2_two_shards.expected.npz").files)


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_only_what_is_asked_for_is_kept(name):
    found = tensorflow.read((GOLDEN / CHECKPOINTS[name],), lambda tensor: tensor == "scope/conv2d/kernel")
    assert list(found) == ["scope/conv2d/kernel"]


def test_a_tensor_nobody_asks_for_is_not_read(copied):
    flip(copied / "v2_one_shard.data-00000-of-00001", 0)
    with pytest.raises(BadWeights, match="checksum of"):
        tensorflow.read((copied / "v2_one_shard.index",))
    assert "scalar" in tensorflow.read((copied / "v2_one_shard.index",), lambda tensor: tensor == "scalar")


@pytest.mark.parametrize("name", CHECKPOINTS.values())
@pytest.mark.parametrize("where", [0.0, 0.2, 0.5, 0.8])
def test_one_flipped_bit_is_noticed(copied, name, where):
    path = copied / name
    flip(path, int(where * (path.stat().st_size - 200)))
    with pytest.raises(BadWeights, match="cannot be read as a TensorFlow checkpoint"):
        tensorflow.read((path,))


@pytest.mark.parametrize("name", CHECKPOINTS.values())
@pytest.mark.parametrize("left", [0, 1, 47, 48, 0.5])
def test_a_file_cut_short_is_refused(copied, name, left):
    path = copied / name
    data = path.read_bytes()
    path.write_bytes(data[: int(left * len(data)) if isinstance(left, float) else left])
    with pytest.raises(BadWeights, match="--weights FILE"):
        tensorflow.read((path,))


def test_a_data_file_cut_short_is_refused(copied):
    path = copied / "v2_one_shard.data-00000-of-00001"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(BadWeights, match="past the end"):
        tensorflow.read((copied / "v2_one_shard.index",))


def test_a_missing_shard_is_named(copied):
    (copied / "v2_two_shards.data-00001-of-00002").unlink()
    with pytest.raises(BadWeights, match="data-00001-of-00002"):
        tensorflow.read((copied / "v2_two_shards.index",))


def test_too_few_shards_are_refused(copied):
    with pytest.raises(BadWeights, match=r"1 data file\(s\) were given where it has 2"):
        tensorflow.read((copied / "v2_two_shards.index", copied / "v2_two_shards.data-00000-of-00002"))


def test_text_is_no_checkpoint(tmp_path):
    path = tmp_path / "model.index"
    path.write_text("not a table " * 20, encoding="utf-8")
    with pytest.raises(BadWeights, match="a text that begins with 'not a table"):
        tensorflow.read((path,))


@pytest.mark.parametrize(
    ("data", "expected"),
    [  # RFC 3720, appendix B.4, and the check value of the catalogue of CRCs
        (b"", 0),
        (b"123456789", 0xE3069283),
        (bytes(32), 0x8A9136AA),
        (b"\xff" * 32, 0x62A8AB43),
        (bytes(range(32)), 0x46DD794E),
        (bytes(range(31, -1, -1)), 0x113FDB5C),
    ],
)
def test_crc32c_gives_the_published_values(data, expected):
    assert crc32c(data) == expected


@pytest.mark.parametrize("size", [0, 1, 61, 3000, 100_000])
def test_snappy_unpacks_what_another_library_packed(size):
    import pyarrow

    data = np.random.default_rng(size).integers(0, 4, size, np.uint8).tobytes() + b"again " * (size // 50)
    packed = pyarrow.compress(data, codec="snappy", asbytes=True)
    assert snappy.unpack(memoryview(packed)) == data


@pytest.mark.parametrize("data", [b"\x05\x00a", b"\x02\x0ca", b"\x04\x01\x09", b"\x80"])
def test_damaged_snappy_data_is_an_error_and_no_crash(data):
    with pytest.raises((ValueError, IndexError)):
        snappy.unpack(memoryview(data))
