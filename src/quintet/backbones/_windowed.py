"""An encoder out of a net that hears one window after the other: what all such adapters share."""

from collections.abc import Callable, Iterator

import numpy as np

from quintet.backbones.base import Encoder, Encoding, Spec
from quintet.errors import BadAudio, UsageError

# wave float32 (N,), at least one window long -> frames (T, dim), tags (T, n) or None
Run = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray | None]]


def by_windows(spec: Spec, run: Run) -> Encoder:
    """The embedding is the mean over windows; a clip shorter than one is repeated to fill it, and says so."""

    def encode(wave: np.ndarray, rate: int) -> Encoding:
        _refuse(spec, wave, rate)
        frames, tags = run(wave if len(wave) >= spec.window else np.resize(wave, spec.window))
        notices = tuple(_notices(spec, len(wave), len(frames)))
        return Encoding(frames, _times(spec, len(frames), len(wave)), frames.mean(0), tags, notices)

    return encode


def _refuse(spec: Spec, wave: np.ndarray, rate: int) -> None:
    if rate != spec.sample_rate:
        raise UsageError(
            f"{spec.title} was given a wave at {rate} Hz; it hears {spec.sample_rate} Hz. "
            "Resample first: audio.resample."
        )
    if not len(wave):
        raise BadAudio("There is no sound in it: 0 samples. Choose a file of at least half a second.")


def _notices(spec: Spec, samples: int, windows: int) -> Iterator[str]:
    rate = spec.sample_rate
    if samples < spec.window:
        yield (
            f"{spec.title} needs {spec.window / rate:.1f} s; "
            f"these {samples / rate:.1f} s were repeated to fill them."
        )
        return
    rest = samples - windows * spec.hop
    if rest > spec.hop / 2:
        yield (
            f"{spec.title} hears windows of {spec.hop / rate:.1f} s; "
            f"the last {rest / rate:.1f} s were not heard."
        )


def _times(spec: Spec, windows: int, samples: int) -> np.ndarray:
    """(T, 2) s: where each window begins and the next one does, never past the clip's end."""
    starts = np.arange(windows) * spec.hop / spec.sample_rate
    ends = np.minimum(starts + spec.hop / spec.sample_rate, samples / spec.sample_rate)
    return np.stack([starts, ends], 1).astype(np.float32)
