"""PyTorch checkpoints: what is read of them, and that nothing in them is ever run."""

import zipfile
from pathlib import Path

import pytest
import torch

from quintet.checkpoints import torch_checkpoint
from quintet.errors import BadWeights


class Trap:
    """An object whose unpickling would leave a mark."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple:
        return Path.touch, (self.mark,)


@pytest.mark.parametrize("zipped", [True, False])
def test_tensors_are_read_out_of_nested_mappings(tmp_path, zipped):
    held = {
        "state_dict": {"model": {"a": torch.ones(2), "b": {0: torch.zeros(1)}}},
        "epoch": 3,
        "author": "x",
    }
    torch.save(held, tmp_path / "x.pth", _use_new_zipfile_serialization=zipped)
    found = torch_checkpoint.read(tmp_path / "x.pth")
    assert {name: values.tolist() for name, values in found.items()} == {"a": [1, 1], "b.0": [0]}


def test_a_file_that_would_run_code_is_refused_and_runs_none(tmp_path):
    torch.save({"state_dict": {"a": torch.ones(1)}, "hook": Trap(tmp_path / "mark")}, tmp_path / "x.pth")
    with pytest.raises(BadWeights, match=r"running code.*torch\.save\(net\.state_dict\(\)"):
        torch_checkpoint.read(tmp_path / "x.pth")
    assert not (tmp_path / "mark").exists()


@pytest.mark.parametrize("held", [{}, {"state_dict": {}}, [torch.ones(1)], 7])
def test_a_file_without_named_tensors_is_refused(tmp_path, held):
    torch.save(held, tmp_path / "x.pth")
    with pytest.raises(BadWeights, match=r"x\.pth holds no tensors"):
        torch_checkpoint.read(tmp_path / "x.pth")


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("part", [0, 0.3, 0.9])
def test_a_file_cut_short_is_refused(tmp_path, zipped, part):
    path = tmp_path / "x.pth"
    torch.save({"a": torch.ones(1000)}, path, _use_new_zipfile_serialization=zipped)
    path.write_bytes(path.read_bytes()[: int(part * path.stat().st_size)])
    with pytest.raises(BadWeights, match="cannot be read as a PyTorch checkpoint"):
        torch_checkpoint.read(path)


def test_a_zip_of_something_else_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.pth", "w") as file:
        file.writestr("notes.txt", "not weights")
    with pytest.raises(BadWeights, match="cannot be read as a PyTorch checkpoint"):
        torch_checkpoint.read(tmp_path / "x.pth")
