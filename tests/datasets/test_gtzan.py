"""GTZAN: its layouts, its split, its known faults, and the artists a user adds."""

import csv
import hashlib
from pathlib import Path

import pytest

from quintet.datasets import gtzan
from quintet.datasets.base import DatasetLocation, ReadReport, ReadResult
from quintet.errors import MissingData
from tests.datasets.miniatures import gtzan as miniature

# sha256 of {train,valid,test}_filtered.txt; p-lambda/jukemir, assets/gtzan.json.
LISTS = {
    "train": "2b04966cef1486f1a7767b74271533fa23e220388db804a1937835e1fc4fa3fa",
    "valid": "f8fbee7c52397a0e0f3a91dc54fedecb2e27f5bdc9a9daeab8cb10d077e26956",
    "test": "09cafa6a89ce0a27f30ed250d56ecb4d03c22fffb5a693f96c7ae655ee02ac72",
}
SIZES = {"train": 443, "valid": 197, "test": 290}


@pytest.fixture
def original(tmp_path) -> Path:
    """The archive as its authors packed it: genres/<genre>/<genre>.NNNNN.wav."""
    miniature.write_clips(tmp_path / "genres")
    return tmp_path


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> ReadResult:
    """All 1,000 clips by name: no byte of sound is needed to read them."""
    root = tmp_path_factory.mktemp("whole")
    for genre in gtzan.GENRES:
        (root / "genres" / genre).mkdir(parents=True)
        for number in range(100):
            (root / "genres" / genre / f"{genre}.{number:05d}.wav").touch()
    return gtzan.read(DatasetLocation(root), ReadReport())


def shipped() -> dict[str, str]:
    """Clip -> side, straight from the file."""
    lines = gtzan.SPLIT.read_text(encoding="utf-8").splitlines()
    return {row["clip"]: row["split"] for row in csv.DictReader(s for s in lines if s[0] != "#")}


@pytest.mark.parametrize("side", LISTS)
def test_the_shipped_split_is_the_published_list_byte_for_byte(side):
    clips = sorted(clip for clip, where in shipped().items() if where == side)
    text = "".join(f"{clip.partition('.')[0]}/{clip}.wav\n" for clip in clips)
    assert hashlib.sha256(text.encode()).hexdigest() == LISTS[side]


@pytest.mark.parametrize("side", SIZES)
def test_a_whole_copy_has_the_published_split(whole, side):
    assert sum(track.split == side for track in whole.tracks) == SIZES[side]
    assert gtzan.FACTS.expects[f"split {side}"] == SIZES[side]


def test_a_whole_copy_has_1000_clips_of_which_70_are_in_no_list(whole):
    assert len(whole.tracks) == 1000 == gtzan.FACTS.expects["tracks"]
    assert sum(track.split == "" for track in whole.tracks) == 70


@pytest.mark.parametrize("genre", gtzan.GENRES)
def test_a_whole_copy_has_100_clips_of_each_genre(whole, genre):
    assert sum(track.labels == (genre,) for track in whole.tracks) == 100
    assert gtzan.FACTS.expects[f"class {genre}"] == 100


def test_24_clips_are_flagged_as_exact_repeats(whole):
    flags = {track.id: track.flags for track in whole.tracks if track.flags}
    assert len(flags) == 24
    assert flags["disco.00098"] == ("exact repeat of disco.00099",)
    assert flags["disco.00099"] == ("exact repeat of disco.00098",)
    assert flags["metal.00045"] == ("exact repeat of metal.00066",)


def test_the_original_archive_has_no_unreadable_clip(original):
    flags = {track.id: track.flags for track in gtzan.read(DatasetLocation(original), ReadReport()).tracks}
    assert flags["jazz.00054"] == ()


@pytest.mark.parametrize("given", ["", "Data", "Data/genres_original"])
def test_kaggles_copy_is_found_from_each_of_its_folders_and_its_unreadable_clip_kept(tmp_path, given):
    place = miniature.make(tmp_path)
    tracks = {t.id: t for t in gtzan.read(DatasetLocation(place.root / given), ReadReport()).tracks}
    assert len(tracks) == 30
    assert tracks["jazz.00054"].flags == ("unreadable in the Kaggle copy",)
    assert tracks["jazz.00054"].path == tmp_path / "Data/genres_original/jazz/jazz.00054.wav"
    assert tracks["jazz.00054"].split == "train"


@pytest.mark.parametrize("given", ["", "genres"])
def test_the_archive_is_found_from_each_of_its_folders(original, given):
    assert len(gtzan.read(DatasetLocation(original / given), ReadReport()).tracks) == 30


def test_a_copy_of_au_files_is_read(tmp_path):
    miniature.write_clips(tmp_path / "genres", ".au")
    paths = [track.path for track in gtzan.read(DatasetLocation(tmp_path), ReadReport()).tracks]
    assert {path.suffix for path in paths} == {".au"}


@pytest.mark.parametrize("added", ["blues.00012.au", "blues.00012.AU"])
def test_of_two_forms_of_a_clip_the_wav_is_taken_and_it_is_counted(original, added):
    (original / "genres" / "blues" / added).touch()
    notes = ReadReport()
    tracks = {t.id: t for t in gtzan.read(DatasetLocation(original), notes).tracks}
    assert tracks["blues.00012"].path.suffix == ".wav"
    assert notes.counts["there as .wav and .au, the .wav taken"] == 1


def test_clips_of_the_split_that_are_not_there_are_counted(original):
    notes = ReadReport()
    there = gtzan.read(DatasetLocation(original), notes).tracks
    named = sum(track.split != "" for track in there)
    assert 0 < named < 30
    assert notes.counts["in the fault-filtered split, not on disk"] == 930 - named


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("genres/blues/notes.txt", "file of another name, left out"),
        ("genres/blues/jazz.00001.wav", "file of another name, left out"),
        ("genres/blues/blues.00100.wav", "file of another name, left out"),
        ("genres/blues/._blues.00001.wav", "hidden file, left out"),
        ("genres/techno/techno.00000.wav", "folder of no GTZAN genre, left out"),
        ("genres/bextract_single.mf", "file of another name, left out"),
    ],
)
def test_what_is_no_clip_is_counted_and_left_out(original, path, kind):
    (original / path).parent.mkdir(exist_ok=True)
    (original / path).touch()
    notes = ReadReport()
    assert len(gtzan.read(DatasetLocation(original), notes).tracks) == 30
    assert notes.counts[kind] == 1


def test_without_an_artist_table_there_is_no_artist_protocol_and_the_table_is_named(original):
    facts = gtzan.read(DatasetLocation(original), ReadReport()).facts
    assert [(p.name, p.group) for p in facts.protocols] == [("gtzan-ff", ""), ("gtzan-10fold", "")]
    assert facts.missing == ("Artists: the files name none, pass --artists FILE.csv (columns clip, artist).",)


def test_an_artist_table_groups_the_clips_and_adds_its_protocol(tmp_path):
    place = miniature.make(tmp_path)
    notes = ReadReport()
    reading = gtzan.read(place, notes)
    groups = {p.name: p.group for p in reading.facts.protocols}
    assert groups == {"gtzan-ff": "group", "gtzan-10fold": "", "gtzan-artist": "group"}
    assert reading.facts.missing == ()
    named = [t for t in reading.tracks if t.artist]
    assert len(named) == 15
    assert named[0].artist == named[0].group == named[1].group == "Artist <0> & Söhne"


def test_clips_the_artist_table_leaves_out_are_artists_of_their_own_and_counted(tmp_path):
    notes = ReadReport()
    tracks = gtzan.read(miniature.make(tmp_path), notes).tracks
    assert sum((t.artist, t.group) == ("", "") for t in tracks) == 15
    assert notes.counts["not in the artist table, taken as an artist of its own"] == 15


def test_an_artist_table_of_other_clips_adds_no_protocol_and_is_counted(original):
    table = miniature.write_artists(original / "mine.csv", ["a song", "another"])
    notes = ReadReport()
    facts = gtzan.read(DatasetLocation(original, artists=table), notes).facts
    assert [p.name for p in facts.protocols] == ["gtzan-ff", "gtzan-10fold"]
    assert notes.counts["in the artist table, not on disk"] == 2


def test_an_artist_table_of_another_delimiter_is_read(original):
    (original / "mine.csv").write_text("clip;artist\nblues.00000;B. B. King\n", encoding="utf-8")
    tracks = gtzan.read(DatasetLocation(original, artists=original / "mine.csv"), ReadReport()).tracks
    assert {track.id: track.artist for track in tracks if track.artist} == {"blues.00000": "B. B. King"}


@pytest.mark.parametrize(
    "given", [".", "Data/images_original", "Data/genres_original/jazz", "Data/images_original/blues"]
)
def test_a_wrong_folder_gets_the_right_one(tmp_path, given):
    miniature.make(tmp_path / "Music" / "gtzan")
    root = tmp_path / "Music" / "gtzan" / given if given != "." else tmp_path / "Music"
    right = tmp_path / "Music" / "gtzan" / "Data" / "genres_original"
    with pytest.raises(MissingData) as refused:
        gtzan.read(DatasetLocation(root), ReadReport())
    assert f"It seems to be {right}: give that one." in str(refused.value)
    assert str(refused.value).endswith("Run: quintet datasets add gtzan --root DIR")


def test_an_archive_nobody_unpacked_is_named(tmp_path):
    (tmp_path / "genres.tar.gz").write_bytes(b"\x1f\x8b")
    with pytest.raises(MissingData, match=r"genres\.tar\.gz is there: unpack it first"):
        gtzan.read(DatasetLocation(tmp_path), ReadReport())
