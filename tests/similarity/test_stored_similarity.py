"""Agreement of a stored collection: measured once, kept, measured again when anything it rests on changes."""

import json
from dataclasses import replace

import numpy as np
import pytest

from quintet import cli
from quintet.datasets.base import Track
from quintet.embeddings import models
from quintet.embeddings.models import Model
from quintet.errors import MissingEmbeddings
from quintet.settings import Settings
from quintet.similarity import pairs as measures
from quintet.similarity import stored_similarity
from quintet.storage import tables as store
from tests.tables import put_tracks

NAME = "folder"
LOTS = np.random.default_rng(0)
N = 60
X = LOTS.normal(size=(N, 12)) + 3 * np.eye(12)[np.arange(N) % 3]


def put(here: Settings, n: int = N, groups: int = 20) -> list[Model]:
    """Tracks of three classes, and the first three backbones: two alike, the third noise of fewer tracks."""
    labels = ("calm", "happy", "tender")
    put_tracks(here, NAME, [
        Track(f"t{i}", None, f"Track {i}", "", (labels[i % 3],), group=f"g{i % groups}") for i in range(n)
    ])  # fmt: skip
    sources = models.available_models(here)[:3]
    turned = X @ np.linalg.qr(np.random.default_rng(1).normal(size=(12, 12)))[0]
    for source, rows in zip(sources, (X, turned, LOTS.normal(size=(N - 5, 9))), strict=True):
        embed(here, source, rows[:n])
    return sources


def embed(here: Settings, source: Model, rows: np.ndarray) -> None:
    ids = [f"t{i}" for i in range(len(rows))]
    store.append_embeddings(
        models.model_table_path(NAME, source, here), source.fingerprint, ids, rows.astype(np.float32)
    )


def test_every_two_are_measured_on_the_tracks_both_hold(here):
    a, b, c = put(here)
    assert len(stored_similarity.make(NAME, [a, b, c], here)) == 6
    found = stored_similarity.get(NAME, [a, b, c], here)
    assert (len(found.pairs), len(found.shapes), found.missing, found.refused) == (3, 3, (), {})
    near, far = found.pair(a.key, b.key), found.pair(c.key, a.key)
    assert (near.n, far.n) == (N, N - 5)
    assert near.measures["correlation"].value > 0.5 > abs(far.measures["correlation"].value)
    assert near.measures["procrustes"].value < far.measures["procrustes"].value
    assert far.chance["overlap"] == pytest.approx(10 / (N - 6))
    for value in [*near.measures.values(), *far.measures.values()]:
        assert value.low <= value.value <= value.high
    assert not near.debiased  # 60 tracks of 12 values


def test_an_embedding_agrees_with_its_own_copy(here):
    a, b, _ = put(here)
    embed(here, replace(b, fingerprint="c" * 16), X)
    copy = replace(b, fingerprint="c" * 16)
    stored_similarity.make(NAME, [a, copy], here)
    found = stored_similarity.get(NAME, [a, copy], here).pairs[0].measures
    assert found["overlap"].value == 1
    assert found["cka"].value == pytest.approx(1)
    assert found["correlation"].value == pytest.approx(1)
    assert found["procrustes"].value == pytest.approx(0, abs=1e-3)


def test_what_is_measured_is_not_measured_again(here):
    sources = put(here)
    stored_similarity.make(NAME, sources, here)
    before = stored_similarity.path(NAME, here).read_bytes()
    assert stored_similarity.make(NAME, sources, here) == []
    assert stored_similarity.path(NAME, here).read_bytes() == before
    assert len(stored_similarity.get(NAME, sources[:2], here).pairs) == 1


def test_more_tracks_make_what_rests_on_them_untrue(here):
    a, b, c = put(here)
    stored_similarity.make(NAME, [a, b, c], here)
    path = models.model_table_path(NAME, c, here)
    store.append_embeddings(path, c.fingerprint, ["t59"], np.ones((1, 9), np.float32))
    found = stored_similarity.get(NAME, [a, b, c], here)
    assert set(found.missing) == {
        c.key,
        stored_similarity.name(a.key, c.key),
        stored_similarity.name(b.key, c.key),
    }
    assert [pair.n for pair in found.pairs] == [N]
    assert set(stored_similarity.make(NAME, [a, b, c], here)) == set(found.missing)
    assert stored_similarity.get(NAME, [a, b, c], here).pair(a.key, c.key).n == N - 4


@pytest.mark.parametrize("changed", [{"groups": 10}, {"n": N - 1}])
def test_other_groups_or_tracks_make_everything_untrue(here, changed):
    sources = put(here)
    stored_similarity.make(NAME, sources, here)
    labels = ("calm", "happy", "tender")
    n, groups = changed.get("n", N), changed.get("groups", 20)
    put_tracks(here, NAME, [
        Track(f"t{i}", None, f"Track {i}", "", (labels[i % 3],), group=f"g{i % groups}") for i in range(n)
    ])  # fmt: skip
    with pytest.raises(MissingEmbeddings, match=f"Run: quintet agreement {NAME}"):
        stored_similarity.get(NAME, sources, here)


def test_a_damaged_file_is_measured_anew(here):
    sources = put(here)
    stored_similarity.make(NAME, sources, here)
    stored_similarity.path(NAME, here).write_text("{")
    with pytest.raises(MissingEmbeddings):
        stored_similarity.get(NAME, sources, here)
    assert len(stored_similarity.make(NAME, sources, here)) == 6


def test_what_cannot_be_measured_says_why_and_the_rest_goes_on(here):
    a, b, c = put(here)
    bad = replace(c, fingerprint="d" * 16)
    rows = np.ones((N, 9))
    embed(here, bad, rows)
    stored_similarity.make(NAME, [a, b, bad], here)
    found = stored_similarity.get(NAME, [a, b, bad], here)
    assert len(found.pairs) == 1
    assert set(found.refused) == {
        bad.key,
        stored_similarity.name(a.key, bad.key),
        stored_similarity.name(b.key, bad.key),
    }
    assert all("the same" in reason for reason in found.refused.values())


@pytest.mark.parametrize("n", [1, 3])
def test_too_few_tracks_are_refused_in_a_sentence(here, n):
    a, b, _ = put(here, n)
    stored_similarity.make(NAME, [a, b], here)
    found = stored_similarity.get(NAME, [a, b], here)
    assert not found.pairs
    assert "4 are needed" in found.refused[stored_similarity.name(a.key, b.key)] or n == 1


def test_the_shape_says_what_it_could_not_measure(here):
    put_tracks(here, NAME, [Track(f"t{i}", None, f"Track {i}", "", ("calm",)) for i in range(N)])
    source = models.available_models(here)[0]
    embed(here, source, X)
    stored_similarity.make(NAME, [source], here)
    (shape,) = stored_similarity.get(NAME, [source], here).shapes
    assert shape.measures["purity"].value == 1 == shape.chance["purity"]
    assert "two classes" in shape.reasons["silhouette"]
    assert {"hubness", "orphans", "two_nn", "levina_bickel"} <= set(shape.measures)


def test_beyond_the_sample_the_same_tracks_are_drawn_each_time():
    ids = [f"t{i}" for i in range(1_000)]
    drawn = measures.drawn(ids, 100)
    assert drawn == measures.drawn(ids, 100)
    assert len(set(drawn)) == 100
    assert list(drawn) == sorted(drawn, key=ids.index)
    assert measures.drawn(ids, 1_000) == tuple(ids)


def test_the_command_prints_one_document(demo, capsys):
    assert cli.main(["agreement", "demo", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert len(said["pairs"]) == 15
    assert len(said["backbones"]) == 6
    trained = [pair for pair in said["pairs"] if not pair["untrained"]]
    assert len(trained) == 1
    assert 0.3 < trained[0]["measures"]["overlap"]["value"] < 0.8
    assert cli.main(["agreement", "demo", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["made"] == []


def test_the_command_says_what_is_missing(here, capsys):
    put_tracks(here, NAME, [Track("t0", None, "", "", ())])
    assert cli.main(["agreement", NAME]) == 1
    assert f"Run: quintet embed {NAME}" in capsys.readouterr().err
