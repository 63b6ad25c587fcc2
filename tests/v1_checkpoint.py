"""A TensorFlow V1 checkpoint written without TensorFlow: one sorted table of whole tensors, uncompressed."""

from pathlib import Path

import numpy as np

from quintet.checkpoints.crc32c import crc32c
from quintet.checkpoints.leveldb_table import MAGIC


def write_v1(path: Path, tensors: dict[str, np.ndarray]) -> Path:
    """Float32 tensors under their names."""
    arrays = {name: np.asarray(values, np.float32) for name, values in sorted(tensors.items())}
    metas = b"".join(_field(1, _meta(name, values)) for name, values in arrays.items())
    entries = [(b"", _field(1, metas))]
    entries += [(f"t{n:03d}".encode(), _field(2, _slice(*one))) for n, one in enumerate(arrays.items())]
    data, empty = _block(entries), _block([])
    index = _block([(b"~", _varint(0) + _varint(len(data) - 5))])
    places = _varint(len(data)) + _varint(len(empty) - 5)
    places += _varint(len(data) + len(empty)) + _varint(len(index) - 5)
    path.write_bytes(data + empty + index + places.ljust(40, b"\0") + MAGIC.to_bytes(8, "little"))
    return path


def _meta(name: str, values: np.ndarray) -> bytes:
    """SavedSliceMeta: name 1, shape 2, type 3 (1 is float), slice 4 (the whole)."""
    shape = b"".join(_field(2, _number(1, size)) for size in values.shape)
    return _field(1, name.encode()) + _field(2, shape) + _number(3, 1) + _field(4, _whole(values))


def _slice(name: str, values: np.ndarray) -> bytes:
    """SavedSlice: name 1, slice 2, TensorProto 3 (type 1, float_val 5)."""
    tensor = _number(1, 1) + _field(5, values.astype("<f4").tobytes())
    return _field(1, name.encode()) + _field(2, _whole(values)) + _field(3, tensor)


def _whole(values: np.ndarray) -> bytes:
    return b"".join(_field(1, b"") for _ in values.shape)  # an extent without start and length is an axis


def _block(entries: list[tuple[bytes, bytes]]) -> bytes:
    body = b"".join(
        _varint(0) + _varint(len(key)) + _varint(len(value)) + key + value for key, value in entries
    )
    body += (0).to_bytes(4, "little") + (1).to_bytes(4, "little") + b"\0"  # one restart; no compression
    crc = crc32c(memoryview(body))
    masked = ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
    return body + masked.to_bytes(4, "little")


def _field(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
