"""librosa518: the Free Music Archive's 518 hand-made features, the baseline that learns nothing."""

from pathlib import Path

import numpy as np

from quintet.backbones.base import Encoder, Encoding, Spec
from quintet.errors import BadAudio, UsageError

SHORTEST = 1.5  # s; below, the constant-Q transform's lowest octave has less signal than one window
LOWEST = 9_000  # Hz; its highest note, B7 at 3951 Hz, and its filter's skirt must lie below half the rate
HIGHEST = 176_400  # Hz; above, the lowest of its 128 mel bands are narrower than an STFT bin and stay empty
LONGEST = 120 * 44_100  # samples; twice as many need 1 GB more

SPEC = Spec(
    title="Hand-made 518",
    sample_rate=None,
    dim=518,
    window=0,  # none: it hears the clip as a whole
    hop=0,
    layer="7 statistics over time of 74 curves: chroma, tonnetz, MFCC, spectrum, loudness, crossings",
    trained_on=(),
    licence="MIT",
    source="arXiv:1612.01840; mdeff/fma@1207f87, features.py; librosa",
    mark="triangle-down",
    colours=("#77747c", "#a09da6"),
    about="No learning at all: pitch classes, timbre, brightness and loudness, measured by formulas.",
    hand_made=True,
)
VARIANTS = {"fma": SPEC}


def load(spec: Spec, paths: tuple[Path, ...], device: str) -> Encoder:
    """The recipe as an encoder; there are no weights, and it always runs on the CPU."""
    return encode


def encode(wave: np.ndarray, rate: int) -> Encoding:
    """A wave (N,) at its own rate -> one frame (1, 518).

    Raises UsageError for a rate that is none, BadAudio for a wave without samples.
    """
    from quintet.backbones.librosa518 import features as librosa518

    if rate <= 0:
        raise UsageError(f"The rate is {rate} Hz; expected a positive one. Pass the rate of the file.")
    if not len(wave):
        raise BadAudio("There is no sound in it: 0 samples. Choose a file of at least half a second.")
    seconds = len(wave) / rate
    wave, heard, notices = _fitted(wave, rate)
    values, undefined = librosa518.features(wave, heard)
    if undefined:
        notices.append(f"{undefined} of the 518 values are undefined where nothing changes; they are 0.")
    end = min(seconds, len(wave) / heard)
    return Encoding(values[None], np.array([[0, end]], np.float32), values, None, tuple(notices))


def _fitted(wave: np.ndarray, rate: int) -> tuple[np.ndarray, int, list[str]]:
    """The wave as the recipe can take it, its rate, and what was done to it."""
    notices = []
    if len(wave) > LONGEST:
        wave = wave[:LONGEST]
        notices.append(f"The hand-made features hear the first {LONGEST / rate:.0f} s only.")
    if not LOWEST <= rate <= HIGHEST:
        import soxr

        new = 22_050 if rate < LOWEST else 96_000
        notices.append(f"The hand-made features were measured at {new} Hz instead of {rate} Hz.")
        wave, rate = soxr.resample(wave, rate, new), new
    shortest = int(SHORTEST * rate)
    if len(wave) < shortest:
        notices.append(f"The hand-made features need {SHORTEST} s; {len(wave) / rate:.1f} s were repeated.")
        wave = np.resize(wave, shortest)
    return wave, rate, notices
