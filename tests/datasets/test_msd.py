"""The Million Song Dataset: every source tells the same songs; labels, splits, previews, timbre, damage."""

import shutil
import sqlite3
import zipfile
from contextlib import closing
from itertools import pairwise

import h5py
import numpy as np
import pytest

from quintet.datasets import msd
from quintet.datasets.base import DatasetLocation, Facts, ReadReport, Track
from quintet.datasets.msd import hdf5 as _msd_hdf5
from quintet.datasets.msd import lists
from quintet.datasets.msd.lists import LASTFM
from quintet.datasets.msd.timbre import statistics
from quintet.errors import BadData, MissingData
from tests.datasets import million
from tests.datasets.miniatures import msd as miniature

EVERY = list(range(miniature.N))
SOURCES = {
    "summary": lambda root: miniature.hdf5(root / "msd_summary_file.h5", EVERY, with_arrays=False),
    "database": lambda root: miniature.metadata(root / "track_metadata.db"),
    "tree": lambda root: miniature.tree(root),
    "tree in data": lambda root: miniature.tree(root / "data"),
    "aggregate": lambda root: miniature.hdf5(root / "aggregate.h5", EVERY),
    "text": lambda root: miniature.unique(root / "unique_tracks.txt"),
}


def read(root) -> tuple[dict[str, Track], Facts, ReadReport]:
    notes = ReadReport()
    reading = msd.read(DatasetLocation(root), notes)
    return {track.id: track for track in reading.tracks}, reading.facts, notes


@pytest.fixture
def whole(tmp_path):
    miniature.make(tmp_path)
    return tmp_path


@pytest.fixture(params=SOURCES)
def source(request, tmp_path):
    """A folder with one source of songs and nothing else."""
    SOURCES[request.param](tmp_path)
    return tmp_path


@pytest.mark.parametrize(("name", "size"), [("metadata", 5_320), ("analysis", 220), ("musicbrainz", 8)])
def test_the_generated_tables_are_as_wide_as_the_real_ones(tmp_path, name, size):
    path = miniature.hdf5(tmp_path / "one.h5", [0])
    with h5py.File(path) as file:
        assert file[f"{name}/songs"].dtype.itemsize == size


def test_every_source_has_all_songs_with_artist_and_title(source):
    tracks, _, notes = read(source)
    assert set(tracks) == set(miniature.ids())
    first, second = (tracks[i] for i in miniature.ids()[:2])
    assert first.title == miniature.MARKUP
    assert second.title == "Caf�"
    assert notes.counts == {"letters that are not UTF-8, shown as �": 1}
    assert all(track.artist and track.group and track.path is None for track in tracks.values())


@pytest.mark.parametrize("name", ["summary", "database", "tree", "aggregate"])
def test_album_year_length_and_ids_are_read(tmp_path, name):
    SOURCES[name](tmp_path)
    held = miniature.rows()
    words = (
        np.char.decode(held["metadata"][field], "utf-8") for field in ("release", "artist_id", "song_id")
    )
    wanted = zip(*words, held["musicbrainz"]["year"], held["metadata"]["track_7digitalid"], strict=True)
    tracks = read(tmp_path)[0]
    assert wanted_of(tracks) == dict(zip(miniature.ids(), wanted, strict=True))
    seconds = dict(zip(miniature.ids(), held["analysis"]["duration"].tolist(), strict=True))
    assert {i: track.seconds for i, track in tracks.items()} == pytest.approx(seconds)


def wanted_of(tracks: dict[str, Track]) -> dict[str, tuple]:
    """Album, artist id, song id, year, 7digital id (-1 where unknown) of each."""
    return {
        i: (t.album, t.group, t.columns["song_id"], t.year, t.columns.get("sevendigital_id", -1))
        for i, t in tracks.items()
    }


@pytest.mark.parametrize("name", ["summary", "database", "tree", "aggregate"])
def test_what_is_nan_zero_or_minus_one_is_left_unknown(tmp_path, name):
    SOURCES[name](tmp_path)
    ids = miniature.ids()
    tracks = read(tmp_path)[0]
    assert tracks[ids[2]].year == 0
    assert not {"familiarity", "tempo", "time_signature"} & tracks[ids[2]].columns.keys()
    assert "sevendigital_id" not in tracks[ids[3]].columns
    assert "familiarity" in tracks[ids[0]].columns


def test_key_and_mode_are_words_of_music(tmp_path):
    SOURCES["summary"](tmp_path)
    held, tracks = miniature.rows()["analysis"], read(tmp_path)[0]
    keys = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")  # The Echo Nest's 0 is C
    wanted = [(keys[k], ("minor", "major")[m]) for k, m in zip(held["key"], held["mode"], strict=True)]
    assert [(tracks[i].columns["key"], tracks[i].columns["mode"]) for i in miniature.ids()] == wanted


@pytest.mark.parametrize("name", ["tree", "aggregate"])
def test_an_artists_tags_come_from_the_arrays_musicbrainz_first(tmp_path, name):
    SOURCES[name](tmp_path)
    ids, tracks = miniature.ids(), read(tmp_path)[0]
    assert tracks[ids[0]].tags == ("slow",)
    assert tracks[ids[1]].tags == ("rock", "slow", "sad étude")
    assert tracks[ids[2]].tags == ("rock", "american", "slow", "sad étude")


def test_an_artists_tags_come_from_the_database_beside_a_summary(tmp_path):
    SOURCES["summary"](tmp_path)
    miniature.terms(tmp_path / "artist_term.db")
    assert {track.tags for track in read(tmp_path)[0].values()} == {("british", "slow", "sad")}


def test_more_rows_than_a_block_are_cut_where_the_arrays_are(tmp_path, monkeypatch):
    monkeypatch.setattr(_msd_hdf5, "ROWS", 7)
    SOURCES["aggregate"](tmp_path)
    tracks = read(tmp_path)[0]
    names = ("musicbrainz/artist_mbtags", "metadata/artist_terms")
    words = [[w for name in names for w in miniature.arrays(n)[name].astype(bytes)] for n in EVERY]
    wanted = [tuple(dict.fromkeys(word.decode() for word in own)) for own in words]
    assert [tracks[i].tags for i in miniature.ids()] == wanted


def test_the_best_source_is_taken(whole):
    (whole / "AdditionalFiles" / "msd_summary_file.h5").write_bytes(
        miniature.hdf5(whole / "x.h5", [0, 1], with_arrays=False).read_bytes()
    )
    (whole / "x.h5").unlink()
    assert set(read(whole)[0]) == set(miniature.ids()[:2])


@pytest.mark.parametrize(("name", "tracks"), [("", {"tracks": 1_000_000}), ("subset_", {})])
def test_a_million_is_expected_of_the_whole_sets_files_only(tmp_path, name, tracks):
    miniature.hdf5(tmp_path / f"{name}msd_summary_file.h5", [0], with_arrays=False)
    assert read(tmp_path)[1].expects == tracks


def test_the_subsets_database_has_no_7digital_ids(tmp_path):
    miniature.metadata(tmp_path / "subset_track_metadata.db", subset=True)
    tracks = read(tmp_path)[0]
    assert len(tracks) == miniature.N
    assert not any("sevendigital_id" in track.columns for track in tracks.values())


def test_genre_split_and_minority_come_from_tagtraum(whole):
    tracks, facts, _ = read(whole)
    first, second = (tracks[i] for i in miniature.ids()[:2])
    assert facts.classes == ("Jazz", "New Age", "Rock")
    assert (first.labels, first.columns["genre_cd2c"], first.split) == (("Rock",), "Rock", "valid")
    assert second.columns["genre_cd1"] == ("New Age", "Jazz")
    assert tracks[miniature.ids()[20]].labels == ()


@pytest.mark.parametrize(
    ("names", "labelled"),
    [(("cd1", "cd2", "cd2c"), "Rock"), (("cd1", "cd2"), "New Age"), (("cd1",), "Jazz"), ((), None)],
)
def test_cd2c_gives_the_class_before_cd2_before_cd1(tmp_path, names, labelled):
    SOURCES["text"](tmp_path)
    first = miniature.ids()[0]
    genres = {"cd1": "Jazz", "cd2": "New Age", "cd2c": "Rock"}
    for name in names:
        (tmp_path / f"msd_tagtraum_{name}.cls").write_text(
            f"# a line\n{first}\t{genres[name]}\n", encoding="utf-8"
        )
    assert read(tmp_path)[0][first].labels == ((labelled,) if labelled else ())


def test_a_zipped_genre_file_is_read_where_it_lies(tmp_path):
    SOURCES["text"](tmp_path)
    plain = miniature.tagtraum(tmp_path / "msd_tagtraum_cd2c.cls")
    with zipfile.ZipFile(tmp_path / "msd_tagtraum_cd2c.cls.zip", "w") as archive:
        archive.write(plain, plain.name)
    plain.unlink()
    assert sum(bool(track.labels) for track in read(tmp_path)[0].values()) == 18


def test_last_fm_tags_count_above_a_weight_of_50(whole):
    tracks, _, _ = read(whole)
    assert [tracks[i].columns["lastfm"] for i in miniature.ids()[:5]] == [
        ("rock",), ("pop",), ("alternative",), ("indie",), ("rock",)
    ]  # fmt: skip


def test_there_are_50_last_fm_tags_in_the_published_spelling():
    assert len(LASTFM) == len(set(LASTFM)) == 50
    assert {"Hip-Hop", "Mellow", "House", "Progressive rock", "female vocalists"} <= set(LASTFM)


def test_both_protocols_are_there_with_their_files(whole):
    protocols = {p.name: p for p in read(whole)[1].protocols}
    assert set(protocols) == {"msd-cd2c", "msd-lastfm50"}
    lastfm = protocols["msd-lastfm50"]
    assert (lastfm.split, lastfm.label, lastfm.many, lastfm.classes) == (
        "lastfm_split",
        "lastfm",
        True,
        LASTFM,
    )


@pytest.mark.parametrize(
    ("absent", "lost", "said"),
    [
        ("tagtraum_cd2c_test.txt", "msd-cd2c", "tagtraum_cd2c_train.txt"),
        ("msd_tagtraum_cd2c.cls", "msd-cd2c", "msd_tagtraum_cd2c.cls"),
        ("filtered_list_train.txt", "msd-lastfm50", "filtered_list_train.txt"),
        ("lastfm_tags.db", "msd-lastfm50", "lastfm_tags.db"),
    ],
)
def test_a_protocol_without_its_files_is_absent_and_they_are_named(whole, absent, lost, said):
    (whole / "lists" / absent).unlink()
    facts = read(whole)[1]
    assert lost not in {p.name for p in facts.protocols}
    assert any(said in sentence for sentence in facts.missing)


def test_a_pickled_list_is_named_and_never_opened(tmp_path):
    SOURCES["text"](tmp_path)
    (tmp_path / "filtered_list_train.cP").write_bytes(b"cos\nsystem\n(S'touch opened'\ntR.")
    facts = read(tmp_path)[1]
    assert any("filtered_list_train.cP is a pickle" in sentence for sentence in facts.missing)


def test_a_long_train_list_without_a_valid_one_is_cut_as_its_authors_cut_it(whole, monkeypatch):
    (whole / "lists" / "filtered_list_valid.txt").unlink()
    monkeypatch.setattr(lists, "LASTFM_SPLIT", lists.List("filtered_list", 10))
    splits = [track.columns.get("lastfm_split") for track in read(whole)[0].values()]
    assert splits.count("train") == 10
    assert splits.count("valid") > 0


def test_the_cuts_are_those_of_the_published_lists():
    assert (lists.LASTFM_SPLIT.cut, lists.CD2C_SPLIT.cut) == (201_680, 141_372)


def test_previews_are_found_by_7digital_id_and_by_track_id(whole):
    tracks, _, notes = read(whole)
    ids = miniature.ids()
    assert {i: t.path.name for i, t in tracks.items() if t.path} == {
        ids[0]: "70001.clip.mp3", ids[4]: f"{ids[4]}.wav",
    }  # fmt: skip
    assert tracks[ids[0]].path.is_file()
    assert notes.examples["sound file of no track here, left out"] == ["previews/123.wav"]


def test_a_preview_is_not_said_to_last_as_long_as_its_song(whole):
    track = read(whole)[0][miniature.ids()[4]]
    assert track.seconds == 0
    assert track.columns["song_length"] == pytest.approx(miniature.rows()["analysis"]["duration"][4])


@pytest.mark.parametrize("name", ["tree", "aggregate"])
def test_timbre_comes_ready_made_for_every_song_with_segments(tmp_path, name):
    SOURCES[name](tmp_path)
    (made,) = msd.ready(DatasetLocation(tmp_path))
    ids, values = next(made.rows())
    assert (made.key, made.dim, values.shape, values.dtype) == ("echonest:timbre", 114, (23, 114), np.float32)
    assert set(miniature.ids()) - set(ids) == {miniature.ids()[miniature.SILENT]}
    row = values[ids.index(miniature.ids()[7])]
    arrays = miniature.arrays(7)
    timbre, pitches = arrays["analysis/segments_timbre"], arrays["analysis/segments_pitches"]
    covariance = np.cov(timbre.T, bias=True)
    np.testing.assert_allclose(row[:12], timbre.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(row[12:90], covariance[np.triu_indices(12)], rtol=1e-4, atol=1e-3)
    np.testing.assert_allclose(row[90:], [*pitches.mean(axis=0), *pitches.std(axis=0)], rtol=1e-5)


def test_timbre_of_absurd_values_is_none_and_warns_of_nothing():
    assert statistics(np.full((5, 12), 1e300) * np.arange(5)[:, None], np.ones((5, 12))) is None
    assert statistics(np.full((5, 12), 1e39), np.ones((5, 12))) is None


def test_timbre_has_another_stamp_when_a_file_has_changed(tmp_path):
    miniature.tree(tmp_path, [0, 1])
    before = msd.ready(DatasetLocation(tmp_path))[0].stamp
    assert msd.ready(DatasetLocation(tmp_path))[0].stamp == before
    i = miniature.ids()[0]
    miniature.hdf5(tmp_path / i[2] / i[3] / i[4] / f"{i}.h5", [2])
    assert msd.ready(DatasetLocation(tmp_path))[0].stamp != before


def test_a_summary_has_no_timbre(tmp_path):
    SOURCES["summary"](tmp_path)
    assert msd.ready(DatasetLocation(tmp_path)) == []


@pytest.mark.parametrize("timbre", [np.zeros((0, 12)), np.full((3, 12), np.nan), np.zeros((3, 11))])
def test_segments_without_values_give_no_embedding(timbre):
    assert statistics(timbre, np.zeros((3, 12))) is None


def test_a_track_file_cut_short_is_counted_and_the_others_are_read(tmp_path):
    miniature.tree(tmp_path)
    i = miniature.ids()[6]
    path = tmp_path / i[2] / i[3] / i[4] / f"{i}.h5"
    path.write_bytes(path.read_bytes()[:3_000])
    tracks, _, notes = read(tmp_path)
    assert set(miniature.ids()) - set(tracks) == {i}
    assert notes.examples["HDF5 file that cannot be read, left out"] == [f"{i}.h5"]
    assert len(next(msd.ready(DatasetLocation(tmp_path))[0].rows())[0]) == 22


@pytest.mark.parametrize("name", ["summary", "database"])
def test_a_table_of_all_songs_cut_short_is_told_at_once(tmp_path, name):
    path = SOURCES[name](tmp_path)
    path.write_bytes(path.read_bytes()[:700])
    with pytest.raises(BadData, match=r"Fetch it again"):
        list(msd.read(DatasetLocation(tmp_path), ReadReport()).tracks)


@pytest.mark.parametrize("name", ["msd_summary_file.h5", "aggregate.h5"])
def test_an_hdf5_file_of_another_make_is_told_with_the_field_it_lacks(tmp_path, name):
    with h5py.File(tmp_path / name, "w") as file:
        for group in million.TABLES:
            file[f"{group}/songs"] = np.zeros(3)
    with pytest.raises(BadData, match="no field 'artist_familiarity' in /metadata/songs"):
        msd.read(DatasetLocation(tmp_path), ReadReport())


def test_an_hdf5_file_of_another_make_beside_a_list_is_counted(tmp_path):
    SOURCES["text"](tmp_path)
    with h5py.File(tmp_path / "features.h5", "w") as file:
        file["something"] = np.zeros(3)
    tracks, _, notes = read(tmp_path)
    assert len(tracks) == miniature.N
    assert notes.examples["HDF5 file damaged or of another make, left out"] == ["features.h5"]
    assert msd.ready(DatasetLocation(tmp_path)) == []


def test_an_hdf5_file_without_the_tables_is_told_what_was_expected(tmp_path):
    with h5py.File(tmp_path / "msd_summary_file.h5", "w") as file:
        file["something"] = np.zeros(3)
    with pytest.raises(BadData, match="Expected an HDF5 file with the tables /metadata/songs"):
        msd.read(DatasetLocation(tmp_path), ReadReport())


def test_a_database_of_another_make_is_told_with_the_column_it_lacks(tmp_path):
    with closing(sqlite3.connect(tmp_path / "track_metadata.db")) as base:
        base.execute("CREATE TABLE songs (track_id text, title text)")
        base.commit()
    with pytest.raises(BadData, match="no column 'artist_name'"):
        list(msd.read(DatasetLocation(tmp_path), ReadReport()).tracks)


def test_another_delimiter_in_the_text_list_is_told_with_the_right_one(tmp_path):
    path = SOURCES["text"](tmp_path)
    path.write_bytes(path.read_bytes().replace(b"<SEP>", b"\t"))
    with pytest.raises(BadData, match="expected track id<SEP>song id<SEP>artist<SEP>title"):
        list(msd.read(DatasetLocation(tmp_path), ReadReport()).tracks)


def test_a_genre_file_with_spaces_for_tabs_is_told(tmp_path):
    SOURCES["text"](tmp_path)
    (tmp_path / "msd_tagtraum_cd1.cls").write_text(f"{miniature.ids()[0]} Rock\n", encoding="utf-8")
    with pytest.raises(BadData, match="no line TRACKID<TAB>genre"):
        msd.read(DatasetLocation(tmp_path), ReadReport())


def test_a_zip_half_fetched_is_told(tmp_path):
    SOURCES["text"](tmp_path)
    (tmp_path / "msd_tagtraum_cd2c.cls.zip").write_bytes(b"PK\x03\x04half")
    with pytest.raises(BadData, match="cannot be read"):
        msd.read(DatasetLocation(tmp_path), ReadReport())


def test_lines_that_say_nothing_are_counted(whole):
    with (whole / "lists" / "filtered_list_test.txt").open("a", encoding="utf-8") as file:
        file.write("not an id\n" + miniature.ids()[0] + "\n")
    with (whole / "lists" / "msd_tagtraum_cd2c.cls").open("a", encoding="utf-8") as file:
        file.write("TRA\tRock\n" + miniature.ids()[0] + "\tJazz\n")
    tracks, _, notes = read(whole)
    assert tracks[miniature.ids()[0]].labels == ("Rock",)
    assert notes.counts["line of filtered_list_test.txt without a track id, left out"] == 1
    assert notes.counts["track in two lists of filtered_list, the first kept"] == 1
    assert notes.counts["line of msd_tagtraum_cd2c.cls without TRACK<TAB>genre, left out"] == 1
    assert notes.counts["track with two entries in msd_tagtraum_cd2c.cls, the first kept"] == 1


def test_a_repeated_id_is_left_to_the_register(tmp_path):
    miniature.hdf5(tmp_path / "aggregate.h5", [0, 0, 1])
    assert len(list(msd.read(DatasetLocation(tmp_path), ReadReport()).tracks)) == 3


def test_a_folder_above_the_set_is_told_the_right_one(tmp_path):
    root = tmp_path / "a" / "b" / "c"
    root.mkdir(parents=True)
    SOURCES["text"](root)
    with pytest.raises(MissingData, match="give that folder") as told:
        msd.read(DatasetLocation(tmp_path), ReadReport())
    assert str(root) in str(told.value)


def test_a_folder_below_the_set_is_told_the_right_one(tmp_path):
    SOURCES["text"](tmp_path)
    (tmp_path / "lists").mkdir()
    with pytest.raises(MissingData, match="give that folder"):
        msd.read(DatasetLocation(tmp_path / "lists"), ReadReport())


def test_an_archive_nobody_unpacked_is_named(tmp_path):
    (tmp_path / "millionsongsubset.tar.gz").write_bytes(b"x")
    with pytest.raises(MissingData, match=r"millionsongsubset\.tar\.gz is there: unpack it first"):
        msd.read(DatasetLocation(tmp_path), ReadReport())


def test_a_path_with_spaces_and_quotes_is_no_obstacle(tmp_path):
    root = tmp_path / 'a "set" of 100 % & more?#'
    root.mkdir()
    miniature.metadata(root / "track_metadata.db")
    shutil.copy(miniature.terms(tmp_path / "artist_term.db"), root)
    assert len(read(root)[0]) == miniature.N


def test_songs_are_read_as_they_are_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(_msd_hdf5, "ROWS", 100)
    path = million.write_summary(tmp_path / "msd_summary_file.h5", n=1_050)
    tracks = msd.read(DatasetLocation(tmp_path), ReadReport()).tracks
    first = next(iter(tracks))
    assert first.id == million.track_ids(0, 1)[0].decode()
    assert path.stat().st_size < 1_050 * 400  # what is empty of 5,548 bytes a row is packed
    assert len({track.id for track in tracks}) == 1_049


def test_generated_ids_are_all_different():
    ids = np.sort(million.track_ids(0, 200_000))
    assert all(a != b for a, b in pairwise(ids.tolist()))
