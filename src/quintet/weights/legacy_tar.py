"""Where each tensor lies inside a PyTorch file, so that one can be read without the others.

Both ways PyTorch writes are read: the old one (a .pth.tar, which is no tar) and the zip of version 1.6.
    old   pickles: magic, protocol, system, the object, the storages' keys; then each storage: count, numbers
    zip   NAME/data.pkl, NAME/data/KEY, stored without compression
Nothing is unpickled (weights/pickles.py), and a tensor is read from disk when it is asked for. Plain reads,
not mmap: mapped pages count as this process's memory, and the largest file has 10 GB.
Source: torch.serialization, _legacy_save and _save.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import BinaryIO

import numpy as np

from quintet.errors import BadWeights
from quintet.weights import pickles
from quintet.weights.pickles import Storage, Tensor

MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
TYPES = {
    "FloatStorage": "<f4", "HalfStorage": "<f2", "DoubleStorage": "<f8", "LongStorage": "<i8",
    "IntStorage": "<i4", "ShortStorage": "<i2", "CharStorage": "i1", "ByteStorage": "u1", "BoolStorage": "?",
    "BFloat16Storage": "V2",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """One tensor on disk: its first byte, its type, its shape."""

    at: int
    dtype: np.dtype
    shape: tuple[int, ...]

    @property
    def bytes(self) -> int:
        """Its size on disk."""
        return prod(self.shape) * self.dtype.itemsize


@dataclass(frozen=True)
class Index:
    """A file's tensors by name, and `sizes`, the `hps` dictionary in it (empty where there is none)."""

    path: Path
    places: dict[str, Place]
    sizes: dict[str, object]

    def read(self, name: str, rows: int | None = None) -> np.ndarray:
        """One tensor, or its first `rows`, in its type on disk. Raises BadWeights if it is cut short."""
        place = self.places[name]
        shape = place.shape if rows is None else (min(rows, place.shape[0]), *place.shape[1:])
        values = np.empty(shape, place.dtype)
        with self.path.open("rb", buffering=0) as file:
            file.seek(place.at)
            view = memoryview(values.reshape(-1).view(np.uint8))
            while len(view) and (got := file.readinto(view)):
                view = view[got:]
        if len(view):
            raise BadWeights(f"{self.path} ends within {name!r}: it is cut short. {NEXT}")
        return values


NEXT = "Get the file again, or name another with --weights FILE."


def index(path: Path) -> Index:
    """Where everything lies. Raises BadWeights for a file that is cut short, altered or something else."""
    try:
        with path.open("rb") as file:
            zipped = zipfile.is_zipfile(file)
            file.seek(0)
            whole, storages = _zipped(file) if zipped else _old(file)
            return _index(path, whole, storages)
    except (ValueError, OSError, zipfile.BadZipFile) as error:
        raise BadWeights(f"{path} cannot be read as a PyTorch checkpoint: {error}. {NEXT}") from error


def _index(path: Path, whole: object, storages: dict[str, int]) -> Index:
    if not isinstance(whole, dict):
        raise ValueError("it holds no dictionary of tensors")
    model = whole.get("model", whole)
    sizes = whole.get("hps", {})
    if not isinstance(model, dict) or not isinstance(sizes, dict):
        raise ValueError("its model or its sizes are no dictionary")
    tensors = {k: v for k, v in model.items() if isinstance(k, str) and isinstance(v, Tensor)}
    places = {k.removeprefix("module."): _place(k, v, storages) for k, v in tensors.items()}
    return Index(path, places, sizes)


def _place(name: str, tensor: Tensor, storages: dict[str, int]) -> Place:
    storage, shape = tensor.storage, tensor.shape
    dtype = _dtype(storage)
    dense = [prod(shape[i + 1 :]) for i in range(len(shape))]
    moved = any(n > 1 and a != b for n, a, b in zip(shape, tensor.strides, dense, strict=True))
    if moved or tensor.offset + prod(shape) > storage.count:
        raise ValueError(f"{name!r} does not lie in one piece")
    if storage.key not in storages:
        raise ValueError(f"the numbers of {name!r} are missing")
    return Place(storages[storage.key] + tensor.offset * dtype.itemsize, dtype, shape)


def _dtype(storage: Storage) -> np.dtype:
    if storage.type not in TYPES:
        raise ValueError(f"{storage.type} is a type that is not read here")
    return np.dtype(TYPES[storage.type])


def _old(file: BinaryIO) -> tuple[object, dict[str, int]]:
    """The object in a file of the old kind, and the first byte of each storage."""
    if pickles.read(file) != MAGIC or pickles.read(file) != PROTOCOL:
        raise ValueError("it does not begin as one")
    system, whole, keys = pickles.read(file), pickles.read(file), pickles.read(file)
    if not isinstance(system, dict) or not system.get("little_endian"):
        raise ValueError("its numbers are big-endian")
    declared = {s.key: s for s in _storages(whole)}
    at, size = file.tell(), file.seek(0, 2)
    places = {}
    for key in keys if isinstance(keys, list) else []:
        if key not in declared:
            raise ValueError(f"its storage {key!r} belongs to no tensor")
        file.seek(at)
        count = int.from_bytes(file.read(8), "little")
        places[key] = at + 8
        at += 8 + count * _dtype(declared[key]).itemsize
        if count != declared[key].count or at > size:
            raise ValueError("it is cut short")
    return whole, places


def _zipped(file: BinaryIO) -> tuple[object, dict[str, int]]:
    """The object in a zip, and the first byte of each storage."""
    with zipfile.ZipFile(file) as archive:
        members = {info.filename: info for info in archive.infolist()}
    root = next((name.removesuffix(".pkl") for name in members if name.endswith("data.pkl")), None)
    if root is None:
        raise ValueError("it is a zip without a data.pkl")
    file.seek(_stored(file, members, f"{root}.pkl", 1))
    whole = pickles.read(file)
    declared = {s.key: s.count * _dtype(s).itemsize for s in _storages(whole)}
    return whole, {key: _stored(file, members, f"{root}/{key}", size) for key, size in declared.items()}


def _stored(file: BinaryIO, members: dict[str, zipfile.ZipInfo], name: str, size: int) -> int:
    """Where a member's bytes begin, of which there must be `size`."""
    info = members.get(name)
    if info is None or info.compress_type != zipfile.ZIP_STORED:
        raise ValueError(f"{name} is missing or compressed")
    if info.file_size < size:
        raise ValueError("it is cut short")
    file.seek(
        info.header_offset + 26
    )  # a local header of 30 bytes ends with the sizes of two names behind it
    return info.header_offset + 30 + sum(int.from_bytes(file.read(2), "little") for _ in range(2))


def _storages(value: object) -> Iterator[Storage]:
    """Every storage in dictionaries, lists and tuples, however deep: an optimizer's too."""
    waiting, seen = [value], set()
    while waiting:
        item = waiting.pop()
        if isinstance(item, Tensor):
            yield item.storage
        elif isinstance(item, dict | list | tuple) and id(item) not in seen:
            seen.add(id(item))
            waiting.extend(item.values() if isinstance(item, dict) else item)
