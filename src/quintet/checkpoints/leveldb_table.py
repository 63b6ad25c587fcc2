"""LevelDB's sorted table, the container of TensorFlow's checkpoints (google/leveldb, doc/table_format.md).

data blocks | metaindex block | index block | footer (48 bytes)
block:  entries, restart points, then 1 byte of compression and 4 of masked CRC-32C
entry:  shared, unshared, size of value (varints), the key's unshared part, the value
"""

from collections.abc import Iterator

from quintet.checkpoints import snappy
from quintet.checkpoints.crc32c import crc32c, unmasked
from quintet.checkpoints.protobuf import varint

FOOTER = 48
LONGEST_KEY = 4096  # bytes
MAGIC = 0xDB4775248B80FB57


def entries(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """(key, value) of the whole table in key order. Raises ValueError or IndexError if it is damaged."""
    footer = data[-FOOTER:]
    if len(data) < FOOTER or int.from_bytes(footer[-8:], "little") != MAGIC:
        raise ValueError("it does not end as a checkpoint's table does")
    at = 0
    for _ in range(2):  # the metaindex's place, which nobody needs
        _, at = varint(footer, at)
    left = len(data)
    for _, place in _block(data, *_handle(footer[at:])):
        offset, size = _handle(place)
        left -= size
        if left < 0:
            raise ValueError("its blocks lie one upon another")
        yield from _block(data, offset, size)


def _handle(data: memoryview) -> tuple[int, int]:
    offset, at = varint(data, 0)
    return offset, varint(data, at)[0]


def _block(data: memoryview, offset: int, size: int) -> Iterator[tuple[bytes, memoryview]]:
    if offset + size + 5 > len(data):
        raise ValueError(f"a block at {offset} reaches past the end")
    stored = unmasked(int.from_bytes(data[offset + size + 1 : offset + size + 5], "little"))
    if crc32c(data[offset : offset + size + 1]) != stored:
        raise ValueError(f"the checksum of the block at {offset} is wrong")
    compression = data[offset + size]
    if compression not in (0, 1):
        raise ValueError(f"compression {compression} is unknown")
    raw = data[offset : offset + size]
    return _unpacked(memoryview(snappy.unpack(raw)) if compression else raw)


def _unpacked(block: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    restarts = int.from_bytes(block[-4:], "little")
    end = len(block) - 4 * (restarts + 1)
    at, key = 0, b""
    while at < end:
        shared, at = varint(block, at)
        unshared, at = varint(block, at)
        size, at = varint(block, at)
        if at + unshared + size > end or shared > len(key):
            raise ValueError("an entry reaches past its block")
        if shared + unshared > LONGEST_KEY:
            raise ValueError(f"a name of {shared + unshared:,} bytes")
        key = key[:shared] + bytes(block[at : at + unshared])
        at += unshared + size
        yield key, block[at - size : at]
