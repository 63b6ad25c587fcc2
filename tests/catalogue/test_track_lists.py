"""Lists a user keeps: what is saved is read again, and what cannot be is refused with its reason."""

import csv

import pytest

from quintet.catalogue import track_lists
from quintet.errors import BadData, MissingData, UsageError


def test_a_list_is_read_as_it_was_saved(here):
    found = {"a": "", "b": 'too "short", says one', "=c": "line\nbreak"}
    track_lists.save(track_lists.SELECTION, "demo", "My (best) list, 2", found, here)
    assert track_lists.read(track_lists.SELECTION, "demo", "My (best) list, 2", here) == found
    assert track_lists.names(track_lists.SELECTION, "demo", here) == ["My (best) list, 2"]
    assert track_lists.names(track_lists.EXCLUSION, "demo", here) == []


def test_no_cell_of_a_kept_list_opens_a_formula_and_its_ids_stay_what_they_are(here):
    reasons = {"=cmd|'/c calc'!A1": "+1", "'=x": "@sum", "-a.mp3": ""}
    path = track_lists.save(track_lists.EXCLUSION, "demo", "one", reasons, here)
    cells = [cell for row in csv.reader(path.read_text().splitlines()) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert track_lists.from_file(path) == reasons


def test_saving_under_the_same_name_replaces(here):
    track_lists.save(track_lists.SELECTION, "demo", "one", {"a": ""}, here)
    track_lists.save(track_lists.SELECTION, "demo", "one", {"b": ""}, here)
    assert track_lists.read(track_lists.SELECTION, "demo", "one", here) == {"b": ""}


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", " lead", "x" * 81, "nul\0", "two\nlines"])
def test_a_name_that_could_leave_the_folder_is_refused(here, name):
    with pytest.raises(UsageError, match="cannot name a list"):
        track_lists.save(track_lists.SELECTION, "demo", name, {"a": ""}, here)


def test_an_empty_list_is_refused(here):
    with pytest.raises(UsageError, match="at least one track"):
        track_lists.save(track_lists.SELECTION, "demo", "none", {}, here)


def test_a_list_that_is_not_there_names_those_that_are(here):
    track_lists.save(track_lists.SELECTION, "demo", "one", {"a": ""}, here)
    with pytest.raises(MissingData, match="Known: one"):
        track_lists.read(track_lists.SELECTION, "demo", "two", here)


def test_a_csv_without_ids_is_refused_with_its_columns(tmp_path):
    (tmp_path / "list.csv").write_text("track,reason\na,b\n")
    with pytest.raises(BadData, match="track,reason"):
        track_lists.from_file(tmp_path / "list.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize(
    "text", ["id\n\u00e9.wav\n", "id;reason\n\u00e9.wav;twice\n", "reason\tid\ntwice\t\u00e9.wav\n"]
)
def test_a_list_is_read_as_excel_saves_it(tmp_path, encoding, text):
    (tmp_path / "list.csv").write_bytes(text.encode(encoding))
    assert list(track_lists.from_file(tmp_path / "list.csv")) == ["\u00e9.wav"]


def test_a_list_of_a_name_too_long_is_refused(tmp_path):
    with pytest.raises(MissingData, match="No list of tracks at"):
        track_lists.from_file(tmp_path / ("x" * 300 + ".csv"))


def test_a_deleted_list_is_gone_and_deleting_twice_is_no_error(here):
    track_lists.save(track_lists.EXCLUSION, "demo", "one", {"a": ""}, here)
    track_lists.delete(track_lists.EXCLUSION, "demo", "one", here)
    track_lists.delete(track_lists.EXCLUSION, "demo", "one", here)
    assert track_lists.names(track_lists.EXCLUSION, "demo", here) == []


def test_the_stamp_changes_with_the_ids_alone():
    assert track_lists.stamp({"a": "", "b": ""}) == track_lists.stamp({"b": "why", "a": ""})
    assert track_lists.stamp({"a": ""}) != track_lists.stamp({"b": ""})
