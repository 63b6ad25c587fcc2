"""What lies before the sound: ID3v2 tags, zeros of a broken download, junk.

FFmpeg is given the file from behind it: it would inflate compressed ID3 frames without a limit, believe a
wrong size, and look for sound in the first MiB only.
"""

import io
import re
from typing import BinaryIO

ZEROS = 4_096  # bytes; fewer begin many formats (the length of an MP4's first box)
CHAIN = 8  # MPEG frames in a row that random bytes and pictures do not have
SEARCHED = 1 << 26  # bytes from the beginning in which sound is looked for
_CHUNK = 1 << 20

_SYNC = re.compile(rb"\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff][\x10-\xef]")
# kbit/s by (MPEG 1?, layer) and index; ISO/IEC 11172-3 and 13818-3
_KBITS = {
    (True, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


class Tail(io.RawIOBase):
    """A file from byte `start` on, as a file of its own."""

    def __init__(self, file: BinaryIO, start: int) -> None:
        super().__init__()
        self._file, self._start = file, start
        file.seek(start)

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: memoryview) -> int:
        """Bytes read; 0 at the end."""
        return self._file.readinto(buffer)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Moves, and gives the new position."""
        if whence == io.SEEK_SET:
            return self._file.seek(self._start + max(offset, 0)) - self._start
        return self._file.seek(offset, whence) - self._start

    def tell(self) -> int:
        """The position."""
        return self._file.tell() - self._start


def sound_start(file: BinaryIO) -> tuple[int, bool]:
    """Byte at which the sound begins, and whether anything but well-formed tags lies before it."""
    start, is_odd = 0, False
    while end := _tag_end(file, start):
        inside = None if _is_chain(file, end) else first_chain(file, start + 10, end)
        if inside is not None or end >= _size(file):
            return (start + 10 if inside is None else inside), True  # the tag's size is wrong
        start = end
    zeros = _zeros(file, start)
    if zeros >= ZEROS:
        start, is_odd = start + zeros, True
    return start, is_odd


def first_chain(file: BinaryIO, start: int, end: int = SEARCHED) -> int | None:
    """Byte at which CHAIN frames of MPEG sound follow one another, None where none do in `start` to `end`."""
    end = min(end, SEARCHED)
    while start < end:
        file.seek(start)
        chunk = file.read(_CHUNK + 2)
        for sync in _SYNC.finditer(chunk, 0, min(len(chunk), end - start + 2)):
            if _is_chain(file, start + sync.start()):
                return start + sync.start()
        if len(chunk) < _CHUNK + 2:
            return None
        start += _CHUNK
    return None


def _is_chain(file: BinaryIO, at: int) -> bool:
    for _ in range(CHAIN):
        file.seek(at)
        length = _frame_length(file.read(4))
        if not length:
            return False
        at += length
    return True


def _frame_length(header: bytes) -> int:
    """Bytes of the MPEG audio frame with this header, 0 where it is none."""
    if len(header) < 4 or not _SYNC.match(header):
        return 0
    version, layer = header[1] >> 3 & 3, 4 - (header[1] >> 1 & 3)  # 3 is MPEG 1, 2 is MPEG 2, 0 is MPEG 2.5
    rate = header[2] >> 2 & 3
    if version == 1 or layer == 4 or rate == 3:
        return 0
    bits, hertz = 1000 * _KBITS[version == 3, layer][header[2] >> 4], _RATES[version][rate]
    padding = header[2] >> 1 & 1
    if layer == 1:
        return (12 * bits // hertz + padding) * 4
    samples = 576 if layer == 3 and version != 3 else 1152
    return samples // 8 * bits // hertz + padding


def _tag_end(file: BinaryIO, start: int) -> int:
    """Where the ID3v2 tag at `start` says that it ends, 0 where none begins there."""
    file.seek(start)
    head = file.read(10)
    if len(head) < 10 or head[:3] != b"ID3" or max(head[3:5]) == 0xFF or max(head[6:10]) > 0x7F:
        return 0
    size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
    return start + 10 + size + (10 if head[5] & 0x10 else 0)  # with a footer


def _zeros(file: BinaryIO, start: int) -> int:
    """How many bytes from `start` on are 0, at most SEARCHED."""
    file.seek(start)
    count = 0
    while count < SEARCHED and (chunk := file.read(_CHUNK)):
        rest = len(chunk.lstrip(b"\0"))
        count += len(chunk) - rest
        if rest:
            break
    return count


def _size(file: BinaryIO) -> int:
    return file.seek(0, io.SEEK_END)
