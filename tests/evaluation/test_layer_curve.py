"""Curves by layer: heard once for all layers, gone on with, scored like any run, never mixed."""

from dataclasses import replace

import numpy as np
import pytest

from quintet.backbones import base
from quintet.embeddings import models
from quintet.errors import MissingEmbeddings, UsageError
from quintet.evaluation import layer_curve, runs
from quintet.storage import tables
from tests import faulty

RULES, DEPTH = runs.Rules("gtzan-ff"), 3


def ear(calls: list):
    """Three layers: noise, a hint of the genre's colour, and its colour."""

    def curve(wave: np.ndarray, rate: int) -> np.ndarray:
        calls.append(len(wave))
        bands = np.array_split(np.abs(np.fft.rfft(wave, 8_192)), 12)
        made = np.log1p([band.mean() for band in bands])
        noise = np.random.default_rng(len(calls)).normal(size=(DEPTH, len(made)))
        return (np.outer([0, 0.5, 1], made) + noise * [[1], [0.3], [0.01]]).astype(np.float32)

    return curve


@pytest.fixture
def calls(monkeypatch):
    found = []
    monkeypatch.setattr(models, "layer_encoder", lambda source, device: ear(found))
    return found


@pytest.fixture
def planted(here, tmp_path, calls):
    clips = faulty.clean(tmp_path / "audio")
    for n, wave in enumerate(clips.waves):
        wave[:] = np.convolve(wave, [1, (-0.6, 0.0, 0.6)[n % 3]])[: len(wave)]
    machine = faulty.machine(tmp_path)
    faulty.plant(clips, machine, scored=False)
    return machine


@pytest.fixture
def source(planted):
    found = models.resolve_model("musicnn", planted)
    return replace(
        found, backbone=replace(found.backbone, spec=replace(found.backbone.spec, sample_rate=8_000))
    )


def test_only_nets_with_layers_of_their_own_are_able(here):
    able = layer_curve.able(models.available_models(here))
    assert {one.backbone.name for one in able} == {"openjmla", "jukebox"}
    with pytest.raises(UsageError, match="no layers"):
        models.layer_encoder(models.resolve_model("vggish", here), "cpu")


@pytest.mark.parametrize("key", ["openjmla", "jukebox"])
def test_the_last_layer_is_the_embedding(here, key, one_thread):
    found = models.resolve_model(key, here)
    rate = found.backbone.spec.sample_rate
    wave = (0.1 * np.random.default_rng(0).normal(size=2 * rate)).astype(np.float32)
    curve = models.layer_encoder(found, "cpu")(wave, rate)
    embedding = models.encoder(found, "cpu")(wave, rate).embedding
    assert curve.shape[1:] == embedding.shape and len(curve) > 5
    np.testing.assert_allclose(curve[-1], embedding, rtol=1e-4, atol=1e-5)
    assert not np.allclose(curve[0], curve[-1], atol=1e-2)


def test_every_clip_is_heard_once_and_every_layer_scored(planted, source, calls):
    assert layer_curve.hear(faulty.NAME, source, planted, "cpu") == faulty.N == len(calls)
    assert layer_curve.hear(faulty.NAME, source, planted, "cpu") == 0
    assert layer_curve.make(faulty.NAME, source, RULES, planted) == DEPTH
    assert layer_curve.make(faulty.NAME, source, RULES, planted) == 0
    found = layer_curve.get(faulty.NAME, source, RULES, planted)
    assert (found.n, found.total, list(found.layers)) == (18, DEPTH, [1, 2, 3])
    first, last = found.layers[1]["accuracy"], found.layers[3]["accuracy"]
    assert last.value > first.value and last.low <= last.value <= last.high


def test_a_layer_is_scored_as_a_run_of_its_values_would_be(planted, source):
    from quintet.evaluation import benchmark

    layer_curve.hear(faulty.NAME, source, planted, "cpu")
    layer_curve.make(faulty.NAME, source, RULES, planted)
    ids, values = tables.read_embeddings(layer_curve.path(faulty.NAME, source, 2, planted))
    other = replace(source, fingerprint="0" * 16)
    where = models.model_table_path(faulty.NAME, other, planted)
    tables.append_embeddings(where, other.fingerprint, ids, values)
    benchmark.again(faulty.NAME, [other], RULES, planted)
    run = runs.get(faulty.NAME, other, RULES, planted)
    found = layer_curve.get(faulty.NAME, source, RULES, planted)
    assert runs.scores(run) == found.layers[2]


def test_a_stopped_job_goes_on_with_the_clips_that_are_missing(planted, source, calls, monkeypatch):
    monkeypatch.setattr(layer_curve, "BATCH", 20)

    def stop(what, done, of):
        if done == 40:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        layer_curve.hear(faulty.NAME, source, planted, "cpu", told=stop)
    assert layer_curve.hear(faulty.NAME, source, planted, "cpu") == 20
    for layer in range(1, DEPTH + 1):
        assert len(tables.embedded(layer_curve.path(faulty.NAME, source, layer, planted))) == faulty.N


def test_a_commit_that_was_cut_between_layers_is_mended(planted, source, calls):
    layer_curve.hear(faulty.NAME, source, planted, "cpu")
    tables.delete_rows(layer_curve.path(faulty.NAME, source, 3, planted), ["clip05"])
    assert layer_curve.hear(faulty.NAME, source, planted, "cpu") == 1
    for layer in range(1, DEPTH + 1):
        ids, _ = tables.read_embeddings(layer_curve.path(faulty.NAME, source, layer, planted))
        assert sorted(ids) == sorted(set(ids)) and "clip05" in ids


def test_a_curve_that_is_not_there_names_its_command(planted, source):
    with pytest.raises(MissingEmbeddings, match="quintet layers gtzan --backbone musicnn"):
        layer_curve.get(faulty.NAME, source, RULES, planted)
    with pytest.raises(MissingEmbeddings, match="quintet layers"):
        layer_curve.make(faulty.NAME, source, RULES, planted)


def test_what_came_with_a_dataset_has_no_layers():
    assert not base.has_curve(base.Backbone("other:x", "other", "x", base.resolve("vggish").spec))
