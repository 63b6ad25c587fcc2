"""PyTorch checkpoints read as tensors by name; what would have to be executed to be read is refused."""

import re
import struct
import zipfile
from argparse import Namespace
from collections.abc import Iterator, Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING

from quintet.errors import BadWeights

if TYPE_CHECKING:
    from torch import Tensor

CONTAINERS = ("state_dict", "model", "model_state_dict", "module")  # what trainers wrap a net's tensors in
DAMAGED = (
    RuntimeError,
    EOFError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    OSError,
)


def read(path: Path) -> dict[str, "Tensor"]:
    """Name -> tensor, out of the container if there is one; names of nested mappings are joined by dots.

    A large file is mapped, not read: clone what is kept. Raises BadWeights for a file that is cut short, is
    no checkpoint, or holds Python objects.
    """
    held = _unpickled(path)
    while isinstance(held, Mapping) and (inner := next(_containers(held), None)) is not None:
        held = inner
    found = dict(_tensors(held, ""))
    if not found:
        raise BadWeights(f"{path.name} holds no tensors. Name a PyTorch checkpoint: --weights FILE.")
    return found


def _unpickled(path: Path) -> object:
    import torch

    try:
        with torch.serialization.safe_globals([Namespace]):  # the options of a training run: names and values
            return torch.load(path, "cpu", weights_only=True, mmap=zipfile.is_zipfile(path))
    except UnpicklingError as error:
        asked = re.search(r"GLOBAL ([\w.]+)", str(error))
        if not asked:
            raise BadWeights(_damaged(path)) from error
        raise BadWeights(
            f"{path.name} can only be read by running code that it names ({asked[1]}), which is never done. "
            "Where it was made, keep its tensors alone: torch.save(net.state_dict(), 'new.pth'), "
            "and name that with --weights FILE."
        ) from error
    except (*DAMAGED, struct.error) as error:
        raise BadWeights(_damaged(path)) from error


def _damaged(path: Path) -> str:
    return (
        f"{path.name} cannot be read as a PyTorch checkpoint: it is damaged, cut short, or something else. "
        "Get the file again, or name another with --weights FILE."
    )


def _containers(held: Mapping) -> Iterator[Mapping]:
    return (held[name] for name in CONTAINERS if isinstance(held.get(name), Mapping))


def _tensors(held: object, prefix: str) -> Iterator[tuple[str, "Tensor"]]:
    import torch

    if isinstance(held, torch.Tensor):
        yield prefix, held
    elif isinstance(held, Mapping):
        for name, inner in held.items():
            yield from _tensors(inner, f"{prefix}.{name}" if prefix else str(name))
