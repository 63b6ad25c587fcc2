"""The arithmetic of an audit against what can be worked out by hand or by brute force."""

import numpy as np
import pytest

from quintet.audit import detectors
from quintet.errors import QuintetError

RATE = 8_000


@pytest.fixture
def lots() -> np.random.Generator:
    return np.random.default_rng(11)


def brute(units: np.ndarray, apart: np.ndarray) -> np.ndarray:
    alike = units @ units.T
    alike[apart[:, None] == apart[None]] = -2
    return alike


@pytest.mark.parametrize("n", [2, 50, detectors.TILE - 1, detectors.TILE, 2 * detectors.TILE + 7])
def test_the_nearest_is_that_of_a_full_comparison(lots, n):
    units, apart = detectors.directions(lots.normal(size=(n, 12))), np.arange(n)
    who, cosine = detectors.nearest_other(units, apart)
    alike = brute(units, apart)
    np.testing.assert_allclose(cosine, alike.max(axis=1), atol=1e-5)
    np.testing.assert_allclose(alike[np.arange(n), who], cosine, atol=1e-5)


def test_rows_of_one_number_are_not_compared(lots):
    X = lots.normal(size=(40, 12))
    X[1], X[21] = X[0], X[20]
    apart = np.arange(40)
    apart[1] = apart[0]
    who, cosine = detectors.nearest_other(detectors.directions(X), apart)
    assert (who[20], who[21]) == (21, 20)
    assert who[0] != 1
    assert cosine[0] < 0.95


def test_a_row_without_another_has_none():
    _, cosine = detectors.nearest_other(np.eye(3, dtype=np.float32), np.zeros(3, int))
    assert cosine.tolist() == [-2, -2, -2]


def test_two_random_rows_have_distance_one(lots):
    X = lots.normal(size=(300, 20)) * 10.0 ** lots.integers(-3, 4, size=20)
    pairs = np.array([(a, b) for a in range(300) for b in range(300)])
    _, distance = detectors.closeness(X.astype(np.float32), pairs)
    assert np.sqrt((distance**2).mean()) == pytest.approx(1, abs=1e-3)


def test_equal_rows_have_distance_zero_and_nearly_equal_ones_nearly(lots):
    X = lots.normal(size=(60, 20)).astype(np.float32)
    X[1] = X[0]
    X[2] = X[0] + 1e-3
    cosine, distance = detectors.closeness(X, np.array([(1, 0), (2, 0), (3, 0)]))
    assert distance[0] == 0
    assert 1e-4 < distance[1] < 1e-2
    assert distance[2] > 0.3
    assert cosine[:2] == pytest.approx(1, abs=1e-4)


def test_columns_that_say_nothing_do_not_count(lots):
    X = lots.normal(size=(60, 20)).astype(np.float32)
    wide = np.hstack([X, np.full((60, 500), 3.0, np.float32)])
    pairs = np.array([(a, 59 - a) for a in range(30)])
    np.testing.assert_allclose(
        detectors.closeness(wide, pairs)[1], detectors.closeness(X, pairs)[1], rtol=1e-5
    )


def test_the_threshold_lies_above_what_is_usual_and_repeats_hardly_move_it(lots):
    usual = np.tanh(lots.normal(0.5, 0.1, size=1_000)).astype(np.float32)
    repeated = np.where(np.arange(1_000) < 100, np.float32(0.999), usual)
    assert detectors.threshold(usual) == pytest.approx(np.tanh(1.0), abs=0.03)
    assert detectors.threshold(repeated) == pytest.approx(detectors.threshold(usual), abs=0.05)


@pytest.mark.parametrize(
    ("nearest", "bound"),
    [
        ([0.1] * 50, detectors.LEAST),
        (np.linspace(0.5, 0.97, 50), detectors.MOST),
        ([0.2] * 3, detectors.MOST),
    ],
)
def test_the_threshold_stays_within_its_bounds(nearest, bound):
    assert detectors.threshold(np.array(nearest, np.float32)) == pytest.approx(bound)


def test_nan_is_refused(lots):
    X = lots.normal(size=(5, 3))
    X[2, 1] = np.nan
    with pytest.raises(QuintetError, match="row 2"):
        detectors.directions(X)


def tone(pitch: float, level: float, seconds: float = 10.0) -> np.ndarray:
    return (level * np.sin(2 * np.pi * pitch * np.arange(round(seconds * 44_100)) / 44_100)).astype(
        np.float32
    )


@pytest.mark.parametrize("level", [0.05, 0.3, 0.99])
@pytest.mark.parametrize("pitch", [30.0, 55.0, 110.0, 220.0, 1_000.0, 5_000.0])
def test_a_pure_tone_is_not_clipped(pitch, level):
    assert detectors.sound(tone(pitch, level), 44_100).clipped < 1e-3


@pytest.mark.parametrize("level", [0.25, 0.9, 1.0])  # clipped, and turned down afterwards
@pytest.mark.parametrize("pitch", [55.0, 220.0, 440.0])
def test_a_wave_cut_off_at_the_top_is_clipped(pitch, level):
    wave = (1.5 * tone(pitch, 1.0)).clip(-1, 1) * np.float32(level)
    assert detectors.sound(wave, 44_100).clipped == pytest.approx(
        1 - np.arcsin(1 / 1.5) * 2 / np.pi, abs=0.03
    )


def test_what_a_lossy_file_holds_beyond_full_scale_is_clipped():
    assert detectors.sound(1.2 * tone(220, 1.0), 44_100).clipped > 0.1


def test_noise_is_neither_clipped_nor_silent(lots):
    heard = detectors.sound((0.2 * lots.normal(size=5 * RATE)).clip(-1, 1).astype(np.float32), RATE)
    assert heard.clipped < 1e-3
    assert heard.silence < 0.01
    assert heard.seconds == 5


def test_the_longest_silence_is_measured_and_placed(lots):
    wave = (0.2 * lots.normal(size=10 * RATE)).astype(np.float32)
    wave[RATE : 2 * RATE] = 0
    wave[4 * RATE : 7 * RATE] = 0.5 * detectors.FLOOR  # dither is no sound
    heard = detectors.sound(wave, RATE)
    assert heard.silence == pytest.approx(3, abs=0.01)
    assert heard.silent_from == pytest.approx(4, abs=0.01)


@pytest.mark.parametrize(
    "wave", [np.zeros(RATE, np.float32), np.zeros(0, np.float32)], ids=["zeros", "nothing"]
)
def test_silence_has_no_peak_and_is_not_clipped(wave):
    heard = detectors.sound(wave, RATE)
    assert (heard.peak, heard.clipped) == (0, 0)
    assert heard.silence == heard.seconds


CLASSES = ("calm", "happy", "tender", "never seen")


def answers(y: np.ndarray, sure: float) -> np.ndarray:
    column = np.array([CLASSES.index(name) for name in y])
    return (sure * np.eye(4)[column] + (1 - sure) * 0.25).astype(np.float32)


def test_swapped_labels_are_doubted_and_no_others():
    truth = np.array(CLASSES[:3] * 20)
    y = truth.copy()
    y[[4, 9]] = y[[9, 4]]
    found = detectors.doubted(y, answers(truth, 0.9), CLASSES)
    assert {(d.row, CLASSES[d.answer]) for d in found} == {(4, str(truth[4])), (9, str(truth[9]))}
    assert found[0].probability == pytest.approx(0.925 / 0.975, abs=1e-3)  # of the classes somebody has


def test_a_class_of_one_clip_is_left_out_and_the_rows_of_the_others_keep_their_numbers():
    truth = np.array(["never seen", *CLASSES[:3] * 20])
    y = truth.copy()
    y[[5, 10]] = y[[10, 5]]
    found = detectors.doubted(y, answers(truth, 0.9), CLASSES)  # warnings are errors here: cleanlab has none
    assert {(d.row, CLASSES[d.answer]) for d in found} == {(5, str(truth[5])), (10, str(truth[10]))}


@pytest.mark.parametrize("classes", [1, 3])
def test_right_labels_are_not_doubted(classes):
    y = np.array(CLASSES[:classes] * 20)
    assert detectors.doubted(y, answers(y, 0.8), CLASSES) == []
