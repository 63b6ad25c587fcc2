"""Slaney's mel filter bank: linear below 1 kHz, logarithmic above, triangles of one area."""

import numpy as np

LINEAR = 200 / 3  # Hz per mel below the break
BREAK = 1000.0  # Hz
STEP = np.log(6.4) / 27  # ratio per mel above it: 27 mels from 1 kHz to 6.4 kHz


def mel_bank(rate: int, n_fft: int, bands: int, lowest: float = 0.0) -> np.ndarray:
    """Weights (bands, n_fft // 2 + 1) float32 from `lowest` Hz to half the rate, as librosa.filters.mel."""
    bins = np.linspace(0, rate / 2, n_fft // 2 + 1)
    edges = _hz(np.linspace(_mel(lowest), _mel(rate / 2), bands + 2))
    low, centre, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising, falling = (bins - low) / (centre - low), (high - bins) / (high - centre)
    triangles = np.maximum(0, np.minimum(rising, falling))
    return (triangles * 2 / (high - low)).astype(np.float32)


def _mel(hz: float) -> float:
    return hz / LINEAR if hz < BREAK else BREAK / LINEAR + np.log(hz / BREAK) / STEP


def _hz(mels: np.ndarray) -> np.ndarray:
    corner = BREAK / LINEAR
    return np.where(mels < corner, mels * LINEAR, BREAK * np.exp(STEP * (np.maximum(mels, corner) - corner)))
