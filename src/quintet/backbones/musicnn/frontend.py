"""What musicnn hears: the log-mel spectrogram of a wave, a few patches at a time.

Source: jordipons/musicnn@516acb2, configuration.py and extractor.py; reflect padding as in training.
"""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from quintet.backbones._mel import mel_bank

SAMPLE_RATE = 16_000
N_FFT = 512
FFT_HOP = 256
BANDS = 96
PATCH = 187  # frames
WINDOW = (PATCH - 1) * FFT_HOP  # 47 616 samples make 187 centred frames


def patches(wave: np.ndarray) -> int:
    """How many whole patches a wave (N,) has."""
    return (1 + len(wave) // FFT_HOP) // PATCH


def batches(wave: np.ndarray, size: int) -> Iterator[Tensor]:
    """The whole patches of a wave (N,), up to `size` at a time: (B, 187, 96)."""
    padded = torch.from_numpy(np.pad(wave, N_FFT // 2, mode="reflect"))
    bank = torch.from_numpy(mel_bank(SAMPLE_RATE, N_FFT, BANDS)).T.contiguous()
    frames = padded.unfold(0, N_FFT, FFT_HOP)[: patches(wave) * PATCH]  # a view: (frames, 512)
    for part in frames.split(size * PATCH):
        yield log_mel(part, bank).view(-1, PATCH, BANDS)


def log_mel(frames: Tensor, bank: Tensor) -> Tensor:
    """Frames (T, 512) and a mel bank (257, 96) -> log10(10000 power + 1), (T, 96) float32.

    The spectrum is computed in double precision, as librosa does, and the power then passes through half
    precision, as it did in training; a power beyond half precision's largest number is held there.
    """
    window = torch.hann_window(N_FFT, dtype=torch.float64)
    magnitude = torch.fft.rfft(frames.double() * window).to(torch.complex64).abs()
    power = magnitude.square() @ bank
    half = power.clamp(max=torch.finfo(torch.float16).max).half()
    return torch.log10(10_000 * half.float() + 1)
