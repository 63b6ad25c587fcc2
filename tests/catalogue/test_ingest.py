"""Reading a dataset into its table: counted, compared, only changes written; one more is one file."""

import json
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from quintet import cli, registry
from quintet.catalogue import ingest, locations, tracks
from quintet.catalogue.locations import Entry
from quintet.datasets.base import DatasetLocation, ReadResult, Track
from quintet.errors import BadData, MissingData, StoreError
from quintet.storage import tables
from tests.datasets import one_more
from tests.sounds import write_tone


@pytest.fixture
def reader(monkeypatch) -> str:
    """The reader of tests/datasets/one_more.py under the name it would have in its own file."""
    before = registry.names

    def names(kind: str) -> list[str]:
        return sorted([*before(kind), "one_more"] if kind == "datasets" else before(kind))

    monkeypatch.setattr(registry, "names", names)
    monkeypatch.setitem(sys.modules, "quintet.datasets.one_more", one_more)
    return "one_more"


@pytest.fixture
def root(tmp_path) -> Path:
    """Eight tones, four of each kind."""
    folder = tmp_path / 'so\'me "tones" & more'
    folder.mkdir()
    for n in range(8):
        kind, hertz = ("low", 110) if n % 2 else ("high", 1760)
        write_tone(folder / f"{kind}-{n}.wav", hertz * (1 + n / 20))
    return folder


@pytest.fixture
def entry(reader, root) -> Entry:
    return Entry("one_more", reader, DatasetLocation(root))


def test_a_reading_is_counted(entry, here):
    report = ingest.read(entry, here)
    assert report.counts == {"tracks": 8, "with audio": 8, "flagged": 0, "class low": 4, "class high": 4}
    assert report.bytes == sum(p.stat().st_size for p in entry.place.root.iterdir())
    assert (report.new, report.gone, report.changed) == (8, 0, 0)


@pytest.mark.parametrize("fault", ["facts cut short", "a column gone"])
def test_a_table_that_opens_but_is_damaged_is_read_anew(entry, here, fault):
    ingest.read(entry, here)
    before, where = tracks.read(entry.name, here), tracks.path(entry.name, here)
    table, facts = tables.open_table(where).to_table(), tables.facts(where)
    if fault == "facts cut short":
        facts["facts"] = facts["facts"][:100]
    else:
        table = table.drop_columns(["title"])
    tables.write(where, table, facts)
    with pytest.raises(StoreError, match=r"damaged\. Run: quintet prepare"):
        tracks.read(entry.name, here)
    assert ingest.read(entry, here).new == 8
    assert tracks.read(entry.name, here) == before


@pytest.mark.parametrize(
    "error", [RuntimeError("odd"), KeyError("x"), MemoryError(), OverflowError("inf"), ZeroDivisionError()]
)
@pytest.mark.parametrize("late", [False, True])
def test_whatever_a_reader_raises_is_a_sentence_that_names_the_file(entry, here, monkeypatch, error, late):
    def tracks_of(notes):
        notes.source, notes.line = Path("/music/table.csv"), 7
        raise error
        yield

    def read(place, notes):
        return ReadResult(one_more.FACTS, tracks_of(notes) if late else list(tracks_of(notes)))

    monkeypatch.setattr(one_more, "read", read)
    with pytest.raises(
        BadData, match=rf"^/music/table.csv line 7 cannot be read as One more: {type(error).__name__}"
    ) as raised:
        ingest.read(entry, here)
    assert raised.value.__cause__ is error
    assert not tracks.path("one_more", here).exists()


def test_a_file_the_system_refuses_is_named_with_its_reason(entry, here, monkeypatch):
    def read(place, notes):
        raise PermissionError(13, "Permission denied", str(place.root / "x.csv"))

    monkeypatch.setattr(one_more, "read", read)
    with pytest.raises(BadData, match=r"x\.csv cannot be read as One more: Permission denied"):
        ingest.read(entry, here)


def test_a_number_the_table_cannot_hold_is_a_sentence(entry, here, monkeypatch):
    track = Track("a", None, "a", "", (), year=2**70)
    monkeypatch.setattr(one_more, "read", lambda place, notes: ReadResult(one_more.FACTS, [track]))
    with pytest.raises(BadData, match="cannot be read as One more"):
        ingest.read(entry, here)


def test_texts_of_a_track_are_shown_without_letters_that_deceive(entry, here, monkeypatch):
    track = Track("a\u202eb", None, "x\u202egpj.exe", "one\ntwo", ("low\u2066",), tags=("t\0u", "e\u0301"))
    monkeypatch.setattr(one_more, "read", lambda place, notes: ReadResult(one_more.FACTS, [track]))
    ingest.read(entry, here)
    (stored,) = tracks.read("one_more", here)
    assert (stored.id, stored.title, stored.artist) == ("a\u202eb", "x gpj.exe", "one two")
    assert (stored.labels, stored.tags) == (("low",), ("t u", "\u00e9"))


def test_a_title_of_ten_thousand_letters_is_cut(entry, here, monkeypatch):
    track = Track("a", None, "x" * 10_000, "", ())
    monkeypatch.setattr(one_more, "read", lambda place, notes: ReadResult(one_more.FACTS, [track]))
    ingest.read(entry, here)
    assert len(tracks.read("one_more", here)[0].title) == 500


def test_what_is_flagged_is_named_with_its_reasons(entry, here, monkeypatch):
    flagged = [Track(f"t{n:02}", None, "", "", (), flags=("torn", "wet")) for n in range(12)]
    monkeypatch.setattr(one_more, "read", lambda place, notes: ReadResult(one_more.FACTS, flagged))
    report = ingest.read(entry, here)
    assert report.flagged == {f"t{n:02}": ("torn", "wet") for n in range(12)}


def test_reading_again_writes_nothing(entry, here):
    ingest.read(entry, here)
    before = tables.version(tracks.path("one_more", here))
    again = ingest.read(entry, here)
    assert (again.new, again.gone, again.changed) == (0, 0, 0)
    assert tables.version(tracks.path("one_more", here)) == before


def test_only_changes_count_and_a_changed_sound_is_forgotten(entry, here, root):
    ingest.read(entry, here)
    table = tables.embeddings_path(here.cache, "one_more", "net", "ab")
    names = [t.id for t in tracks.read("one_more", here)]
    tables.append_embeddings(table, "ab", names, np.zeros((8, 2), np.float32))
    write_tone(root / "low-1.wav", 100.0, 2.0)
    (root / "low-3.wav").unlink()
    write_tone(root / "low-9.wav", 100.0)
    report = ingest.read(entry, here)
    assert (report.new, report.gone, report.changed) == (1, 1, 1)
    assert tables.embedded(table) == set(names) - {"low-1"}  # what is only gone may come back


def test_an_absent_a_dead_and_an_empty_file_are_counted_and_survived(entry, here, root):
    (root / "low-dead.wav").symlink_to(root / "nowhere.wav")
    (root / "low-empty.wav").touch()
    report = ingest.read(entry, here)
    held = {t.id: t for t in tracks.read("one_more", here)}
    assert held["low-dead"].path is None
    assert held["low-empty"].flags == (ingest.EMPTY,)
    assert report.notes.counts == {"no audio: No such file or directory": 1}


def test_a_name_that_is_no_text_is_kept_as_it_is(here, tmp_path):
    name = os.fsencode(tmp_path) + b"/a/caf\xe9.wav"
    (tmp_path / "a").mkdir()
    write_tone(tmp_path / "tone.wav", 220.0)
    os.rename(tmp_path / "tone.wav", name)
    ingest.read(locations.entry("folder", tmp_path), here)
    (found,) = tracks.read("folder", here)
    assert os.fsencode(found.path) == name
    assert found.path.is_file()


def test_a_file_that_may_not_be_read_is_counted(entry, here, root, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: path.name != "low-1.wav")
    report = ingest.read(entry, here)
    assert report.notes.examples == {"no audio: its rights forbid reading": [str(root / "low-1.wav")]}
    assert report.counts["with audio"] == 7


def test_a_repeated_id_is_counted_and_the_first_kept(entry, here, monkeypatch):
    read = one_more.read

    def twice(place, notes):
        found = list(read(place, notes).tracks)
        return one_more.ReadResult(one_more.FACTS, [*found, *found[:2]])

    monkeypatch.setattr(one_more, "read", twice)
    report = ingest.read(entry, here)
    assert report.counts["tracks"] == 8
    assert report.notes.counts == {"repeated id, the first kept": 2}


def test_an_empty_folder_is_missing_data(entry, here, root):
    shutil.rmtree(root)
    root.mkdir()
    with pytest.raises(MissingData, match="quintet datasets add one_more --root DIR"):
        ingest.read(entry, here)


def test_a_table_of_another_version_is_read_again(entry, here):
    report = ingest.read(entry, here)
    tables.write(tracks.path("one_more", here), tracks.columns("one_more", ["id"], here), {"format": "1"})
    with pytest.raises(StoreError, match="another version"):
        tracks.read("one_more", here)
    assert ingest.read(entry, here).new == report.new


def test_one_file_is_a_dataset_from_adding_it_to_its_benchmark(reader, root, here, capsys):
    assert cli.main(["datasets", "add", "one_more", "--root", str(root), "--json"]) == 0
    added = json.loads(capsys.readouterr().out)
    assert (added["counts"]["tracks"], added["protocols"]) == (8, ["halves"])
    assert cli.main(["embed", "one_more", "--backbone", "musicnn", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["backbones"][0]["done"] == 8
    assert cli.main(["benchmark", "one_more", "--backbone", "musicnn", "--json"]) == 0
    (result,) = json.loads(capsys.readouterr().out)["results"]
    assert (result["n_test"], result["classes"]) == (8, ["low", "high"])
    assert cli.main(["datasets", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)["datasets"]}
    assert rows["one_more"]["embedded"] == {"musicnn": 8}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["add"], "needs a name and a folder"),
        (["add", "one_more"], "needs a name and a folder"),
        (["add", "one_more", "--root", "/nowhere/at/all"], "No folder /nowhere/at/all"),
        (["add", "cellar", "--root", "."], "No reader named 'cellar'"),
    ],
)
def test_a_wrong_call_says_what_was_expected(reader, here, capsys, arguments, says):
    assert cli.main(["datasets", *arguments]) in (1, 2)
    assert says in capsys.readouterr().err
