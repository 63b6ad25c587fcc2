"""The Audit view and the box of left-out lists on Benchmarks, by Streamlit's own test client."""

import csv
import io
import shutil

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.views.datasets import exclusions
from quintet import settings
from quintet.audit import findings, report, sound
from quintet.catalogue import track_lists
from quintet.embeddings import models
from quintet.evaluation import benchmark, runs
from tests import faulty
from tests.pages.opening import at, html


@pytest.fixture(scope="module")
def broken(tmp_path_factory) -> settings.Settings:
    here = faulty.broken(tmp_path_factory.mktemp("broken"))
    sound.measure(faulty.NAME, here, lambda *counts: None)
    report.make(faulty.NAME, here)
    return here


@pytest.fixture
def audited(here, broken, monkeypatch) -> settings.Settings:
    shutil.copytree(broken.cache, here.cache)
    monkeypatch.setenv("QUINTET_ROOT_GTZAN", str(broken.cache.parent / "audio"))  # a known dataset
    return settings.load()


@pytest.fixture
def planted(audited) -> settings.Settings:
    """The same before its audit."""
    shutil.rmtree(audited.cache / faulty.NAME / "audit")
    return audited


def opened(page: str, **address: str) -> AppTest:
    return at(page, **{"dataset": faulty.NAME} | address)


def audit_view(**address: str) -> AppTest:
    return opened("browse_datasets.py", view="audit", **address)


def test_before_an_audit_the_view_says_what_it_would_give_and_its_command(planted):
    app = audit_view()
    assert [line.value for line in app.code] == ["quintet audit gtzan"]
    assert "finds repeats, artists on both sides of a split" in html(app)


def test_a_stale_audit_is_not_shown(audited):
    faulty.plant(faulty.clean(audited.data / "other"), audited, scored=False)
    app = audit_view()
    assert [line.value for line in app.code] == ["quintet audit gtzan"]
    assert "out of date" in html(app)
    assert "exact repeat" not in html(app)


def test_the_view_begins_with_its_sentence_and_counts_each_kind(audited):
    app = audit_view()
    assert "GTZAN: 1 exact repeat, 1 near repeat" in html(app)
    shown = app.segmented_control(key="finding").options
    assert "Exact repeats 1" in shown
    assert len(shown) == len(findings.KINDS)
    assert "Files of equal size and sha256" in html(app)  # how it was measured


@pytest.mark.parametrize("kind", findings.KINDS)
def test_every_kind_opens_by_its_address(audited, kind):
    app = audit_view(finding=kind)
    assert app.segmented_control(key="finding").value == kind
    assert findings.KINDS[kind].title in html(app)


def test_a_kind_that_is_not_there_opens_the_first(audited):
    assert audit_view(finding="nonsense").segmented_control(key="finding").value == findings.EXACT


def test_without_listening_the_view_says_so_with_the_command(planted):
    report.make(faulty.NAME, planted)
    app = audit_view()
    assert "No clip was listened to" in html(app)
    assert "quintet audit gtzan --sound" in [line.value for line in app.code]


def test_a_clean_dataset_has_nothing_to_pick(here, tmp_path, monkeypatch):
    faulty.plant(faulty.clean(tmp_path / "audio"), here)
    monkeypatch.setenv("QUINTET_ROOT_GTZAN", str(tmp_path / "audio"))
    sound.measure(faulty.NAME, here, lambda *counts: None)
    report.make(faulty.NAME, here)
    app = audit_view()
    assert "GTZAN: no duplicates." in html(app)
    assert "Nothing was found" in html(app)
    assert not [one for one in app.segmented_control if one.key == "finding"]


def test_chosen_kinds_are_kept_as_an_exclusion_list_with_reasons(audited):
    app = audit_view()
    app.pills(key="exclude-kinds").set_value([findings.EXACT, findings.SILENT]).run()
    app.text_input(key="exclude-name").set_value("faults").run()
    app.button(key="exclude-keep").click().run()
    assert not app.exception
    kept = track_lists.read(track_lists.EXCLUSION, faulty.NAME, "faults", audited)
    assert set(kept) == {faulty.EXACT[0], faulty.SILENT}
    assert kept[faulty.EXACT[0]] == "The same sound, byte for byte."
    assert "quintet benchmark gtzan --without faults" in [line.value for line in app.code]


def test_a_name_that_cannot_be_kept_is_refused_and_nothing_is_written(audited):
    app = audit_view()
    app.text_input(key="exclude-name").set_value("../up").run()
    app.button(key="exclude-keep").click().run()
    assert not app.exception
    assert "cannot name a list" in app.toast[0].value
    assert track_lists.names(track_lists.EXCLUSION, faulty.NAME, audited) == []


def test_without_a_kind_nothing_can_be_kept(audited):
    app = audit_view()
    app.pills(key="exclude-kinds").set_value([]).run()
    assert app.button(key="exclude-keep").disabled


def test_the_file_is_one_that_a_benchmark_takes(audited, tmp_path):
    path = tmp_path / "faults.csv"
    path.write_bytes(exclusions.as_csv({"a": 'says "so", twice', "b": "Ähnlich"}))
    assert track_lists.from_file(path) == {"a": 'says "so", twice', "b": "Ähnlich"}
    assert next(csv.reader(io.StringIO(path.read_text(encoding="utf-8")))) == ["id", "reason"]


def test_the_flagged_filter_finds_what_the_audit_found(audited):
    app = opened("browse_datasets.py", flagged="yes")
    at_fault = report.suspects(faulty.NAME, audited) | {faulty.FLAGGED}
    assert any(f"{len(at_fault)} clips" in one.value for one in app.caption)


def test_benchmarks_offers_nothing_where_no_list_is_kept(planted):
    app = opened("benchmarks.py")
    assert not [one for one in app.selectbox if one.key == "without"]


def test_benchmarks_names_the_command_for_a_list_nothing_was_scored_without(demo, tmp_path, monkeypatch):
    track_lists.save(track_lists.EXCLUSION, "demo", "my list", {"calm_acoustic_s101.1": ""}, demo)
    app = opened("benchmarks.py", dataset="demo")
    assert "quintet benchmark demo --without 'my list'" in [line.value for line in app.code]
    assert not [one for one in app.selectbox if one.key == "without"]


def test_benchmarks_shows_the_runs_without_a_list_apart(own):
    first = models.tracks("demo", own)[0].id
    track_lists.save(track_lists.EXCLUSION, "demo", "one", {first: ""}, own)
    rules = runs.Rules("demo", without=runs.listed("demo", "one", own))
    for source in models.embedded_models("demo", own):
        if not source.untrained:
            benchmark.again("demo", [source], rules, own)
    app = opened("benchmarks.py", dataset="demo")
    assert "on 84 clips" in html(app)
    app.selectbox(key="without").set_value("one").run()
    assert not app.exception
    assert "on 83 clips" in html(app)
    assert "without the list one" in html(app)
