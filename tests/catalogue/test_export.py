"""Tracks as files: CSV a spreadsheet may open, parquet with the values as they are, m3u8 a player reads."""

import csv
import io
import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from quintet.catalogue import export, tracks
from quintet.catalogue.query import Query, Table
from quintet.datasets.base import Track
from quintet.errors import UsageError
from tests.tables import put_tracks

TRACKS = (
    Track("a", Path("/music/two words/a.wav"), '=HYPERLINK("http://evil")', "-Intro-", ("rock", "pop"),
          "test", 30.4, tags=("one", "two"), year=1999, columns={"gain": -3.5, "note": "+1"}),
    Track("b", None, "no sound", "@home", (), seconds=10.0),
    Track("c", Path("/music/c\n#EXTINF:1,x.wav"), "two\nlines", "x", ("rock",), seconds=5.0),
    Track("d", Path("/music/d.wav"), "a cut,\nof two lines", "", ("rock",), seconds=10.0, start=21.5,
          whole=False),
    Track("e", Path("/music/é.wav"), "unknown length", "y", ("rock",)),
)  # fmt: skip


@pytest.fixture
def table(here) -> Table:
    put_tracks(here, "demo", TRACKS)
    return Table(tracks.path("demo", here), tracks.facts("demo", here))


def written(table: Table, kind: str, asked: Query = Query(), **options) -> tuple[bytes, export.Written]:  # noqa: B008
    file = io.BytesIO()
    said = export.write(table, asked, kind, file, **options)
    return file.getvalue(), said


def test_csv_holds_every_field_and_the_datasets_own_columns(table):
    body, said = written(table, export.CSV)
    rows = list(csv.DictReader(io.StringIO(body.decode())))
    assert said.tracks == len(rows) == 5
    assert set(rows[0]) >= {
        "id",
        "title",
        "artist",
        "labels",
        "tags",
        "split",
        "year",
        "path",
        "gain",
        "note",
    }
    assert rows[0]["labels"] == "rock; pop"
    assert rows[0]["path"] == "/music/two words/a.wav"
    assert rows[1]["path"] == ""


def test_no_text_in_csv_opens_a_formula_and_numbers_stay_numbers(table):
    rows = list(csv.DictReader(io.StringIO(written(table, export.CSV)[0].decode())))
    texts = [value for row in rows for name, value in row.items() if name != "gain"]
    assert not [value for value in texts if value.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert rows[0]["title"] == '\'=HYPERLINK("http://evil")'
    assert rows[0]["note"] == "'+1"
    assert rows[0]["gain"] == "-3.5"


@pytest.mark.parametrize(
    "text", ["=1+1", "'=1", "''@x", "+1", "-1", "@a", "\tx", "\rx", "\uff1d1", "'tis", "a=b", ""]
)
def test_a_guarded_cell_opens_no_formula_and_is_read_back_as_it_was(text):
    cell = export.formula_safe(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d"))
    assert export.formula_unescaped(cell) == text


def test_parquet_holds_the_values_as_they_are(table):
    found = pq.read_table(io.BytesIO(written(table, export.PARQUET)[0])).to_pylist()
    assert found[0]["title"] == TRACKS[0].title
    assert found[0]["labels"] == ["rock", "pop"]
    assert found[0]["gain"] == -3.5
    assert found[1]["path"] is None


def test_a_playlist_names_what_can_be_played_and_counts_the_rest(table):
    body, said = written(table, export.PLAYLIST)
    assert said == export.Written(tracks=3, silent=2)
    assert body.decode().splitlines() == [
        "#EXTM3U",
        '#EXTINF:30,-Intro- - =HYPERLINK("http://evil")',
        "/music/two words/a.wav",
        "#EXTINF:10,a cut, of two lines",
        "#EXTVLCOPT:start-time=21.500",
        "#EXTVLCOPT:stop-time=31.500",
        "/music/d.wav",
        "#EXTINF:-1,y - unknown length",
        "/music/é.wav",
    ]


@pytest.mark.parametrize("kind", [export.CSV, export.PARQUET, export.PLAYLIST])
def test_a_query_that_leaves_nothing_makes_a_file_all_the_same(table, kind):
    body, said = written(table, kind, Query("nothing of the kind"))
    assert said.tracks == 0
    assert body


def test_the_order_and_the_bound_are_kept(table):
    body, _ = written(table, export.CSV, Query(sort="seconds", descending=True), most=2)
    assert [row["id"] for row in csv.DictReader(io.StringIO(body.decode()))] == ["a", "b"]


def test_an_unknown_kind_is_refused_with_those_there_are(table):
    with pytest.raises(UsageError, match="csv, parquet, m3u8"):
        written(table, "xlsx")


def test_a_path_that_is_no_utf_8_is_written_out_in_csv_and_kept_in_a_playlist(here):
    odd = Track("a", Path(os.fsdecode(b"/music/caf\xe9.wav")), "x", "y", (), seconds=1.0)
    put_tracks(here, "demo", [odd])
    table = Table(tracks.path("demo", here), tracks.facts("demo", here))
    assert rb"/music/caf\xe9.wav" in written(table, export.CSV)[0]
    assert b"\n/music/caf\xe9.wav\n" in written(table, export.PLAYLIST)[0]
