"""PyTorch checkpoints read as tensors by name; what would have to be executed to be read is refused."""

import logging
import re
import zipfile
from argparse import Namespace
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING

from quintet.checkpoints import pickle_reader, torch_index, validation
from quintet.errors import BadWeights

if TYPE_CHECKING:
    from torch import Tensor

CONTAINERS = ("state_dict", "model", "model_state_dict", "module")  # what trainers wrap a net's tensors in
DEEPEST = 20  # mappings within one another
MOST = 200_000  # tensors
log = logging.getLogger(__name__)


@validation.reader("a PyTorch checkpoint")
def read(path: Path) -> dict[str, "Tensor"]:
    """Name -> tensor, out of the container if there is one; names of nested mappings are joined by dots.

    A large file is mapped, not read: clone what is kept. Raises BadWeights for a file that is cut short, is
    no checkpoint, or holds Python objects.
    """
    whole = _unpickled(path)
    for _ in range(DEEPEST):  # a container may hold itself
        if not isinstance(whole, Mapping) or (inner := next(_containers(whole), None)) is None:
            break
        whole = inner
    found = dict(islice(_tensors(whole, "", DEEPEST), MOST + 1))
    if len(found) > MOST:
        raise BadWeights(f"{path.name} has more than {MOST:,} tensors, or no end of them. {validation.NEXT}")
    if not found:
        raise BadWeights(f"{path.name} holds no tensors. Name a PyTorch checkpoint: --weights FILE.")
    return found


def _unpickled(path: Path) -> object:
    """The object in the file, all of which was surveyed first: torch itself does not bound what it builds."""
    import torch

    try:
        torch_index.survey(path)
        with torch.serialization.safe_globals([Namespace]):  # the options of a training run: names and values
            return torch.load(path, "cpu", weights_only=True, mmap=zipfile.is_zipfile(path))
    except pickle_reader.AsksToRun as error:
        raise BadWeights(_needs_code(path, error.name)) from error
    except UnpicklingError as error:
        asked = re.search(r"GLOBAL ([\w.]+)", str(error))
        if not asked:
            raise BadWeights(_damaged(path)) from error
        raise BadWeights(_needs_code(path, validation.clean_text(asked[1])[:80])) from error
    except Exception as error:  # torch raises of everything, and all of it says the same
        if isinstance(error, ImportError):
            raise
        log.info("%s cannot be read", path, exc_info=True)
        raise BadWeights(_damaged(path, error)) from error


def _needs_code(path: Path, name: str) -> str:
    return (
        f"{path.name} can only be read by running code that it names ({name}), which is never done. "
        "Where it was made, keep its tensors alone: torch.save(net.state_dict(), 'new.pth'), "
        "and name that with --weights FILE."
    )


def _damaged(path: Path, error: Exception) -> str:
    why = f" ({validation.clean_text(str(error), 300)})" if type(error) is ValueError and str(error) else ""
    return (
        f"{path.name} cannot be read as a PyTorch checkpoint: "
        f"it is damaged, cut short, or something else{why}. {validation.NEXT}"
    )


def _containers(held: Mapping) -> Iterator[Mapping]:
    return (held[name] for name in CONTAINERS if isinstance(held.get(name), Mapping))


def _tensors(held: object, prefix: str, depth: int) -> Iterator[tuple[str, "Tensor"]]:
    import torch

    if isinstance(held, torch.Tensor):
        yield prefix, held
    elif isinstance(held, Mapping) and depth:
        for name, inner in held.items():
            yield from _tensors(inner, f"{prefix}.{name}" if prefix else str(name), depth - 1)
