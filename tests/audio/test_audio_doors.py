"""Whatever a decoder raises is a refusal; what no recorder writes is refused; uploads are bounded."""

import io
import logging
import struct
import zlib
from contextlib import contextmanager

import av
import numpy as np
import pytest
import soundfile

from quintet import bounded
from quintet.audio import Limits, decode, decode_bytes, decoding, mel_image, preamble, readers
from quintet.audio.limits import ROOM, Excerpt
from quintet.bounded import ResourceLimits
from quintet.errors import BadAudio, OutOfBounds
from tests.audio.bitstream_files import compressed, tracks
from tests.sounds import encode, frame_of, music, write_wav

LIMITS = Limits()
ERRORS = [
    IndexError("list index out of range"), UnicodeDecodeError("ascii", b"\xff", 0, 1, "not in range"),
    MemoryError(), ZeroDivisionError("division by zero"), OSError("no errno"), OSError(5, "I/O error"),
    RecursionError("too deep"), AssertionError(), StopIteration(), ValueError("x"), SystemError("null"),
]  # fmt: skip


class Failing:
    """Readers that raise, on opening or amid the sound."""

    def __init__(self, error: BaseException, amid: bool) -> None:
        self.error, self.amid = error, amid

    @contextmanager
    def __call__(self, file, excerpt):
        if not self.amid:
            raise self.error
        yield readers.AudioStream(8_000, 1, None, self.blocks())

    def blocks(self):
        yield np.zeros((4_000, 1), np.float32)
        raise self.error


@pytest.mark.parametrize("amid", [False, True])
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_whatever_a_reader_raises_is_a_refusal_with_its_cause(tmp_path, monkeypatch, caplog, error, amid):
    failing = Failing(error, amid)
    monkeypatch.setattr(readers, "suitable", lambda head: iter([failing]))
    with (
        caplog.at_level(logging.INFO),
        pytest.raises(BadAudio, match=r"^'a\.wav' .*; expected sound as ") as info,
    ):
        decode(write_wav(tmp_path / "a.wav"), LIMITS)
    cause = info.value.__cause__
    assert cause is error or cause.__cause__ is error  # an iterator's StopIteration is a RuntimeError
    assert "'a.wav' cannot be decoded" in caplog.text


@pytest.mark.parametrize("amid", [False, True])
def test_the_next_reader_is_tried_whatever_the_first_raises(tmp_path, monkeypatch, amid):
    failing = Failing(IndexError("x"), amid)
    monkeypatch.setattr(readers, "suitable", lambda head: iter([failing, readers.by_av]))
    assert decode(write_wav(tmp_path / "a.wav"), LIMITS).seconds == 2.0


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_what_ends_the_program_passes_the_door(tmp_path, monkeypatch, error):
    monkeypatch.setattr(readers, "suitable", lambda head: iter([Failing(error(), True)]))
    with pytest.raises(error):
        decode(write_wav(tmp_path / "a.wav"), LIMITS)


@pytest.mark.parametrize(
    ("codec", "container"), [("flac", "avi"), ("aac", "avi"), ("ac3", "mpegts"), ("flac", "matroska")]
)
def test_a_codec_whose_tag_is_no_text_is_heard(tmp_path, codec, container):
    (tmp_path / "a").write_bytes(compressed(codec, container, 192_000))
    clip = decode(tmp_path / "a", LIMITS)
    assert clip.seconds == pytest.approx(2.0, abs=0.05)
    assert np.std(clip.samples) == pytest.approx(np.std(music(2.0, 48_000, 2).mean(axis=1)), rel=0.05)


def test_the_tag_of_flac_in_avi_is_one_that_pyav_cannot_read():
    with (
        av.open(io.BytesIO(compressed("flac", "avi", 192_000))) as file,
        pytest.raises(UnicodeDecodeError),
    ):
        _ = file.streams.audio[0].codec_context.codec_tag


@pytest.mark.parametrize("value", [1e20, -1e20, 10_001.0, -32_768.0])
@pytest.mark.parametrize("channels", [1, 2])
def test_an_absurd_sample_is_refused_with_its_value_and_place(tmp_path, value, channels):
    wave = music(2.0, 8_000, channels)
    wave[12_000] = value
    wave[12_000, -1] *= -1  # so that the mean of two channels hides it
    wave[12_000, 0] = value
    soundfile.write(tmp_path / "a.wav", wave, 8_000, subtype="FLOAT")
    expected = (
        rf"^'a\.wav' holds a sample of {value:g} at 1\.50 s; full scale is 1, and at most 10000 is taken\."
    )
    with pytest.raises(BadAudio, match=expected.replace("+", r"\+")):
        decode(tmp_path / "a.wav", LIMITS)
    with pytest.raises(BadAudio, match=r"at 1\.50 s"):
        decode(tmp_path / "a.wav", LIMITS, 1.0, 0.8)
    assert decode(tmp_path / "a.wav", LIMITS, 0.0, 1.0).seconds == 1.0


def test_samples_up_to_the_limit_are_kept(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.array([1e4, -1e4] * 4_000), 8_000, subtype="FLOAT")
    assert np.abs(decode(tmp_path / "a.wav", LIMITS).samples).max() == 1e4


@pytest.mark.parametrize("rate", [1, 10, 4_000, 7_999, 384_001, 655_350, 1_000_000])
def test_a_rate_that_is_none_of_music_is_refused(tmp_path, rate):
    soundfile.write(tmp_path / "a.wav", np.zeros(10_000), rate)
    expected = rf"^'a\.wav' has a sample rate of {rate} Hz; 8000 to 384000 Hz are expected\. Convert it"
    with pytest.raises(BadAudio, match=expected):
        decode(tmp_path / "a.wav", LIMITS)


@pytest.mark.parametrize("rate", [8_000, 11_025, 352_800, 384_000])
def test_every_admitted_rate_is_heard_and_drawn(tmp_path, rate):
    soundfile.write(tmp_path / "a.wav", music(0.6, rate), rate)
    clip = decode(tmp_path / "a.wav", LIMITS)
    assert clip.rate == rate
    assert mel_image(clip.samples, rate).max() == 255


@pytest.mark.parametrize(("channels", "is_heard"), [(64, True), (65, False)])
def test_more_than_64_channels_are_refused(tmp_path, channels, is_heard):
    soundfile.write(tmp_path / "a.wav", np.full((8_000, channels), 0.1), 8_000)
    if is_heard:
        assert decode(tmp_path / "a.wav", LIMITS).channels == 64
        return
    with pytest.raises(
        BadAudio, match=r"'a\.wav' has 65 channels; 1 to 64 are expected\. Mix it down to two\."
    ):
        decode(tmp_path / "a.wav", LIMITS)


def test_samples_are_limited_as_well_as_seconds():
    assert Excerpt(LIMITS).max_samples(44_100) == 600 * 44_100
    assert Excerpt(LIMITS).max_samples(384_000) == LIMITS.max_samples == ROOM
    assert Excerpt(Limits(max_seconds=3_600)).max_samples(48_000) == 3_600 * 48_000
    assert Excerpt(LIMITS, 10.0, 2.0).max_samples(8_000) == 16_000


def test_a_clip_that_reaches_the_limit_of_samples_says_how_much_is_used(tmp_path, monkeypatch):
    monkeypatch.setattr("quintet.audio.limits.ROOM", 20_000)
    clip = decode(write_wav(tmp_path / "a.wav", 3.0, 96_000), Limits(max_seconds=0.125, min_seconds=0.1))
    assert clip.notices == ("Longer than the limit: the first 0.1 s are used.",)
    monkeypatch.setattr("quintet.audio.limits.HEADROOM", 8_000)
    clip = decode(write_wav(tmp_path / "a.wav", 3.0, 16_000), Limits(max_seconds=2.5))
    assert (clip.seconds, clip.notices) == (1.25, ("Longer than the limit: the first 1.2 s are used.",))


# What a decoder may cost, and what stands before the sound


def tag(frames: bytes, size: int | None = None) -> bytes:
    """An ID3v2.4 tag that says it has `size` bytes."""
    size = len(frames) if size is None else size
    return b"ID3\x04\x00\x00" + bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0)) + frames


def compressed_frame(size: int) -> bytes:
    """A text frame of zeros, deflated, with its inflated size before it."""
    data = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0)) + zlib.compress(bytes(size), 9)
    return b"TXXX" + bytes(len(data) >> shift & 0x7F for shift in (21, 14, 7, 0)) + b"\x00\x09" + data


def test_compressed_tags_are_not_inflated(tmp_path):
    song = encode(tmp_path / "a.mp3", "mp3").read_bytes()
    bomb = tag(b"".join([compressed_frame(200 << 20)] * 3)) + song
    assert len(bomb) < 1 << 20
    limits = ResourceLimits(memory_bytes=150 << 20)
    clip = bounded.run(decoding._clip_of_bytes, bomb, "a.mp3", LIMITS, limits=limits)
    assert (clip.seconds, clip.notices) == (decode(tmp_path / "a.mp3", LIMITS).seconds, ())


def test_an_upload_that_needs_too_much_memory_is_refused_and_the_next_is_heard(tmp_path, monkeypatch):
    data = write_wav(tmp_path / "a.wav", 60.0, 192_000).read_bytes()
    monkeypatch.setattr(decoding, "UPLOAD", ResourceLimits(memory_bytes=10 << 20, seconds=60))
    with pytest.raises(BadAudio, match=r"'a\.wav' needs more than .* GB of memory; expected sound as"):
        decode_bytes(data, "a.wav", LIMITS)
    monkeypatch.undo()
    assert decode_bytes(data, "a.wav", LIMITS).seconds == 60.0


def test_an_upload_that_breaks_its_limits_is_refused_in_a_sentence(monkeypatch):
    def run(*arguments, **limits):
        raise OutOfBounds("took longer than 120 s and was stopped")

    monkeypatch.setattr(bounded, "run", run)
    with pytest.raises(
        BadAudio, match=r"^'a\.wav' took longer than 120 s and was stopped; expected sound as .* WAV"
    ):
        decode_bytes(b"x", "a.wav", LIMITS)


def test_what_caused_the_refusal_of_an_upload_is_logged(caplog):
    with caplog.at_level(logging.INFO), pytest.raises(BadAudio):
        decode_bytes(np.random.default_rng(0).bytes(50_000), "a.mp3", LIMITS)
    assert "InvalidDataError" in caplog.text


@pytest.mark.parametrize(("codec", "rate"), [("wavpack", 1_000_000), ("flac", 655_350)])
def test_a_small_upload_that_inflates_to_gigabytes_is_refused_by_its_rate(codec, rate):
    file = io.BytesIO()
    with av.open(file, "w", format={"wavpack": "wv"}.get(codec, codec)) as output:
        stream = output.add_stream(codec, rate=rate, layout="mono")
        output.mux(stream.encode(frame_of(np.zeros((2_000_000, 1), np.float32), rate)))
        output.mux(stream.encode(None))
    assert len(file.getvalue()) < 200_000
    with pytest.raises(BadAudio, match=rf"has a sample rate of {rate} Hz"):
        decode_bytes(file.getvalue(), "a", LIMITS)


@pytest.mark.parametrize("kind", ["mp3", "wav", "flac"])
@pytest.mark.parametrize("size", [5_000, 3 << 20])
def test_zeros_before_the_sound_are_left_out_and_said(tmp_path, kind, size):
    song = encode(tmp_path / "a", kind)
    plain = decode(song, LIMITS)
    song.write_bytes(bytes(size) + song.read_bytes())
    clip = decode(song, LIMITS)
    np.testing.assert_array_equal(clip.samples, plain.samples)
    assert clip.notices == (f"Its first {size} bytes are no sound and were skipped.",)


@pytest.mark.parametrize("kind", ["mp3", "flac", "wav", "m4a"])
def test_tags_before_the_sound_are_left_out_in_silence(tmp_path, kind):
    song = encode(tmp_path / "a", kind)
    plain = decode(song, LIMITS)
    song.write_bytes(tag(bytes(70_000)) + tag(b"TIT2\x00\x00\x00\x02\x00\x00\x03x") + song.read_bytes())
    clip = decode(song, LIMITS)
    np.testing.assert_array_equal(clip.samples, plain.samples)
    assert clip.notices == ()


@pytest.mark.parametrize("size", [9_000, 30_000, 200 << 20])
def test_a_tag_that_says_it_is_longer_than_it_is_hides_no_sound(tmp_path, size):
    song = encode(tmp_path / "a", "mp3", id3v2_version="0")
    plain = decode(song, LIMITS)
    song.write_bytes(tag(bytes(300), size) + song.read_bytes())
    clip = decode(song, LIMITS)
    np.testing.assert_array_equal(clip.samples, plain.samples)
    assert clip.notices == ("Its first 310 bytes are no sound and were skipped.",)


def test_a_tag_that_says_it_is_shorter_than_it_is_is_passed_over(tmp_path):
    song = encode(tmp_path / "a", "mp3")
    plain = decode(song, LIMITS)
    song.write_bytes(tag(np.random.default_rng(4).bytes(2 << 20), 10) + song.read_bytes())
    assert decode(song, LIMITS).seconds == pytest.approx(plain.seconds, abs=0.03)


@pytest.mark.parametrize("start", [0.0, 5.0])
def test_an_excerpt_behind_a_tag_is_the_same_slice(tmp_path, start):
    song = encode(tmp_path / "a", "mp3", 8.0)
    plain = decode(song, LIMITS, start, 1.0)
    song.write_bytes(tag(bytes(40_000)) + song.read_bytes())
    np.testing.assert_array_equal(decode(song, LIMITS, start, 1.0).samples, plain.samples)


def test_a_tail_is_a_file_of_its_own():
    tail = preamble.Tail(io.BytesIO(b"0123456789"), 4)
    assert (tail.read(2), tail.tell(), tail.seek(0, io.SEEK_END), tail.seek(-1, io.SEEK_CUR)) == (
        b"45",
        2,
        6,
        5,
    )
    assert (tail.read(), tail.seek(1), tail.read(2)) == (b"9", 1, b"56")


# Channels and tracks


def opposed(seconds: float = 2.0, rate: int = 44_100, noise: float = 0.0) -> np.ndarray:
    wave = music(seconds, rate)
    rest = noise * np.random.default_rng(8).standard_normal((len(wave), 1)).astype(np.float32)
    return np.concatenate([wave, rest - wave], axis=1)


@pytest.mark.parametrize("noise", [0.0, 1e-4, 1e-3])
def test_of_channels_that_cancel_out_the_left_is_used_and_said(tmp_path, noise):
    wave = opposed(noise=noise)
    soundfile.write(tmp_path / "a.wav", wave, 44_100, subtype="FLOAT")
    clip = decode(tmp_path / "a.wav", LIMITS)
    np.testing.assert_array_equal(clip.samples, wave[:, 0])
    assert clip.notices == ("The two channels cancel out; the left one is used.",)
    part = decode(tmp_path / "a.wav", LIMITS, 0.5, 1.0)
    np.testing.assert_array_equal(part.samples, wave[22_050:66_150, 0])


@pytest.mark.parametrize("kind", ["mp3", "m4a", "ogg", "opus", "wma", "flac"])
def test_channels_that_cancel_out_are_noticed_in_lossy_files_too(tmp_path, monkeypatch, kind):
    monkeypatch.setattr("tests.sounds.music", lambda seconds, rate, channels: opposed(seconds, rate))
    clip = decode(encode(tmp_path / "a", kind), LIMITS)
    assert clip.notices == ("The two channels cancel out; the left one is used.",)
    assert np.std(clip.samples) == pytest.approx(np.std(music(3.0, clip.rate)), rel=0.05)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.75])
def test_of_wide_stereo_the_mean_is_used(tmp_path, share):
    wave = music(2.0, 44_100)
    soundfile.write(
        tmp_path / "a.wav", np.concatenate([wave, -share * wave], axis=1), 44_100, subtype="FLOAT"
    )
    clip = decode(tmp_path / "a.wav", LIMITS)
    np.testing.assert_allclose(clip.samples, (1 - share) / 2 * wave[:, 0], atol=1e-6)
    assert clip.notices == ()


def test_silent_channels_do_not_cancel_out(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.tile([[1e-5, -1e-5]], (8_000, 1)), 8_000, subtype="FLOAT")
    assert decode(tmp_path / "a.wav", LIMITS).notices == ("Silent: no sample reaches 0.0001 of full scale.",)


def test_of_more_channels_that_cancel_out_the_loudest_is_used(tmp_path):
    wave = music(1.0, 8_000)
    soundfile.write(
        tmp_path / "a.wav", np.concatenate([0 * wave, wave, -wave], axis=1), 8_000, subtype="FLOAT"
    )
    clip = decode(tmp_path / "a.wav", LIMITS)
    np.testing.assert_array_equal(clip.samples, wave[:, 0])
    assert clip.notices == ("The 3 channels cancel out; the loudest, number 2, is used.",)


@pytest.mark.parametrize(
    ("levels", "default", "container", "level", "which"),
    [
        ([0.0, 0.3], 1, "matroska", 0.3, "default, number 2,"),
        ([0.0, 0.1, 0.3], 2, "matroska", 0.3, "default, number 3,"),
        ([0.3, 0.0], 0, "matroska", 0.3, "default, number 1,"), ([0.3, 0.0], None, "matroska", 0.3, "first"),
        ([0.0, 0.3], 1, "mp4", 0.3, "default, number 2,"), ([0.3, 0.0], None, "mpegts", 0.3, "first"),
    ],
)  # fmt: skip
def test_of_several_tracks_the_default_or_else_the_first_is_used_and_said(
    tmp_path, levels, default, container, level, which
):
    clip = decode(tracks(tmp_path / "a", levels, default, container), LIMITS)
    assert np.std(clip.samples) == pytest.approx(level / np.sqrt(2), rel=0.05)
    assert clip.notices == (f"It has {len(levels)} audio tracks; the {which} is used.",)


@pytest.mark.parametrize("kind", ["RF64", "WAV", "W64"])
def test_files_of_64_bit_lengths_need_no_notice(tmp_path, kind):
    soundfile.write(tmp_path / "a", music(1.0, 8_000), 8_000, format=kind, subtype="PCM_16")
    data = (tmp_path / "a").read_bytes()
    assert decode(tmp_path / "a", LIMITS).notices == ()
    if kind == "RF64":
        (tmp_path / "a").write_bytes(b"BW64" + data[4:])
        clip = decode(tmp_path / "a", LIMITS)
        assert (clip.seconds, clip.notices) == (1.0, ())


def test_an_rf64_whose_data_chunk_leaves_its_length_to_ds64_needs_no_notice(tmp_path):
    samples = (music(1.0, 8_000)[:, 0] * 32_767).astype("<i2").tobytes()
    ds64 = struct.pack("<QQQI", 72 + len(samples), len(samples), 8_000, 0)
    chunks = b"ds64" + struct.pack("<I", len(ds64)) + ds64
    chunks += b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8_000, 16_000, 2, 16)
    (tmp_path / "a").write_bytes(b"RF64" + b"\xff" * 4 + b"WAVE" + chunks + b"data" + b"\xff" * 4 + samples)
    clip = decode(tmp_path / "a", LIMITS)
    assert (clip.seconds, clip.notices) == (1.0, ())
