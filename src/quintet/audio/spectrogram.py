"""What a page draws of a wave: the outline of its peaks, and a mel spectrogram."""

import numpy as np

BANDS = 96
TOP = 16_000  # Hz; little music lies above, and lossy files are empty there
FLOOR = 80.0  # dB below the loudest cell that is still shown


def peaks(samples: np.ndarray, n: int) -> np.ndarray:
    """Largest |x| in each of `n` equal parts of float32 (N,): float32 (n,) in 0..1, zeros for no wave."""
    if not len(samples):
        return np.zeros(n, np.float32)
    edges = np.arange(n, dtype=np.int64) * len(samples) // n  # fewer samples than parts: neighbours repeat
    return np.minimum(np.maximum.reduceat(np.abs(samples), edges), 1).astype(np.float32)


def mel_image(samples: np.ndarray, rate: int, columns: int = 600) -> np.ndarray:
    """Mel spectrogram of float32 (N,) for display: uint8 (96, at most `columns`), low bands first.

    255 is the loudest cell, 0 lies 80 dB or more below it; silence is 0 everywhere. Windows last 46 to 93 ms
    and start at least 10 ms apart; a long wave is sampled at `columns` places, not averaged.
    """
    from librosa.filters import mel
    from scipy.fft import rfft

    size = 1 << int(np.ceil(np.log2(0.046 * rate)))  # 2048 at 44.1 kHz: fine enough that no band is empty
    hop = max(rate // 100, -(-len(samples) // columns), 1)
    padded = np.pad(samples, size // 2)
    windows = np.lib.stride_tricks.sliding_window_view(padded, size)[: len(samples) : hop]  # (columns, size)
    bank = mel(sr=rate, n_fft=size, n_mels=BANDS, fmax=min(rate / 2, TOP))  # (96, size // 2 + 1)
    spectrum = np.abs(rfft(windows * np.hanning(size).astype(np.float32), axis=1)) ** 2
    return _as_bytes(bank @ spectrum.T)  # (96, columns)


def _as_bytes(power: np.ndarray) -> np.ndarray:
    loudest = power.max(initial=0.0)
    if loudest <= 0:
        return np.zeros(power.shape, np.uint8)
    level = 10 * np.log10(np.maximum(power / loudest, 10 ** (-FLOOR / 10)))  # dB, -80..0
    return np.round((level / FLOOR + 1) * 255).astype(np.uint8)
