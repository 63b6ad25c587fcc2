"""Protocol buffers on the wire: a message as its fields, without a schema (protobuf.dev, Encoding)."""

from collections.abc import Iterator

Value = int | memoryview


def varint(data: memoryview, at: int) -> tuple[int, int]:
    """The number at `at` and where the next thing begins. Raises IndexError where the data ends."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        if shift > 63:
            raise ValueError("a number of more than 64 bits")
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def fields(data: memoryview) -> Iterator[tuple[int, Value]]:
    """(number, value) of every field: an int for a varint, else its bytes. Raises IndexError, ValueError."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        kind = tag & 7
        if kind == 0:
            value, at = varint(data, at)
            yield tag >> 3, value
            continue
        if kind == 2:
            size, at = varint(data, at)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise ValueError(f"wire type {kind}")
        if at + size > len(data):
            raise IndexError("a field reaches past the end")
        yield tag >> 3, data[at : at + size]
        at += size


def first(data: memoryview, number: int, default: Value) -> Value:
    """The first field of that number, or `default`: protobuf leaves out what is zero."""
    return next((value for key, value in fields(data) if key == number), default)


def every(data: memoryview, number: int) -> list[Value]:
    """All fields of that number, in order."""
    return [value for key, value in fields(data) if key == number]


def signed(value: int) -> int:
    """A varint as the int64 it stands for."""
    return value - (1 << 64) if value >> 63 else value
