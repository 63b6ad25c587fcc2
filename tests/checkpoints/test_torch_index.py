"""PyTorch files read tensor by tensor, against the official format and against torch itself."""

import os
import pickle
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
import torch

from quintet.checkpoints import torch_index
from quintet.errors import BadWeights

GOLDEN = Path(__file__).parents[1] / "golden" / "jukebox"
FILES = ("tiny_vqvae.pth.tar", "tiny_prior_level_2.pth.tar")
ZIP = pytest.mark.parametrize("zipped", [False, True], ids=["old", "zip"])


class Trap:
    """Unpickled, it would make a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple:
        return os.system, (f"touch {self.path}",)


def write(path: Path, whole: object, zipped: bool) -> Path:
    torch.save(whole, path, _use_new_zipfile_serialization=zipped)
    return path


@pytest.mark.parametrize("name", FILES)
@ZIP
def test_every_tensor_is_torchs_bit_for_bit(name, zipped, tmp_path):
    whole = torch.load(GOLDEN / name, weights_only=True)
    path = write(tmp_path / "again", whole, zipped=True) if zipped else GOLDEN / name
    found = torch_index.index(path)
    assert set(found.places) == set(whole["model"])
    assert found.sizes == whole["hps"]
    for key, tensor in whole["model"].items():
        values = found.read(key)
        assert values.dtype == tensor.numpy().dtype
        np.testing.assert_array_equal(values, tensor.numpy())


@ZIP
def test_a_bare_mapping_and_a_prefix_are_read(tmp_path, zipped):
    path = write(tmp_path / "bare", OrderedDict({"module.a.w": torch.arange(6.0).reshape(2, 3)}), zipped)
    found = torch_index.index(path)
    assert found.sizes == {}
    np.testing.assert_array_equal(found.read("a.w"), [[0, 1, 2], [3, 4, 5]])


@ZIP
def test_tensors_may_share_a_storage(tmp_path, zipped):
    whole = torch.arange(12.0).reshape(4, 3)
    path = write(tmp_path / "tied", {"model": {"a": whole, "b": whole, "c": whole[2:]}, "step": 1}, zipped)
    found = torch_index.index(path)
    np.testing.assert_array_equal(found.read("b"), whole.numpy())
    np.testing.assert_array_equal(found.read("c"), whole[2:].numpy())


def test_the_first_rows_are_read_alone():
    found = torch_index.index(GOLDEN / FILES[1])
    whole = found.read("prior.x_emb.weight")
    np.testing.assert_array_equal(found.read("prior.x_emb.weight", 3), whole[:3])
    np.testing.assert_array_equal(found.read("prior.x_emb.weight", 10_000), whole)


@ZIP
def test_a_file_that_would_run_something_is_refused_and_nothing_runs(tmp_path, zipped):
    made = tmp_path / "made"
    path = write(tmp_path / "trap", {"model": {"a": torch.zeros(2)}, "step": Trap(made)}, zipped)
    with pytest.raises(BadWeights, match=r"it asks to run (posix|nt)\.system, which no weights need"):
        torch_index.index(path)
    assert not made.exists()


def test_a_plain_pickle_is_refused_and_nothing_runs(tmp_path):
    path = tmp_path / "plain"
    path.write_bytes(pickle.dumps(Trap(tmp_path / "made")))
    with pytest.raises(BadWeights, match="asks to run"):
        torch_index.index(path)
    assert not (tmp_path / "made").exists()


@ZIP
@pytest.mark.parametrize("left", [0, 1, 20, 0.001, 0.1, 0.5, 0.9999])
def test_a_file_cut_short_is_refused(tmp_path, zipped, left):
    whole = torch.load(GOLDEN / FILES[1], weights_only=True)
    path = write(tmp_path / "cut", whole, zipped)
    data = path.read_bytes()
    path.write_bytes(data[: int(left * len(data)) if isinstance(left, float) else left])
    with pytest.raises(BadWeights, match="--weights FILE"):
        torch_index.index(path)


def test_a_flipped_byte_is_refused_or_read_and_never_a_crash(tmp_path):
    data = (GOLDEN / FILES[1]).read_bytes()
    path = tmp_path / "flipped"
    refused = 0
    for at in range(14, 4000, 37):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0x15]) + data[at + 1 :])
        try:
            torch_index.index(path)
        except BadWeights:
            refused += 1
    assert refused > 20


def test_a_file_cut_after_it_was_opened_is_refused(tmp_path):
    path = tmp_path / "cut"
    path.write_bytes((GOLDEN / FILES[1]).read_bytes())
    found = torch_index.index(path)
    os.truncate(path, 20_000)
    with pytest.raises(BadWeights, match="cut short"):
        found.read("prior.x_out.weight")


@pytest.mark.parametrize("whole", [[1, 2], "text", {"model": 3}, {"model": {}, "hps": 1}])
def test_what_holds_no_dictionary_of_tensors_is_refused(tmp_path, whole):
    with pytest.raises(BadWeights, match="dictionary"):
        torch_index.index(write(tmp_path / "odd", whole, zipped=False))


def test_a_transposed_tensor_is_refused(tmp_path):
    path = write(tmp_path / "odd", {"a": torch.zeros(2, 3).T}, zipped=False)
    with pytest.raises(BadWeights, match="'a' does not lie in one piece"):
        torch_index.index(path)


def test_text_is_no_checkpoint(tmp_path):
    path = tmp_path / "text"
    path.write_text("not weights " * 20, encoding="utf-8")
    with pytest.raises(BadWeights, match="cannot be read as a PyTorch checkpoint"):
        torch_index.index(path)
