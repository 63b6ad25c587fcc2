"""An audit of a dataset with every fault planted once: each is found and named, and nothing else."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from quintet.audit import duplicates, findings, identical_files, report, sound
from quintet.audit.duplicates import joined
from quintet.catalogue import tracks
from quintet.datasets import gtzan
from quintet.datasets.base import Track
from quintet.embeddings import models
from quintet.errors import MissingEmbeddings
from quintet.evaluation import benchmark
from quintet.settings import Settings
from quintet.storage import tables as store
from tests import faulty
from tests.tables import put_tracks


def silent(*counts: int) -> None:
    """A report nobody reads."""


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> tuple[Settings, report.Audit]:
    here = faulty.broken(tmp_path_factory.mktemp("faulty"))
    assert sound.measure(faulty.NAME, here, silent) == faulty.N
    return here, report.make(faulty.NAME, here)


@pytest.fixture(scope="module")
def clean(tmp_path_factory) -> tuple[Settings, report.Audit]:
    folder = tmp_path_factory.mktemp("clean")
    here = faulty.machine(folder)
    faulty.plant(faulty.clean(folder / "audio"), here)
    sound.measure(faulty.NAME, here, silent)
    return here, report.make(faulty.NAME, here)


EXPECTED = {
    findings.EXACT: {faulty.EXACT},
    findings.NEAR: {faulty.NEAR},
    findings.ARTIST: {faulty.BY_ONE_ARTIST},
    findings.SILENT: {(faulty.SILENT, "")},
    findings.CLIPPED: {(faulty.CLIPPED, "")},
    findings.SHORT: {(faulty.SHORT, "")},
    findings.UNREADABLE: {(faulty.UNREADABLE, ""), (faulty.FAILED, "")},
    findings.LABEL: {(one, "") for one in faulty.SWAPPED},
    findings.FLAG: {(faulty.FLAGGED, "")},
}


@pytest.mark.parametrize("kind", EXPECTED)
def test_what_was_planted_is_found_and_nothing_else(planted, kind):
    assert {(one.id, one.other) for one in planted[1].of(kind)} == EXPECTED[kind]


def test_every_kind_was_planted():
    assert {*EXPECTED, findings.LEAK} == set(findings.KINDS)


def test_a_repeat_across_the_split_is_named_specially(planted):
    split = [one for one in planted[1].of(findings.LEAK) if "gtzan-ff" in one.scope]
    assert [(one.id, one.other) for one in split] == [faulty.EXACT]
    assert split[0].says == "The same recording is trained on and tested."


def test_repeats_in_other_drawn_folds_are_leaks_and_nothing_else_is(planted):
    drawn = {frozenset((one.id, one.other)) for one in planted[1].of(findings.LEAK)}
    assert drawn <= {frozenset(faulty.EXACT), frozenset(faulty.NEAR)}


def test_nothing_is_found_in_a_clean_dataset(clean):
    assert clean[1].findings == ()
    assert report.headline(clean[1], gtzan.FACTS).claim == "GTZAN: no duplicates."


def test_an_untrained_control_takes_no_part(planted, clean):
    for _, found in (planted, clean):
        title = models.resolve_model(faulty.CONTROL, planted[0]).backbone.spec.title
        assert not [one for one in found.findings if title in one.says]
        assert not [text for text in found.by.values() if title in text]


def test_a_doubted_label_comes_with_the_answers_and_their_probability(planted):
    one = planted[1].of(findings.LABEL)[0]
    assert one.says.startswith("Labelled ")
    assert "heard as" in one.says
    assert 0.5 < one.value <= 1


def test_the_headline_counts_what_was_found(planted):
    said = report.headline(planted[1], gtzan.FACTS)
    assert said.claim.startswith("GTZAN: 1 exact repeat, 1 near repeat, ")
    assert "2 labels the probes doubt" in said.claim
    assert "5.6 % of test clips by an artist in train (gtzan-ff)" in said.claim
    assert said.rest == ""


def test_the_shares_of_a_split_are_counted(planted):
    (side,) = planted[1].shared
    assert (side.protocol, side.tested, side.in_train) == ("gtzan-ff", 18, 1)
    assert (side.artists, side.artists_in_train) == (18, 1)


def test_clips_at_fault_are_suspects_and_doubted_labels_are_not(planted):
    here, found = planted
    at_fault = {*faulty.EXACT, *faulty.NEAR, faulty.SILENT, faulty.CLIPPED, faulty.SHORT, faulty.UNREADABLE,
                faulty.FAILED}  # fmt: skip
    assert found.suspects == at_fault == report.suspects(faulty.NAME, here)


def test_of_a_pair_the_first_goes_on_the_list_with_its_reasons(planted):
    found = report.reasons(planted[1].of(findings.EXACT) + planted[1].of(findings.LEAK))
    assert (
        found[faulty.EXACT[0]]
        == "The same sound, byte for byte. The same recording is trained on and tested."
    )


def test_what_is_kept_is_what_was_made(planted):
    here, made = planted
    assert report.get(faulty.NAME, models.embedded_models(faulty.NAME, here), here) == made


@pytest.fixture
def copy(clean, tmp_path) -> Settings:
    """The clean dataset, to be changed."""
    shutil.copytree(clean[0].cache, tmp_path / "other" / "cache")
    return faulty.machine(tmp_path / "other")


def kept(here: Settings) -> report.Audit:
    return report.get(faulty.NAME, models.embedded_models(faulty.NAME, here), here)


def test_a_dataset_never_audited_says_what_an_audit_gives_and_its_command(copy):
    shutil.rmtree(report.path(faulty.NAME, copy))
    with pytest.raises(MissingEmbeddings, match=r"not been audited.*Run: quintet audit gtzan"):
        kept(copy)
    assert report.suspects(faulty.NAME, copy) == frozenset()


def more_embeddings(here: Settings) -> None:
    source = models.resolve_model(faulty.HEARD[0], here)
    row = np.ones((1, faulty.DIM), np.float32)
    store.append_embeddings(
        models.model_table_path(faulty.NAME, source, here), source.fingerprint, ["new"], row
    )


def other_tracks(here: Settings) -> None:
    put_tracks(here, faulty.NAME, tracks.read(faulty.NAME, here)[:-1])


def another_run(here: Settings) -> None:
    from quintet.evaluation import runs

    benchmark.again(
        faulty.NAME, [models.resolve_model(faulty.HEARD[0], here)], runs.Rules("gtzan-10fold"), here
    )


@pytest.mark.parametrize("change", [more_embeddings, other_tracks, another_run], ids=lambda f: f.__name__)
def test_a_stale_audit_is_never_shown(copy, change):
    assert kept(copy).findings == ()
    change(copy)
    with pytest.raises(MissingEmbeddings, match=r"out of date.*Run: quintet audit gtzan"):
        kept(copy)


def test_nothing_is_heard_twice(copy):
    assert sound.measure(faulty.NAME, copy, silent) == 0


def test_a_clip_that_sounds_otherwise_is_heard_again(copy, tmp_path):
    held = tracks.read(faulty.NAME, copy)
    other = tmp_path / "short.wav"
    other.write_bytes(held[3].path.read_bytes()[:20_000])
    put_tracks(copy, faulty.NAME, [replace(t, path=other) if t.id == held[3].id else t for t in held])
    assert [f.kind for f in sound.findings(faulty.NAME, copy)] == []  # the old measure is not the new clip's
    assert sound.left(faulty.NAME, copy) == (faulty.N, 1)
    assert sound.measure(faulty.NAME, copy, silent) == 1
    assert [(f.kind, f.id) for f in sound.findings(faulty.NAME, copy)] == [(findings.SHORT, held[3].id)]


def test_a_stopped_job_keeps_what_it_heard(copy, monkeypatch):
    shutil.rmtree(sound.path(faulty.NAME, copy))
    monkeypatch.setattr(sound, "BATCH", 16)

    def stop(done: int, total: int, failed: int) -> None:
        assert total == faulty.N
        if done == 40:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sound.measure(faulty.NAME, copy, stop)
    assert sound.left(faulty.NAME, copy) == (faulty.N, faulty.N - 32)
    assert sound.measure(faulty.NAME, copy, silent) == faulty.N - 32


def test_without_listening_the_audit_says_what_it_did_not_do(copy):
    shutil.rmtree(sound.path(faulty.NAME, copy))
    found = report.make(faulty.NAME, copy)
    assert "quintet audit gtzan --sound" in found.left_out[report.SOUND]
    assert report.headline(found, gtzan.FACTS).rest == "Silence, clipping and length were not checked."


def test_without_a_trained_run_labels_are_not_judged_and_the_command_is_named(copy):
    shutil.rmtree(copy.cache / faulty.NAME / "predictions")
    found = report.make(faulty.NAME, copy)
    assert found.left_out[findings.LABEL].endswith("Run: quintet benchmark gtzan")


def test_with_controls_alone_nothing_is_compared(tmp_path):
    here = faulty.machine(tmp_path)
    clips = faulty.faulty(tmp_path / "audio")
    faulty.plant(replace(clips, matrices=[]), here)
    found = report.make(faulty.NAME, here)
    assert found.counts[findings.NEAR] == found.counts[findings.LABEL] == 0
    assert [(one.id, one.other) for one in found.of(findings.EXACT)] == [faulty.EXACT]  # by its bytes
    assert "no trained backbone" in found.left_out[findings.NEAR]


def embed(here: Settings, dataset: str, key: str, ids: list[str], matrix: np.ndarray) -> None:
    source = models.resolve_model(key, here)
    store.append_embeddings(models.model_table_path(dataset, source, here), source.fingerprint, ids, matrix)


def test_the_known_repeats_of_a_real_dataset_are_found_by_their_embeddings(here):
    known = {(f"{g}.{b:05d}", f"{g}.{a:05d}") for g, found in gtzan.REPEATS.items() for a, b in found}
    assert len(known) == 12
    ids = [f"{genre}.{n:05d}" for genre in gtzan.GENRES for n in range(100)]
    put_tracks(here, "gtzan", [Track(i, None, i, "", (i.partition(".")[0],)) for i in ids])
    X = np.random.default_rng(0).normal(size=(1_000, 32)).astype(np.float32)
    for later, first in known:
        X[ids.index(later)] = X[ids.index(first)]
    embed(here, "gtzan", "musicnn", ids, X)
    found = report.make("gtzan", here)
    assert {(one.id, one.other) for one in found.of(findings.EXACT)} == known
    assert found.counts[findings.NEAR] == 0


def excerpts(path: Path | None, groups: tuple[str, ...], starts: tuple[float, ...]) -> list[Track]:
    return [
        Track(f"e{n}", path, f"e{n}", "", ("folk",), seconds=5.0, start=start, whole=False, group=group)
        for n, (group, start) in enumerate(zip(groups, starts, strict=True))
    ]


@pytest.mark.parametrize(("groups", "pairs"), [(("mix", "mix"), 0), (("mix", "other"), 1)])
def test_excerpts_of_one_recording_are_no_repeats_of_each_other(here, groups, pairs):
    lots = np.random.default_rng(1)
    others = [Track(f"t{n}", None, f"t{n}", "", ("folk",)) for n in range(20)]
    put_tracks(here, "folder", [*excerpts(None, groups, (0.0, 5.0)), *others])
    X = lots.normal(size=(22, 30)).astype(np.float32)
    X[1] = X[0] + 0.02 * X[2]
    embed(here, "folder", "musicnn", ["e0", "e1", *(t.id for t in others)], X)
    assert len(report.make("folder", here).of(findings.NEAR)) == pairs


def test_excerpts_at_one_place_of_one_file_are_repeats_and_others_are_not(here, tmp_path):
    path = tmp_path / "mix.wav"
    path.write_bytes(b"RIFF" + bytes(range(256)) * 600)
    put_tracks(here, "folder", excerpts(path, ("a", "b", "c"), (0.0, 5.0, 5.0)))
    assert [(f.id, f.other) for f in report.make("folder", here).of(findings.EXACT)] == [("e2", "e1")]


def test_one_backbone_alone_does_not_make_a_near_repeat_where_two_heard(here):
    lots = np.random.default_rng(2)
    ids = [f"t{n}" for n in range(40)]
    put_tracks(here, "folder", [Track(i, None, i, "", ("folk",)) for i in ids])
    X = lots.normal(size=(2, 40, 30)).astype(np.float32)
    X[0, 1] = X[0, 0] + 0.02 * X[0, 2]
    embed(here, "folder", "musicnn", ids, X[0])
    assert [(f.id, f.other) for f in report.make("folder", here).of(findings.NEAR)] == [("t1", "t0")]
    embed(here, "folder", "librosa518", ids, X[1])
    assert report.make("folder", here).of(findings.NEAR) == []


def test_beyond_the_limit_near_repeats_are_left_out_and_it_is_said(copy, monkeypatch):
    monkeypatch.setattr(duplicates, "LIMIT", 59)
    assert "the limit is 59" in report.make(faulty.NAME, copy).left_out[findings.NEAR]


def test_groups_that_share_a_row_are_one():
    assert joined([(5, 2), (9, 7), (2, 9), (1, 3)]) == [(1, 3), (2, 5, 7, 9)]


def test_files_of_equal_size_that_differ_at_one_end_are_not_the_same(tmp_path):
    import pandas as pd

    body = bytes(300_000)
    for name, head in (("a", b"1"), ("b", b"1"), ("c", b"2")):
        (tmp_path / name).write_bytes(head + body)
    paths = [str(tmp_path / name) for name in ("a", "b", "c", "gone")]
    frame = pd.DataFrame({"id": ["a", "b", "c", "gone"], "path": paths, "bytes": 300_001, "start": 0.0,
                          "seconds": 0.0, "whole": True})  # fmt: skip
    same, unreadable = identical_files.same(frame)
    assert same == [(0, 1)]
    assert unreadable == {"gone": "'gone' cannot be read: No such file or directory."}
