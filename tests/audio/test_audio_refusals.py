"""What cannot be heard is refused with one sentence: what it is, what was expected, what to do."""

import numpy as np
import pytest
import soundfile

from quintet.audio import Limits, decode, decode_bytes
from quintet.errors import BadAudio
from tests.audio.protect import protect
from tests.sounds import FORMATS, encode, film, music, write_wav

LIMITS = Limits()
PROTECTED = r"^'a\.m4a' is protected \(DRM\), .*; expected WAV, .* protection\. Choose an unprotected copy\.$"
TEXT = "hello, this is no music\n" * 4000


def test_an_empty_file_is_refused():
    with pytest.raises(BadAudio, match=r"'a.wav' is empty \(0 bytes\); expected WAV, .* again"):
        decode_bytes(b"", "a.wav", LIMITS)


def test_a_text_renamed_mp3_is_refused_with_its_reason(tmp_path):
    (tmp_path / "a.mp3").write_text(TEXT)
    with pytest.raises(
        BadAudio, match=r"^'a.mp3' is a text file; expected sound as WAV, .*\. Export it again as WAV\.$"
    ):
        decode(tmp_path / "a.mp3", LIMITS)


@pytest.mark.parametrize("playlist", ["ffconcat version 1.0\nfile {}\n", "#EXTM3U\n#EXTINF:3,\nfile://{}\n"])
def test_a_playlist_opens_no_other_file(tmp_path, playlist):
    other = encode(tmp_path / "other.mp3", "mp3")
    with pytest.raises(BadAudio, match="is a text file"):
        decode_bytes(playlist.format(other).encode(), "a.mp3", LIMITS)


@pytest.mark.parametrize(
    "start", [b"", b"RIFF", b"fLaC", b"OggS", b"ID3\x03", b"\xff\xfb\x90\x00", b"\x1aE\xdf\xa3"]
)
def test_random_bytes_are_refused(start):
    data = start + np.random.default_rng(3).bytes(60_000)
    with pytest.raises(BadAudio, match=r"'a\.mp3' is damaged or not a sound file; expected sound as"):
        decode_bytes(data, "a.mp3", LIMITS)


def test_a_film_without_sound_is_refused(tmp_path):
    with pytest.raises(BadAudio, match=r"'a\.mp4' has no audio track that can be decoded"):
        decode(film(tmp_path / "a.mp4", sound=False), LIMITS)


@pytest.mark.parametrize("seconds", [1.0, 20.0])
def test_an_encrypted_m4a_is_refused(tmp_path, seconds):
    key = {"encryption_key": "00112233445566778899aabbccddeeff", "encryption_kid": "0" * 32}
    path = encode(tmp_path / "a.m4a", "m4a", seconds, encryption_scheme="cenc-aes-ctr", **key)
    with pytest.raises(BadAudio, match=PROTECTED):
        decode(path, LIMITS)


@pytest.mark.parametrize("entry", [b"drms", b"aavd"])
def test_a_bought_file_that_only_its_player_opens_is_refused_as_protected(tmp_path, entry):
    path = protect(encode(tmp_path / "a.m4a", "m4a", 3.0), entry)
    with pytest.raises(BadAudio, match=PROTECTED):
        decode(path, LIMITS)


def test_a_damaged_file_is_not_called_protected(tmp_path):
    data = bytearray(encode(tmp_path / "a.m4a", "m4a", 20.0).read_bytes())
    sound = slice(data.index(b"mdat") + 4, data.index(b"moov") - 4)
    data[sound] = np.random.default_rng(0).bytes(sound.stop - sound.start)
    with pytest.raises(BadAudio, match=r"'a\.m4a' has an audio track that is mostly damaged; .* as WAV\.$"):
        decode_bytes(bytes(data), "a.m4a", LIMITS)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_samples_that_are_not_numbers_are_refused_with_their_place(tmp_path, value):
    wave = music(2.0, 8000, 2)
    wave[12_000, 1] = value
    soundfile.write(tmp_path / "a.wav", wave, 8000, subtype="FLOAT")
    with pytest.raises(BadAudio, match=r"'a.wav' holds a sample that is NaN or infinite at 1\.50 s"):
        decode(tmp_path / "a.wav", LIMITS)


def test_doubles_too_large_for_a_float_are_refused(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.full(8000, 1e300), 8000, subtype="DOUBLE")
    with pytest.raises(BadAudio, match="NaN or infinite"):
        decode(tmp_path / "a.wav", LIMITS)


def test_less_than_half_a_second_is_refused(tmp_path):
    with pytest.raises(BadAudio, match=r"'a.wav' has 0\.49 s of sound; at least 0\.5 s are needed"):
        decode(write_wav(tmp_path / "a.wav", 0.49), LIMITS)
    assert decode(write_wav(tmp_path / "b.wav", 0.5), LIMITS).seconds == 0.5


@pytest.mark.parametrize("kind", ["wav", "mp3", "opus"])
def test_an_excerpt_beyond_the_end_is_refused(tmp_path, kind):
    with pytest.raises(BadAudio, match=r"has 0\.00 s of sound from 30 s on"):
        decode(encode(tmp_path / "a", kind), LIMITS, 30.0, 10.0)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(BadAudio, match=r"There is no file 'a.wav'; .* Check its name and folder"):
        decode(tmp_path / "a.wav", LIMITS)


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(BadAudio, match="is a folder; one audio file was expected"):
        decode(tmp_path, LIMITS)


def test_a_message_tells_the_name_without_its_folders(tmp_path):
    with pytest.raises(BadAudio) as missing:
        decode(tmp_path / "a.wav", LIMITS)
    with pytest.raises(BadAudio) as empty:
        decode_bytes(b"", str(tmp_path / "a.wav"), LIMITS)
    assert str(tmp_path) not in f"{missing.value} {empty.value}"


@pytest.mark.parametrize("kind", FORMATS)
def test_a_spoilt_file_is_heard_or_refused_and_nothing_else_happens(tmp_path, kind, capfd):
    data, dice = encode(tmp_path / "a", kind).read_bytes(), np.random.default_rng(5)
    heard = [_outcome(_spoil(data, dice)) for _ in range(12)]
    assert set(heard) <= {"clip", "refused"}
    assert capfd.readouterr() == ("", "")


def _spoil(data: bytes, dice: np.random.Generator) -> bytes:
    spoilt = np.frombuffer(data, np.uint8).copy()
    reach = dice.choice([200, 5000, len(data)])
    spoilt[dice.integers(0, min(reach, len(data)), 20)] = dice.integers(0, 256, 20)
    return spoilt[: dice.integers(100, len(data))].tobytes()


def _outcome(data: bytes) -> str:
    try:
        decode_bytes(data, "a", LIMITS)
    except BadAudio:
        return "refused"
    return "clip"
