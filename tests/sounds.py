"""Sound files made on the spot, for every test that needs one; none is kept in the repository."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import soundfile

# format -> (codec, container, rate, options of the encoder)
FORMATS = {
    "wav": ("pcm_s16le", "wav", 44_100, {}),
    "flac": ("flac", "flac", 44_100, {}),
    "ogg": ("vorbis", "ogg", 44_100, {"strict": "experimental"}),  # FFmpeg's own encoder: stereo only
    "opus": ("libopus", "ogg", 48_000, {}),
    "mp3": ("libmp3lame", "mp3", 44_100, {"b": "192k"}),
    "m4a": ("aac", "ipod", 44_100, {}),
    "webm": ("libopus", "webm", 48_000, {}),
    "wma": ("wmav2", "asf", 44_100, {"b": "128k"}),
}
_LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}


def music(seconds: float, rate: int, channels: int = 1) -> np.ndarray:
    """Float32 (N, channels): a rising tone and quiet noise, unlike in each channel, alike at every call."""
    n, noise = round(seconds * rate), np.random.default_rng(7)
    t = np.arange(n)[:, None] / rate
    pitch = 220.0 * np.arange(1, channels + 1)  # Hz
    wave = 0.3 * np.sin(2 * np.pi * pitch * t * (1 + 0.02 * t))
    return (wave + 0.02 * noise.standard_normal((n, channels))).astype(np.float32)


def write_wav(path: Path, seconds: float = 2.0, rate: int = 44_100, channels: int = 1) -> Path:
    """A 16-bit WAV of `music`."""
    soundfile.write(path, music(seconds, rate, channels), rate, format="WAV", subtype="PCM_16")
    return path


def write_tone(path: Path, hertz: float, seconds: float = 1.0, rate: int = 22_050) -> Path:
    """A 16-bit WAV of one sine."""
    t = np.arange(round(seconds * rate)) / rate
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * hertz * t), rate, format="WAV", subtype="PCM_16")
    return path


def encode(path: Path, kind: str, seconds: float = 3.0, channels: int = 2, **options: str) -> Path:
    """A file of `music` in one of FORMATS; `options` are the container's (write_xing="0", …)."""
    codec, container, rate, encoder = FORMATS[kind]
    with av.open(str(path), "w", format=container, options=options) as file:
        stream = file.add_stream(codec, rate=rate, layout=_LAYOUTS[channels], options=encoder)
        file.mux(stream.encode(frame_of(music(seconds, rate, channels), rate)))
        file.mux(stream.encode(None))
    return path


def film(path: Path, seconds: float = 2.0, sound: bool = True) -> Path:
    """An MP4 with a black picture, with or without an audio track."""
    with av.open(str(path), "w", format="mp4") as file:
        picture = file.add_stream("mpeg4", rate=10, width=64, height=48, pix_fmt="yuv420p")
        voice = file.add_stream("aac", rate=44_100, layout="mono") if sound else None
        for _ in range(round(seconds * 10)):
            file.mux(picture.encode(av.VideoFrame(64, 48, "yuv420p")))
        file.mux(picture.encode(None))
        if voice is not None:
            file.mux(voice.encode(frame_of(music(seconds, 44_100), 44_100)))
            file.mux(voice.encode(None))
    return path


def frame_of(wave: np.ndarray, rate: int) -> av.AudioFrame:
    """Float32 (N, channels) as one frame; the encoder cuts and converts it."""
    layout = _LAYOUTS[wave.shape[1]]
    frame = av.AudioFrame.from_ndarray(wave.reshape(1, -1), format="flt", layout=layout)  # interleaved
    frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
    return frame
