"""A dataset's tags to answer in: a chance for each by itself, alike on page, in Python and as a command."""

import json
import re

import numpy as np
import pytest
from scipy.special import expit
from streamlit.testing.v1 import AppTest

import quintet
from quintet import cli
from quintet.datasets.base import Track
from quintet.embeddings import models
from quintet.evaluation import probe, stored_probes
from quintet.prediction import classifier
from quintet.storage import tables as store
from tests.pages.opening import FRAME, html
from tests.sounds import write_wav
from tests.tables import put_tracks

TAGS, TAGGED = ("guitar", "drums", "loud", "opera"), "magnatagatune"
N = 60


@pytest.fixture
def heard(own, monkeypatch):
    """musicnn has heard 60 clips of several tags each beside the demo, 40 of them to train on."""
    monkeypatch.setenv(f"QUINTET_ROOT_{TAGGED.upper()}", str(own.cache))
    lots = np.random.default_rng(0)
    truth = lots.random((N, len(TAGS))) < 0.4
    truth[0] = True
    found = models.resolve_model("musicnn", own)
    tracks = [
        Track(f"c{n:02}", None, f"Clip {n}", "", tuple(t for t, on in zip(TAGS, row, strict=True) if on),
              split="train" if n < 40 else "valid" if n < 50 else "test", group=f"g{n}",
              columns={"top50": True, "new_artist": True})
        for n, row in enumerate(truth)
    ]  # fmt: skip
    put_tracks(own, TAGGED, tracks)
    X = lots.normal(size=(N, found.backbone.spec.dim)).astype(np.float32)
    where = models.model_table_path(TAGGED, found, own)
    store.append_embeddings(where, found.fingerprint, [t.id for t in tracks], X)
    return own, found, X


@pytest.fixture
def tone(tmp_path):
    return write_wav(tmp_path / "tone.wav", 4.0)


def test_the_probe_of_tags_learns_from_train_alone_and_is_kept_beside_that_of_classes(heard):
    here, found, X = heard
    fitted = stored_probes.get(TAGGED, found, here, "mtat-all")
    assert fitted.classes == TAGS
    np.testing.assert_allclose(fitted.arrays["mean"], X[:40].mean(axis=0), atol=1e-6)
    before = stored_probes.path(TAGGED, found, here, "mtat-all").stat().st_mtime_ns
    stored_probes.get(TAGGED, found, here, "mtat-all")
    assert stored_probes.path(TAGGED, found, here, "mtat-all").stat().st_mtime_ns == before
    assert stored_probes.path(TAGGED, found, here, "mtat-all") != stored_probes.path(TAGGED, found, here)


def test_each_tag_has_a_chance_by_itself_and_there_is_no_set(heard):
    here, found, X = heard
    judge = classifier.judge(TAGGED, found, here, "mtat-all")
    assert judge.cut is None
    arrays = judge.probe.arrays
    by_hand = expit((X[:1] - arrays["mean"]) / arrays["scale"] @ arrays["coef"].T + arrays["intercept"])
    np.testing.assert_allclose(probe.probabilities(judge.probe, X[:1]), by_hand, atol=1e-6)


def test_page_command_line_and_python_agree(heard, tone, capsys):
    (asked,) = quintet.classify(tone, TAGGED, ["musicnn"])
    assert asked.classes == TAGS
    assert asked.members is None
    words = ["classify", str(tone), "--dataset", TAGGED, "--backbone", "musicnn", "--json"]
    assert cli.main(words) == 0
    (said,) = json.loads(capsys.readouterr().out)["results"][0]["answers"]
    np.testing.assert_allclose(list(said["probabilities"].values()), asked.probabilities, atol=1e-6)
    assert said["may_be"] is None
    app = AppTest.from_file(str(FRAME), default_timeout=120)
    app.switch_page("classify.py")
    app.query_params |= {"dataset": "demo", "space": TAGGED}
    app.run()
    app.file_uploader[0].set_value([(tone.name, tone.read_bytes(), "audio/wav")]).run()
    assert not app.exception
    rows = re.findall(r'<div class="q-chance[^>]*><span>(.*?)</span>.*?<span>(\d+) %</span>', html(app))
    shown = {tag: pytest.approx(100 * p, abs=0.501) for tag, p in zip(TAGS, asked.probabilities, strict=True)}
    assert {tag: int(share) for tag, share in rows} == shown
    assert "several may be right at once" in html(app)
    assert "No set: several tags may be right." in html(app)
