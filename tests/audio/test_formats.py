"""The one list of what a sound file is, held against what the door hears, and the walk through a folder."""

import os
import shutil
from pathlib import Path

import av
import pytest

from quintet.audio import Limits, decode, formats
from tests.sounds import frame_of, music, write_wav

# ending -> (codec, container) that FFmpeg's build in PyAV can write; the others it can only read
ENCODERS = {
    ".wav": ("pcm_s16le", "wav"), ".wave": ("pcm_s24le", "wav"), ".bwf": ("pcm_s16le", "wav"),
    ".w64": ("pcm_s16le", "w64"), ".aif": ("pcm_s16be", "aiff"), ".aiff": ("pcm_s16be", "aiff"),
    ".aifc": ("pcm_s16be", "aiff"), ".au": ("pcm_s16be", "au"), ".snd": ("pcm_mulaw", "au"),
    ".caf": ("pcm_s16le", "caf"), ".flac": ("flac", "flac"), ".wv": ("wavpack", "wv"),
    ".tta": ("tta", "tta"), ".mp3": ("libmp3lame", "mp3"), ".mp2": ("mp2", "mp2"), ".mpa": ("mp2", "mp2"),
    ".mpga": ("libmp3lame", "mp3"), ".aac": ("aac", "adts"), ".ac3": ("ac3", "ac3"),
    ".eac3": ("eac3", "eac3"), ".ogg": ("vorbis", "ogg"), ".oga": ("flac", "ogg"),
    ".ogx": ("flac", "ogg"), ".opus": ("libopus", "ogg"), ".ogv": ("libopus", "ogg"),
    ".m4a": ("aac", "ipod"), ".m4b": ("aac", "ipod"), ".m4r": ("alac", "ipod"), ".mp4": ("aac", "mp4"),
    ".m4v": ("aac", "mp4"), ".mov": ("aac", "mov"), ".qt": ("aac", "mov"), ".3gp": ("aac", "3gp"),
    ".3gpp": ("aac", "3gp"), ".3g2": ("aac", "3g2"), ".mka": ("libopus", "matroska"),
    ".mkv": ("libopus", "matroska"), ".webm": ("libopus", "webm"), ".weba": ("libopus", "webm"),
    ".wma": ("wmav2", "asf"), ".asf": ("wmav2", "asf"), ".wmv": ("wmav2", "asf"),
    ".avi": ("libmp3lame", "avi"), ".flv": ("aac", "flv"), ".f4v": ("aac", "flv"), ".mpg": ("mp2", "mpeg"),
    ".mpeg": ("mp2", "mpeg"), ".vob": ("mp2", "vob"), ".ts": ("aac", "mpegts"), ".mts": ("aac", "mpegts"),
    ".m2ts": ("aac", "mpegts"),
}  # fmt: skip
UNWRITABLE = {".ape", ".tak", ".dsf", ".amr", ".mpc", ".mp+", ".spx", ".rf64"}  # read, but not written here
HIDDEN = ["._x.mp3", ".x.mp3", ".Trashes/x.mp3", "__MACOSX/x.mp3", "$RECYCLE.BIN/x.mp3", ".git/x.mp3"]


def encode(path: Path, codec: str, container: str, seconds: float = 1.0) -> Path:
    """A stereo file of `music` by one of FFmpeg's encoders."""
    rate = 48_000 if codec == "libopus" else 44_100
    options = {"vorbis": {"strict": "experimental"}, "wmav2": {"b": "128k"}}.get(codec, {})
    with av.open(str(path), "w", format=container) as file:
        stream = file.add_stream(codec, rate=rate, layout="stereo", options=options)
        file.mux(stream.encode(frame_of(music(seconds, rate, 2), rate)))
        file.mux(stream.encode(None))
    return path


def below(root: Path) -> tuple[list[str], dict[str, list[str]]]:
    """What the walk gives of a folder, and what it leaves out by reason."""
    skipped: dict[str, list[str]] = {}
    files = formats.sound_files(root, lambda reason, name: skipped.setdefault(reason, []).append(name))
    return sorted("/".join(parts) for parts in files), skipped


def test_every_ending_is_tried_or_known_as_one_that_cannot_be_written():
    assert ENCODERS.keys() | UNWRITABLE == formats.ENDINGS


@pytest.mark.parametrize("ending", sorted(ENCODERS))
def test_what_has_an_ending_of_the_list_is_heard(tmp_path, ending):
    clip = decode(encode(tmp_path / f"x{ending}", *ENCODERS[ending]), Limits())
    assert clip.seconds == pytest.approx(1.0, abs=0.1)  # compressed ones pad to whole frames


@pytest.mark.parametrize("name", ["a.MP3", "b.Aifc", "c d.m4b"])
def test_the_case_of_an_ending_does_not_matter(name):
    assert formats.is_sound_name(name)


@pytest.mark.parametrize("name", ["mp3", "cover.jpg", "a.mp3.part", "a.", "", "list.m3u8"])
def test_what_has_no_ending_of_the_list_is_no_sound_file(name):
    assert not formats.is_sound_name(name)


@pytest.mark.parametrize("name", HIDDEN)
def test_hidden_files_and_folders_are_never_sound(tmp_path, name):
    write_wav(tmp_path / "a.wav", 0.1)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    shutil.copy(tmp_path / "a.wav", tmp_path / name)
    assert below(tmp_path) == (["a.wav"], {"hidden, left out": [name.partition("/")[0]]})


def test_a_folder_that_is_called_like_a_song_is_walked(tmp_path):
    (tmp_path / "Live.mp3").mkdir()
    write_wav(tmp_path / "Live.mp3" / "02.mp3", 0.1)
    assert below(tmp_path) == (["Live.mp3/02.mp3"], {})


def test_a_loop_of_links_ends_and_every_file_is_given_once(tmp_path):
    (tmp_path / "a").mkdir()
    write_wav(tmp_path / "a" / "x.wav", 0.1)
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "b").symlink_to(tmp_path / "a")
    files, skipped = below(tmp_path)
    assert files == ["a/x.wav"]
    assert skipped == {"link to a folder read already, left out": ["b", "a/up"]}


def test_what_is_no_regular_file_is_left_out_with_its_reason(tmp_path):
    os.mkfifo(tmp_path / "pipe.wav")
    (tmp_path / "gone.wav").symlink_to(tmp_path / "nowhere")
    (tmp_path / "cover.jpg").touch()
    assert below(tmp_path) == ([], {
        "neither file nor folder, left out": ["pipe.wav"], "dead link, left out": ["gone.wav"],
        "no sound file, left out": ["cover.jpg"],
    })  # fmt: skip
