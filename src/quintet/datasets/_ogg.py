"""How long an Ogg file is: from the positions that its pages state, wherever its streams begin.

A page states the position of its last sample (RFC 3533, 6). A rip of an internet radio begins in the middle
of its stream, so its last position says nothing without its first; a chain has one stream behind another.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_HEADER = 27  # bytes of a page's header before its segment table
_NONE = 2**64 - 1  # the position of a page in which no packet ends; some recorders write it on the last, too
_TAIL = 1 << 17  # bytes from the end in which a last page must begin: two of the largest
_LATE = 2.0  # s; a stream that begins later than this was cut out of a longer one
_PAGES = 64  # after a stream's first page, to its first two with sound


@dataclass(frozen=True)
class _Page:
    at: int
    serial: int
    first: bool
    position: int | None  # samples, of the last packet that ends here
    packets: int  # that end here
    body: int  # where its content begins
    end: int


@dataclass(frozen=True)
class _Stream:
    serial: int
    rate: int
    skip: int  # samples an encoder put before the music: Opus's pre-skip


def seconds(file: BinaryIO) -> float | None:
    """Length of the sound of an open Ogg file; None where it is none or states nothing."""
    size = file.seek(0, 2)
    stream, start = _stream_at(file, 0)
    if stream is None:
        return None
    last = _last(file, size)
    if last is None:
        return None
    if last.serial == stream.serial:
        return _length(file, stream, start, last.position)
    total = sum(_length(file, link, at, end) for link, at, end in _chain(file))
    return total or None


def _length(file: BinaryIO, stream: _Stream, start: int, end: int) -> float:
    begin = _begin(file, stream, start)
    skip = 0 if begin else stream.skip
    return max(0, end - begin - skip) / stream.rate


def _begin(file: BinaryIO, stream: _Stream, start: int) -> int:
    """The position before the first sample: 0, but of a stream that was joined in its middle."""
    pages = (p for _, p in zip(range(_PAGES), _pages(file, start), strict=False) if p.serial == stream.serial)
    sounding = [p for p in pages if p.position][:2]
    if len(sounding) < 2:
        return 0
    first, second = sounding
    each = (second.position - first.position) / max(second.packets, 1)  # samples of a packet
    begin = round(first.position - each * first.packets)
    return begin if begin > _LATE * stream.rate else 0


def _chain(file: BinaryIO) -> Iterator[tuple[_Stream, int, int]]:
    """(stream, where it begins, its last position) of one link after another."""
    stream, start, end = None, 0, 0
    for page in _pages(file, 0):
        if page.first:
            next_stream = _stream_of(file, page)
            if next_stream is not None:
                if stream is not None and end:
                    yield stream, start, end
                stream, start, end = next_stream, page.at, 0
        elif stream is not None and page.serial == stream.serial and page.position is not None:
            end = page.position
    if stream is not None and end:
        yield stream, start, end


def _stream_at(file: BinaryIO, at: int) -> tuple[_Stream | None, int]:
    """The first stream of sound among those that begin here, and where its first page lies."""
    for page in _pages(file, at):
        if not page.first:
            return None, 0
        stream = _stream_of(file, page)
        if stream is not None:
            return stream, page.at
    return None, 0


def _stream_of(file: BinaryIO, page: _Page) -> _Stream | None:
    file.seek(page.body)
    head = file.read(min(page.end - page.body, 80))
    rate, skip = 0, 0
    if head.startswith(b"\x01vorbis"):
        rate = int.from_bytes(head[12:16], "little")
    elif head.startswith(b"OpusHead"):
        rate, skip = 48_000, int.from_bytes(head[10:12], "little")  # RFC 7845, 4: always 48 kHz
    elif head.startswith(b"Speex   "):
        rate = int.from_bytes(head[36:40], "little")
    elif head.startswith(b"\x7fFLAC"):
        rate = int.from_bytes(head[27:30], "big") >> 4
    return _Stream(page.serial, rate, skip) if rate else None


def _last(file: BinaryIO, size: int) -> _Page | None:
    """The last page that states a position."""
    pages = _pages(file, max(0, size - _TAIL))
    return next(iter([p for p in pages if p.position is not None][-1:]), None)


def _pages(file: BinaryIO, at: int) -> Iterator[_Page]:
    """Headers of the pages from `at` on; what lies between them, such as padding, is passed over."""
    while True:
        file.seek(at)
        head = file.read(_HEADER + 255)
        if not head.startswith(b"OggS"):
            at = _next(file, at)
            if at < 0:
                return
            continue
        count = head[26] if len(head) > 26 else 0
        table = head[_HEADER : _HEADER + count]
        if len(head) < _HEADER + count:
            return
        position = int.from_bytes(head[6:14], "little")
        body = at + _HEADER + count
        ended = sum(lace < 255 for lace in table)
        yield _Page(
            at, int.from_bytes(head[14:18], "little"), bool(head[5] & 2),
            None if position == _NONE else position, ended, body, body + sum(table),
        )  # fmt: skip
        at = body + sum(table)


def _next(file: BinaryIO, at: int) -> int:
    """Where the next page begins after `at`, -1 for none."""
    file.seek(at)
    while block := file.read(1 << 16):
        offset = block.find(b"OggS", 1 if file.tell() - len(block) == at else 0)
        if offset >= 0:
            return file.tell() - len(block) + offset
        if len(block) < 1 << 16:
            return -1
        file.seek(-3, 1)
    return -1
