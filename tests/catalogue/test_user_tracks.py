"""Tracks a visitor keeps: safe names, nothing written over, one dataset read by the reader of folders."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from quintet import registry
from quintet.catalogue import locations, tracks, user_tracks
from quintet.errors import StoreError, UsageError
from tests.sounds import encode, write_wav


@pytest.fixture
def song(tmp_path) -> bytes:
    return encode(tmp_path / "song.mp3", "mp3", seconds=1.0).read_bytes()


def test_a_kept_track_is_a_file_of_the_same_bytes_and_a_track_of_my_tracks(here, song):
    found = user_tracks.add(song, "My song.mp3", here)
    assert found.path == here.data / "tracks" / "My song.mp3"
    assert found.path.read_bytes() == song
    assert (found.before, found.tracks) == (False, 1)
    assert [t.id for t in tracks.read(user_tracks.NAME, here)] == ["My song.mp3"]
    assert user_tracks.NAME in locations.known(here)


def test_eight_people_who_add_at_once_all_have_their_track(here, tmp_path):
    sounds = [write_wav(tmp_path / f"{n}.wav", 0.6 + 0.05 * n).read_bytes() for n in range(8)]
    with ThreadPoolExecutor(8) as people:
        added = list(people.map(lambda data: user_tracks.add(data, "song.wav", here), sounds))
    assert len({one.path for one in added}) == 8
    assert {t.id for t in tracks.read(user_tracks.NAME, here)} == {one.path.name for one in added}


def test_another_content_of_that_name_gets_a_number(here, song, tmp_path):
    other = encode(tmp_path / "other.mp3", "mp3", seconds=2.0).read_bytes()
    third = encode(tmp_path / "third.mp3", "mp3", seconds=3.0).read_bytes()
    names = [user_tracks.add(data, "a.mp3", here).path.name for data in (song, other, third)]
    assert names == ["a.mp3", "a (2).mp3", "a (3).mp3"]
    assert (here.data / "tracks" / "a.mp3").read_bytes() == song


def test_the_same_content_is_kept_once_whatever_its_name(here, song):
    first = user_tracks.add(song, "a.mp3", here)
    again = user_tracks.add(song, "b.mp3", here)
    assert (again.path, again.before, again.tracks) == (first.path, True, 1)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd.mp3", "passwd.mp3"),
        ("..\\..\\boot.wav", "boot.wav"),
        ("<img src=x onerror=alert(1)>.mp3", "_img src=x onerror=alert(1)_.mp3"),
        (".hidden.mp3", "hidden.mp3"),
        ("a\nb\x00c.mp3", "abc.mp3"),
        ("Motörhead, Ace.FLAC", "Motörhead, Ace.flac"),
        (".mp3", "mp3.mp3"),
        ("", "track.mp3"),
        ("notes.txt", "notes.txt.mp3"),
        ("x" * 300 + ".mp3", "x" * 120 + ".mp3"),
        ("é" * 130 + ".mp3", "é" * 100 + ".mp3"),
    ],
)
def test_a_name_becomes_safe_and_ends_as_sound_does(name, expected):
    assert user_tracks.safe(name, b"ID3\x04") == expected


@pytest.mark.parametrize(
    ("head", "ending"),
    [(b"RIFF", ".wav"), (b"fLaC", ".flac"), (b"OggS", ".ogg"), (b"\xff\xfb\x90", ".mp3"),
     (b"\0\0\0\x20ftypisom", ".mp4"), (b"FORM", ".aiff"), (b"????", ".mp4")],
)  # fmt: skip
def test_the_ending_of_a_name_without_one_comes_from_the_content(head, ending):
    assert user_tracks.safe("upload", head) == f"upload{ending}"


def test_what_cannot_be_written_leaves_nothing_and_says_so(here, song):
    here.data.mkdir(parents=True)
    (here.data / "tracks").write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="could not be written"):
        user_tracks.add(song, "a.mp3", here)
    assert user_tracks.NAME not in locations.known(here)


def test_a_dataset_of_that_name_elsewhere_is_left_alone(here, song, tmp_path):
    write_wav(tmp_path / "one.wav")
    locations.keep(locations.entry(user_tracks.NAME, tmp_path, user_tracks.reader()), here)
    with pytest.raises(UsageError, match="under another name"):
        user_tracks.add(song, "a.mp3", here)
    assert not user_tracks.folder(here).exists()


def test_exactly_one_reader_reads_what_people_keep():
    own = [n for n in registry.names("datasets") if getattr(registry.module("datasets", n), "PEOPLES_OWN", 0)]
    assert own == [user_tracks.reader()]
