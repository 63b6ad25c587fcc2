"""Snappy's raw format, unpacked (google/snappy, format_description.txt)."""

from quintet.checkpoints.protobuf import varint


def unpack(data: memoryview) -> bytes:
    """The bytes behind `data`. Raises ValueError or IndexError if it is damaged."""
    expected, at = varint(data, 0)
    out = bytearray()
    while at < len(data):
        tag = data[at]
        at = _literal(data, at, out) if tag & 3 == 0 else _copy(data, at, out)
        if len(out) > expected:
            break
    if len(out) != expected:
        raise ValueError(f"{len(out)} bytes where {expected} were announced")
    return bytes(out)


def _literal(data: memoryview, at: int, out: bytearray) -> int:
    size = data[at] >> 2
    at += 1
    if size >= 60:  # 60..63: the length stands in the next 1..4 bytes
        width = size - 59
        size = int.from_bytes(data[at : at + width], "little")
        at += width
    size += 1
    if at + size > len(data):
        raise IndexError("a literal reaches past the end")
    out += data[at : at + size]
    return at + size


def _copy(data: memoryview, at: int, out: bytearray) -> int:
    tag = data[at]
    width = (0, 1, 2, 4)[tag & 3]
    offset = int.from_bytes(data[at + 1 : at + 1 + width], "little")
    if width == 1:
        size, offset = 4 + (tag >> 2 & 7), offset | (tag >> 5) << 8
    else:
        size = 1 + (tag >> 2)
    if not 0 < offset <= len(out):
        raise ValueError(f"a copy from {offset} bytes back, with {len(out)} written")
    start = len(out) - offset
    pattern = bytes(out[start : start + size])
    out += (pattern * (size // len(pattern) + 1))[:size]  # a copy may overlap what it writes
    return at + 1 + width
