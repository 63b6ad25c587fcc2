"""PyTorch checkpoints as their authors release them: alone, or several in one zip."""

import logging
import shutil
import zipfile
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import numpy as np

from quintet.checkpoints import torch_checkpoint, validation, zip_archive
from quintet.errors import BadWeights

SUFFIXES = (".pt", ".pth", ".ckpt")
LARGEST = 2 << 30  # bytes unpacked: more is no net read here, but a zip made to fill the disk

Arrays = dict[str, np.ndarray]


@validation.reader("a PyTorch checkpoint")
def read(path: Path) -> list[Arrays]:
    """Every checkpoint in the file, its tensors by name; one where the file is a checkpoint itself.

    Raises BadWeights for a file that is damaged, holds Python objects, or is a zip without a checkpoint.
    """
    if not zipfile.is_zipfile(path):
        return [_arrays(path)]
    try:
        with zip_archive.opened(path) as archive:
            names = [PurePosixPath(info.filename) for info in archive.infolist()]
            if any(name.name == "data.pkl" for name in names):  # PyTorch's own zip
                return [_arrays(path)]
            return [_unpacked(path, archive, info) for info in _checkpoints(path, archive)]
    except BadWeights:
        raise
    except Exception as error:  # zipfile and zlib raise of everything
        logging.getLogger(__name__).info("%s is a damaged zip", path, exc_info=True)
        raise BadWeights(
            f"{path.name} is a damaged zip ({validation.clean_text(str(error), 300)}). {NEXT}"
        ) from error


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


def _unpacked(path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Arrays:
    """The tensors of one checkpoint in a zip, unpacked once, under a name of our own."""
    with TemporaryDirectory() as folder:
        inner = Path(folder) / "member.pt"
        with archive.open(info) as source, inner.open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        member = validation.quote(PurePosixPath(info.filename).name)
        with validation.reading((inner,), "a PyTorch checkpoint", {inner: f"{path.name}, in it {member}"}):
            return {name: values.copy() for name, values in _arrays(inner).items()}


def _arrays(path: Path) -> Arrays:
    import torch

    tensors = torch_checkpoint.read(path)
    return {
        name: (t.float() if t.dtype == torch.bfloat16 else t).detach().numpy() for name, t in tensors.items()
    }


NEXT = "Get the file again, or name another with --weights FILE."
