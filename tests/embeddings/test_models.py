"""A backbone as it runs here: with its weights, or as an untrained control that nothing mistakes for them."""

import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest

from quintet import cli, registry, settings
from quintet.backbones import base
from quintet.backbones.base import WeightFile
from quintet.catalogue import ingest
from quintet.datasets.base import Track
from quintet.embeddings import models
from quintet.errors import MissingWeights
from quintet.weights import files
from tests import ear
from tests.sounds import write_wav
from tests.tables import put_tracks

WORD = b"ear, trained"
WITH_WEIGHTS = [n for n in registry.names("backbones") if registry.module("backbones", n).SPEC.weights]


@pytest.fixture
def bare(isolated, monkeypatch) -> settings.Settings:
    """A machine without any weights, the wheel's included."""
    monkeypatch.setattr(files, "_in_wheel", lambda file: None)
    return settings.load()


def put(here, word: bytes = WORD) -> None:
    place = here.weights / "ear" / "net.pth"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(word)


@pytest.fixture
def one_ear(bare, monkeypatch):
    ear.install(
        monkeypatch, WeightFile("ear/net.pth", hashlib.sha256(WORD).hexdigest(), len(WORD), "MIT", url="x")
    )
    return bare


def test_without_weights_every_backbone_that_needs_them_runs_untrained(bare):
    for name in WITH_WEIGHTS:
        found = models.resolve_model(name, bare)
        assert (found.state, found.untrained, found.paths) == ("untrained", True, ())


def test_a_backbone_that_needs_no_weights_is_never_untrained(bare):
    states = {s.key: s.state for s in models.available_models(bare)}
    assert {states[n] for n in states if n not in WITH_WEIGHTS} == {"official"}


def test_a_control_keeps_title_and_files_of_its_backbone(bare):
    for name in WITH_WEIGHTS:
        spec, control = base.resolve(name).spec, models.resolve_model(name, bare).backbone.spec
        assert (control.title, control.weights, control.mark) == (spec.title, spec.weights, spec.mark)


def test_the_spec_in_force_is_the_controls(one_ear):
    assert models.resolve_model("ear", one_ear).backbone.spec.dim == 3
    put(one_ear)
    assert models.resolve_model("ear", one_ear).backbone.spec.dim == 4


def test_a_controls_fingerprint_is_its_own_and_the_same_on_every_machine(one_ear, tmp_path):
    control = models.resolve_model("ear", one_ear)
    elsewhere = replace(one_ear, weights=tmp_path / "other", cache=tmp_path / "elsewhere")
    assert models.resolve_model("ear", elsewhere).fingerprint == control.fingerprint
    put(one_ear)
    official = models.resolve_model("ear", one_ear)
    put(one_ear, b"ear of my own")
    custom = models.resolve_model("ear", one_ear)
    assert (official.state, custom.state) == ("official", "custom")
    assert len({control.fingerprint, official.fingerprint, custom.fingerprint}) == 3


def test_a_new_version_of_the_adapter_is_another_control(one_ear, monkeypatch):
    before = models.resolve_model("ear", one_ear).fingerprint
    module = registry.module("backbones", "ear")
    module.VARIANTS = {"plain": replace(module.SPEC, version=2)}
    assert models.resolve_model("ear", one_ear).fingerprint != before


def test_an_optional_file_changes_no_fingerprint(bare, monkeypatch):
    sums = [hashlib.sha256(word).hexdigest() for word in (WORD, b"ear head")]
    ear.install(
        monkeypatch,
        WeightFile("ear/net.pth", sums[0], 12, "MIT", url="x"),
        WeightFile("ear/head.pth", sums[1], 8, "MIT", url="x", optional=True),
    )
    put(bare)
    alone = models.resolve_model("ear", bare)
    (bare.weights / "ear" / "head.pth").write_bytes(b"ear head")
    both = models.resolve_model("ear", bare)
    assert (len(alone.paths), len(both.paths)) == (1, 2)
    assert alone.fingerprint == both.fingerprint


def test_files_that_were_named_never_fall_back_to_a_control(one_ear, tmp_path):
    with pytest.raises(MissingWeights, match="no weights file"):
        models.resolve_model("ear", one_ear, (tmp_path / "nowhere",))


def test_the_encoder_is_the_one_of_the_state(one_ear):
    wave = np.zeros(16_000, np.float32)
    control = models.encoder(models.resolve_model("ear", one_ear), "cpu")
    np.testing.assert_array_equal(control(wave, 16_000).embedding, np.zeros(3))
    put(one_ear)
    trained = models.encoder(models.resolve_model("ear", one_ear), "cpu")
    np.testing.assert_array_equal(trained(wave, 16_000).embedding, np.full(4, len(WORD)))


@pytest.fixture
def dataset(one_ear, monkeypatch, tmp_path):
    """Two clips under the first dataset's name."""
    name = registry.names("datasets")[0]
    tracks = [Track(i, write_wav(tmp_path / f"{i}.wav"), i, "", ("x",), "", 2.0) for i in "ab"]

    monkeypatch.setattr(ingest, "update", lambda dataset, settings: put_tracks(settings, dataset, tracks))
    return name


def embed(dataset, capsys) -> dict:
    assert cli.main(["embed", dataset, "--backbone", "ear", "--json"]) == 0
    return json.loads(capsys.readouterr().out)["backbones"][0]


def test_with_weights_fetched_later_embed_computes_just_what_changed(one_ear, dataset, capsys):
    control = embed(dataset, capsys)
    assert (control["untrained"], control["done"], control["skipped"]) == (True, 2, 0)
    again = embed(dataset, capsys)
    assert (again["done"], again["skipped"]) == (0, 2)
    put(one_ear)
    trained = embed(dataset, capsys)
    assert (trained["untrained"], trained["done"], trained["skipped"]) == (False, 2, 0)
    assert trained["fingerprint"] != control["fingerprint"]
    found = models.resolve_model("ear", one_ear)
    np.testing.assert_array_equal(models.load_embeddings(dataset, found, one_ear).values, np.full((2, 4), 12))


def test_the_terminal_says_untrained(one_ear, dataset, capsys, tmp_path):
    assert cli.main(["embed", dataset, "--backbone", "ear"]) == 0
    assert "ear (untrained): 2 computed" in capsys.readouterr().out
    clip, out = str(tmp_path / "a.wav"), tmp_path / "a.npz"
    assert cli.main(["encode", clip, "--backbone", "ear", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "Ear ran untrained" in said and "quintet weights get ear" in said
    assert np.load(out)["untrained"]


def test_a_trained_nets_file_says_nothing_of_controls(one_ear, dataset, capsys, tmp_path):
    put(one_ear)
    clip, out = write_wav(tmp_path / "c.wav"), tmp_path / "c.npz"
    assert cli.main(["encode", str(clip), "--backbone", "ear", "--out", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["untrained"] is False
    assert "untrained" not in np.load(out).files


def test_the_doctor_names_the_command_that_ends_it(one_ear, capsys):
    assert cli.main(["doctor"]) == 0
    assert (
        "weights of ear: none here, runs untrained. Run: quintet weights get ear" in capsys.readouterr().out
    )
