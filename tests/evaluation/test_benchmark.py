"""Runs on stored tables: what is trained on, what is told of the clips, and the same numbers however made."""

import json
from dataclasses import replace

import numpy as np
import pytest

from quintet.datasets.base import Track
from quintet.embeddings import models
from quintet.errors import MissingEmbeddings, QuintetError, UnknownName
from quintet.evaluation import benchmark, hyperparameters, labelled_embeddings, mlp_probe, runs
from quintet.jobs import pool
from quintet.storage import tables as store
from tests import faulty
from tests.tables import put_tracks

TAGS, TAGGED = ("guitar", "drums", "loud", "opera"), "magnatagatune"
N = 80


def tagged(settings, key="musicnn", seed=0):
    """80 clips with tags that leave a trace, none with "opera" tested; five artists on both sides."""
    lots = np.random.default_rng(seed)
    split = np.array(["train"] * 40 + ["valid"] * 15 + ["test"] * 25)
    truth = lots.random((N, 4)) < 0.4
    truth[0], truth[40] = True, True
    truth[split == "test", 3] = False
    X = lots.normal(size=(N, 20)) + truth.astype(float) @ (2 * lots.normal(size=(4, 20)))
    artist = [f"artist {n}" for n in range(N)]
    artist[55:60] = artist[:5]
    words = [tuple(t for t, on in zip(TAGS, row, strict=True) if on) for row in truth]
    tracks = [
        Track(
            f"c{n:02}", None, f"Clip {n}", artist[n], words[n], split=str(split[n]), group=artist[n],
            columns={"top50": bool(truth[n].any()), "new_artist": True},
        )
        for n in range(N)
    ]  # fmt: skip
    put_tracks(settings, TAGGED, tracks)
    source = models.resolve_model(key, settings)
    where = models.model_table_path(TAGGED, source, settings)
    store.append_embeddings(where, source.fingerprint, [t.id for t in tracks], X.astype(np.float32))
    return source


@pytest.fixture
def genres(here, tmp_path):
    """60 clips of three genres with a train, valid and test split, by two backbones; nothing scored yet."""
    faulty.plant(faulty.clean(tmp_path / "music"), here, scored=False)
    return here


def source(here, at=0):
    return models.resolve_model(faulty.HEARD[at], here)


def test_tags_are_scored_and_silent_ones_named(here):
    found, rules = tagged(here), runs.Rules("mtat-all")
    benchmark.again(TAGGED, [found], rules, here)
    run = runs.get(TAGGED, found, rules, here)
    assert run.many
    assert run.truth.shape == run.probabilities.shape == (25, 4)
    assert set(run.y) == {""}
    assert runs.silent(run) == ("opera",)
    scores = runs.scores(run)
    assert set(scores) == {"roc_auc_macro", "ap_macro", "roc_auc_micro", "ap_micro"}
    assert scores["roc_auc_macro"].value > 0.8
    assert run.folds == ({"n_train": 40, "n_valid": 15, "n_test": 25},)
    assert run.shared_groups == 5
    assert any("5 of 25 test clips share an artist" in note for note in run.notes)
    assert any(note.startswith("opera: none or all") for note in run.notes)


def test_only_clips_of_the_protocol_take_part(here):
    found = tagged(here)
    rows = runs.rows(TAGGED, found, runs.Rules("mtat-top50"), here)
    assert len(rows.ids) < N
    assert rows.tags.any(axis=1).all()
    with pytest.raises(UnknownName, match="Did you mean 'mtat-all'"):
        labelled_embeddings.protocol(TAGGED, here, "mtat-al")
    assert labelled_embeddings.benchmarked(TAGGED, here).name == "mtat-all"
    assert labelled_embeddings.protocols(TAGGED, here) == {}


def test_two_taggers_are_compared_by_roc_auc(here):
    sources = [tagged(here), tagged(here, "librosa518")]
    benchmark.make(TAGGED, sources, runs.Rules("mtat-all"), here)
    made = [runs.get(TAGGED, found, runs.Rules("mtat-all"), here) for found in sources]
    (pair,) = runs.compare(made)
    values = [runs.scores(run)["roc_auc_macro"].value for run in made]
    assert pair.difference.value == pytest.approx(values[0] - values[1])


def test_the_valid_part_is_chosen_on_and_not_trained_on(genres):
    rules = runs.Rules("gtzan-ff")
    benchmark.again(faulty.NAME, [source(genres)], rules, genres)
    run = runs.get(faulty.NAME, source(genres), rules, genres)
    assert run.folds == ({"n_train": 30, "n_valid": 12, "n_test": 18},)
    assert runs.fresh(faulty.NAME, source(genres), rules, genres)


def test_a_run_of_the_older_rule_is_not_shown_and_made_again(genres):
    rules, found = runs.Rules("gtzan-ff"), source(genres)
    benchmark.again(faulty.NAME, [found], rules, genres)
    where = runs.path(faulty.NAME, found, rules, genres)
    facts = {k: v for k, v in store.facts(where).items() if k not in ("rule", "notes", "shared", "chosen")}
    store.write(where, store.open_table(where).to_table(), facts)
    assert not runs.fresh(faulty.NAME, found, rules, genres)
    with pytest.raises(MissingEmbeddings, match="older version"):
        runs.get(faulty.NAME, found, rules, genres)
    assert benchmark.make(faulty.NAME, [found], rules, genres) == [found.key]
    assert runs.get(faulty.NAME, found, rules, genres).folds[0]["n_valid"] == 12


def test_runs_of_folds_made_before_are_still_good(genres):
    rules, found = runs.Rules("gtzan-10fold"), source(genres)
    benchmark.again(faulty.NAME, [found], rules, genres)
    where = runs.path(faulty.NAME, found, rules, genres)
    facts = {k: v for k, v in store.facts(where).items() if k not in ("rule", "notes", "shared", "chosen")}
    store.write(where, store.open_table(where).to_table(), facts)
    assert runs.fresh(faulty.NAME, found, rules, genres)
    assert runs.get(faulty.NAME, found, rules, genres).notes == ()


def test_processes_find_the_same_numbers(genres, monkeypatch):
    rules = runs.Rules("gtzan-10fold")
    sources = [source(genres, at) for at in (0, 1)]
    benchmark.make(faulty.NAME, sources, rules, genres)
    alone = [runs.get(faulty.NAME, found, rules, genres).probabilities for found in sources]
    for found in sources:
        store.write(runs.path(faulty.NAME, found, rules, genres), *_outdated(found, rules, genres))
    monkeypatch.setattr(benchmark, "SMALL", 0)
    monkeypatch.setattr(pool, "cores", lambda: 2)
    assert benchmark.make(faulty.NAME, sources, rules, genres) == [found.key for found in sources]
    together = [runs.get(faulty.NAME, found, rules, genres).probabilities for found in sources]
    assert all(np.array_equal(a, b) for a, b in zip(alone, together, strict=True))


def _outdated(found, rules, settings):
    where = runs.path(faulty.NAME, found, rules, settings)
    return store.open_table(where).to_table(), {**store.facts(where), "rows": "of other labels"}


def test_finished_folds_are_kept_and_not_made_again(genres, monkeypatch):
    rules, found = runs.Rules("gtzan-10fold"), source(genres)
    answer, asked = benchmark.cross_validation.answers, []

    def stopped(*given):
        if len(asked) == 4:
            raise KeyboardInterrupt
        asked.append(given)
        return answer(*given)

    monkeypatch.setattr(benchmark.cross_validation, "answers", stopped)
    with pytest.raises(KeyboardInterrupt):
        benchmark.again(faulty.NAME, [found], rules, genres)
    monkeypatch.setattr(
        benchmark.cross_validation, "answers", lambda *given: asked.append(given) or answer(*given)
    )
    benchmark.again(faulty.NAME, [found], rules, genres)
    assert len(asked) == 10
    assert not list(runs.path(faulty.NAME, found, rules, genres).parent.glob("*.parts"))


def test_nan_is_told_with_backbone_and_clip(genres):
    found = source(genres)
    where = models.model_table_path(faulty.NAME, found, genres)
    ids, matrix = store.read_embeddings(where)
    matrix = matrix.copy()
    matrix[7, 3] = np.nan
    store.delete_rows(where, ids)
    store.append_embeddings(where, found.fingerprint, ids, matrix)
    with pytest.raises(QuintetError, match="musicnn's embedding of 'clip07' holds NaN"):
        benchmark.again(faulty.NAME, [found], runs.Rules("gtzan-ff"), genres)


def test_an_unknown_probe_is_refused(genres):
    with pytest.raises(UnknownName, match="Did you mean 'mlp-reduced'"):
        benchmark.again(faulty.NAME, [source(genres)], runs.Rules("gtzan-ff", "mlp-reducd"), genres)


@pytest.fixture
def few(monkeypatch):
    """A grid of three setups that are bored soon."""
    held = mlp_probe.GRIDS["mlp-reduced"]
    setups = tuple(replace(one, patience=6, rate=1e-2) for one in held.setups[::10])
    assert len(setups) == 3
    monkeypatch.setitem(mlp_probe.GRIDS, "mlp-reduced", replace(held, setups=setups))


def test_a_grid_is_searched_goes_on_where_it_stopped_and_says_what_it_chose(genres, few, monkeypatch):
    rules, found = runs.Rules("gtzan-ff", "mlp-reduced"), source(genres)
    monkeypatch.setattr(pool, "cores", lambda: 1)
    tried, seen = hyperparameters.tried, []

    def stopped(piece):
        if len(seen) == 2:
            raise KeyboardInterrupt
        seen.append(piece.choice)
        return tried(piece)

    monkeypatch.setattr(hyperparameters, "tried", stopped)
    with pytest.raises(KeyboardInterrupt):
        benchmark.again(faulty.NAME, [found], rules, genres)
    monkeypatch.setattr(hyperparameters, "tried", lambda piece: seen.append(piece.choice) or tried(piece))
    benchmark.again(faulty.NAME, [found], rules, genres)
    assert seen == [0, 1, 2]
    run = runs.get(faulty.NAME, found, rules, genres)
    (chosen,) = run.chosen
    assert chosen["tried"] == 3
    assert 0.5 < chosen["score"] <= 1
    assert runs.scores(run)["accuracy"].value > 0.6
    assert hyperparameters.says(rules.probe) == "reduced grid, 24 of 216"


def test_a_line_cut_short_is_a_setup_not_tried(tmp_path):
    part = tmp_path / "0.npy"
    line = {"setup": 1, "score": 0.5, "steps": 8, "seconds": 0.1}
    hyperparameters.path(part).write_text(json.dumps(line) + "\n" + json.dumps({**line, "setup": 2})[:20])
    assert set(hyperparameters.finished(part)) == {1}
    assert hyperparameters.best({0: {"score": 0.2}, 3: {"score": 0.7}, 2: {"score": 0.7}}) == 2


def test_how_long_a_search_takes_is_told_from_setups_spread_over_the_grid(genres, few, monkeypatch):
    rules, found, said = runs.Rules("gtzan-ff", "mlp-reduced"), source(genres), []
    monkeypatch.setattr(pool, "cores", lambda: 1)
    monkeypatch.setattr(hyperparameters, "SAMPLE", 2)
    benchmark.again(faulty.NAME, [found], rules, genres, lambda *told: said.append(told))
    assert [told for told in said if told[0] == "setups"] == [("setups", n, 3) for n in range(4)]
    ((_, seconds, left),) = [told for told in said if told[0] == hyperparameters.EXPECTED]
    assert left == 1 and seconds >= 0
    assert said.index((hyperparameters.EXPECTED, seconds, left)) < said.index(
        ("setups", 3, 3)
    )  # before the rest


def test_a_sample_is_spread_and_its_seconds_are_shared_by_the_cores():
    assert hyperparameters.sample(216, 4) == [0, 72, 143, 215]
    assert hyperparameters.sample(2, 8) == [0, 1] and hyperparameters.sample(0, 8) == []
    assert hyperparameters.expected([10.0, 30.0], 200, 2) == 2_000
