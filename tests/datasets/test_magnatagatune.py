"""MagnaTagATune: the published counts on its real paths, tags by name, both variants, artists of its test."""

import csv
import lzma
from collections import Counter
from pathlib import Path

import pytest

from quintet.datasets import magnatagatune
from quintet.datasets.base import DatasetLocation, ReadReport, Track
from quintet.errors import BadData, MissingData
from tests.datasets.miniatures import magnatagatune as miniature

INDEX = Path(__file__).parents[1] / "data" / "mtat_index.tsv.xz"


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> list[Track]:
    """The reader over all 25,863 real paths, each clip tagged guitar; artists come from the file names."""
    root = tmp_path_factory.mktemp("whole")
    with lzma.open(INDEX, "rt", encoding="ascii") as file:
        paths = [line.rstrip("\n").split("\t") for line in file]
    with (root / "annotations_final.csv").open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file, delimiter="\t")
        write.writerow(("clip_id", *magnatagatune.TOP, "mp3_path"))
        write.writerows((i, 1, *[0] * 49, path) for i, path in paths)
    return list(magnatagatune.read(DatasetLocation(root), ReadReport()).tracks)


@pytest.fixture
def place(tmp_path) -> DatasetLocation:
    return miniature.make(tmp_path)


def read(place: DatasetLocation) -> tuple[dict[str, Track], ReadReport]:
    notes = ReadReport()
    return {track.id: track for track in magnatagatune.read(place, notes).tracks}, notes


def test_the_split_of_the_real_paths_is_the_published_one(whole):
    counts = Counter(track.split for track in whole)
    assert counts == {"train": 18_706, "valid": 1_825, "test": 5_329, "": 3}
    assert magnatagatune.FACTS.expects == {"tracks": len(whole)} | {
        f"split {name}": counts[name] for name in ("train", "valid", "test")
    }


def test_the_clips_that_no_split_counts_are_the_known_bad_ones(whole):
    assert {track.id: track.flags for track in whole if track.flags} == {
        "35644": ("no file was ever published",),
        "55753": ("corrupt file",),
        "57881": ("corrupt file",),
    }
    assert {track.id for track in whole if not track.split} == {"35644", "55753", "57881"}


def test_three_tagged_clips_of_train_are_outside_the_filtered_variant(whole):
    left = {track.id for track in whole if track.split and not track.columns["top50"]}
    assert left == {"29", "11268", "11269"}


def test_616_of_1000_test_clips_are_by_an_artist_of_train(whole):
    test = [track for track in whole if track.split == "test"]
    train = {track.group for track in whole if track.split == "train"}
    shared = sum(track.group in train for track in test)
    assert round(100 * shared / len(test), 1) == 61.6
    assert len({track.group for track in test}) == 75
    assert len({track.group for track in test} & train) == 45
    assert len(test) - shared == 2_045
    known = {track.group for track in whole if track.split in ("train", "valid")}
    assert sum(track.columns["new_artist"] for track in whole) == sum(t.group not in known for t in test)


def test_there_are_50_classes_and_each_stands_once():
    assert len(magnatagatune.TOP) == len(set(magnatagatune.TOP)) == 50
    assert magnatagatune.TOP[46:50] == ("country", "metal", "female voice", "choral")


def test_a_tag_is_found_by_its_name_whatever_the_order_of_columns(place):
    tracks, _ = read(place)
    wanted = {clip.id: set(clip.tags) for clip in miniature.clips()}
    assert {i: set(track.labels + track.tags) for i, track in tracks.items()} == wanted


def test_labels_are_of_the_classes_and_tags_are_not(place):
    tracks, _ = read(place)
    assert all(set(track.labels) <= set(magnatagatune.TOP) for track in tracks.values())
    assert not any(set(track.tags) & set(magnatagatune.TOP) for track in tracks.values())
    assert any(not track.labels for track in tracks.values())


def test_a_clip_without_a_top_50_tag_is_outside_the_filtered_variant(place):
    tracks, _ = read(place)
    untagged = {i for i, track in tracks.items() if not track.labels}
    assert {i for i, track in tracks.items() if not track.columns["top50"]} == untagged | {*magnatagatune.BAD}


def test_title_artist_album_and_place_come_from_the_clip_table(place):
    track = read(place)[0]["60"]
    assert (track.title, track.artist, track.album, track.group) == (
        "Title 60", 'Elm & "Oak"', "An album", 'Elm & "Oak"',
    )  # fmt: skip
    assert (track.seconds, track.columns["segment_start"], track.columns["track_number"]) == (29.0, 30.0, 1)


def test_a_clip_that_nobody_annotated_is_counted(place):
    tracks, notes = read(place)
    assert "999" not in tracks
    assert notes.examples["clip nobody annotated, left out"] == ["999"]


def test_only_test_clips_by_unheard_artists_are_scored_by_the_artist_protocol(place):
    tracks, _ = read(place)
    assert {t.artist for t in tracks.values() if t.columns["new_artist"]} == {'Elm & "Oak"'}


@pytest.mark.parametrize("folder", ["mp3", "audio", "MagnaTagATune clips"])
def test_the_audio_may_lie_one_folder_lower(tmp_path, folder):
    place = miniature.make(tmp_path)
    (tmp_path / folder).mkdir()
    for name in {clip.folder for clip in miniature.clips()} - {"6"}:
        (tmp_path / name).rename(tmp_path / folder / name)
    track = read(place)[0]["10"]
    assert track.path.is_file()
    assert track.path.parts[-3] == folder


def test_three_parts_of_a_zip_are_explained(tmp_path):
    miniature.tables(tmp_path, miniature.clips())
    for n in (1, 2, 3):
        (tmp_path / f"mp3.zip.{n:03}").touch()
    (said,) = magnatagatune.read(DatasetLocation(tmp_path), ReadReport()).facts.missing
    assert "cat mp3.zip.00? > mp3.zip && unzip mp3.zip" in said


def test_a_part_of_the_zip_that_is_not_there_is_named(tmp_path):
    for n in (1, 3):
        (tmp_path / f"mp3.zip.{n:03}").touch()
    with pytest.raises(MissingData, match=r"mp3\.zip\.002 is not here"):
        magnatagatune.read(DatasetLocation(tmp_path), ReadReport())


def test_without_the_clip_table_the_artist_comes_from_the_file_name(place):
    (place.root / "clip_info_final.csv").unlink()
    reading = magnatagatune.read(place, ReadReport())
    track = next(iter(reading.tracks))
    assert (track.artist, track.title, track.seconds) == ("ashgrove", "title 10", 29.1)
    assert "clip_info_final.csv would add titles" in reading.facts.missing[0]


@pytest.mark.parametrize("given", ["..", "0"])
def test_a_folder_beside_the_right_one_gets_the_right_one_named(tmp_path, given):
    root = tmp_path / "right"
    root.mkdir()
    miniature.make(root)
    with pytest.raises(MissingData, match="give that folder") as told:
        magnatagatune.read(DatasetLocation((root / given).resolve()), ReadReport())
    assert str(root) in str(told.value)


def test_an_empty_folder_is_told_what_was_expected(tmp_path):
    with pytest.raises(MissingData, match=r"It is empty\. Run: quintet datasets add magnatagatune"):
        magnatagatune.read(DatasetLocation(tmp_path), ReadReport())


def test_commas_instead_of_tabs_are_named(tmp_path):
    miniature.tables(tmp_path, miniature.clips(), delimiter=",")
    path = tmp_path / "annotations_final.csv"
    path.write_text(path.read_text(encoding="utf-8").replace('"', ""), encoding="utf-8")
    with pytest.raises(BadData, match="separated by commas"):
        magnatagatune.read(DatasetLocation(tmp_path), ReadReport())


def test_a_table_without_a_top_50_tag_is_of_another_make(place):
    path = place.root / "annotations_final.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"female voice"', '"femaleVoice"'), encoding="utf-8"
    )
    with pytest.raises(BadData, match="no column 'female voice'"):
        magnatagatune.read(place, ReadReport())


@pytest.mark.parametrize("path", ["../../secret.mp3", "C:/secret.mp3", ""])
def test_a_path_that_leads_out_of_the_dataset_is_not_followed(tmp_path, path):
    clip = miniature.Clip("10", "0", "Ashgrove", ("rock",))
    miniature.tables(tmp_path, [clip])
    table = tmp_path / "annotations_final.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(clip.path, path), encoding="utf-8")
    tracks, notes = read(DatasetLocation(tmp_path))
    assert tracks["10"].path is None
    assert notes.examples["row without a path inside the dataset"] == ["10"]


def test_letters_that_are_not_utf_8_are_shown_and_counted(place):
    path = place.root / "clip_info_final.csv"
    path.write_bytes(path.read_bytes().replace(b"Title 10", b"T\xeftle 10"))
    tracks, notes = read(place)
    assert tracks["10"].title == "T�tle 10"
    assert sum(notes.counts[kind] for kind in notes.counts if "UTF-8" in kind) == 1


def test_a_row_cut_short_is_counted(place):
    path = place.root / "annotations_final.csv"
    path.write_text(path.read_text(encoding="utf-8") + '"77"\t"0"\n', encoding="utf-8")
    tracks, notes = read(place)
    assert "77" not in tracks
    assert notes.counts["row of another length, left out"] == 1


@pytest.mark.parametrize("text", ["inf", "nan", "-inf", "1e400", "9" * 400, "²", "one", ""])
def test_a_track_number_that_is_none_is_unknown(place, text):
    path = place.root / magnatagatune.CLIPS
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    for row in rows:
        row[1], row[6], row[7] = text, text, text  # track_number, segmentStart, segmentEnd
    path.write_text("\n".join([head, *map("\t".join, rows)]) + "\n", encoding="utf-8")
    for track in read(place)[0].values():
        assert not {"track_number", "segment_start"} & track.columns.keys()
        assert track.seconds == magnatagatune.SECONDS
