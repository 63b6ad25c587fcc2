"""FMA's tracks.csv as people have it: damaged, cut short, of another version, with another delimiter."""

import csv
from pathlib import Path

import pytest

from quintet.datasets import fma
from quintet.datasets.base import ReadReport
from quintet.datasets.fma import tables as tables
from quintet.errors import BadData
from tests.datasets.miniatures import fma as miniature
from tests.datasets.test_fma import read, table


def test_rows_that_cannot_be_used_are_counted_and_left_out(tmp_path):
    place = table(
        tmp_path,
        (2, {}),
        (3, {"set.subset": "huge"}),
        (5, {"track.genre_top": "Polka"}),
        (10, {"set.split": "dev"}),
    )
    path = tmp_path / "fma_metadata" / "tracks.csv"
    with path.open("a", encoding="utf-8") as file:
        file.write("20,cut,short\n")
        file.write("not a number" + "," * 52 + "\n\n")
    _, tracks, notes = read(place)
    assert [(t.id, t.labels, t.split) for t in tracks] == [
        ("2", ("Hip-Hop",), "train"), ("5", (), "train"), ("10", ("Hip-Hop",), ""),
    ]  # fmt: skip
    assert notes.counts == {
        "subset that is none of small, medium, large; left out": 1,
        "root genre that this size has not": 1,
        "split that is none of training, validation, test": 1,
        "row of another length, left out": 1,
        "row without a track id, left out": 1,
    }


def test_a_repeated_id_is_left_to_the_registrar_which_counts_it(tmp_path):
    _, tracks, _ = read(table(tmp_path, (2, {}), (2, {"track.title": "Again"})))
    assert [(t.id, t.title) for t in tracks] == [("2", "Food"), ("2", "Again")]


def test_letters_that_are_not_utf8_are_shown_and_counted(tmp_path):
    place = table(tmp_path, (2, {"artist.name": "Motorhead"}))
    path = tmp_path / "fma_metadata" / "tracks.csv"
    path.write_bytes(path.read_bytes().replace(b"Motorhead", "Motörhead".encode("latin-1")))
    _, (track,), notes = read(place)
    assert track.artist == "Mot�rhead"
    assert notes.counts == {"letters that are not UTF-8, shown as �": 1}


@pytest.mark.parametrize(
    ("cell", "tags", "noted"),
    [
        ("[21, 539]", ("Hip-Hop", "Rap"), {}),
        ("[]", (), {}),
        ("", (), {}),
        ("['21', '539']", ("Hip-Hop", "Rap"), {}),
        ("[21, 9999]", ("Hip-Hop",), {"genre that genres.csv has not": 1}),
        ("[21, ²]", (), {"list of genres that cannot be read": 1}),
        ("[1e999]", (), {"list of genres that cannot be read": 1}),
        (f"[{'9' * 5000}]", (), {"list of genres that cannot be read": 1}),
        ("[21", (), {"list of genres that cannot be read": 1}),
        ("__import__('os')", (), {"list of genres that cannot be read": 1}),
    ],
)
def test_lists_of_genres_are_read_as_literals_and_nothing_else(tmp_path, cell, tags, noted):
    _, (track,), notes = read(table(tmp_path, (2, {"track.genres_all": cell})))
    assert (track.tags, notes.counts) == (tags, noted)


def rewritten(path: Path, header: list[list[str]], delimiter: str = ",") -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(header)


TWO_LINES = [["", *(name.split(".")[part] for name in miniature.COLUMNS)] for part in (0, 1)]


@pytest.mark.parametrize(
    ("header", "delimiter", "says"),
    [
        (TWO_LINES, ";", "separated by semicolons, not commas"),
        (TWO_LINES, "\t", "separated by tabs, not commas"),
        ([["track_id", "album_id", "track_title", "track_genres"]], ",", r"raw table \(raw_tracks\.csv\)"),
        ([["", "album", "album.1", "set", "set.1", "track", "track.7"]], ",", "renamed its columns"),
        (
            [line[:40] for line in TWO_LINES],
            ",",
            "of 40 columns it lacks track.genre_top, track.genres, track.genres_all",
        ),
        ([["id", "name"], ["1", "x"]], ",", "its first line is 'id,name'"),
        ([], ",", "its first line is ''"),
    ],
    ids=["semicolons", "tabs", "raw", "flattened", "older", "other", "empty"],
)
def test_a_table_of_another_make_is_refused_with_what_it_is(tmp_path, header, delimiter, says):
    place = table(tmp_path, (2, {}))
    rewritten(tmp_path / "fma_metadata" / "tracks.csv", header, delimiter)
    with pytest.raises(BadData, match=says) as error:
        fma.read(place, ReadReport())
    assert "out of fma_metadata.zip" in str(error.value)


def test_twenty_five_thousand_rows_are_read(tmp_path):
    prose = {
        "set.subset": "medium",
        "artist.bio": '<p>Two lines,\nand a "quote"</p>' * 60,
    }  # 2 kB, as real ones
    place = table(tmp_path, *((n, prose) for n in range(2, 25_002)))
    _, tracks, _ = read(place)
    assert len(tracks) == 25_000


@pytest.mark.parametrize("number", ["²", "inf", "-1", "9" * 5000, "1.5", ""])
def test_a_genre_whose_id_is_no_number_is_left_out_and_counted(tmp_path, number):
    path = tmp_path / "genres.csv"
    path.write_text(f"genre_id,parent,title\n12,0,Rock\n{number},0,Odd\n31,{number},Odd\n", encoding="utf-8")
    notes = ReadReport()
    assert tables.genres(path, notes).titles == {12: "Rock"}
    assert notes.counts == {"genre without a numeric id or parent, left out": 2}
