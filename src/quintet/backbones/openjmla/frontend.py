"""What OpenJMLA hears: log-mel windows of 29.92 s, normalised; a shorter one is tiled around its middle.

Source: taugastcn/SpectPrompt@75a71cd, wav_to_mel.py and transforms.py, whose numbers these are.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from quintet.backbones._mel import mel_bank

SAMPLE_RATE = 16_000
N_FFT = 400  # 25 ms
FFT_HOP = 160  # 10 ms
BANDS = 80
LOWEST = 50.0  # Hz
FRAMES = 2_992  # of one window, 29.92 s: 187 patches of 16
FEWEST = 100  # frames of a last window; a shorter one would be mostly repetition
SHORTEST = N_FFT // 2 + 1  # samples: the reflection at both ends needs them
EPSILON = torch.finfo(torch.float32).eps  # 1.19e-7, keeps the logarithm of silence finite
MEAN, SPREAD = -4.5, 4.5  # of log-mel values, as in training


class Window(NamedTuple):
    """One input of the net: `spectrogram` (80, 2992), whose frames from `at` to `at + own` are the clip's."""

    spectrogram: Tensor
    start: int  # frame of the clip where this window begins
    own: int  # frames it has of the clip
    at: int  # where they begin; what lies around them repeats them


def windows(wave: np.ndarray) -> Iterator[Window]:
    """The windows of a wave (N,) at 16 kHz, N at least SHORTEST; one after the other, from its beginning."""
    padded = torch.from_numpy(np.pad(wave, N_FFT // 2, mode="reflect"))
    frames = padded.unfold(0, N_FFT, FFT_HOP)  # a view: (1 + N // 160, 400)
    bands = bank()
    for start, own in spans(len(frames)):
        spectrogram = normalised(log_mel(frames[start : start + own], bands))
        yield Window(tiled(spectrogram), start, own, middle(own))


def spans(frames: int) -> list[tuple[int, int]]:
    """Start and length of each window over so many frames. A last one under FEWEST counts only if alone."""
    starts = range(0, frames, FRAMES)
    lengths = [min(FRAMES, frames - start) for start in starts]
    return [(s, n) for s, n in zip(starts, lengths, strict=True) if n >= FEWEST or s == 0]


def bank() -> Tensor:
    """The mel bank, (201, 80)."""
    return torch.from_numpy(mel_bank(SAMPLE_RATE, N_FFT, BANDS, LOWEST)).T.contiguous()


def taper() -> Tensor:
    """The periodic Hann window, (400,), rounded to float32 once."""
    return torch.hann_window(N_FFT, dtype=torch.float64).float()


def log_mel(frames: Tensor, bank: Tensor) -> Tensor:
    """Frames (T, 400) and a mel bank (201, 80) -> natural logarithm of the mel power, (80, T)."""
    spectrum = torch.fft.rfft(frames * taper())
    power = spectrum.real.square() + spectrum.imag.square()
    return torch.log(power @ bank + EPSILON).T


def normalised(log_mel: Tensor) -> Tensor:
    """Log-mel values as the net was trained on them."""
    return (log_mel - MEAN) / SPREAD


def tiled(spectrogram: Tensor) -> Tensor:
    """(..., T) with T up to 2992 -> (..., 2992): repeated to both sides of its middle copy."""
    own = spectrogram.shape[-1]
    return spectrogram[..., (torch.arange(FRAMES) - middle(own)) % own]


def middle(own: int) -> int:
    """Frame where the middle one of the copies begins when `own` frames are tiled to a window."""
    copies = FRAMES // own + 1
    copies += copies % 2 == 0
    return copies // 2 * own - (copies * own - FRAMES + 1) // 2
