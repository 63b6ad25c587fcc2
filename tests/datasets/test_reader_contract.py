"""What every dataset reader keeps, on a miniature of its real layout; a new reader needs no line here."""

from dataclasses import dataclass, fields
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from quintet import registry
from quintet.catalogue import rows
from quintet.datasets.base import DatasetLocation, Facts, Protocol, ReadReport, ReadResult, Track
from quintet.errors import MissingData

READERS = registry.names("datasets")
WITH_EMBEDDINGS = [name for name in READERS if hasattr(registry.module("datasets", name), "ready")]
WITH_CHECKSUMS = [name for name in READERS if hasattr(registry.module("datasets", name), "verify")]
SPLITS = {"", "train", "valid", "test"}
FIELDS = {field.name for field in fields(Track)}
TAKEN = FIELDS | {"bytes", "modified", "words", "row", "stamp", "sound"}  # columns the catalogue adds
TYPES = {"text": str, "integer": int, "number": float, "yes": bool, "many": tuple}


@dataclass(frozen=True)
class Case:
    """A reader, where its miniature lies, and what it read there."""

    module: ModuleType
    place: DatasetLocation
    reading: ReadResult
    tracks: list[Track]

    @property
    def facts(self) -> Facts:
        """Facts of what was read."""
        return self.reading.facts


def miniature(name: str, root: Path) -> DatasetLocation:
    """The reader's miniature, laid out below `root`."""
    root.mkdir(parents=True)
    return import_module(f"tests.datasets.miniatures.{name}").make(root)


@pytest.fixture(scope="module", params=READERS)
def case(request, tmp_path_factory) -> Case:
    """Every reader in turn; its root has a space, quotes and an ampersand in its name."""
    place = miniature(request.param, tmp_path_factory.mktemp(request.param) / """it's "music" & more""")
    module = registry.module("datasets", request.param)
    reading = module.read(place, ReadReport())
    return Case(module, place, reading, list(reading.tracks))


def columns_named(protocol: Protocol) -> set[str]:
    """Every column a protocol names."""
    named = (protocol.split, protocol.fold, protocol.group, protocol.label, protocol.only, protocol.scored)
    return {name for name in named if name}


def kinds(facts: Facts) -> dict[str, str]:
    """Own columns and their kinds."""
    return {column.name: column.kind for column in facts.columns}


def test_there_are_readers():
    assert {"demo", "folder", "gtzan"} <= set(READERS)


def test_a_reader_states_its_facts(case):
    assert isinstance(case.module.FACTS, Facts)
    texts = ("title", "noun", "label", "about", "licence", "source")
    assert [name for name in texts if not getattr(case.facts, name)] == []


def test_a_miniature_has_tracks(case):
    assert case.tracks


def test_reading_twice_gives_the_same_tracks_in_the_same_order(case):
    again = case.module.read(case.place, ReadReport())
    assert again.facts == case.facts
    assert list(again.tracks) == case.tracks


def test_ids_are_unique_and_not_empty(case):
    ids = [track.id for track in case.tracks]
    assert len(set(ids)) == len(ids)
    assert all(ids)


def test_texts_are_valid_utf8(case):
    facts = case.facts
    texts = [facts.title, facts.source, *facts.classes, *facts.missing]
    for t in case.tracks:
        texts += [t.id, t.title, t.artist, t.group, t.album, *t.labels, *t.tags, *t.flags]
    assert [text for text in texts if text.encode("utf-8", "replace") != text.encode("utf-8", "ignore")] == []


def test_labels_are_among_the_classes(case):
    assert {label for track in case.tracks for label in track.labels} <= set(case.facts.classes)


def test_a_track_has_one_class_at_most_where_classes_exclude_one_another(case):
    most = max(len(track.labels) for track in case.tracks)
    assert most <= (len(case.facts.classes) if case.facts.many else 1)


def test_classes_are_named_once(case):
    assert len(set(case.facts.classes)) == len(case.facts.classes)


def test_a_split_is_train_valid_or_test(case):
    assert {track.split for track in case.tracks} <= SPLITS


def test_lengths_and_starts_are_numbers_of_seconds(case):
    values = np.array([(track.seconds, track.start) for track in case.tracks])
    assert np.isfinite(values).all()
    assert (values >= 0).all()


def test_years_are_whole_numbers(case):
    assert {type(track.year) for track in case.tracks} == {int}


def test_words_of_a_track_are_tuples(case):
    assert {type(words) for t in case.tracks for words in (t.labels, t.tags, t.flags)} == {tuple}


def test_a_path_is_absolute(case):
    assert [t for t in case.tracks if t.path is not None and not t.path.is_absolute()] == []


def test_the_audio_of_a_miniature_is_found(case):
    assert [t for t in case.tracks if t.path is not None and t.path.is_file()]


def test_own_columns_are_declared_once_and_collide_with_none_of_the_table(case):
    names = [column.name for column in case.facts.columns]
    assert len(set(names)) == len(names)
    assert not TAKEN & set(names)


def test_own_values_are_of_declared_columns_and_of_their_kind(case):
    declared = {name: TYPES[kind] for name, kind in kinds(case.facts).items()}
    own = [(t.id, name, value) for t in case.tracks for name, value in t.columns.items()]
    assert [value for value in own if type(value[2]) is not declared.get(value[1])] == []


def test_every_declared_column_has_a_value_somewhere(case):
    given = {name for track in case.tracks for name in track.columns}
    assert set(kinds(case.facts)) <= given


def test_protocols_name_columns_that_exist(case):
    there = FIELDS | set(kinds(case.facts))
    assert [p.name for p in case.facts.protocols if not columns_named(p) <= there] == []


def test_protocols_have_names_of_their_own_and_say_what_they_are(case):
    names = [protocol.name for protocol in case.facts.protocols]
    assert len(set(names)) == len(names)
    assert all(protocol.says for protocol in case.facts.protocols)


def test_a_protocol_has_one_way_to_take_sides(case):
    ways = [(p.name, bool(p.split) + bool(p.fold) + bool(p.folds)) for p in case.facts.protocols]
    assert [name for name, n in ways if n != 1] == []


def test_what_limits_a_protocol_is_a_yes_column(case):
    limits = {name for p in case.facts.protocols for name in (p.only, p.scored) if name}
    assert {kinds(case.facts)[name] for name in limits} <= {"yes"}


def test_the_split_of_a_protocol_holds_train_valid_and_test(case):
    named = {p.split for p in case.facts.protocols if p.split}
    sides = {t.columns.get(name, getattr(t, name, "")) for t in case.tracks for name in named}
    assert sides <= SPLITS


def test_what_is_expected_is_counted_by_the_catalogue(case):
    counted = {"tracks", *(f"split {split}" for split in SPLITS - {""})}
    assert set(case.facts.expects) <= counted | {f"class {name}" for name in case.facts.classes}
    assert all(count >= 0 for count in case.facts.expects.values())


def test_the_catalogue_stores_tracks_and_facts_without_loss(case):
    batch = rows.batch(case.tracks, [0] * len(case.tracks), 0, case.facts)
    assert [rows.track(row, case.facts) for row in batch.to_pylist()] == case.tracks
    assert rows.from_text(rows.as_text(case.facts)) == case.facts


def test_what_is_missing_is_said_in_sentences(case):
    assert [sentence for sentence in case.facts.missing if not sentence.endswith(".")] == []


def test_reading_opens_no_audio(case, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("audio was decoded")

    for name in ("quintet.audio.decode", "quintet.audio.decode_bytes", "soundfile.read", "soundfile.blocks",
                 "soundfile.SoundFile.read", "av.open"):  # fmt: skip
        monkeypatch.setattr(name, refuse)
    assert list(case.module.read(case.place, ReadReport()).tracks) == case.tracks


@pytest.mark.parametrize("name", READERS)
def test_an_empty_folder_is_refused_with_the_next_step(name, tmp_path):
    refused(name, tmp_path)


@pytest.mark.parametrize("name", READERS)
def test_a_folder_of_something_else_is_refused_with_the_next_step(name, tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "to an editor.txt").write_text("Dear editor,", encoding="utf-8")
    (tmp_path / "table.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    refused(name, tmp_path)


@pytest.mark.parametrize("name", READERS)
def test_a_folder_that_is_not_there_is_refused_with_the_next_step(name, tmp_path):
    refused(name, tmp_path / "nowhere")


def refused(name: str, root: Path) -> None:
    """The reader says what to run; one that brings itself has its own way to be mended."""
    module = registry.module("datasets", name)
    step = "Run: make data" if hasattr(module, "home") else f"Run: quintet datasets add {name} --root DIR"
    with pytest.raises(MissingData, match=step):
        list(module.read(DatasetLocation(root), ReadReport()).tracks)


@pytest.mark.parametrize("name", WITH_EMBEDDINGS)
def test_embeddings_that_come_with_a_dataset_are_float32_of_their_dim(name, tmp_path):
    made = registry.module("datasets", name).ready(miniature(name, tmp_path / "root"))
    assert made
    for ready in made:
        for ids, matrix in ready.rows():
            assert matrix.dtype == np.float32
            assert matrix.shape == (len(ids), ready.dim)
            assert len(ids) > 0


@pytest.mark.parametrize("name", WITH_CHECKSUMS)
def test_a_dataset_that_has_checksums_compares_its_files_with_them(name, tmp_path):
    found = list(registry.module("datasets", name).verify(miniature(name, tmp_path / "root")))
    assert {checked.status for checked in found} <= {"same", "other", "absent"}
    assert "same" in {checked.status for checked in found}
