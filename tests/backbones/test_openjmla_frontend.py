"""OpenJMLA's spectrograms, windows and tiling against the authors' front end."""

from pathlib import Path

import numpy as np
import pytest
import torch

from quintet.backbones.openjmla import frontend

GOLDEN = Path(__file__).parents[1] / "golden" / "openjmla"
TOLERANCE = 5e-4  # of log-mel values: a soft band's logarithm magnifies float32 rounding
RAMPS = dict(np.load(GOLDEN / "fe_padding_ramps.npz"))


def golden(clip: str) -> dict[str, np.ndarray]:
    return dict(np.load(GOLDEN / f"fe_{clip}.npz"))


def windows(clip: str) -> list[frontend.Window]:
    return list(frontend.windows(golden(clip)["wav_int16"].astype(np.float32) / 32768))


def test_the_mel_bank_is_theirs():
    np.testing.assert_allclose(frontend.bank().T, golden("constants")["mel_basis"], rtol=0, atol=1e-8)


def test_the_taper_is_theirs():
    np.testing.assert_allclose(frontend.taper(), golden("constants")["window"], rtol=0, atol=1e-7)


@pytest.mark.parametrize(
    ("clip", "name"), [("short_1p3s", "spec"), ("clip_10s", "spec_ch0"), ("long_31s", "spec_ch0")]
)
def test_the_input_of_the_net_equals_the_original(clip, name):
    found = windows(clip)[0].spectrogram
    assert found.shape == (80, 2992)
    np.testing.assert_allclose(found, golden(clip)[name][0], rtol=0, atol=TOLERANCE)


def test_a_clip_of_exactly_one_window_is_not_tiled():
    (found,) = windows("exact_2992")
    assert (found.start, found.own, found.at) == (0, 2992, 0)
    np.testing.assert_allclose(
        found.spectrogram[:, ::37], golden("exact_2992")["spec_ch0_every37"], rtol=0, atol=TOLERANCE
    )


@pytest.mark.parametrize("clip", ["short_1p3s", "clip_10s"])
def test_the_clips_own_frames_stand_where_the_window_says(clip):
    (found,) = windows(clip)
    own = found.spectrogram[:, found.at : found.at + found.own]
    log_mel = own * frontend.SPREAD + frontend.MEAN
    np.testing.assert_allclose(log_mel, golden(clip)["lms"][0], rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("ramp", RAMPS)
def test_a_short_spectrogram_is_tiled_as_theirs(ramp):
    frames = torch.arange(int(ramp[1:]))[: frontend.FRAMES]  # theirs crops what is longer
    found = frontend.tiled(frames)
    np.testing.assert_array_equal(found, RAMPS[ramp])
    at = frontend.middle(len(frames))
    np.testing.assert_array_equal(found[at : at + len(frames)], frames)


@pytest.mark.parametrize(
    ("frames", "expected"),
    [
        (51, [(0, 51)]),  # half a second: alone, however short
        (2992, [(0, 2992)]),
        (3091, [(0, 2992)]),  # 99 frames are left over
        (3092, [(0, 2992), (2992, 100)]),
        (6000, [(0, 2992), (2992, 2992)]),
        (8000, [(0, 2992), (2992, 2992), (5984, 2016)]),
    ],
)
def test_a_long_clip_is_cut_into_windows_and_a_last_short_one_is_dropped(frames, expected):
    assert frontend.spans(frames) == expected


def test_later_windows_hear_the_same_spectrogram_as_the_whole():
    first, second = windows("long_31s")
    wave = golden("long_31s")["wav_int16"].astype(np.float32)[160 * 100 :] / 32768
    shifted = next(frontend.windows(wave)).spectrogram  # begins 100 frames later
    np.testing.assert_allclose(shifted[:, 2:2892], first.spectrogram[:, 102:2992], rtol=0, atol=1e-4)
    own = second.spectrogram[:, second.at : second.at + second.own]
    np.testing.assert_allclose(shifted[:, 2892:2992], own[:, :100], rtol=0, atol=1e-4)
