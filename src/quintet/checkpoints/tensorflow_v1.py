"""TensorFlow's V1 checkpoint: one sorted table of slices of tensors (saved_tensor_slice.proto)."""

from collections.abc import Callable, Iterator
from math import prod

import numpy as np

from quintet.checkpoints.protobuf import every, fields, first, signed, varint
from quintet.checkpoints.tensorflow_types import DTYPES, shape

# TensorProto's field of values by DataType: (number, format of one fixed-size value, or "" for varints)
VALUES = {1: (5, "<f4"), 2: (6, "<f8"), 9: (10, ""), 10: (11, ""), 19: (13, ""), 22: (16, ""), 23: (17, "")}
INT_VALUES = (7, "")  # int32 and everything smaller

SMALL, RATIO = 64 << 20, 20  # bytes of all tensors: up to SMALL, or RATIO times the file's (it may be packed)
Keep = Callable[[str], bool]


def tensors(header: memoryview, table: Iterator, keep: Keep, size: int) -> Iterator[tuple[str, np.ndarray]]:
    """(name, tensor) for each name kept, out of a file of `size` bytes.

    Raises ValueError or IndexError if the file is damaged.
    """
    found = {}
    left = max(SMALL, RATIO * size)
    for meta in every(first(header, 1, memoryview(b"")), 1):
        name = bytes(first(meta, 1, b"")).decode()
        if keep(name):
            number = first(meta, 3, 0)
            if number not in DTYPES:
                raise ValueError(f"{name} is of a type that is not read here ({number})")
            sizes = shape(first(meta, 2, memoryview(b"")))
            left -= prod(sizes) * np.dtype(DTYPES[number]).itemsize
            if left < 0:
                raise ValueError(f"{name} claims the shape {sizes}, more than the file can hold")
            found[name] = number, np.zeros(sizes, DTYPES[number]), []
    for _, value in table:
        piece = first(value, 2, memoryview(b""))
        name = bytes(first(piece, 1, b"")).decode()
        if name in found:
            number, tensor, seen = found[name]
            seen.append(_place(tensor, number, piece))
    for name, (_, tensor, seen) in found.items():
        if sum(seen) != tensor.size:
            raise ValueError(f"{name} has {sum(seen)} of its {tensor.size} values")
        yield name, tensor


def _place(tensor: np.ndarray, number: int, piece: memoryview) -> int:
    """Writes one SavedSlice (name 1, extents 2, data 3) into its tensor; how many values that were."""
    where = tuple(map(_extent, every(first(piece, 2, memoryview(b"")), 1)))
    part = tensor[where]
    values = _values(number, first(piece, 3, memoryview(b"")))
    if len(values) != prod(part.shape):
        raise ValueError(f"a slice of {prod(part.shape)} values holds {len(values)}")
    tensor[where] = values.reshape(part.shape)
    return len(values)


def _extent(message: memoryview) -> slice:
    """One axis of a slice: start 1, length 2; without a length the whole axis."""
    start, length = signed(first(message, 1, 0)), first(message, 2, None)
    return slice(start, None if length is None else start + signed(length))


def _values(number: int, tensor: memoryview) -> np.ndarray:
    """The values of a TensorProto, packed or one by one."""
    field, fixed = VALUES.get(number, INT_VALUES)
    chunks = [value for key, value in fields(tensor) if key == field]
    if fixed:
        return np.frombuffer(b"".join(bytes(chunk) for chunk in chunks), fixed)
    whole = [
        signed(v) for chunk in chunks for v in (_varints(chunk) if isinstance(chunk, memoryview) else [chunk])
    ]
    if number == 19:  # half floats stand as the integer of their 16 bits
        return np.array(whole, np.uint16).view("<f2")
    return np.array(whole, np.int64).astype(DTYPES[number])


def _varints(data: memoryview) -> Iterator[int]:
    at = 0
    while at < len(data):
        value, at = varint(data, at)
        yield value
