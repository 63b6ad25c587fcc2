"""What VGGish hears: log-mel examples of 96 frames and 64 bands, 0.96 s each.

Source: tensorflow/models@09093db, research/audioset/vggish: vggish_input.py, mel_features.py. In double
precision, as there: magnitudes, triangles that are straight in mel and not in hertz, no padding at the ends.
"""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

SAMPLE_RATE = 16_000
FRAME = 400  # samples, 25 ms
FRAME_HOP = 160  # samples, 10 ms
N_FFT = 512  # the frame and 112 zeros behind it
BANDS = 64
LOWEST, HIGHEST = 125.0, 7500.0  # Hz
OFFSET = 0.01  # added before the logarithm
EXAMPLE = 96  # frames
HOP = EXAMPLE * FRAME_HOP  # 15 360 samples, 0.96 s: examples do not overlap
WINDOW = FRAME + (EXAMPLE - 1) * FRAME_HOP  # 15 600 samples make 96 frames
STRETCH = 8 * EXAMPLE  # frames transformed together, so that they stay in the cache


def examples(wave: np.ndarray) -> int:
    """How many whole examples a wave (N,) has."""
    return max(0, 1 + (len(wave) - FRAME) // FRAME_HOP) // EXAMPLE


def batches(wave: np.ndarray, size: int) -> Iterator[Tensor]:
    """The whole examples of a wave (N,), up to `size` at a time: (B, 96, 64) float32."""
    frames = torch.tensor(wave).unfold(0, FRAME, FRAME_HOP)  # a view: (frames, 400)
    bank = torch.from_numpy(mel_bank())
    for part in frames[: examples(wave) * EXAMPLE].split(size * EXAMPLE):
        rows = torch.cat([log_mel(stretch, bank) for stretch in part.split(STRETCH)])
        yield rows.view(-1, EXAMPLE, BANDS)


def log_mel(frames: Tensor, bank: Tensor) -> Tensor:
    """Frames (T, 400) and a mel bank (257, 64) -> ln(magnitude + 0.01), (T, 64) float32."""
    window = torch.hann_window(FRAME, dtype=torch.float64)
    magnitude = torch.fft.rfft(frames.double() * window, N_FFT).abs()
    return torch.log(magnitude @ bank + OFFSET).float()


def mel_bank() -> np.ndarray:
    """Weights (257, 64) float64: triangles of height 1 over HTK's mel scale; the DC bin counts nowhere."""
    bins = _mel(np.linspace(0, SAMPLE_RATE / 2, N_FFT // 2 + 1))[:, None]
    edges = np.linspace(_mel(LOWEST), _mel(HIGHEST), BANDS + 2)
    low, centre, high = edges[:-2], edges[1:-1], edges[2:]
    bank = np.maximum(0, np.minimum((bins - low) / (centre - low), (high - bins) / (high - centre)))
    bank[0] = 0
    return bank


def _mel(hz: np.ndarray | float) -> np.ndarray | float:
    return 1127 * np.log(1 + hz / 700)
