"""Where each tensor lies inside a PyTorch file, so that one can be read without the others.

Both ways PyTorch writes are read: the old one (a .pth.tar, which is no tar) and the zip of version 1.6.
    old   pickles: magic, protocol, system, the object, the storages' keys; then each storage: count, numbers
    zip   NAME/data.pkl, NAME/data/KEY, stored without compression
Nothing is unpickled (weights/pickles.py), and a tensor is read from disk when it is asked for. Plain reads,
not mmap: mapped pages count as this process's memory, and the largest file has 10 GB.
Source: torch.serialization, _legacy_save and _save.
"""

import zipfile
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import BinaryIO

import numpy as np

from quintet.checkpoints import pickle_reader, validation, zip_archive
from quintet.checkpoints.pickle_reader import Storage, Tensor
from quintet.checkpoints.validation import NEXT
from quintet.errors import BadWeights

MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
TYPES = {
    "FloatStorage": "<f4", "HalfStorage": "<f2", "DoubleStorage": "<f8", "LongStorage": "<i8",
    "IntStorage": "<i4", "ShortStorage": "<i2", "CharStorage": "i1", "ByteStorage": "u1", "BoolStorage": "?",
    "BFloat16Storage": "V2", "ComplexFloatStorage": "<c8", "ComplexDoubleStorage": "<c16",
    "QInt8Storage": "i1", "QUInt8Storage": "u1", "QInt32Storage": "<i4",
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


@validation.reader("a PyTorch checkpoint")
def index(path: Path) -> Index:
    """Where everything lies. Raises BadWeights for a file that is cut short, altered or something else."""
    try:
        return _index(path, *survey(path))
    except (ValueError, OSError, zipfile.BadZipFile) as error:
        raise BadWeights(f"{path} cannot be read as a PyTorch checkpoint: {error}. {NEXT}") from error


def survey(path: Path) -> tuple[object, dict[str, int]]:
    """The object in a file, read as data, and where each storage begins: all that it claims is there.

    Raises ValueError, OSError and BadZipFile.
    """
    with path.open("rb") as file:
        zipped = zipfile.is_zipfile(file)
        file.seek(0)
        return _zipped(file) if zipped else _old(file)


def _index(path: Path, whole: object, storages: dict[str, int]) -> Index:
    if not isinstance(whole, dict):
        raise ValueError("it holds no dictionary of tensors")
    model = whole.get("model", whole)
    sizes = whole.get("hps", {})
    if not isinstance(model, dict) or not isinstance(sizes, dict):
        raise ValueError("its model or its sizes are no dictionary")
    tensors = {k: v for k, v in model.items() if isinstance(k, str) and isinstance(v, Tensor)}
    places = {k.removeprefix("module."): _place(k, v, storages) for k, v in tensors.items()}
    return Index(path, places, {key: value for key, value in sizes.items() if _plain(value)})


def _plain(value: object) -> bool:
    """Whether it is one number or text, or a short list of them: what sizes are made of."""
    if isinstance(value, list | tuple):
        return len(value) <= 64 and all(isinstance(one, str | int | float | None) for one in value)
    return isinstance(value, str | int | float | None)


def _place(name: str, tensor: Tensor, storages: dict[str, int]) -> Place:
    storage, shape = tensor.storage, tensor.shape
    dtype = _dtype(storage)
    dense = [prod(shape[i + 1 :]) for i in range(len(shape))]
    moved = any(n > 1 and a != b for n, a, b in zip(shape, tensor.strides, dense, strict=True))
    if moved or tensor.offset + prod(shape) > storage.count:
        raise ValueError(f"{validation.quote(name)} does not lie in one piece")
    if storage.key not in storages:
        raise ValueError(f"the numbers of {validation.quote(name)} are missing")
    return Place(storages[storage.key] + tensor.offset * dtype.itemsize, dtype, shape)


def _dtype(storage: Storage) -> np.dtype:
    if storage.type not in TYPES:
        raise ValueError(f"{validation.quote(storage.type)} is a type that is not read here")
    return np.dtype(TYPES[storage.type])


def _old(file: BinaryIO) -> tuple[object, dict[str, int]]:
    """The object in a file of the old kind, and the first byte of each storage."""
    if pickle_reader.read(file)[0] != MAGIC or pickle_reader.read(file)[0] != PROTOCOL:
        raise ValueError("it does not begin as one")
    system, _ = pickle_reader.read(file)
    whole, declared = pickle_reader.read(file)
    keys, _ = pickle_reader.read(file)
    if not isinstance(system, dict) or not system.get("little_endian"):
        raise ValueError("its numbers are big-endian")
    at, size = file.tell(), file.seek(0, 2)
    places = {}
    for key in keys if isinstance(keys, list) else []:
        if not isinstance(key, str) or key not in declared:
            raise ValueError(f"its storage {validation.quote(key)} belongs to no tensor")
        if key in places:
            raise ValueError(f"its storage {validation.quote(key)} is there twice")
        file.seek(at)
        count = int.from_bytes(file.read(8), "little")
        places[key] = at + 8
        at += 8 + count * _dtype(declared[key]).itemsize
        if count != declared[key].count or at > size:
            raise ValueError("it is cut short")
    if missing := declared.keys() - places.keys():
        raise ValueError(f"the numbers of its storage {validation.quote(min(missing))} are missing")
    return whole, places


def _zipped(file: BinaryIO) -> tuple[object, dict[str, int]]:
    """The object in a zip, and the first byte of each storage."""
    with zip_archive.opened(file) as archive:
        members = {info.filename: info for info in archive.infolist()}
    root = next((name.removesuffix(".pkl") for name in members if name.endswith("data.pkl")), None)
    if root is None:
        raise ValueError("it is a zip without a data.pkl")
    file.seek(_stored(file, members, f"{root}.pkl", 1))
    whole, declared = pickle_reader.read(file)
    return whole, {
        key: _stored(file, members, f"{root}/{key}", storage.count * _dtype(storage).itemsize)
        for key, storage in declared.items()
    }


def _stored(file: BinaryIO, members: dict[str, zipfile.ZipInfo], name: str, size: int) -> int:
    """Where a member's bytes begin, of which there must be `size`."""
    info = members.get(name)
    if info is None or info.compress_type != zipfile.ZIP_STORED:
        raise ValueError(f"{validation.clean_text(name)[:120]} is missing or compressed")
    if info.file_size < size:
        raise ValueError("it is cut short")
    file.seek(
        info.header_offset + 26
    )  # a local header of 30 bytes ends with the sizes of two names behind it
    at = info.header_offset + 30 + sum(int.from_bytes(file.read(2), "little") for _ in range(2))
    if at + size > file.seek(0, 2):
        raise ValueError("it is cut short")
    return at
