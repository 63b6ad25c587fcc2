"""What is accepted although something is odd, and the sentence that says so."""

import io
import struct

import av
import numpy as np
import pytest
import soundfile

from quintet.audio import Limits, decode, decode_bytes
from tests.sounds import encode, music, write_wav

LIMITS = Limits()
ENDS = "Ends at {} s; its header states {} s. What is there is used."


def test_eight_channels_at_192_khz_are_mixed_down_with_a_notice(tmp_path):
    clip = decode(write_wav(tmp_path / "a.wav", 1.0, 192_000, 8), LIMITS)
    assert (clip.rate, clip.channels) == (192_000, 8)
    assert clip.notices == ("The 8 channels were mixed down to one.",)


def test_stereo_needs_no_notice(tmp_path):
    assert decode(write_wav(tmp_path / "a.wav", channels=2), LIMITS).notices == ()


@pytest.mark.parametrize(("level", "silent"), [(0.0, True), (0.9e-4, True), (-0.9e-4, True), (1.1e-4, False)])
def test_silence_is_accepted_with_a_notice(tmp_path, level, silent):
    soundfile.write(tmp_path / "a.wav", np.full(8000, level), 8000, subtype="FLOAT")
    notices = decode(tmp_path / "a.wav", LIMITS).notices
    assert notices == (("Silent: no sample reaches 0.0001 of full scale.",) if silent else ())


@pytest.mark.parametrize("kind", ["wav", "mp3", "webm"])
def test_a_file_longer_than_the_limit_is_cut_with_a_notice(tmp_path, kind):
    clip = decode(encode(tmp_path / "a", kind, seconds=5.0), Limits(max_seconds=2.0))
    assert (clip.seconds, clip.notices) == (2.0, ("Longer than the limit: the first 2 s are used.",))


def test_ten_minutes_are_called_ten_minutes(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.full(601 * 8000, 0.1), 8000)
    assert decode(tmp_path / "a.wav", LIMITS).notices == (
        "Longer than the limit: the first 10 min are used.",
    )


def test_a_file_as_long_as_the_limit_needs_no_notice(tmp_path):
    assert decode(write_wav(tmp_path / "a.wav", 2.0), Limits(max_seconds=2.0)).notices == ()


def test_an_excerpt_within_the_limit_needs_no_notice(tmp_path):
    assert decode(write_wav(tmp_path / "a.wav", 6.0), Limits(max_seconds=4.0), 1.0, 4.0).notices == ()


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "webm"])
def test_a_file_that_ends_before_its_header_says_is_used_with_a_notice(tmp_path, kind):
    data = encode(tmp_path / "a", kind, seconds=6.0).read_bytes()
    clip = decode_bytes(data[: len(data) // 2], "a", LIMITS)
    assert clip.seconds == pytest.approx(3.0, abs=0.4)
    assert ENDS.format(f"{clip.seconds:.1f}".removesuffix(".0"), 6) in clip.notices


@pytest.mark.parametrize("kind", ["ogg", "opus", "mp3"])
def test_a_cut_file_whose_header_states_no_length_needs_no_notice(tmp_path, kind):
    options = {"write_xing": "0"} if kind == "mp3" else {}
    data = encode(tmp_path / "a", kind, seconds=6.0, **options).read_bytes()
    clip = decode_bytes(data[: len(data) // 2], "a", LIMITS)
    assert clip.seconds == pytest.approx(3.0, abs=1.2)  # an Ogg page lasts a second
    assert clip.notices == ()


@pytest.mark.parametrize("stated", [0, 0x7FFFFFFF, 0xFFFFFFFF], ids=hex)
def test_a_wav_whose_length_was_never_filled_in_is_taken_as_it_is(tmp_path, stated):
    data = bytearray(write_wav(tmp_path / "a.wav", 2.0).read_bytes())
    data[40:44] = struct.pack("<I", stated)
    clip = decode_bytes(bytes(data), "a.wav", LIMITS)
    assert (clip.seconds, clip.notices) == (2.0, ())


def test_a_wav_that_states_too_much_is_used_with_a_notice(tmp_path):
    data = bytearray(write_wav(tmp_path / "a.wav", 2.0).read_bytes())
    data[40:44] = struct.pack("<I", 44_100 * 2 * 3)
    clip = decode_bytes(bytes(data), "a.wav", LIMITS)
    assert (clip.seconds, clip.notices) == (2.0, (ENDS.format(2, 3),))


def test_a_flac_stream_that_states_no_length_is_taken_as_it_is(tmp_path):
    soundfile.write(tmp_path / "a.flac", music(2.0, 44_100), 44_100)
    data = bytearray((tmp_path / "a.flac").read_bytes())
    data[21] &= 0xF0  # the 36 bits of STREAMINFO that count the samples
    data[22:26] = bytes(4)
    clip = decode_bytes(bytes(data), "a.flac", LIMITS)
    assert (clip.seconds, clip.notices) == (2.0, ())


class _Pipe(io.RawIOBase):
    """What a browser's recorder writes to: nothing can be filled in afterwards."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:
        self.data += data
        return len(data)


def test_a_webm_from_a_browser_recorder_without_a_duration_is_taken_as_it_is(tmp_path):
    pipe = _Pipe()
    with (
        av.open(str(encode(tmp_path / "a.webm", "webm"))) as source,
        av.open(pipe, "w", format="webm", options={"live": "1"}) as file,
    ):
        stream = file.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(audio=0):
            if packet.size:
                packet.stream = stream
                file.mux(packet)
    with av.open(io.BytesIO(bytes(pipe.data))) as recorded:
        assert recorded.duration is None
    clip = decode_bytes(bytes(pipe.data), "recording.webm", LIMITS)
    assert clip.seconds == pytest.approx(3.0, abs=0.05)
    assert clip.notices == ()


def test_damaged_parts_are_counted(tmp_path):
    data = bytearray(encode(tmp_path / "a.m4a", "m4a", seconds=6.0).read_bytes())
    data[len(data) // 2 : len(data) // 2 + 3000] = np.random.default_rng(0).bytes(3000)
    assert "damaged parts were left out." in decode_bytes(bytes(data), "a.m4a", LIMITS).notices[-1]
