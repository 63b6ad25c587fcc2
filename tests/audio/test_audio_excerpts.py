"""Excerpts are slices of the whole, and what lies outside them or beyond the limit is not decoded."""

import itertools

import numpy as np
import pytest

from quintet.audio import Limits, decode
from quintet.audio.mixdown import mix
from quintet.errors import UsageError
from tests.sounds import FORMATS, encode, write_wav

LIMITS = Limits()


@pytest.mark.parametrize("start", [0.0, 0.1234, 2.5, 4.321])
@pytest.mark.parametrize("kind", FORMATS)
def test_an_excerpt_is_the_same_slice_of_the_whole(tmp_path, kind, start):
    path = encode(tmp_path / "a", kind, seconds=6.0)
    whole, part = decode(path, LIMITS), decode(path, LIMITS, start, 1.0)
    first = round(start * whole.rate)
    np.testing.assert_allclose(part.samples, whole.samples[first : first + whole.rate], atol=1e-6, rtol=0)
    assert part.notices == ()


@pytest.mark.parametrize("xing", ["0", "1"])
@pytest.mark.parametrize("start", [2.1, 5.0, 10.9])
def test_an_mp3_excerpt_is_exact_with_and_without_a_length_in_its_header(tmp_path, xing, start):
    path = encode(tmp_path / "a.mp3", "mp3", seconds=12.0, write_xing=xing)
    whole, part = decode(path, LIMITS), decode(path, LIMITS, start, 1.0)
    first = round(start * whole.rate)
    np.testing.assert_allclose(part.samples, whole.samples[first : first + whole.rate], atol=1e-6, rtol=0)


@pytest.mark.parametrize("kind", ["mp3", "wav"])
def test_an_excerpt_that_runs_over_the_end_is_shorter(tmp_path, kind):
    clip = decode(encode(tmp_path / "a", kind, seconds=5.0), LIMITS, 4.0, 3.0)
    assert clip.seconds == pytest.approx(1.0, abs=0.01)
    assert clip.notices == ()


def test_what_lies_before_an_mp3_excerpt_is_not_decoded(tmp_path):
    path = encode(tmp_path / "a.mp3", "mp3", seconds=12.0)
    data = bytearray(path.read_bytes())
    spoilt = slice(len(data) // 4, len(data) // 4 + 4000)
    data[spoilt] = np.random.default_rng(0).bytes(4000)
    path.write_bytes(data)
    assert any("left out" in notice for notice in decode(path, LIMITS).notices)
    assert decode(path, LIMITS, 8.0, 2.0).notices == ()


@pytest.mark.parametrize("kind", ["mp3", "m4a"])
def test_what_lies_beyond_the_limit_is_not_decoded(tmp_path, kind):
    path = encode(tmp_path / "a", kind, seconds=12.0)
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 4000] = np.random.default_rng(0).bytes(4000)
    path.write_bytes(data)
    assert any("left out" in notice for notice in decode(path, LIMITS).notices)
    assert decode(path, Limits(max_seconds=2.0)).notices == (
        "Longer than the limit: the first 2 s are used.",
    )


def test_a_ten_hour_file_costs_only_its_limit(tmp_path):
    path = write_wav(tmp_path / "a.wav", 2.0)
    size = 10 * 3600 * 44_100 * 2  # bytes; the file is sparse on disk
    with path.open("r+b") as file:
        file.seek(40)
        file.write(size.to_bytes(4, "little"))
        file.truncate(size + 44)
    clip = decode(path, Limits(max_seconds=2.0))
    assert (clip.seconds, clip.notices) == (2.0, ("Longer than the limit: the first 2 s are used.",))
    assert decode(path, Limits(max_seconds=2.0), start=35_998.0).seconds == 2.0


def test_no_block_is_taken_once_there_is_enough():
    taken = []
    blocks = (taken.append(i) or np.ones((100, 2), np.float32) for i in itertools.count())
    result = mix(blocks, 1050, 1e4)
    assert (len(result.samples), result.has_more, len(taken)) == (1050, True, 11)


@pytest.mark.parametrize("most", [1, 99, 100, 101, 10_000_000])
def test_blocks_of_any_size_are_joined_without_a_gap(most):
    sizes = [100, 0, 1, 2_000_000, 7, 1_500_000]
    wave = np.arange(sum(sizes), dtype=np.float32)
    blocks = (part[:, None] for part in np.split(wave, np.cumsum(sizes)[:-1]))
    result = mix(blocks, most, 1e7)
    np.testing.assert_array_equal(result.samples, wave[:most])
    assert result.has_more == (most < len(wave))


@pytest.mark.parametrize(("start", "seconds"), [(-1.0, None), (float("nan"), None), (0.0, 0.0), (0.0, -2.0)])
def test_an_impossible_excerpt_is_a_usage_error(tmp_path, start, seconds):
    with pytest.raises(UsageError, match="expected start >= 0 and seconds > 0"):
        decode(write_wav(tmp_path / "a.wav"), LIMITS, start, seconds)
