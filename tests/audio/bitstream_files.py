"""Compressed sound hidden in the samples of plain files, as DTS CDs and S/PDIF recordings have it."""

import io
import struct
from pathlib import Path

import av
import numpy as np

from tests.sounds import frame_of, music

RATE = 48_000


def compressed(codec: str, container: str, bit_rate: int, seconds: float = 2.0) -> bytes:
    """`music` through one of FFmpeg's encoders."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        stream = output.add_stream(codec, rate=RATE, layout="stereo")
        stream.bit_rate = bit_rate
        output.mux(stream.encode(frame_of(music(seconds, RATE, 2), RATE)))
        output.mux(stream.encode(None))
    return file.getvalue()


def dts(frames: int = 200) -> bytes:
    """What looks like DTS: frames of 512 samples in 1792 bytes, which are 1024 words of 14 bits.

    PyAV has no encoder of it; behind the headers lies noise.
    """
    noise = np.random.default_rng(2)
    header = bytes.fromhex("7ffe8001fc3c6ff0b7e0")  # 512 samples, 1792 bytes, 48 kHz
    return b"".join(header + noise.bytes(1792 - len(header)) for _ in range(frames))


def in_14_bits(data: bytes) -> bytes:
    """Big-endian DTS packed into the lower 14 bits of little-endian words, the sign repeated above."""
    bits = np.unpackbits(np.frombuffer(data, np.uint8))
    bits = bits[: len(bits) // 14 * 14].reshape(-1, 14)
    words = np.concatenate([bits[:, :1], bits[:, :1], bits], axis=1)  # (n, 16)
    return np.packbits(words, axis=1)[:, ::-1].tobytes()


def swapped(data: bytes) -> bytes:
    """16-bit words in the other byte order."""
    return np.frombuffer(data, "<u2").astype(">u2").tobytes()


def wav(data: bytes, rate: int = RATE) -> bytes:
    """The bytes as a 16-bit stereo WAV's samples."""
    facts = struct.pack("<HHIIHH", 1, 2, rate, 4 * rate, 4, 16)
    chunks = b"fmt " + struct.pack("<I", 16) + facts + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def tracks(path: Path, levels: list[float], default: int | None, container: str = "matroska") -> Path:
    """A file of several AAC tracks of constant tones, one of them the default."""
    t = np.arange(2 * RATE) / RATE
    with av.open(str(path), "w", format=container) as output:
        streams = [output.add_stream("aac", rate=RATE, layout="mono") for _ in levels]
        for number, stream in enumerate(streams):
            stream.disposition = av.stream.Disposition.default if number == default else 0
        for stream, level in zip(streams, levels, strict=True):
            wave = (level * np.sin(2 * np.pi * 440 * t)).astype(np.float32)[:, None]
            output.mux(stream.encode(frame_of(wave, RATE)))
            output.mux(stream.encode(None))
    return path
