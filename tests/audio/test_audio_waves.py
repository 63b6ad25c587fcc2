"""Resampling, WAV bytes, peaks and mel pictures."""

import io

import numpy as np
import pytest
import soundfile
import soxr

from quintet.audio import as_wav, mel_image, peaks, resample
from tests.sounds import music

RATES = (8_000, 16_000, 22_050, 44_100, 48_000, 192_000)


@pytest.mark.parametrize("to", RATES)
@pytest.mark.parametrize("rate", RATES)
def test_resampling_is_soxr_hq_in_float32(rate, to):
    wave = music(0.5, rate)[:, 0]
    made = resample(wave, rate, to)
    assert made.dtype == np.float32
    assert len(made) == pytest.approx(len(wave) * to / rate, abs=1)
    np.testing.assert_array_equal(made, wave if rate == to else soxr.resample(wave, rate, to, "HQ"))


def test_equal_rates_leave_the_very_same_array():
    wave = music(0.5, 8000)[:, 0]
    assert resample(wave, 8000, 8000) is wave


def test_a_tone_keeps_its_phase_when_resampled():
    t = np.arange(44_100) / 44_100
    made = resample(np.sin(2 * np.pi * 440 * t).astype(np.float32), 44_100, 16_000)
    expected = np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000)
    np.testing.assert_allclose(made[200:-200], expected[200:-200], atol=1e-3)


def test_a_wav_comes_back_within_half_a_step():
    wave = music(0.5, 16_000)[:, 0]
    heard, rate = soundfile.read(io.BytesIO(as_wav(wave, 16_000)), dtype="float32")
    assert rate == 16_000
    np.testing.assert_allclose(heard, wave, atol=1 / 32_768)


def test_a_wav_is_clipped_not_wrapped():
    heard, _ = soundfile.read(io.BytesIO(as_wav(np.array([2, -2, 1, -1], np.float32), 8000)))
    np.testing.assert_allclose(heard, [1, -1, 1, -1], atol=1 / 32_768)


def test_peaks_are_the_largest_magnitudes_of_equal_parts():
    wave = np.array([0.1, -0.4, 0.2, 0.3, 0, -2.0], np.float32)
    made = peaks(wave, 3)
    assert made.dtype == np.float32
    np.testing.assert_array_equal(made, np.array([0.4, 0.3, 1.0], np.float32))


@pytest.mark.parametrize(("n", "parts"), [(1, 1), (7, 7), (1000, 333), (10, 40), (0, 5)])
def test_there_are_as_many_peaks_as_asked_for(n, parts):
    made = peaks(music(1.0, max(n, 1))[:n, 0], parts)
    assert made.shape == (parts,)
    assert ((made >= 0) & (made <= 1)).all()


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("seconds", [0.5, 3.0, 20.0])
def test_a_mel_image_has_96_bands_and_at_most_600_columns(rate, seconds):
    image = mel_image(music(seconds, rate)[:, 0], rate)
    assert (image.dtype, image.shape[0]) == (np.uint8, 96)
    assert 45 <= image.shape[1] <= 600
    assert image.max() == 255


def test_low_tones_lie_in_the_first_rows_of_a_mel_image():
    t = np.arange(22_050) / 22_050
    low, high = (mel_image(np.sin(2 * np.pi * hz * t).astype(np.float32), 22_050) for hz in (200, 6000))
    assert low.mean(axis=1).argmax() < 10 < 60 < high.mean(axis=1).argmax()


def test_a_silent_mel_image_is_all_zero():
    assert not mel_image(np.zeros(8000, np.float32), 8000).any()
