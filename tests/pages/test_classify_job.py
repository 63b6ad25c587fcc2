"""The column of a slow backbone, walked: asked for, seen going, stopped, begun again, answered."""

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from quintet import audio, settings
from quintet.catalogue import tracks as catalogue
from quintet.datasets.base import Track
from quintet.embeddings import clip_cache, models, speed
from quintet.jobs import inference_queue, progress
from quintet.jobs.inference_queue import Job
from quintet.jobs.progress import Status
from quintet.prediction import classifier
from quintet.storage import tables as store
from tests import slow_ear
from tests.pages.opening import html
from tests.sounds import write_wav
from tests.tables import put_tracks

DATASET = "demo"
SOON = 120.0  # s: longer than anything here takes
HEAR, STOP = f"hear-{slow_ear.NAME}", f"stop-{slow_ear.NAME}"


def script(name: str, file: str) -> None:
    """The page around the column: one upload, one answer."""
    import hashlib
    from pathlib import Path

    import streamlit as st

    from dashboard import cache
    from dashboard.cache import Heard
    from dashboard.views.classify import slow_backbone
    from quintet import audio
    from quintet.prediction import label_space
    from tests import slow_ear

    data = Path(file).read_bytes()
    digest = hashlib.sha256(data).hexdigest()[:32]
    clip = audio.decode_bytes(data, name, audio.Limits())
    source = cache.source("demo", slow_ear.NAME)
    heard = Heard(name, digest, clip, "")
    demo = label_space.of("demo", cache.settings())
    said = cache.said(demo, source, heard.content) if slow_backbone.column("demo", source, heard) else None
    st.text(f"{said.best} {said.probabilities.max():.9f}" if said else "no answer")


@pytest.fixture
def ready(here, monkeypatch, tmp_path) -> settings.Settings:
    """A dataset of twelve quiet and loud clips, heard by a slow trained backbone; no graphics card."""
    st.cache_resource.clear()  # noqa: TID251 - a server of its own: else it would remember the other tests' clips
    monkeypatch.setenv("QUINTET_DEVICE", "cpu")
    slow_ear.install(monkeypatch.setattr)
    slow_ear.put_weights(here.weights)
    here, tracks, rows = settings.load(), [], []
    for n in range(12):
        label = ("calm", "energetic")[n % 2]
        wave = np.random.default_rng(n).standard_normal(32_000).astype(np.float32) * (0.01, 0.2)[n % 2]
        rows.append(slow_ear.values(wave).embedding)
        tracks.append(Track(f"{n}", None, f"Clip {n}", "", (label,), columns={"seed": n // 4, "mix": f"{n}"}))
    put_tracks(here, DATASET, tracks)
    found = models.resolve_model(slow_ear.NAME, here)
    table = models.model_table_path(DATASET, found, here)
    store.append_embeddings(table, found.fingerprint, [t.id for t in tracks], np.array(rows))
    yield here
    for one in inference_queue.folder(here).glob("*/*.json"):
        inference_queue.stop(Job(found, one.stem, here))


@pytest.fixture
def hold(tmp_path, monkeypatch) -> Path:
    """As long as this file is there, no clip gets beyond its second layer."""
    held = tmp_path / "hold"
    held.touch()
    monkeypatch.setenv("SLOW_EAR_HOLD", str(held))
    monkeypatch.setenv("SLOW_EAR_STEP", "0.6")
    return held


@pytest.fixture
def upload(tmp_path) -> Path:
    return write_wav(tmp_path / "a.wav", seconds=3.0)


def opened(upload: Path, name: str = "a.wav") -> AppTest:
    return AppTest.from_function(script, args=(name, str(upload)), default_timeout=SOON).run()


def job_of(upload: Path, here: settings.Settings) -> Job:
    digest = hashlib.sha256(upload.read_bytes()).hexdigest()[:32]
    return Job(models.resolve_model(slow_ear.NAME, here), digest, here)


def keys(app: AppTest) -> list[str]:
    assert not app.exception
    return [b.key for b in app.button]


def until(app: AppTest, true: Callable[[AppTest], bool]) -> AppTest:
    end = time.monotonic() + SOON
    while not true(app.run()):
        assert time.monotonic() < end, html(app)
        time.sleep(0.1)
    assert not app.exception
    return app


def test_the_dataset_is_there(ready):
    assert catalogue.count(DATASET, ready) == 12
    assert classifier.takes_minutes(models.resolve_model(slow_ear.NAME, ready), ready)


def test_nothing_begins_by_itself(ready, upload):
    app = opened(upload)
    assert keys(app.run()) == [HEAR]
    assert app.button(key=HEAR).label == "Hear it with Slow ear, some minutes"
    assert "content, the sound is not." in html(app)
    assert inference_queue.status(job_of(upload, ready)) is None


def test_a_slow_clip_is_asked_for_stopped_begun_again_and_answered(ready, upload, hold):
    app = opened(upload)
    app.button(key=HEAR).click().run()
    until(app, lambda app: "Slow ear is hearing: layer 3 of 6, " in html(app))
    assert " left</span>" in html(app)
    assert 'style="width:33.3%' in html(app)
    assert keys(app) == [STOP]
    teammate = opened(upload, "another name.wav")
    assert keys(teammate) == [STOP]  # the same content: the same job, also after a reload
    app.button(key=STOP).click().run()
    assert keys(app) == [HEAR]
    assert "Stopped. Nothing of it was kept." in html(app)
    app.button(key=HEAR).click().run()
    assert keys(app) == [STOP]
    hold.unlink()
    until(app, lambda app: app.text[0].value != "no answer")
    assert keys(app) == []


def test_page_and_fresh_run_agree_and_a_second_upload_is_answered_at_once(ready, upload, monkeypatch):
    app = opened(upload)
    app.button(key=HEAR).click().run()
    until(app, lambda app: app.text[0].value != "no answer")
    found = models.resolve_model(slow_ear.NAME, ready)
    fresh = classifier.hear(found, models.encoder(found, "cpu"), audio.decode(upload, audio.Limits()))
    said = classifier.answer(classifier.judge(DATASET, found, ready), fresh)
    best, chance = app.text[0].value.split()
    assert best == said.best
    assert float(chance) == pytest.approx(float(said.probabilities.max()), abs=1e-6)
    monkeypatch.setattr(inference_queue, "enqueue", None)  # no process is begun
    again = opened(upload, "<b>another</b> name.mp3")
    assert again.text[0].value == app.text[0].value
    assert inference_queue.status(job_of(upload, ready)).state == "done"


def test_a_clip_that_waits_says_how_many_come_before_it(ready, upload, hold, tmp_path):
    first = opened(upload)
    first.button(key=HEAR).click().run()
    other = write_wav(tmp_path / "b.wav", seconds=2.5)
    second = opened(other)
    second.button(key=HEAR).click().run()
    assert "Waiting for its turn: one clip before it" in html(second)
    assert second.button(key=STOP).label == "Leave the queue"
    second.button(key=STOP).click().run()
    assert keys(second) == [HEAR]
    assert keys(first.run()) == [STOP]


def test_a_full_queue_is_a_sentence_beside_the_button(ready, upload, hold, tmp_path, monkeypatch):
    monkeypatch.setattr(inference_queue, "WAITING", 0)
    app = opened(upload)
    app.button(key=HEAR).click().run()
    second = opened(write_wav(tmp_path / "b.wav", seconds=2.5))
    second.button(key=HEAR).click().run()
    assert "wait already for a slow backbone" in second.warning[0].value
    assert keys(second) == [HEAR]


def test_after_a_restart_the_job_says_so_and_can_be_started_again(ready, upload):
    job = job_of(upload, ready)
    progress.save(Status("Hearing", 2, 6, 0, 1.0, "running", os.getpid()), job.status)
    app = opened(upload)
    assert "Stopped when the server was restarted: start it again." in html(app)
    app.button(key=HEAR).click().run()
    until(app, lambda app: app.text[0].value != "no answer")


def test_a_failure_is_said_in_its_own_words_and_may_be_tried_again(ready, upload, monkeypatch):
    monkeypatch.setenv("SLOW_EAR_ENDS", "memory")
    app = opened(upload)
    app.button(key=HEAR).click().run()
    until(app, lambda app: bool(app.error))
    assert "Memory ran out" in app.error[0].value
    assert keys(app) == [HEAR]


def test_a_damaged_encoding_is_heard_again(ready, upload):
    job = job_of(upload, ready)
    where = clip_cache.path(job.model, job.digest, ready)
    where.parent.mkdir(parents=True)
    where.write_bytes(b"PK\x03\x04 half of it")
    app = opened(upload)
    assert keys(app) == [HEAR]
    assert not where.exists()


def test_the_button_tells_how_long_the_last_clip_took(ready, upload):
    job = job_of(upload, ready)
    made = slow_ear.values(np.ones(32_000, np.float32))
    clip_cache.put(job.model, "0" * 32, clip_cache.CachedEncoding(made, 160.0), ready)
    assert opened(upload).button(key=HEAR).label == "Hear it with Slow ear, about 4 min"


def test_the_button_tells_what_was_measured_on_the_dataset(ready, upload):
    found = models.resolve_model(slow_ear.NAME, ready)
    where = speed.path(DATASET, found, ready)
    where.parent.mkdir(parents=True)
    where.write_text('{"seconds": 40.0, "audio_per_cpu": 1.0, "clip_seconds": 10.0}')
    job = replace(job_of(upload, ready), model=found)  # 4 s of those 10 were heard, 3 s are there to hear
    assert clip_cache.expected_seconds(job.model, 3.0, ready) is None
    assert opened(upload).button(key=HEAR).label == "Hear it with Slow ear, about 30 s"
