"""Folder: classes out of sub-folders, tags out of files, and everything odd a disk can hold."""

import os
import shutil
from pathlib import Path

import pytest

from quintet.datasets import folder
from quintet.datasets.base import DatasetLocation, Facts, ReadReport, Track
from quintet.errors import MissingData
from tests.datasets.miniatures import folder as miniature
from tests.sounds import write_wav

TAGGED = ["flac", "ogg", "opus", "mp3", "m4a", "wav"]
UNTAGGED = ["flac", "ogg", "opus", "mp3", "m4a", "wav", "wma"]


def found(root: Path, notes: ReadReport | None = None) -> dict[str, Track]:
    """What the reader finds below a folder, by id."""
    return {track.id: track for track in folder.read(DatasetLocation(root), notes or ReadReport()).tracks}


def facts(root: Path) -> Facts:
    """Facts of what lies below a folder."""
    return folder.read(DatasetLocation(root), ReadReport()).facts


@pytest.fixture
def music(tmp_path) -> Path:
    """Two sub-folders with a short wave each."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_wav(tmp_path / name / f"{name}.wav", 0.1)
    return tmp_path


@pytest.mark.parametrize("kind", TAGGED)
def test_the_tags_of_a_file_are_its_texts(tmp_path, kind):
    miniature.write(tmp_path / f"x.{kind}", miniature.SONG)
    track = found(tmp_path)[f"x.{kind}"]
    assert (track.title, track.artist, track.album) == ("Jóga", "Björk", "Homogenic")
    assert (track.year, track.tags) == (1997, ("Electronic",))


@pytest.mark.parametrize("kind", UNTAGGED)
def test_a_file_without_tags_is_called_by_its_name_and_its_length_is_known(tmp_path, kind):
    notes = ReadReport()
    miniature.write(tmp_path / f"my song.{kind}")
    track = found(tmp_path, notes)[f"my song.{kind}"]
    assert (track.title, track.artist, track.year, track.flags) == ("my song", "", 0, ())
    assert track.seconds == pytest.approx(0.5, abs=0.1)  # MP3 and AAC pad to whole frames
    assert notes.counts == {}


def test_a_file_of_a_kind_without_tags_is_kept_and_counted(tmp_path):
    notes = ReadReport()
    miniature.write(tmp_path / "x.webm")
    assert found(tmp_path, notes)["x.webm"].title == "x"
    assert notes.counts == {"tags not read: a kind without tags, or not the sound its name says": 1}


def test_format_and_bitrate_are_columns(tmp_path):
    write_wav(tmp_path / "x.WAV", 0.1)
    assert found(tmp_path)["x.WAV"].columns == {"format": "wav", "bitrate": 706}  # 44,100 x 16 bits


def test_genres_are_split_and_named_once(tmp_path):
    miniature.write(tmp_path / "x.flac", {"genre": ["Jazz; Funk", "Jazz", " "]})
    assert found(tmp_path)["x.flac"].tags == ("Jazz", "Funk")


def test_several_artists_are_all_shown_and_the_first_is_the_group(tmp_path):
    miniature.write(tmp_path / "x.flac", {"artist": ["Björk", "Rosalía"]})
    track = found(tmp_path)["x.flac"]
    assert (track.artist, track.group) == ("Björk, Rosalía", "björk")


def test_an_album_is_the_group_where_no_artist_is_named(tmp_path):
    miniature.write(tmp_path / "x.flac", {"album": "Only an album"})
    assert found(tmp_path)["x.flac"].group == "only an album"


@pytest.mark.parametrize("date", ["1997", "1997-09-22", "22.09.1997", "19970922x 1997"])
def test_a_year_is_found_in_a_date(tmp_path, date):
    miniature.write(tmp_path / "x.flac", {"date": date})
    assert found(tmp_path)["x.flac"].year == 1997


def test_tags_with_line_breaks_and_nuls_become_one_line(tmp_path):
    miniature.write(tmp_path / "x.flac", {"title": "one\ntwo\0three\u2028four"})
    assert found(tmp_path)["x.flac"].title == "one two three four"


@pytest.mark.parametrize(
    ("kind", "head"),
    [("mp3", b"ID3\x04\0\0\0\0\0\0"), ("flac", b"fLaC\0\0\0\1"), ("m4a", b"\0\0\0\x10ftypM4A ")],
)
def test_a_damaged_header_is_flagged_counted_and_the_file_kept(tmp_path, kind, head):
    notes = ReadReport()
    (tmp_path / f"broken.{kind}").write_bytes(head + b"\xab" * 99)
    track = found(tmp_path, notes)[f"broken.{kind}"]
    assert (track.title, track.flags, track.path) == (
        "broken",
        ("damaged header",),
        tmp_path / f"broken.{kind}",
    )
    assert notes.counts == {"tags not read: damaged header": 1}


def test_an_id_is_the_path_below_the_folder(tmp_path):
    assert "Calm & quiet/disc 2/three.ogg" in found(miniature.make(tmp_path).root)


def test_a_class_is_the_first_sub_folder_and_what_lies_beside_them_has_none(tmp_path):
    root = miniature.make(tmp_path).root
    tracks = found(root)
    assert facts(root).classes == ("Calm & quiet", "it's third", "“Loud”")
    assert tracks["Calm & quiet/disc 2/three.ogg"].labels == ("Calm & quiet",)
    assert tracks["ten.flac"].labels == ()


def test_music_without_sub_folders_has_no_classes_and_no_protocol(tmp_path):
    write_wav(tmp_path / "x.wav", 0.1)
    (tmp_path / "empty").mkdir()
    assert (facts(tmp_path).classes, facts(tmp_path).protocols) == ((), ())


def test_two_classes_make_a_protocol_that_keeps_artists_whole(music):
    (protocol,) = facts(music).protocols
    assert (protocol.name, protocol.folds, protocol.group) == ("grouped-kfold", 5, "group")


def test_one_class_makes_no_protocol(music):
    shutil.rmtree(music / "b")
    assert facts(music).protocols == ()


def test_the_title_is_the_folders_name(music):
    assert facts(music).title == music.name


@pytest.mark.parametrize("name", ["._a.wav", ".hidden.wav", ".Trash/x.wav"])
def test_hidden_files_are_left_out_and_counted(music, name):
    notes = ReadReport()
    (music / "a" / name).parent.mkdir(exist_ok=True)
    shutil.copy(music / "a" / "a.wav", music / "a" / name)
    assert list(found(music, notes)) == ["a/a.wav", "b/b.wav"]
    assert notes.counts == {"hidden, left out": 1}


def test_what_is_no_sound_is_left_out_and_counted(music):
    notes = ReadReport()
    (music / "a" / "cover.jpg").touch()
    assert list(found(music, notes)) == ["a/a.wav", "b/b.wav"]
    assert notes.counts == {"no sound file, left out": 1}


def test_a_dead_link_is_left_out_and_counted(music):
    notes = ReadReport()
    (music / "a" / "gone.wav").symlink_to(music / "nowhere.wav")
    assert list(found(music, notes)) == ["a/a.wav", "b/b.wav"]
    assert notes.examples == {"dead link, left out": ["a/gone.wav"]}


def test_a_loop_of_links_ends_and_is_counted(music):
    notes = ReadReport()
    (music / "a" / "up").symlink_to(music)
    (music / "a" / "self").symlink_to(music / "a" / "self")
    assert list(found(music, notes)) == ["a/a.wav", "b/b.wav"]
    assert notes.counts == {"link to a folder read already, left out": 1, "dead link, left out": 1}


def test_a_link_to_music_elsewhere_is_followed(music, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    write_wav(elsewhere / "c.wav", 0.1)
    (music / "c").symlink_to(elsewhere)
    assert found(music)["c/c.wav"].labels == ("c",)


def test_a_folder_linked_under_an_earlier_name_keeps_its_own(music):
    (music / "0").symlink_to(music / "b")
    assert list(found(music)) == ["a/a.wav", "b/b.wav"]


def test_a_name_that_is_not_utf8_is_written_out_and_its_path_still_opens(music):
    odd = os.fsencode(music / "a") + b"/caf\xe9.wav"
    shutil.copy(music / "a" / "a.wav", odd)
    track = found(music)["a/caf\\udce9.wav"]
    assert track.title == "caf\\udce9"
    assert track.path.stat().st_size > 0


def test_a_sub_folder_that_is_not_utf8_is_a_class_written_out(music):
    os.rename(music / "b", os.fsencode(music) + b"/\xff")
    assert facts(music).classes == ("a", "\\udcff")


def test_a_folder_nobody_may_read_is_counted(music, monkeypatch):
    real = os.scandir

    def guarded(path):  # as root, rights stop nobody: the refusal is played
        if Path(path).name == "b":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", guarded)
    notes = ReadReport()
    assert list(found(music, notes)) == ["a/a.wav"]
    assert notes.examples == {"folder that cannot be read: Permission denied": ["b"]}


def test_a_file_nobody_may_read_is_kept_and_counted(music, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    notes = ReadReport()
    assert list(found(music, notes)) == ["a/a.wav", "b/b.wav"]
    assert notes.counts == {"tags not read: Permission denied": 2}


def test_a_pipe_is_never_opened(music):
    notes = ReadReport()
    os.mkfifo(music / "a" / "pipe.wav")
    assert list(found(music, notes)) == ["a/a.wav", "b/b.wav"]
    assert notes.counts == {"neither file nor folder, left out": 1}


def test_a_file_given_as_the_folder_is_refused(music):
    with pytest.raises(MissingData, match=r"That is a file, not a folder\. Run: quintet datasets add folder"):
        folder.read(DatasetLocation(music / "a" / "a.wav"), ReadReport())


def test_a_folder_of_pictures_is_refused_with_what_it_holds(tmp_path):
    (tmp_path / "cat.jpg").touch()
    with pytest.raises(MissingData, match=r"expected files such as \.mp3.* It holds cat\.jpg\."):
        folder.read(DatasetLocation(tmp_path), ReadReport())
