"""Deformed clips are heard anew, kept, and answered by probes of clean embeddings; a stopped job goes on."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from quintet import cli
from quintet.backbones.base import Encoding
from quintet.embeddings import models
from quintet.errors import MissingData, MissingEmbeddings, QuintetError
from quintet.evaluation import benchmark, deformed_embeddings, robustness, runs
from quintet.evaluation.deformations import DEFORMATIONS
from quintet.storage import tables as store
from tests import faulty
from tests.tables import put_tracks

RULES = runs.Rules("gtzan-ff")


def ear(wave: np.ndarray, rate: int) -> Encoding:
    """Loudness in DIM bands: enough for a probe, and different for every deformation."""
    bands = np.array_split(np.abs(np.fft.rfft(wave, 4_096 * 4)), faulty.DIM)
    made = np.log1p([band.mean() for band in bands]).astype(np.float32)
    return Encoding(made[None], np.array([[0.0, 1.0]]), made)


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """A clean dataset whose embeddings are what `ear` makes of its clips; genres differ in their colour."""
    folder = tmp_path_factory.mktemp("once")
    clips = faulty.clean(folder / "audio")
    for n, wave in enumerate(clips.waves):
        wave[:] = np.convolve(wave, [1, (-0.6, 0.0, 0.6)[n % 3]])[: len(wave)]
    matrices = [np.stack([ear(w.astype(np.float32), faulty.RATE).embedding for w in clips.waves])] * 2
    here = faulty.machine(folder)
    faulty.plant(replace(clips, matrices=matrices), here, scored=False)
    return here


@pytest.fixture
def planted(here, once, monkeypatch):
    shutil.copytree(once.cache, here.cache)
    monkeypatch.setattr(models, "encoder", lambda found, device: ear)
    return here


@pytest.fixture
def source(planted):
    found = models.resolve_model("musicnn", planted)
    spec = replace(found.backbone.spec, sample_rate=None)
    return replace(found, backbone=replace(found.backbone, spec=spec))


def heard(source, settings, n=0, told=lambda done, of, failed: None) -> int:
    clips = deformed_embeddings.clips(faulty.NAME, source, RULES, settings, n)
    return deformed_embeddings.hear(faulty.NAME, source, clips, settings, "cpu", told=told)


def kept(source, name: str, settings) -> dict[str, np.ndarray]:
    """Clip -> what is kept of it under one deformation."""
    where = deformed_embeddings.path(faulty.NAME, source, name, settings)
    return dict(zip(*store.read_embeddings(where), strict=True))


def test_every_deformation_has_a_drop_paired_by_clip(planted, source):
    assert heard(source, planted) == 18
    found = robustness.get(faulty.NAME, source, RULES, planted)
    assert [one.name for one in found.drops] == [*DEFORMATIONS]
    benchmark.again(faulty.NAME, [source], RULES, planted)
    clean = runs.get(faulty.NAME, source, RULES, planted).right.mean()
    assert clean > 0.8
    for one in found.drops:
        assert one.clean == pytest.approx(clean)  # the probe is the run's own
        assert one.difference.value == pytest.approx(one.clean - one.deformed)
        assert (one.difference.n, found.asked, found.failed) == (18, 18, {})
        assert one.corrected >= one.difference.p
    drops = {one.name: one.difference.value for one in found.drops}
    assert drops["noise0"] > 0.2  # white noise hides what tells these genres apart
    assert drops["noise0"] >= drops["noise15"]


def test_what_was_heard_is_heard_once_and_more_clips_go_on_from_fewer(planted, source):
    assert heard(source, planted, 6) == 6
    assert heard(source, planted, 6) == 0
    few = robustness.get(faulty.NAME, source, RULES, planted, 6)
    assert few.drops[0].difference.n == 6
    with pytest.raises(MissingEmbeddings, match="quintet robust gtzan --backbone musicnn"):
        robustness.get(faulty.NAME, source, RULES, planted, 7)
    assert heard(source, planted) == 12


def test_a_stopped_job_keeps_what_it_heard(planted, source, monkeypatch):
    monkeypatch.setattr(deformed_embeddings, "BATCH", 4)

    def stop(done: int, of: int, failed: int) -> None:
        if done >= 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        heard(source, planted, told=stop)
    assert heard(source, planted) == 10
    in_parts = {name: kept(source, name, planted) for name in DEFORMATIONS}
    shutil.rmtree(planted.cache / faulty.NAME / "robust")
    heard(source, planted)
    for name, held in in_parts.items():
        again = dict(
            zip(
                *store.read_embeddings(deformed_embeddings.path(faulty.NAME, source, name, planted)),
                strict=True,
            )
        )
        assert held.keys() == again.keys()
        assert all(np.array_equal(held[i], again[i]) for i in held)


def test_a_clip_that_cannot_be_decoded_is_named_and_the_others_count(planted, source):
    clips = deformed_embeddings.clips(faulty.NAME, source, RULES, planted)
    damaged = clips[3].path.with_name("damaged.wav")
    damaged.write_text("no sound at all " * 3_000)
    tracks = [
        replace(t, path=damaged) if t.id == clips[3].id else t for t in models.tracks(faulty.NAME, planted)
    ]
    put_tracks(planted, faulty.NAME, tracks)
    heard(source, planted)
    found = robustness.get(faulty.NAME, source, RULES, planted)
    assert list(found.failed) == [clips[3].id]
    assert "damaged.wav" in found.failed[clips[3].id]
    assert found.drops[0].difference.n == 17


def test_without_sound_nothing_can_be_deformed(planted, source):
    put_tracks(planted, faulty.NAME, [replace(t, path=None) for t in models.tracks(faulty.NAME, planted)])
    with pytest.raises(MissingData, match="has its sound on this machine"):
        deformed_embeddings.clips(faulty.NAME, source, RULES, planted)


def test_the_command_prints_drops_and_goes_on(capsys, planted):
    words = ["robust", faulty.NAME, "--backbone", "musicnn", "--protocol", "gtzan-ff", "--clips", "6"]
    assert cli.main([*words, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["heard"] == 6
    (one,) = document["backbones"]
    assert [drop["name"] for drop in one["drops"]] == [*DEFORMATIONS]
    assert cli.main(words) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("musicnn: clean accuracy ")
    assert lines[1].startswith("  Noise, 15 dB: ")
    assert cli.main([*words[:-1], "-1"]) == 2


def test_a_refusal_names_the_reason_where_no_clip_could_be_heard(planted, source, monkeypatch):
    def broken(wave: np.ndarray, rate: int) -> Encoding:
        return replace(ear(wave, rate), embedding=np.full(faulty.DIM, np.nan, np.float32))

    guarded = models._guarded(broken, "musicnn")
    monkeypatch.setattr(models, "encoder", lambda found, device: guarded)
    heard(source, planted, 2)
    with pytest.raises(QuintetError, match="None of the 2 clips could be heard: musicnn made values"):
        robustness.get(faulty.NAME, source, RULES, planted, 2)
