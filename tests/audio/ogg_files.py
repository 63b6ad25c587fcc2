"""Ogg files taken apart into their pages and put together wrongly, as broken writers and downloads do."""

import io
import struct

import numpy as np
import soundfile

# Of a page's header: name -> (format, byte); RFC 3533, 6
_FIELDS = {"flags": ("B", 5), "granule": ("<q", 6), "serial": ("<I", 14), "number": ("<I", 18)}


def melody(seconds: float, rate: int, lowest: float = 200.0, channels: int = 1) -> np.ndarray:
    """Float32 (N, channels): a tone in quiet noise that rises by a sixth of an octave each second."""
    t = np.arange(round(seconds * rate)) / rate
    pitch = lowest * 2 ** (np.floor(t) / 6)
    wave = 0.3 * np.sin(2 * np.pi * np.cumsum(pitch) / rate)
    wave += 0.02 * np.random.default_rng(1).standard_normal(len(wave))  # several pages in a few seconds
    return np.repeat(wave[:, None], channels, axis=1).astype(np.float32)


def written(wave: np.ndarray, rate: int, codec: str = "VORBIS") -> bytes:
    """An Ogg file of float32 (N, channels)."""
    file = io.BytesIO()
    soundfile.write(file, wave, rate, format="OGG", subtype=codec)
    return file.getvalue()


def split(data: bytes) -> list[bytes]:
    """The pages of a whole Ogg file."""
    result, at = [], 0
    while at < len(data):
        segments = data[at + 26]
        size = 27 + segments + sum(data[at + 27 : at + 27 + segments])
        result.append(data[at : at + size])
        at += size
    return result


def get(page: bytes, name: str) -> int:
    """A field of a page's header."""
    return struct.unpack_from(_FIELDS[name][0], page, _FIELDS[name][1])[0]


def put(page: bytes, **fields: int) -> bytes:
    """The page with other fields in its header, sealed again."""
    changed = bytearray(page)
    for name, value in fields.items():
        struct.pack_into(_FIELDS[name][0], changed, _FIELDS[name][1], value)
    return seal(bytes(changed))


def patch(page: bytes, offset: int, value: bytes) -> bytes:
    """The page with other bytes at `offset` of its body, sealed again."""
    start = 27 + page[26] + offset
    return seal(page[:start] + value + page[start + len(value) :])


def seal(page: bytes) -> bytes:
    """The page with its right checksum: bit by bit, so that it owes nothing to the reader's shortcut."""
    checksum = 0
    for byte in page[:22] + bytes(4) + page[26:]:
        checksum ^= byte << 24
        for _ in range(8):
            checksum = (checksum << 1 ^ 0x04C11DB7 if checksum >> 31 else checksum << 1) & 0xFFFFFFFF
    return page[:22] + struct.pack("<I", checksum) + page[26:]


def steps(samples: np.ndarray, rate: int, lowest: float = 200.0) -> list[int]:
    """Which second of the melody each half second is."""
    half = rate // 2
    result = []
    for part in np.split(samples[: len(samples) // half * half], len(samples) // half):
        spectrum = np.abs(np.fft.rfft(part * np.hanning(half)))
        result.append(round(np.log2(max(spectrum.argmax() * rate / half, 1) / lowest) * 6))
    return result
