"""The nets' own tags as what Classify answers in: each net's own list, and nothing from who has none."""

import json
import re

import pytest
from streamlit.testing.v1 import AppTest

import quintet
from dashboard.views.classify import cards, export, uploads
from dashboard.views.classify.card_row import Row
from dashboard.views.classify.cards import Column
from quintet import audio
from quintet.embeddings import models
from quintet.prediction import classifier, label_space
from tests.pages.opening import FRAME, html
from tests.pages.test_classify import give, plain
from tests.sounds import write_wav


@pytest.fixture(autouse=True)
def _one_thread(one_thread):
    """Nets beside other tests: more threads would wait for one another."""


@pytest.fixture
def tone(tmp_path):
    return write_wav(tmp_path / "tone.wav", 6.0)


def test_only_a_net_with_tags_that_mean_something_answers(demo, tone):
    app = AppTest.from_file(str(FRAME), default_timeout=120).run()
    for box in app.sidebar.checkbox:
        if box.label not in ("musicnn", "CLMR", "VGGish"):
            box.uncheck()
    app.run()
    app.query_params["space"] = label_space.NATIVE
    app = give(app.switch_page("classify.py").run(), (tone.name, tone.read_bytes(), "audio/wav"))
    (answer,) = quintet.classify(tone, backbones=["musicnn"])
    rows = re.findall(r'<div class="q-chance[^>]*><span>(.*?)</span>.*?<span>(\d+) %</span>', html(app))
    shares = {name: pytest.approx(100 * share, abs=0.501) for name, share in answer.tags[: cards.TOP]}
    assert {name: int(share) for name, share in rows} == shares
    says = plain(app)
    assert f"musicnn says {answer.tags[0][0]}" in says
    assert "not calibrated, and several may be right at once" in says
    assert "VGGish has no tags of its own." in says
    assert "CLMR runs untrained: its tags would mean nothing." in says
    assert says.count("untrained") > 2  # their cards say so while they have no answer, too


@pytest.fixture
def tagged(demo, tone):
    """musicnn's answer in a list that another net's tags stand in, too."""
    found = models.resolve_model("musicnn", demo)
    space = label_space.native(label_space.of("demo", demo), [found.backbone.spec.tags, ("harp", "rock")])
    (part,) = quintet.classify(tone, backbones=["musicnn"])
    clip = audio.decode(tone, audio.Limits())
    made = classifier.hear(found, models.encoder(found, "cpu"), clip).encoding
    return found, space, made, classifier.in_tags(space, part, made, found.backbone.spec.tags)


def test_tags_keep_the_nets_own_numbers_over_time(tagged):
    found, space, made, answer = tagged
    tags = found.backbone.spec.tags
    assert space.classes == (*tags, "harp")
    assert dict(zip(answer.classes, answer.probabilities, strict=True))["harp"] == 0
    assert answer.over_time[:, : len(tags)] == pytest.approx(made.tags)
    assert answer.probabilities[: len(tags)] == pytest.approx(made.tags.mean(axis=0), abs=1e-6)
    assert answer.members is None
    assert answer.best == answer.tags[0][0]


def test_files_hold_no_number_for_a_tag_the_net_does_not_have(tagged):
    found, space, _, answer = tagged
    row = Row(uploads.File("tone.wav", "0" * 32), 6.0, found=(Column(found, False, answer),))
    header, line = export.as_csv([row], space).decode().splitlines()
    cells = dict(zip(header.split(","), line.split(","), strict=True))
    assert cells["harp"] == ""
    assert float(cells["rock"]) == pytest.approx(dict(answer.tags)["rock"], abs=1e-6)
    (file,) = json.loads(export.as_json([row], space))["files"]
    assert file["answers"]["musicnn"]["probabilities"] == pytest.approx(dict(answer.tags), abs=1e-6)


def test_without_a_net_that_has_tags_there_is_no_such_choice(demo):
    assert label_space.native(label_space.of("demo", demo), [(), ()]) is None
