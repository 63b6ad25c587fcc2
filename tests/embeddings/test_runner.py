"""Extraction: each file decoded once for all backbones, a bad file recorded, a stopped job resumed."""

from dataclasses import replace

import numpy as np
import pytest

from quintet import audio
from quintet.backbones import base
from quintet.backbones.base import Backbone, Encoding, Spec
from quintet.datasets.base import Track
from quintet.embeddings import models, plan, runner, shipped
from quintet.embeddings.models import Model
from quintet.jobs import progress
from quintet.storage import tables as store
from tests.sounds import write_wav
from tests.tables import put_tracks

SPEC = Spec(
    title="Ear", sample_rate=16_000, dim=4, window=16_000, hop=16_000, layer="mean", trained_on=(),
    licence="", source="", mark="circle", colours=("#000000", "#ffffff"), about="",
)  # fmt: skip


def source(name: str, rate: int | None) -> Model:
    backbone = Backbone(name, name, "v", replace(SPEC, sample_rate=rate))
    return Model(backbone, "official", (), f"fingerprint-{name}")


@pytest.fixture
def heard(monkeypatch):
    """Replaces nets by one that notes what it was given: (backbone, samples, rate)."""
    seen = []

    def load(backbone, paths, device, report=None):
        def encode(wave: np.ndarray, rate: int) -> Encoding:
            seen.append((backbone.name, len(wave), rate))
            frames = np.full((1, 4), wave.std(), np.float32)
            return Encoding(frames, np.array([[0, len(wave) / rate]]), frames[0])

        return encode

    monkeypatch.setattr(base, "load", load)
    return seen


@pytest.fixture
def tracks(tmp_path):
    files = [write_wav(tmp_path / f"{name}.wav") for name in "abc"]
    bad = tmp_path / "bad.mp3"
    bad.write_text("this is a text")
    return [Track(p.stem, p, p.stem, "", ("x",), "", 2.0) for p in (*files, bad)]


def quiet(done: int, total: int, failed: int) -> None:
    """No progress to show."""


def test_a_file_is_decoded_once_for_all_backbones_whatever_their_rates(here, heard, tracks, monkeypatch):
    decoded = []
    real = audio.decode
    monkeypatch.setattr(audio, "decode", lambda path, *a: decoded.append(path.name) or real(path, *a))
    sources = [source("one", 16_000), source("two", 22_050), source("own", None)]
    todo = plan.make("demo", tracks[:3], sources, here)
    assert runner.run(todo, here, "cpu", quiet) == 0
    assert sorted(decoded) == ["a.wav", "b.wav", "c.wav"]
    assert {(name, rate) for name, _, rate in heard} == {("one", 16_000), ("two", 22_050), ("own", 44_100)}


def test_a_bad_file_is_recorded_with_its_reason_and_the_job_goes_on(here, heard, tracks):
    one = source("one", 16_000)
    failed = runner.run(plan.make("demo", tracks, [one], here), here, "cpu", quiet)
    table = models.model_table_path("demo", one, here)
    assert failed == 1
    assert store.embedded(table) == {"a", "b", "c"}
    assert "bad.mp3" in store.failures(table)["bad"]


def test_a_second_run_hears_nothing_again(here, heard, tracks):
    one = source("one", 16_000)
    runner.run(plan.make("demo", tracks, [one], here), here, "cpu", quiet)
    count = len(heard)
    again = plan.make("demo", tracks, [one], here)
    assert again.clips == 0
    runner.run(again, here, "cpu", quiet)
    assert len(heard) == count


def test_a_stopped_job_keeps_what_it_finished_and_goes_on(here, heard, tracks):
    one = source("one", 16_000)

    def stop(done: int, total: int, failed: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        runner.run(plan.make("demo", tracks[:3], [one], here), here, "cpu", stop)
    assert len(store.embedded(models.model_table_path("demo", one, here))) == 2
    runner.run(plan.make("demo", tracks[:3], [one], here), here, "cpu", quiet)
    ids, _ = store.read_embeddings(models.model_table_path("demo", one, here))
    assert sorted(ids) == ["a", "b", "c"]


def test_excerpts_of_one_file_share_its_decoding_and_equal_their_own(here, heard, tmp_path):
    path = write_wav(tmp_path / "mix.wav", seconds=6.0)
    cuts = tuple(Track(f"mix.{i}", path, "", "", (), "", 2.0, start=float(i), whole=False) for i in range(3))
    clips = runner.decode_clips(path, cuts, audio.Limits())
    for track, clip in zip(cuts, clips, strict=True):
        alone = audio.decode(path, audio.Limits(), track.start, track.seconds)
        np.testing.assert_array_equal(clip.samples, alone.samples)


def test_values_that_are_not_finite_are_a_failure(here, tracks, monkeypatch):
    nan = np.full((1, 4), np.nan, np.float32)
    monkeypatch.setattr(base, "load", lambda *a: lambda w, r: Encoding(nan, np.zeros((1, 2)), nan[0]))
    one = source("one", 16_000)
    runner.run(plan.make("demo", tracks[:1], [one], here), here, "cpu", quiet)
    assert "not finite" in store.failures(models.model_table_path("demo", one, here))["a"]


def test_shipped_embeddings_fill_an_empty_store_only_under_their_fingerprint(here, heard, tracks, tmp_path):
    one = source("one", 16_000)
    put_tracks(here, "demo", tracks[:3])
    runner.run(plan.make("demo", tracks[:3], [one], here), here, "cpu", quiet)
    there = replace(here, shipped=tmp_path / "shipped")
    shipped.make("demo", [one], there)
    fresh = replace(there, cache=tmp_path / "fresh")
    other = replace(one, fingerprint="another")
    assert shipped.import_bundled("demo", [other], fresh) == []
    assert shipped.import_bundled("demo", [one], fresh) == [one]
    ids, values = store.read_embeddings(models.model_table_path("demo", one, fresh))
    _, before = store.read_embeddings(models.model_table_path("demo", one, here))
    assert sorted(ids) == ["a", "b", "c"]
    np.testing.assert_allclose(np.sort(values[:, 0]), np.sort(before[:, 0]), rtol=1e-3)


def test_progress_tells_rate_and_time_left(tmp_path):
    meter = progress.ProgressWriter("Embedding", tmp_path / "job.json")
    meter.report(5, 10, 1)
    meter.write("running")
    status = progress.read(tmp_path / "job.json")
    assert (status.done, status.total, status.failed, status.state) == (5, 10, 1, "running")
    assert status.seconds_left == pytest.approx(status.seconds, rel=0.01)


def test_a_job_whose_process_is_gone_reads_as_stopped(tmp_path):
    progress.ProgressWriter("Embedding", tmp_path / "job.json").write("running")
    text = (tmp_path / "job.json").read_text()
    import os

    (tmp_path / "job.json").write_text(text.replace(f'"pid": {os.getpid()}', '"pid": 999999999'))
    assert progress.read(tmp_path / "job.json").state == "stopped"
