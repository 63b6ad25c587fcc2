"""What happens to music on its way to a listener, done to a wave: noise, gain, mp3, pitch, low-pass, a room.

Every deformation keeps the number of samples and their place in time, and is the same for the same clip.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from quintet.errors import UnknownName

VERSION = 1  # raised when a deformation changes
GAIN = -12.0  # dB
MP3_RATE = 64_000  # bits a second, one channel
MP3_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)  # Hz that MPEG audio has
CORNER = 4_000.0  # Hz, where the low-pass has lost 3 dB; about what a telephone of today lets through
ORDER = 4  # of the Butterworth filter: 24 dB an octave
REVERB = 0.5  # s until the room has lost 60 dB: a large living room

Change = Callable[[np.ndarray, int, np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class Deformation:
    """Its title, its exact definition, and what it does to a wave (N,) float64 at a rate in Hz."""

    title: str
    says: str
    change: Change


def deformed(name: str, wave: np.ndarray, rate: int, clip: str) -> np.ndarray:
    """The wave (N,) float32 at `rate` Hz after the deformation, (N,) float32; may go beyond 1, as float may.

    What is drawn (noise, a room) is drawn for this clip: the same `clip` gives the same, whatever else is
    deformed before it. Raises UnknownName.
    """
    if name not in DEFORMATIONS:
        raise UnknownName("deformation", name, list(DEFORMATIONS))
    seed = int.from_bytes(sha256(f"{name}\n{clip}".encode()).digest()[:8], "big")
    made = DEFORMATIONS[name].change(wave.astype(np.float64), rate, np.random.default_rng(seed))
    return np.ascontiguousarray(made, dtype=np.float32)


def _noise(below: float) -> Change:
    def change(wave: np.ndarray, rate: int, lots: np.random.Generator) -> np.ndarray:
        hiss = lots.normal(size=len(wave))
        power = np.mean(wave**2) * 10 ** (-below / 10)
        return wave + hiss * np.sqrt(power / max(np.mean(hiss**2), 1e-12))

    return change


def _gain(wave: np.ndarray, rate: int, lots: np.random.Generator) -> np.ndarray:
    return wave * 10 ** (GAIN / 20)


def _semitones(n: int) -> Change:
    def change(wave: np.ndarray, rate: int, lots: np.random.Generator) -> np.ndarray:
        import librosa

        size = 2048 if len(wave) >= 2048 else max(2, len(wave) // 2)
        return librosa.effects.pitch_shift(wave, sr=rate, n_steps=n, n_fft=size)

    return change


def _low_pass(wave: np.ndarray, rate: int, lots: np.random.Generator) -> np.ndarray:
    from scipy.signal import butter, sosfilt

    if rate <= 2 * CORNER:
        return wave  # there is nothing above
    return sosfilt(butter(ORDER, CORNER, fs=rate, output="sos"), wave)


def _room(wave: np.ndarray, rate: int, lots: np.random.Generator) -> np.ndarray:
    """The wave, and as much power again in noise that dies away; then as loud as before."""
    from scipy.signal import fftconvolve

    tail = lots.normal(size=max(2, round(REVERB * rate))) * 10 ** (
        -3 * np.arange(round(REVERB * rate)) / (REVERB * rate)
    )
    tail[0] = 0
    heard = wave + fftconvolve(wave, tail / np.sqrt((tail**2).sum()))[: len(wave)]
    return heard * np.sqrt(np.mean(wave**2) / max(np.mean(heard**2), 1e-20))


def _mp3(wave: np.ndarray, rate: int, lots: np.random.Generator) -> np.ndarray:
    """Encoded by LAME in memory and decoded again, the encoder's delay taken off by its own tag."""
    import soxr

    to = rate if rate in MP3_RATES else 44_100
    if to != rate:
        back = _mp3(soxr.resample(wave, rate, to), to, lots)
        return _long(soxr.resample(back, to, rate), len(wave))
    peak = max(1.0, np.abs(wave).max(initial=0.0))  # LAME clips what goes beyond
    return _long(_decoded(_encoded(wave / peak, rate)), len(wave)) * peak


def _encoded(wave: np.ndarray, rate: int) -> io.BytesIO:
    import av

    file = io.BytesIO()
    with av.open(file, "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=rate, layout="mono")
        stream.bit_rate = MP3_RATE
        frame = av.AudioFrame.from_ndarray(wave.astype(np.float32)[None], format="fltp", layout="mono")
        frame.sample_rate = rate
        fifo = av.AudioFifo()
        fifo.write(frame)
        size = stream.codec_context.frame_size or 1152
        while (part := fifo.read(size, partial=True)) is not None:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    file.seek(0)
    return file


def _decoded(file: io.BytesIO) -> np.ndarray:
    import av

    with av.open(file) as container:
        parts = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
    return np.concatenate(parts).astype(np.float64)


def _long(wave: np.ndarray, n: int) -> np.ndarray:
    return np.pad(wave[:n], (0, max(0, n - len(wave))))


DEFORMATIONS: Mapping[str, Deformation] = {
    "noise15": Deformation("Noise, 15 dB", "white noise 15 dB below the clip's mean power", _noise(15)),
    "noise0": Deformation("Noise, 0 dB", "white noise as powerful as the clip", _noise(0)),
    "gain": Deformation("Quieter", "12 dB less gain", _gain),
    "mp3": Deformation("mp3, 64 kbit/s", "mp3 of 64 kbit/s in mono, by LAME, and back", _mp3),
    "up": Deformation("Semitone up", "one semitone higher, by a phase vocoder (librosa)", _semitones(1)),
    "down": Deformation("Semitone down", "one semitone lower, by a phase vocoder (librosa)", _semitones(-1)),
    "lowpass": Deformation("Low-pass, 4 kHz", "Butterworth low-pass of order 4 at 4 kHz", _low_pass),
    "room": Deformation("Room", "noise dying away by 60 dB in 0.5 s, as powerful as the direct sound", _room),
}
