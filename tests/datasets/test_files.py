"""Tables, artists and archives as people's disks have them."""

import zipfile
from pathlib import Path

import pytest

from quintet.datasets import _files
from quintet.datasets.base import ReadReport
from quintet.errors import BadData, MissingData


def rows(path: Path, notes: ReadReport | None = None) -> list[dict[str, str]]:
    """All rows of a comma-separated table that needs the columns clip and artist."""
    return list(_files.table(path, ",", ("clip", "artist"), notes or ReadReport()))


@pytest.fixture
def table(tmp_path) -> Path:
    """Where a table is to lie."""
    return tmp_path / "table.csv"


@pytest.mark.parametrize(
    "text", ["clip,artist\na,B\n", "\ufeffclip,artist\na,B", "clip,artist\r\na,B\r\n\r\n"]
)
def test_a_table_is_read_with_or_without_byte_order_mark_and_line_ends(table, text):
    table.write_text(text, encoding="utf-8", newline="")
    assert rows(table) == [{"clip": "a", "artist": "B"}]


def test_a_cell_may_hold_commas_quotes_and_line_breaks(table):
    table.write_text('clip,artist\na,"B, ""C""\nD"\n', encoding="utf-8")
    assert rows(table) == [{"clip": "a", "artist": 'B, "C"\nD'}]


def test_a_row_of_another_length_is_left_out_and_counted(table):
    table.write_text("clip,artist\na,B\nc\nd,E,F\n", encoding="utf-8")
    notes = ReadReport()
    assert [row["clip"] for row in rows(table, notes)] == ["a"]
    assert notes.examples == {"row of another length, left out": ["table.csv line 3", "table.csv line 4"]}


def test_letters_that_are_not_utf8_are_kept_as_a_sign_and_counted(table):
    table.write_bytes(b"clip,artist\na,Bj\xf6rk\n")
    notes = ReadReport()
    assert rows(table, notes)[0]["artist"] == "Bj\ufffdrk"
    assert notes.counts == {_files.UNREADABLE: 1}


@pytest.mark.parametrize(("delimiter", "name"), [(";", "semicolons"), ("\t", "tabs")])
def test_another_delimiter_is_recognised(table, delimiter, name):
    table.write_text(f"clip{delimiter}artist\n", encoding="utf-8")
    with pytest.raises(BadData, match=f"separated by {name}: commas were expected"):
        rows(table)


@pytest.mark.parametrize("text", ["", "clip,singer\n"])
def test_a_missing_column_is_named_with_the_columns_expected(table, text):
    table.write_text(text, encoding="utf-8")
    with pytest.raises(BadData, match=r"lacks the column '\w+'.*Expected columns: clip, artist"):
        rows(table)


def test_a_file_of_nul_bytes_is_no_table(table):
    table.write_bytes(b"\0" * 5000)
    with pytest.raises(
        BadData, match=r"table\.csv holds NUL bytes: that is no text\. Expected a table as UTF-8 or UTF-16"
    ):
        rows(table)


def test_a_nul_byte_in_a_cell_is_shown_as_a_sign_and_counted(table):
    table.write_bytes(b"clip,artist\n" + b"a,B\n" * 2000 + b"c,D\0E\n")
    notes = ReadReport()
    assert rows(table, notes)[-1] == {"clip": "c", "artist": "D\ufffdE"}
    assert notes.examples == {_files.UNREADABLE: ["table.csv line 2002"]}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_a_table_of_two_or_four_bytes_a_letter_is_read(table, encoding):
    table.write_bytes("clip,artist\r\na,Björk\r\n".encode(encoding))
    assert rows(table) == [{"clip": "a", "artist": "Björk"}]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_an_artist_table_is_read_as_excel_saves_it(table, encoding, delimiter):
    table.write_bytes(f"clip{delimiter}artist\r\na{delimiter}Björk\r\n".encode(encoding))
    notes = ReadReport()
    assert _files.artists(table, notes) == {"a": "Björk"}
    assert list(notes.counts) == (
        ["letters that are not UTF-8, read as Windows-1252"] if encoding == "cp1252" else []
    )


@pytest.mark.parametrize("letter", ["\N{LATIN SMALL LETTER E WITH ACUTE}", "e\N{COMBINING ACUTE ACCENT}"])
def test_an_artist_in_two_spellings_is_one(table, letter):
    table.write_text(
        f"clip,artist\nx,Beyonc\N{LATIN SMALL LETTER E WITH ACUTE}\nx,Beyonc{letter}\n", encoding="utf-8"
    )
    notes = ReadReport()
    assert _files.artists(table, notes) == {"x": "Beyonc\N{LATIN SMALL LETTER E WITH ACUTE}"}
    assert notes.counts == {}


def test_a_folder_in_place_of_a_table_is_refused(tmp_path):
    with pytest.raises(BadData, match="cannot be read"):
        rows(tmp_path)


def test_no_artist_table_means_no_artists():
    assert _files.artists(None, ReadReport()) == {}


def test_an_artist_table_that_is_not_there_is_refused_with_its_columns(tmp_path):
    with pytest.raises(MissingData, match="expected a CSV with the columns clip, artist"):
        _files.artists(tmp_path / "none.csv", ReadReport())


def test_of_two_artists_of_a_clip_the_first_is_kept_and_counted(table):
    table.write_text("clip,artist\nx.wav,A\nx,A\nfolder/x.au,B\ny,\n", encoding="utf-8")
    notes = ReadReport()
    assert _files.artists(table, notes) == {"x": "A"}
    assert notes.counts == {"two artists of one clip in the artist table, the first kept": 1}


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("jazz/jazz.00024.wav", "jazz.00024"),
        (" jazz.00024.AU ", "jazz.00024"),
        ("jazz\\jazz.00024.mp3", "jazz.00024"),
        ("jazz.00024", "jazz.00024"),
    ],
)
def test_a_clip_is_named_without_folder_and_audio_ending(name, stem):
    assert _files.stem(name) == stem


def test_a_whole_archive_is_to_be_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "fma.zip", "w") as archive:
        archive.writestr("a", "b")
    assert _files.archive_hint(tmp_path) == " fma.zip is there: unpack it first."


def test_half_an_archive_is_to_be_fetched_again(tmp_path):
    (tmp_path / "fma.zip").write_bytes(b"PK\3\4 and no more")
    assert (
        _files.archive_hint(tmp_path) == " fma.zip is there but is no whole zip (16 bytes): fetch it again."
    )


def test_of_no_folder_no_archive_is_named(tmp_path):
    assert _files.archive_hint(tmp_path / "nowhere") == ""


def test_what_a_folder_holds_is_said_briefly(tmp_path):
    for name in "abcdefgh":
        (tmp_path / name).mkdir()
    (tmp_path / ".hidden").touch()
    assert _files.contents_hint(tmp_path) == "It holds a/, b/, c/, d/, e/, f/ and 2 more."


def test_an_empty_folder_is_called_empty(tmp_path):
    assert _files.contents_hint(tmp_path) == "It is empty."


def test_a_folder_that_is_not_there_is_said(tmp_path):
    assert _files.contents_hint(tmp_path / "nowhere") == "There is no such folder."
