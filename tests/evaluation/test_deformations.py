"""Deformations measured: levels, spectra, pitch and delay, each by its own yardstick."""

import numpy as np
import pytest

from quintet.errors import UnknownName
from quintet.evaluation import deformations

RATE = 22_050
SECONDS = 3


def tone(hertz: float, rate: int = RATE) -> np.ndarray:
    return (0.4 * np.sin(2 * np.pi * hertz * np.arange(SECONDS * rate) / rate)).astype(np.float32)


def music(rate: int = RATE) -> np.ndarray:
    """Broad-band, with beats: noise whose loudness pulses."""
    hiss = np.random.default_rng(0).normal(size=SECONDS * rate)
    beat = 0.2 + (np.sin(2 * np.pi * 2 * np.arange(SECONDS * rate) / rate) > 0.9)
    return (0.1 * hiss * beat).astype(np.float32)


def power(wave: np.ndarray) -> float:
    return float(np.mean(wave.astype(np.float64) ** 2))


def loudest(wave: np.ndarray) -> float:
    """Frequency in Hz with the most power."""
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave))))
    return float(np.argmax(spectrum) * RATE / len(wave))


def test_there_are_deformations():
    assert len(deformations.DEFORMATIONS) >= 8


@pytest.mark.parametrize("name", deformations.DEFORMATIONS)
@pytest.mark.parametrize("rate", [8_000, 22_050, 96_000])
def test_length_stays_and_a_clip_is_always_deformed_alike(name, rate):
    wave = music(rate)[: 2 * rate]
    wave.flags.writeable = False
    found = deformations.deformed(name, wave, rate, "clip")
    assert (found.shape, found.dtype) == (wave.shape, np.float32)
    assert np.isfinite(found).all()
    np.testing.assert_array_equal(found, deformations.deformed(name, wave, rate, "clip"))
    if name != "lowpass" or rate > 8_000:
        assert not np.array_equal(found, wave)


@pytest.mark.parametrize("name", ["noise15", "noise0", "room"])
def test_each_clip_has_a_draw_of_its_own(name):
    assert not np.array_equal(*(deformations.deformed(name, music(), RATE, clip) for clip in "ab"))


@pytest.mark.parametrize(("name", "below"), [("noise15", 15), ("noise0", 0)])
def test_noise_is_so_far_below_the_clip(name, below):
    wave = music()
    hiss = deformations.deformed(name, wave, RATE, "clip") - wave
    assert 10 * np.log10(power(wave) / power(hiss)) == pytest.approx(below, abs=0.05)
    spectrum = np.abs(np.fft.rfft(hiss)) ** 2
    assert spectrum[: len(spectrum) // 2].sum() == pytest.approx(
        spectrum[len(spectrum) // 2 :].sum(), rel=0.05
    )


def test_gain_takes_twelve_decibels():
    wave = music()
    assert 10 * np.log10(power(deformations.deformed("gain", wave, RATE, "")) / power(wave)) == pytest.approx(
        -12
    )


@pytest.mark.parametrize(("name", "steps"), [("up", 1), ("down", -1)])
def test_pitch_moves_by_a_semitone(name, steps):
    found = loudest(deformations.deformed(name, tone(440), RATE, ""))
    assert 12 * np.log2(found / 440) == pytest.approx(steps, abs=0.02)


@pytest.mark.parametrize(("hertz", "loss"), [(500, 0), (4_000, 3.01), (8_000, 30)])
def test_the_low_pass_loses_three_decibels_at_its_corner(hertz, loss):
    wave = tone(hertz)
    found = 10 * np.log10(power(wave) / power(deformations.deformed("lowpass", wave, RATE, "")[RATE:]))
    assert found == pytest.approx(loss, abs=0.1) if loss < 10 else found > loss - 5


def test_an_mp3_is_alike_but_not_the_same_and_comes_without_delay():
    wave = music()
    found = deformations.deformed("mp3", wave, RATE, "")
    lag = (
        np.correlate(found[RATE : RATE + 8_000], wave[RATE - 1_500 : RATE + 9_500], "valid").argmax() - 1_500
    )
    assert lag == 0
    assert 0.5 < np.corrcoef(wave, found)[0, 1] < 0.9999


def test_an_mp3_is_as_small_as_its_name_says():
    size = len(deformations._encoded(music(44_100), 44_100).getvalue())
    assert 8 * size / SECONDS == pytest.approx(64_000, rel=0.05)


def test_what_is_louder_than_full_scale_is_not_clipped_by_the_mp3():
    found = deformations.deformed("mp3", 4 * tone(440), RATE, "")
    assert np.abs(found).max() == pytest.approx(1.6, rel=0.1)


def test_a_room_rings_for_half_a_second_and_is_as_loud_as_before():
    click = np.zeros(2 * RATE, np.float32)
    click[1_000] = 1
    found = deformations.deformed("room", click, RATE, "clip")
    assert np.abs(found[:1_000]).max() < 1e-6
    assert power(found) == pytest.approx(power(click), rel=1e-3)
    tail = found[1_001:].astype(np.float64) ** 2
    assert tail.sum() == pytest.approx(
        float(found[1_000]) ** 2, rel=1e-3
    )  # as much power as the direct sound
    early, late = (tail[at : at + RATE // 20].sum() for at in (0, RATE // 4))
    assert 10 * np.log10(early / late) == pytest.approx(30, abs=3)  # 60 dB in 0.5 s: 30 dB in 0.25 s
    assert np.abs(found[1_000 + RATE // 2 + 10 :]).max() < 1e-6


@pytest.mark.parametrize("name", deformations.DEFORMATIONS)
def test_silence_stays_silent(name):
    found = deformations.deformed(name, np.zeros(RATE, np.float32), RATE, "clip")
    assert np.abs(found).max() < 1e-4


def test_an_unknown_deformation_is_refused():
    with pytest.raises(UnknownName, match="noise15"):
        deformations.deformed("noise", music(), RATE, "")
