"""Planted leaks are found and named: an artist on both sides, a recording on both sides; nothing else is."""

import json
from dataclasses import replace

import pytest

from quintet import cli
from quintet.audit import train_test_leaks
from quintet.audit.train_test_leaks import Leaks, Shared, Twin
from quintet.embeddings import models
from quintet.evaluation import runs
from quintet.storage import tables
from tests import faulty

GIVEN = runs.Rules("gtzan-ff")


@pytest.fixture
def machine(tmp_path):
    def made(clips: faulty.Clips):
        here = faulty.machine(tmp_path)
        faulty.plant(clips, here, scored=False)
        return here

    return made


def looked(settings, rules=GIVEN, key="musicnn"):
    return train_test_leaks.found(faulty.NAME, models.resolve_model(key, settings), rules, settings)


def test_a_clean_split_leaks_nothing(machine, tmp_path):
    found = looked(machine(faulty.clean(tmp_path / "audio")))
    assert (found.groups, found.tracks, found.tested, found.sentences) == ((), (), frozenset(), ())
    assert (found.column, found.n, found.unknown) == ("artist", 18, 0)


def test_an_artist_and_a_recording_on_both_sides_are_named(machine, tmp_path):
    found = looked(machine(faulty.faulty(tmp_path / "audio")))
    tested, trained = faulty.BY_ONE_ARTIST
    assert found.groups == (Shared(f"artist {trained[-2:]}", 1, (tested,)),)
    assert found.tracks == (Twin(*faulty.EXACT, 0.0),)
    assert found.tested == {tested, faulty.EXACT[0]}
    assert found.sentences == (
        f"5.6 % of 18 test clips share their artist with training: artist {trained[-2:]}.",
        f"1 test clip sounds the same as one that was trained on: {faulty.EXACT[0]} ({faulty.EXACT[1]}).",
    )


def test_a_recording_in_valid_counts_as_trained_on(machine, tmp_path):
    clips = faulty.clean(tmp_path / "audio")
    for matrix in clips.matrices:
        matrix[31] = matrix[50]  # clip50 is in valid
    found = looked(machine(clips))
    assert found.tracks == (Twin("clip31", "clip50", 0.0),)


def test_both_sides_of_drawn_folds_are_looked_at(machine, tmp_path):
    clips = faulty.clean(tmp_path / "audio")
    tracks = [replace(t, artist="one" if t.id in ("clip00", "clip03") else t.artist) for t in clips.tracks]
    settings = machine(replace(clips, tracks=tracks))
    for seed in range(4):  # in some draw the two lie in one fold
        rules = runs.Rules("gtzan-10fold", seed=seed)
        (first, second), found = _folds(settings, rules), looked(settings, rules)
        assert [one.name for one in found.groups] == ([] if first == second else ["one"])
        assert found.n == faulty.N


def _folds(settings, rules) -> list[int]:
    """In which fold the two clips of the artist are tested."""
    from quintet.evaluation import labelled_embeddings

    rule = labelled_embeddings.protocol(faulty.NAME, settings, rules.protocol)
    rows = labelled_embeddings.labelled(
        faulty.NAME, models.resolve_model("musicnn", settings), rule, settings
    )
    splits = rows.splits(rule, rules.seed)
    return [
        next(k for k, (_, test) in enumerate(splits) if rows.ids.index(i) in test)
        for i in ("clip00", "clip03")
    ]


def test_embeddings_that_are_all_one_name_no_twins(machine, tmp_path):
    found = looked(machine(faulty.clean(tmp_path / "audio")), key=faulty.CONTROL)
    assert found.tracks == ()


def test_many_names_are_cut_short():
    groups = tuple(Shared(f"artist {n}", 1, (f"clip{n}",)) for n in range(7))
    (said,) = Leaks("artist", 70, 0, groups, ()).sentences
    assert said.endswith("artist 0, artist 1, artist 2, artist 3, artist 4 and 2 more.")
    assert said.startswith("10.0 % of 70 test clips share")


def test_what_was_found_is_kept_until_tracks_or_embeddings_are_others(machine, tmp_path):
    here = machine(faulty.faulty(tmp_path / "audio"))
    source = models.resolve_model("musicnn", here)
    assert train_test_leaks.kept(faulty.NAME, source, GIVEN, here) is None
    found = train_test_leaks.make(faulty.NAME, source, GIVEN, here)
    assert found.sentences and train_test_leaks.kept(faulty.NAME, source, GIVEN, here) == found
    assert train_test_leaks.kept(faulty.NAME, source, replace(GIVEN, seed=1), here) is None
    where = models.model_table_path(faulty.NAME, source, here)
    ids, _ = tables.read_embeddings(where)
    tables.delete_rows(where, ids[:1])
    assert train_test_leaks.kept(faulty.NAME, source, GIVEN, here) is None


def test_repeats_are_told_by_a_trained_backbone_or_by_nobody(machine, tmp_path):
    here = machine(faulty.clean(tmp_path / "audio"))
    control, trained = (models.resolve_model(key, here) for key in (faulty.CONTROL, "musicnn"))
    assert train_test_leaks.judge([control]) is None
    held = replace(trained, state="custom")
    assert train_test_leaks.judge([control, held]) == held


def test_the_benchmark_names_what_leaks(machine, tmp_path, capsys):
    here = machine(faulty.faulty(tmp_path / "audio"))
    held = [key for key in faulty.HEARD if not models.resolve_model(key, here).untrained]
    capsys.readouterr()
    words = ["benchmark", faulty.NAME, "--protocol", GIVEN.protocol, "--backbone", *held, "--json"]
    assert cli.main(words) == 0
    document = json.loads(capsys.readouterr().out)
    tested, trained = faulty.BY_ONE_ARTIST
    assert document["leaks"]["groups"][0]["tested"] == [tested]
    assert document["leaks"]["tracks"][0]["tested"] == faulty.EXACT[0]
    assert any(f"artist {trained[-2:]}" in said for said in document["leaks"]["sentences"])
