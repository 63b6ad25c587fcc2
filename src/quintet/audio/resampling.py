"""Waves into other waves: another sample rate, and a WAV file to play."""

import io

import numpy as np
import soundfile
import soxr


def resample(samples: np.ndarray, rate: int, to: int) -> np.ndarray:
    """float32 (N,) at `rate` Hz as float32 (N * to / rate,) at `to` Hz; the same array for equal rates.

    soxr's HQ recipe: band limited, linear phase, no shift in time.
    """
    return samples if rate == to else soxr.resample(samples, rate, to, quality="HQ")


def as_wav(samples: np.ndarray, rate: int) -> bytes:
    """A 16-bit PCM WAV file of float32 (N,) at `rate` Hz; what lies outside [-1, 1] is clipped."""
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format="WAV", subtype="PCM_16")
    return file.getvalue()
