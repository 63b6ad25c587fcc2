"""The hand-made features against FMA's own code."""

from pathlib import Path

import numpy as np
import pytest

from quintet.backbones import librosa518 as backbone
from quintet.backbones.librosa518 import features

GOLDEN = Path(__file__).parents[1] / "golden"


def clip(name: str) -> tuple[np.ndarray, int]:
    """A mono wave and its rate."""
    if name == "synth_22050":
        return np.load(GOLDEN / "inputs" / "inputs.npz")[name].astype(np.float32) / 32768, 22_050
    stereo = np.load(GOLDEN / "inputs" / "input_vibeace_44100_stereo.npz")
    return (stereo["pcm"].astype(np.float32) / 32768).mean(1), int(stereo["sr"])


def test_the_columns_are_those_of_features_csv():
    assert features.columns() == list(np.load(GOLDEN / "librosa518.npz")["columns"])


@pytest.mark.parametrize("name", ["vibeace_44100_stereo", "synth_22050"])
def test_every_feature_equals_the_original(name):
    expected = np.load(GOLDEN / "librosa518.npz")[name]
    found = backbone.encode(*clip(name))
    error = np.abs(found.embedding - expected)
    loose = [c.startswith("chroma_") and ("|kurtosis|" in c or "|skew|" in c) for c in features.columns()]
    allowed = np.maximum(1e-3, np.where(loose, 1e-2, 1e-3) * np.abs(expected))
    assert [c for c, bad in zip(features.columns(), error > allowed, strict=True) if bad] == []
    assert found.notices == ()


def test_the_rate_of_the_file_matters():
    wave, rate = clip("synth_22050")
    assert not np.allclose(
        backbone.encode(wave, rate).embedding, backbone.encode(wave, 2 * rate).embedding, atol=1e-3
    )


@pytest.mark.parametrize("wave", [np.zeros(66_150), np.full(66_150, 0.3), np.eye(1, 66_150, 500)[0]])
def test_a_wave_without_music_has_finite_features_and_says_so(wave):
    found = backbone.encode(wave.astype(np.float32), 22_050)
    assert np.isfinite(found.embedding).all()
    assert "undefined where nothing changes" in found.notices[0]


@pytest.mark.parametrize("rate", [11_025, 16_000, 48_000, 176_400])
@pytest.mark.parametrize("seconds", [0.5, 1.4])
def test_a_short_clip_is_repeated_and_says_so(rate, seconds):
    wave = np.random.default_rng(0).standard_normal(int(seconds * rate)).astype(np.float32) / 10
    found = backbone.encode(wave, rate)
    assert np.isfinite(found.embedding).all()
    assert found.notices == (f"The hand-made features need 1.5 s; {seconds} s were repeated.",)
    assert found.times[0, 1] == pytest.approx(seconds, abs=1e-3)


@pytest.mark.parametrize(("rate", "instead"), [(8_000, 22_050), (192_000, 96_000)])
def test_a_rate_the_recipe_cannot_take_is_changed_and_says_so(rate, instead):
    wave = np.random.default_rng(0).standard_normal(2 * rate).astype(np.float32) / 10
    found = backbone.encode(wave, rate)
    assert np.isfinite(found.embedding).all()
    assert found.notices == (f"The hand-made features were measured at {instead} Hz instead of {rate} Hz.",)


def test_a_long_clip_is_heard_to_a_limit_and_says_so(monkeypatch):
    wave, rate = clip("synth_22050")
    monkeypatch.setattr(backbone, "LONGEST", 3 * rate)
    found = backbone.encode(wave, rate)
    assert found.notices == ("The hand-made features hear the first 3 s only.",)
    np.testing.assert_array_equal(found.embedding, backbone.encode(wave[: 3 * rate], rate).embedding)
    assert found.times[0, 1] == 3
