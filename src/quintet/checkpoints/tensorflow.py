"""TensorFlow checkpoints read with numpy alone: V2 bundles (.index, .data shards) and V1 files.

Source: tensorflow/core/util/tensor_bundle and core/protobuf/tensor_bundle.proto, saved_tensor_slice.proto.
"""

from collections.abc import Callable, Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path

import numpy as np

from quintet.checkpoints import leveldb_table, tensorflow_v1, validation
from quintet.checkpoints.crc32c import crc32c, unmasked
from quintet.checkpoints.protobuf import Value, every, first
from quintet.checkpoints.tensorflow_types import DTYPES, shape
from quintet.errors import BadWeights

MOST_SHARDS = 1000
Keep = Callable[[str], bool]


@validation.reader("a TensorFlow checkpoint")
def read(paths: tuple[Path, ...], keep: Keep = lambda name: True) -> dict[str, np.ndarray]:
    """Tensors by name, of which `keep(name)` is true; others are not even read.

    `paths` is a V1 file, or a V2 .index followed by its shards; alone, it finds the shards beside it.
    Raises BadWeights for a file that is cut short, altered or something else.
    """
    index, *shards = paths
    try:
        table = leveldb_table.entries(_map(index))
        key, header = next(table)
        if key:
            raise ValueError("its header is missing")
        if isinstance(first(header, 1, 0), memoryview):  # a V1 header holds messages, a V2 header numbers
            return dict(tensorflow_v1.tensors(header, table, keep, index.stat().st_size))
        return dict(_bundle(index, header, table, shards, keep))
    except (ValueError, IndexError, StopIteration, OSError) as error:
        reason = str(error) or "it holds no tensors"
        raise BadWeights(
            f"{index} cannot be read as a TensorFlow checkpoint: {reason}. {validation.NEXT}"
        ) from error


def _bundle(
    index: Path, header: memoryview, table: Iterator, shards: list[Path], keep: Keep
) -> Iterator[tuple[str, np.ndarray]]:
    count = first(header, 1, 1)
    if first(header, 2, 0) != 0:
        raise ValueError("its numbers are big-endian")
    if not isinstance(count, int) or not 0 < count <= MOST_SHARDS:
        raise ValueError(f"it states {count if isinstance(count, int) else 'no number of'} data files")
    prefix = str(index).removesuffix(".index")
    shards = shards or [Path(f"{prefix}.data-{i:05d}-of-{count:05d}") for i in range(count)]
    if len(shards) != count:
        raise ValueError(f"{len(shards)} data file(s) were given where it has {count}")
    maps = [_map(path) for path in shards]
    left = sum(map(len, maps))
    for key, entry in table:
        name = key.decode()
        if keep(name):
            yield name, _tensor(name, entry, maps)
            left -= _whole(first(entry, 5, 0))
            if left < 0:
                raise ValueError("its tensors are larger than its data files")


def _tensor(name: str, entry: memoryview, maps: list[memoryview]) -> np.ndarray:
    """One BundleEntryProto: dtype 1, shape 2, shard 3, offset 4, size 5, masked crc 6, slices 7."""
    number = first(entry, 1, 0)
    if number not in DTYPES or every(entry, 7):
        raise ValueError(f"{name} is of a type that is not read here ({number})")
    shard, offset, size = (_whole(first(entry, field, 0)) for field in (3, 4, 5))
    data = maps[shard]
    raw = data[offset : offset + size]
    if len(raw) != size:
        raise ValueError(f"{name} reaches past the end of its data file")
    if crc32c(raw) != unmasked(int.from_bytes(_bytes(first(entry, 6, b"")), "little")):
        raise ValueError(f"the checksum of {name} is wrong")
    return np.frombuffer(raw, DTYPES[number]).reshape(shape(_bytes(first(entry, 2, b"")))).copy()


def _whole(value: Value) -> int:
    if not isinstance(value, int):
        raise ValueError("it has bytes where a number belongs")
    return value


def _bytes(value: Value | bytes) -> memoryview:
    return memoryview(b"") if isinstance(value, int) else memoryview(value)


def _map(path: Path) -> memoryview:
    """The file as memory, read only where it is touched. Raises OSError, ValueError if it is empty."""
    with path.open("rb") as file:
        return memoryview(mmap(file.fileno(), 0, access=ACCESS_READ))
