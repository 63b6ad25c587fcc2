"""Seeded damage to files: the same seed number makes the same mutant, on every machine.

Some damage is repaired behind the mutation (an Ogg page's checksum, a RIFF's length, a zip's members, a
TensorFlow table's blocks), so that what lies behind a checksum is reached and not only the checksum itself.
"""

import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable

EDGE = 512  # bytes at both ends, where headers lie: half of all damage is done there
LONGEST = 4_000_000  # bytes of a mutant
NUMBERS = (0, 1, 2, 3, 7, 8, 15, 16, 127, 128, 255, 256, 4095, 32_767, 32_768, 65_535, 65_536, 1_000_000,
           2**24, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**53, 2**63 - 1, 2**63, 2**64 - 1)  # fmt: skip
BYTES = (0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF)
WORDS = (
    b"", b"\0", b"\n", b"\r\n", b'"', b"'", b",", b"\t", b";", b"-1", b"0", b"nan", b"inf", b"-inf", b"1e309",
    b"1e20", b"9" * 30, b"9" * 5_000, b"null", b"true", b"[]", b"{}", b"[" * 2_000, b'{"a":' * 2_000, b"..",
    b"../../etc/passwd", b"/", b"\\", b"=1+1", b"<script>", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf",
    b"\xed\xa0\x80", b"\xc3\x28", "²".encode(), "٣".encode(), "\u202e".encode(), "e\u0301".encode(),
    "\N{GRINNING FACE}".encode(), b"A" * 10_000,
)  # fmt: skip

Op = Callable[[random.Random, bytearray, bytes], bytearray]


def mutate(rng: random.Random, data: bytes, other: bytes) -> bytes:
    """`data` with one to eight kinds of damage; `other`, a seed of the same reader, is spliced into it."""
    if data[:4] == b"PK\3\4" and rng.random() < 0.6:
        inner = _zip_member(rng, data, other)
        if inner is not None:
            return inner
    changed = _damaged(rng, data, other)
    return bytes(repaired(changed) if rng.random() < 0.7 else changed)[:LONGEST]


def _damaged(rng: random.Random, data: bytes, other: bytes) -> bytearray:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 5, 8))):
        changed = rng.choice(OPS)(rng, changed, other)
    return changed


def _at(rng: random.Random, size: int) -> int:
    """A place in a file of `size` bytes: near its beginning, near its end, or anywhere."""
    where = rng.random()
    if where < 0.4:
        return rng.randrange(max(1, min(size, EDGE)))
    if where < 0.5:
        return max(0, size - 1 - rng.randrange(max(1, min(size, EDGE))))
    return rng.randrange(max(1, size))


def _span(rng: random.Random, size: int) -> tuple[int, int]:
    at = _at(rng, size)
    return at, min(size, at + rng.choice((1, 2, 4, 8, 16, 64, 256, 1024, 4096)))


def _flip(rng: random.Random, data: bytearray, other: bytes) -> bytearray:
    for _ in range(rng.choice((1, 1, 2, 8, 32)) if data else 0):
        data[_at(rng, len(data))] ^= 1 << rng.randrange(8)
    return data


def _set(rng: random.Random, data: bytearray, other: bytes) -> bytearray:
    for _ in range(rng.choice((1, 1, 2, 4)) if data else 0):
        data[_at(rng, len(data))] = rng.choice(BYTES)
    return data


def _random(rng: random.Random, data: bytearray, other: bytes) -> bytearray:
    start, stop = _span(rng, len(data))
    data[start:stop] = rng.randbytes(stop - start)
    return data


def _fill(rng: random.Random, data: bytearray, other: bytes) -> bytearray:
    start, stop = _span(rng, len(data))
    data[start:stop] = bytes([rng.choice(BYTES)]) * (stop - start)
    return data


def _delete(rng: random.Random, data: bytearray, other: bytes) -> bytearray:
    start, stop = _span(rng, len(data))
    del data[start:stop]
    return data


def _double(rng: random.Random, data: bytearray, other: bytes) -> bytearray:
    start, stop = _span(rng, len(data))
    at = _at(rng, len(data))
    data[at:at] = data[start:stop] * rng.choice((1, 1, 2, 10))
    return data


def _swap(rng: random.Random, data: bytearray, other: bytes) -> bytearray:
    (a, b), (c, d) = sorted((_span(rng, len(data)), _span(rng, len(data))))
    if b <= c:
        data[a:d] = data[c:d] + data[b:c] + data[a:b]
    return data


def _cut(rng: random.Random, data: bytearray, other: bytes) -> bytearray:
    return data[: _at(rng, len(data))] if rng.random() < 0.7 else data[_at(rng, len(data)) :]


def _number(rng: random.Random, data: bytearray, other: bytes) -> bytearray:
    """A length, a count or a rate becomes one that programs stumble over, in 2, 4 or 8 bytes."""
    width = rng.choice((1, 2, 4, 4, 8))
    at = _at(rng, len(data))
    value = rng.choice(NUMBERS) & ((1 << 8 * width) - 1)
    data[at : at + width] = value.to_bytes(width, rng.choice(("little", "big")))
    return data


def _nudge(rng: random.Random, data: bytearray, other: bytes) -> bytearray:
    """A number in 2 or 4 bytes becomes a little larger or smaller."""
    width, order = rng.choice((1, 2, 4)), rng.choice(("little", "big"))
    at = _at(rng, len(data))
    value = int.from_bytes(data[at : at + width], order) + rng.choice((-8, -2, -1, 1, 2, 8))
    data[at : at + width] = (value % (1 << 8 * width)).to_bytes(width, order)
    return data


def _splice(rng: random.Random, data: bytearray, other: bytes) -> bytearray:
    start, stop = _span(rng, len(other))
    at = _at(rng, len(data))
    if rng.random() < 0.2:
        return data[:at] + other[start:]
    data[at : at + (stop - start) * rng.randrange(2)] = other[start:stop]
    return data


def _insert(rng: random.Random, data: bytearray, other: bytes) -> bytearray:
    at = _at(rng, len(data))
    data[at:at] = rng.choice(WORDS)
    return data


def _replace(rng: random.Random, data: bytearray, other: bytes) -> bytearray:
    """One word or number of a text becomes another one."""
    spans = [match.span() for match in re.finditer(rb"[-.\w]{1,40}", bytes(data[:20_000]))]
    if spans:
        start, stop = rng.choice(spans)
        data[start:stop] = rng.choice(WORDS)
    return data


OPS: tuple[Op, ...] = (
    _flip, _flip, _set, _random, _fill, _delete, _double, _swap, _cut, _number, _number, _nudge, _splice,
    _insert, _replace,
)  # fmt: skip


def repaired(data: bytearray) -> bytearray:
    """Checksums and lengths as the changed bytes need them, where the format is one of those known here."""
    if b"OggS" in data[:EDGE]:
        return _ogg(data)
    if data[:4] in (b"RIFF", b"FORM"):
        order = "little" if data[:4] == b"RIFF" else "big"
        data[4:8] = ((len(data) - 8) & 0xFFFFFFFF).to_bytes(4, order)
    elif data[-8:] == TABLE_END:
        return _table(data)
    return data


def _ogg(data: bytearray) -> bytearray:
    """Every page's CRC made right, so that a decoder believes what was changed in it."""
    starts = [match.start() for match in re.finditer(b"OggS", bytes(data))]
    for start in starts:
        segments = data[start + 27 : start + 27 + data[start + 26]] if start + 27 <= len(data) else b""
        stop = start + 27 + len(segments) + sum(segments)
        if segments and stop <= len(data):
            data[start + 22 : start + 26] = bytes(4)
            data[start + 22 : start + 26] = ogg_crc(bytes(data[start:stop])).to_bytes(4, "little")
    return data


_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def ogg_crc(page: bytes) -> int:
    """Ogg's CRC-32 (0x04c11db7, neither reflected nor inverted) out of zlib's, which is both."""
    flipped = page.translate(_REVERSED)  # zlib's register starts at ~0: undone by an initial ~0
    crc = zlib.crc32(flipped, 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{crc:032b}"[::-1], 2)


TABLE_END = (0xDB4775248B80FB57).to_bytes(8, "little")  # of LevelDB's tables: TensorFlow's checkpoints


def _table(data: bytearray) -> bytearray:
    """The masked CRC-32C of every block the table's index names, and of the index itself."""
    from quintet.checkpoints.crc32c import crc32c
    from quintet.checkpoints.protobuf import varint

    def seal(offset: int, size: int) -> None:
        if offset >= 0 and size >= 0 and offset + size + 5 <= len(data):
            crc = crc32c(bytes(data[offset : offset + size + 1]))
            masked = ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
            data[offset + size + 1 : offset + size + 5] = masked.to_bytes(4, "little")

    footer, numbers, at = memoryview(bytes(data[-48:])), [], 0
    try:
        for _ in range(4):
            number, at = varint(footer, at)
            numbers.append(number)
        block, at = memoryview(bytes(data[numbers[2] : numbers[2] + numbers[3]])), 0
        end = len(block) - 4 * (int.from_bytes(block[-4:], "little") + 1)  # restart points follow the entries
        while at < end:
            lengths = []
            for _ in range(3):
                length, at = varint(block, at)
                lengths.append(length)
            offset, inner = varint(block, at + lengths[1])
            seal(offset, varint(block, inner)[0])
            at += lengths[1] + lengths[2]
    except (IndexError, ValueError):  # damage: what could be sealed is
        pass
    if len(numbers) == 4:
        seal(numbers[2], numbers[3])
    return data


def _zip_member(rng: random.Random, data: bytes, other: bytes) -> bytes | None:
    """A whole zip again in which one member is damaged; None where `data` is no zip that can be opened."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        members = [(info, file.read(info)) for info in file.infolist()]
    if not members:
        return None
    chosen = rng.randrange(len(members))
    pressed = rng.random() < 0.2
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as file:
        for index, (info, content) in enumerate(members):
            if index == chosen:
                content = bytes(_damaged(rng, content, other))[:LONGEST]
            kind = zipfile.ZIP_DEFLATED if pressed else info.compress_type
            again = zipfile.ZipInfo(info.filename, (1980, 1, 1, 0, 0, 0))
            file.writestr(again, content, compress_type=kind)
    return into.getvalue()
