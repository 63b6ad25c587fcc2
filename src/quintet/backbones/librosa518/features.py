"""The 518 hand-made features of the Free Music Archive (arXiv:1612.01840): 7 statistics of 74 curves.

Source: mdeff/fma@1207f87, features.py, with librosa's removed `rmse` served by `rms(S=...)`. It never passes
the rate to the spectral features, so librosa's default of 22 050 Hz is assumed whatever the file's rate is.
That is kept: without it the numbers do not compare with the published features.csv.
"""

import numpy as np

ASSUMED = 22_050  # Hz, librosa's default rate
N_FFT = 2048
HOP = 512
OCTAVES = 7  # from C1, 32.7 Hz, to B7, 3951 Hz
SIZES = {
    "chroma_cens": 12,
    "chroma_cqt": 12,
    "chroma_stft": 12,
    "mfcc": 20,
    "rmse": 1,
    "spectral_bandwidth": 1,
    "spectral_centroid": 1,
    "spectral_contrast": 7,
    "spectral_rolloff": 1,
    "tonnetz": 6,
    "zcr": 1,
}
STATISTICS = ("kurtosis", "max", "mean", "median", "min", "skew", "std")


def columns() -> list[str]:
    """The names of the 518 values, `feature|statistic|number`, sorted as in features.csv."""
    return [f"{f}|{s}|{n + 1:02d}" for f, size in SIZES.items() for s in STATISTICS for n in range(size)]


def features(wave: np.ndarray, rate: int) -> tuple[np.ndarray, int]:
    """A wave (N,) at its own rate -> the 518 values, float32, and how many are undefined and stand as 0."""
    found = curves(wave, rate)
    values, undefined = zip(*(_statistics(found[name]) for name in SIZES), strict=True)
    return np.concatenate(values).astype(np.float32), sum(undefined)


def curves(wave: np.ndarray, rate: int) -> dict[str, np.ndarray]:
    """Feature -> (size, T). One STFT and one constant-Q transform serve them all."""
    import librosa
    from librosa import feature

    stft = np.abs(librosa.stft(wave, n_fft=N_FFT, hop_length=HOP))
    cqt = np.abs(librosa.cqt(wave, sr=rate, hop_length=HOP, n_bins=OCTAVES * 12, tuning=_tuning(stft, rate)))
    cens = feature.chroma_cens(C=cqt, n_octaves=OCTAVES)
    power = stft**2
    mel = feature.melspectrogram(S=power, sr=rate)
    return {
        "chroma_cens": cens,
        "chroma_cqt": feature.chroma_cqt(C=cqt, n_octaves=OCTAVES),
        "chroma_stft": feature.chroma_stft(S=power, tuning=_tuning(power, ASSUMED)),
        "mfcc": feature.mfcc(S=librosa.power_to_db(mel), n_mfcc=20),
        "rmse": feature.rms(S=stft, frame_length=N_FFT),
        "spectral_bandwidth": feature.spectral_bandwidth(S=stft),
        "spectral_centroid": feature.spectral_centroid(S=stft),
        "spectral_contrast": feature.spectral_contrast(S=stft, n_bands=6),
        "spectral_rolloff": feature.spectral_rolloff(S=stft),
        "tonnetz": feature.tonnetz(chroma=cens),
        "zcr": feature.zero_crossing_rate(wave, frame_length=N_FFT, hop_length=HOP),
    }


def _tuning(spectrogram: np.ndarray, rate: int) -> float:
    """librosa.estimate_tuning without its warning: where nothing has a pitch, the tuning is standard."""
    import librosa

    pitches, strengths = librosa.piptrack(S=spectrogram, sr=rate)
    voiced = pitches > 0
    if not voiced.any():
        return 0.0
    strong = voiced & (strengths >= np.median(strengths[voiced]))
    return librosa.pitch_tuning(pitches[strong], bins_per_octave=12)


def _statistics(rows: np.ndarray) -> tuple[np.ndarray, int]:
    """Curves (size, T) -> statistics (7 * size,) in the order of STATISTICS, and how many are undefined.

    Skew and kurtosis are a ratio of moments; a curve that never changes has none.
    """
    rows = rows.astype(np.float64)
    mean = rows.mean(1)
    centred = rows - mean[:, None]
    second, third, fourth = ((centred**power).mean(1) for power in (2, 3, 4))
    flat = second <= (np.finfo(np.float32).eps * mean) ** 2
    variance = np.where(flat, 1.0, second)
    skew, kurtosis = third / variance**1.5, fourth / variance**2 - 3  # Fisher's kurtosis, as scipy has it
    skew[flat] = kurtosis[flat] = 0.0
    values = (kurtosis, rows.max(1), mean, np.median(rows, 1), rows.min(1), skew, np.sqrt(second))
    return np.concatenate(values), 2 * int(flat.sum())
