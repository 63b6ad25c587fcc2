"""Ogg as pages and links: which are there, damaged, twice or missing (RFC 3533).

libsndfile hears only the first of several links joined in one file, and a part twice where a page is missing;
it plays Opus at the rate of its header, which says only what was encoded (RFC 7845, 5.1). So every link is
given to a decoder as a file of its own that holds its sound's good pages alone.
"""

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO

OPUS_RATE = 48_000  # Hz; Opus decodes to it whatever its header says
LEAD = 2.0  # s read beyond what is asked for, so that the last samples do not depend on it
LONGEST_PAGE = 60.0  # s; 255 packets of Opus last 31 s
_HEAD = struct.Struct("<4sBBqIIIB")  # magic, version, flags, granule, serial, number, checksum, segments
_LARGEST = _HEAD.size + 255 + 255 * 255
_CHUNK = 1 << 20
_CONTINUED, _FIRST, _LAST = 1, 2, 4  # flags
_NONE = -1  # the granule of a page on which no packet ends
_BACKWARDS = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True)
class Page:
    """One whole page. `granule` is the time at its end, in samples of its stream's clock."""

    data: bytes
    flags: int
    granule: int
    serial: int
    number: int
    checksum: int

    @property
    def body(self) -> bytes:
        """Its packets' bytes."""
        return self.data[_HEAD.size + self.data[_HEAD.size - 1] :]

    @property
    def ends_packet(self) -> bool:
        """Whether a packet ends on it."""
        segments = self.data[_HEAD.size : _HEAD.size + self.data[_HEAD.size - 1]]
        return any(length < 255 for length in segments)


@dataclass(frozen=True)
class Link:
    """The sound of one link: a stream with its own headers, from the beginning of a file or of a joint on."""

    codec: str
    rate: int  # Hz, of what is decoded
    channels: int
    pages: list[Page]
    gaps: list[float]  # s from its start at which pages are missing
    repeated: int  # pages that were there twice
    strangers: int  # pages of streams whose beginning is missing
    streams: int  # of sound, side by side

    @property
    def is_regular(self) -> bool:
        """Whether no page is missing and every granule says how far its page reaches."""
        times = [page.granule for page in self.pages if page.ends_packet]
        return not self.gaps and min(times) >= 0 and times == sorted(times)

    @property
    def seconds(self) -> float:
        """The time from its first page to its last, by their granules."""
        return (max(page.granule for page in self.pages) - _origin(self.pages, self.rate)) / self.rate

    def file(self) -> io.BytesIO:
        """Its pages as a file."""
        first, *others = self.pages
        return io.BytesIO(b"".join([_at_full_rate(first), *_timed(others)]))


def links(file: BinaryIO, seconds: float) -> list[Link]:
    """Every link that holds sound, read no further than `seconds` of them need."""
    result, group = [], _Group()
    for page in _pages(file):
        if page is None:
            group.is_damaged = True
        elif page.flags & _FIRST and not group.has_data:
            group.open(page)
        elif page.flags & _FIRST:
            done = group.finish()
            seconds -= sum(link.seconds for link in done)
            result += done
            group = _Group()
            group.open(page)
        else:
            group.add(page)
            if group.reaches(seconds + LEAD):
                group.is_damaged = False  # what lies beyond is not looked at
                break
    return result + group.finish()


class _Group:
    """The streams of one link while its pages come in; the first that is sound is the one that counts."""

    def __init__(self) -> None:
        self.serials: set[int] = set()
        self.sounds: set[int] = set()  # serials
        self.facts: tuple[str, int, int] | None = None
        self.pages: list[Page] = []  # of the first that is sound
        self.strangers = 0
        self.has_data = False
        self.is_damaged = False  # since the last good page

    def open(self, page: Page) -> None:
        """Takes a stream's first page."""
        self.serials.add(page.serial)
        facts = _facts(page.body)
        if facts is None:
            return
        self.sounds.add(page.serial)
        if not self.pages or page.serial == self.pages[0].serial:
            self.facts = self.facts or facts
            self.pages.append(page)

    def add(self, page: Page) -> None:
        """Takes any other page."""
        self.has_data = True
        if self.pages and page.serial == self.pages[0].serial:
            self.pages.append(page)
            self.is_damaged = False  # a page that is missing before this one shows in its number
        elif page.serial not in self.serials:
            self.strangers += 1

    def reaches(self, seconds: float) -> bool:
        """Whether its pages go on to `seconds`."""
        if self.facts is None or len(self.pages) < 2:
            return False
        rate = self.facts[1]
        return self.pages[-1].granule - _origin(self.pages, rate) > seconds * rate

    def finish(self) -> list[Link]:
        """Its link, none where nothing in it is sound."""
        if self.facts is None or len(self.pages) < 2:
            return []
        pages = list({(page.number, page.checksum): page for page in self.pages}.values())
        repeated, gaps, rate = len(self.pages) - len(pages), [], self.facts[1]
        if len({page.number for page in pages}) == len(pages):
            pages = _in_order(pages)
            gaps = list(_gaps(pages, rate))
        if self.is_damaged and not pages[-1].flags & _LAST:
            gaps.append((pages[-1].granule - _origin(pages, rate)) / rate)
        return [Link(*self.facts, pages, gaps, repeated, self.strangers, len(self.sounds))]


def _in_order(pages: list[Page]) -> list[Page]:
    """By their numbers, where that puts their times in order too."""
    ordered = sorted(pages, key=lambda page: page.number)
    times = [page.granule for page in ordered if page.granule != _NONE]
    return ordered if times == sorted(times) else pages


def _origin(pages: list[Page], rate: int) -> int:
    """The granule at which a link begins: a recorded broadcast does not count from 0."""
    first = next((page.granule for page in pages if page.granule > 0), 0)
    return first if first > LONGEST_PAGE * rate else 0


def _timed(pages: list[Page]) -> Iterator[bytes]:
    """Pages as bytes, none with a time before an earlier one's: FFmpeg would end there or cut it off."""
    time = 0
    for page in pages:
        if page.ends_packet and page.granule < time:
            changed = _sealed(page.data, 6, time.to_bytes(8, "little"))
            yield _sealed(changed, 5, bytes([page.flags & ~_LAST]))  # nothing is cut off at that time
        else:
            yield page.data
        time = max(time, page.granule)


def _gaps(pages: list[Page], rate: int) -> Iterator[float]:
    origin = time = _origin(pages, rate)
    for page, following in pairwise(pages):
        time = max(time, page.granule)
        if following.number > page.number + 1:
            yield (time - origin) / rate


def _pages(file: BinaryIO) -> Iterator[Page | None]:
    """The pages whose checksum is right, in their order in the file; None for bytes that are no such page.

    Zeros between pages are padding. A page that the end of the file cuts off, as in a download that broke
    off, counts only where it was to be its stream's last.
    """
    file.seek(0)
    buffer, at, is_damaged, is_cut = b"", 0, False, False
    while True:
        if len(buffer) - at < _LARGEST and (more := file.read(_CHUNK)):
            buffer, at = buffer[at:] + more, 0
            continue
        start = buffer.find(b"OggS", at)
        skipped = buffer[at : start if start >= 0 else len(buffer)]
        is_damaged |= bool(skipped.strip(b"\0")) and not is_cut
        if start < 0:
            break
        if start > at:
            at = start
            continue  # so that a whole page lies in the buffer
        page = _page(buffer, at)
        if isinstance(page, Page):
            if is_damaged or is_cut:
                yield None
            yield page
            is_damaged, is_cut, at = False, False, at + len(page.data)
        else:
            is_damaged, is_cut = is_damaged or page, is_cut or not page
            at += 4
    if is_damaged:
        yield None


def _page(buffer: bytes, at: int) -> Page | bool:
    """The page that begins there, or whether something is lost since it cannot be used."""
    if len(buffer) - at < _HEAD.size:
        return False
    _, version, flags, granule, serial, number, checksum, segments = _HEAD.unpack_from(buffer, at)
    lengths = buffer[at + _HEAD.size : at + _HEAD.size + segments]
    data = buffer[at : at + _HEAD.size + segments + sum(lengths)]
    if len(lengths) < segments or len(data) < _HEAD.size + segments + sum(lengths):
        return bool(flags & _LAST)
    if version or _checksum(data) != checksum:
        return True
    return Page(data, flags, granule, serial, number, checksum)


def _checksum(data: bytes) -> int:
    """CRC-32 of a page with its own field taken as 0: the polynomial of zlib's, bits in the other order."""
    blank = data[:22] + bytes(4) + data[26:]
    value = zlib.crc32(blank.translate(_BACKWARDS), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int.from_bytes(value.to_bytes(4, "little").translate(_BACKWARDS), "big")


def _facts(packet: bytes) -> tuple[str, int, int] | None:
    """Codec, rate in Hz and channels by a stream's first packet, None where it is no sound that we know."""
    if packet.startswith(b"\x01vorbis") and len(packet) >= 30:
        return "Vorbis", int.from_bytes(packet[12:16], "little"), packet[11]
    if packet.startswith(b"OpusHead") and len(packet) >= 19:
        return "Opus", OPUS_RATE, packet[9]
    if packet.startswith(b"\x7fFLAC") and len(packet) >= 51:
        facts = int.from_bytes(packet[27:31], "big")  # 20 bits of rate, 3 of channels - 1
        return "FLAC", facts >> 12, (facts >> 9 & 7) + 1
    if packet.startswith(b"Speex   ") and len(packet) >= 80:
        return "Speex", int.from_bytes(packet[36:40], "little"), packet[48]
    return None


def _at_full_rate(first: Page) -> bytes:
    """The first page; an Opus header says 48 kHz, since libsndfile decodes at what it says."""
    if not first.body.startswith(b"OpusHead"):
        return first.data
    return _sealed(first.data, len(first.data) - len(first.body) + 12, OPUS_RATE.to_bytes(4, "little"))


def _sealed(data: bytes, at: int, value: bytes) -> bytes:
    """A page with other bytes there, and the checksum that they need."""
    changed = data[:at] + value + data[at + len(value) :]
    return changed[:22] + _checksum(changed).to_bytes(4, "little") + changed[26:]
