"""A slow backbone in a browser: asked for, seen going, a reload, stopped, begun again, and its card joins."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from quintet import settings
from quintet.datasets.base import Track
from quintet.embeddings import models
from quintet.storage import tables as store
from tests import slow_ear
from tests.browsing import settled, shot, visit, visited
from tests.servers import ROOT, listening
from tests.sounds import write_wav
from tests.tables import put_tracks

GENRES = {"gtzan": ("hiphop", "rock", "blues"), "fma_small": ("Rock", "Hip-Hop", "Folk")}
SERVE = """
import sys
from streamlit.web import cli
from tests import slow_ear
slow_ear.install(setattr)
sys.argv = ["streamlit", "run", "app.py", "--server.address=127.0.0.1", "--server.port=" + sys.argv[1]]
cli.main()
"""


@pytest.fixture(scope="module")
def hold(tmp_path_factory) -> Path:
    """As long as this file is there, no clip gets beyond its second layer."""
    held = tmp_path_factory.mktemp("hold") / "hold"
    held.touch()
    return held


def put_genres(here: settings.Settings) -> None:
    """Two datasets that share two genres under unlike spellings, heard by the slow backbone alone."""
    with pytest.MonkeyPatch.context() as patch:
        slow_ear.install(patch.setattr)
        found = models.resolve_model(slow_ear.NAME, here)
        for dataset, classes in GENRES.items():
            dice, tracks, rows = np.random.default_rng(3), [], []
            for n in range(4 * len(classes)):
                loud = 0.01 * 4.0 ** (n % len(classes))
                rows.append(slow_ear.values(dice.standard_normal(32_000).astype(np.float32) * loud).embedding)
                labels = (classes[n % len(classes)],)
                columns = {"has_genre": True}  # what the second one's protocol takes
                tracks.append(
                    Track(f"{dataset}{n}", None, f"Clip {n}", "", labels, split="train", columns=columns)
                )
            put_tracks(here, dataset, tracks)
            table = models.model_table_path(dataset, found, here)
            store.append_embeddings(table, found.fingerprint, [t.id for t in tracks], np.array(rows))


@pytest.fixture(scope="module")
def slow_address(prepared, hold, tmp_path_factory) -> Iterator[str]:
    """A server of its own, whose demo a slow trained backbone has heard."""
    home = tmp_path_factory.mktemp("slow")
    shutil.copytree(prepared, home / "cache")
    slow_ear.put_weights(home / "weights")
    environ = {
        **os.environ, "QUINTET_CACHE": str(home / "cache"), "QUINTET_WEIGHTS": str(home / "weights"),
        "QUINTET_CONFIG": str(home / "none.toml"), "QUINTET_DEVICE": "cpu", "PYTHONPATH": str(ROOT),
        **{f"QUINTET_ROOT_{name.upper()}": str(home) for name in GENRES},
    }  # fmt: skip
    prepare = [sys.executable, "-c", slow_ear.SCRIPT, "embed", "demo", "--backbone", slow_ear.NAME]
    subprocess.run(prepare, env=environ, cwd=ROOT, check=True, capture_output=True)
    put_genres(settings.load(environ))
    environ |= {"SLOW_EAR_HOLD": str(hold), "SLOW_EAR_STEP": "0.6"}

    def serve(port: int) -> list[str]:
        return [sys.executable, "-c", SERVE, str(port)]

    with listening(serve, home / "log.txt", environ) as server:
        yield server.address


@pytest.fixture
def visitor(chromium, slow_address) -> Page:
    """Somebody on a wide screen."""
    yield from visit(chromium, slow_address)


def test_a_slow_job_is_walked_from_the_button_to_its_card(visitor, hold, tmp_path):
    page = visitor
    visited(page, "/classify")
    clip = write_wav(tmp_path / "hum.wav", seconds=8.0)
    page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(clip)
    card = page.locator(f".st-key-card-hearing-{slow_ear.NAME}")
    card.get_by_role("button", name="Hear it with Slow ear").wait_for()
    settled(page)
    card.get_by_role("button", name="Hear it with Slow ear").click()
    expect(card).to_contain_text("Slow ear is hearing: layer 3 of 6")
    shot(page, "classify-job-going")
    page.reload()
    expect(card).to_contain_text("Slow ear is hearing: layer 3 of 6")
    card.get_by_role("button", name="Stop").click()
    expect(card).to_contain_text("Stopped. Nothing of it was kept.")
    shot(page, "classify-job-stopped")
    card.get_by_role("button", name="Hear it with Slow ear").click()
    expect(card).to_contain_text("layer 3 of 6")
    hold.unlink()
    expect(page.locator(f".st-key-card-{slow_ear.NAME}")).to_contain_text("Slow ear hears the first 4 s.")
    expect(card).to_have_count(0)
    settled(page)
    shot(page, "classify-job-done")


def test_a_slow_job_is_walked_in_classes_that_datasets_share(visitor, hold, tmp_path):
    page = visitor
    hold.touch()
    visited(page, "/classify?dataset=gtzan&space=gtzan%2Bfma_small")
    expect(page.get_by_role("combobox", name="Answer in")).to_have_value(re.compile("Shared genres"))
    clip = write_wav(tmp_path / "shared.wav", seconds=6.0)  # another content: what was heard once is kept
    page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(clip)
    card = page.locator(f".st-key-card-hearing-{slow_ear.NAME}")
    card.get_by_role("button", name="Hear it with Slow ear").wait_for()
    settled(page)
    card.get_by_role("button", name="Hear it with Slow ear").click()
    expect(card).to_contain_text("layer 3 of 6")
    shot(page, "classify-job-shared-going")
    hold.unlink()
    done = page.locator(f".st-key-card-{slow_ear.NAME}")
    expect(done).to_contain_text("Slow ear hears the first 4 s.")
    expect(done.locator(".q-chance")).to_have_count(3)
    rows = done.locator(".q-chance").all_inner_texts()
    assert [row.split()[0] for row in rows] == ["hip-hop", "rock", "other"]
    assert sum(int(row.split()[-2]) for row in rows) == pytest.approx(100, abs=2)  # each is rounded
    expect(page.locator(".q-say")).to_contain_text("Slow ear says")
    expect(page.locator(".wave[data-ready=true]")).to_have_attribute("data-lanes", "1")
    expect(page.get_by_text("mean of what the probes of")).to_be_visible()
    settled(page)
    shot(page, "classify-job-shared-done")
