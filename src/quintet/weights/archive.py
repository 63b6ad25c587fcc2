"""PyTorch checkpoints as their authors release them: alone, or several in one zip."""

import zipfile
import zlib
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import numpy as np

from quintet.errors import BadWeights
from quintet.weights import torch_file

SUFFIXES = (".pt", ".pth", ".ckpt")
LARGEST = 2 << 30  # bytes unpacked: more is no net read here, but a zip made to fill the disk

Arrays = dict[str, np.ndarray]


def read(path: Path) -> list[Arrays]:
    """Every checkpoint in the file, its tensors by name; one where the file is a checkpoint itself.

    Raises BadWeights for a file that is damaged, holds Python objects, or is a zip without a checkpoint.
    """
    if not zipfile.is_zipfile(path):
        return [_arrays(path)]
    try:
        with zipfile.ZipFile(path) as held:
            names = [PurePosixPath(info.filename) for info in held.infolist()]
            if any(name.name == "data.pkl" for name in names):  # PyTorch's own zip
                return [_arrays(path)]
            return [_unpacked(held, info) for info in _checkpoints(path, held)]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadWeights(f"{path.name} is a damaged zip ({error}). {NEXT}") from error


def _checkpoints(path: Path, held: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    found = [
        info
        for info in held.infolist()
        if info.filename.endswith(SUFFIXES) and not info.filename.startswith("__MACOSX/")
    ]
    if not found:
        raise BadWeights(
            f"{path.name} is a zip without a checkpoint: expected one of {', '.join(SUFFIXES)} in it. {NEXT}"
        )
    size = sum(info.file_size for info in found)
    if size > LARGEST:
        raise BadWeights(f"{path.name} unpacks to {size:,} bytes; at most {LARGEST:,} are read. {NEXT}")
    return found


def _unpacked(held: zipfile.ZipFile, info: zipfile.ZipInfo) -> Arrays:
    with TemporaryDirectory() as folder:
        inner = Path(folder) / PurePosixPath(info.filename).name
        inner.write_bytes(held.read(info))
        return {name: values.copy() for name, values in _arrays(inner).items()}


def _arrays(path: Path) -> Arrays:
    import torch

    tensors = torch_file.read(path)
    return {
        name: (t.float() if t.dtype == torch.bfloat16 else t).detach().numpy() for name, t in tensors.items()
    }


NEXT = "Get the file again, or name another with --weights FILE."
