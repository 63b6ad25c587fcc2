"""quintet audit, and quintet benchmark --without: what they print, keep and refuse."""

import json

import pytest

from quintet import cli, settings
from quintet.audit import findings, sound
from quintet.catalogue import track_lists
from quintet.embeddings import models
from quintet.errors import StoreError
from quintet.evaluation import runs
from tests import faulty


def run(capsys, *words: str) -> tuple[int, dict, str]:
    """Exit status, the JSON document, stderr."""
    capsys.readouterr()
    status = cli.main([*words, "--json"])
    told = capsys.readouterr()
    return status, json.loads(told.out), told.err


def test_an_audit_is_one_document_with_every_finding(capsys, planted):
    status, document, err = run(capsys, "audit", faulty.NAME, "--sound")
    assert status == 0
    assert document["dataset"] == faulty.NAME
    assert document["heard"] == faulty.N
    assert list(document["counts"]) == list(findings.KINDS)
    assert len(document["findings"]) == sum(document["counts"].values())
    assert {"kind": findings.EXACT, "id": faulty.EXACT[0], "other": faulty.EXACT[1]}.items() <= document[
        "findings"
    ][0].items()
    assert faulty.SILENT in document["suspects"]
    assert document["left_out"] == {}
    assert f"{faulty.N}/{faulty.N}" in err  # the bar
    status, again, _ = run(capsys, "audit", faulty.NAME, "--sound")
    assert again["heard"] == 0
    assert again["findings"] == document["findings"]


def test_on_the_terminal_an_audit_begins_with_its_sentence(capsys, planted):
    assert cli.main(["audit", faulty.NAME]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("GTZAN: 1 exact repeat, 1 near repeat, ")
    assert lines[0].endswith("Silence, clipping and length were not checked.")
    assert f"  {faulty.EXACT[0]}, {faulty.EXACT[1]}: The same sound, byte for byte." in lines
    assert any(
        line.startswith("gtzan-ff: 5.6 % of 18 test clips are by an artist in train") for line in lines
    )
    assert any("quintet audit gtzan --sound" in line for line in lines)


def test_the_status_of_the_listening_can_be_read(capsys, planted):
    from quintet.jobs import progress

    run(capsys, "audit", faulty.NAME, "--sound")
    status = progress.read(sound.path(faulty.NAME, planted).with_name("job.json"))
    assert (status.state, status.done, status.failed) == ("done", faulty.N, 1)


def test_a_dataset_never_read_is_refused_with_its_command(capsys, here):
    status, document, err = run(capsys, "audit", "demo")
    assert status == 1
    assert "quintet prepare demo" in document["error"]
    assert err.startswith("quintet: ")


OUT = ("clip00", "clip31", "clip50")


@pytest.fixture
def listed(planted) -> settings.Settings:
    track_lists.save(track_lists.EXCLUSION, faulty.NAME, "my list", dict.fromkeys(OUT, "because"), planted)
    return planted


def bench(capsys, *words: str) -> tuple[int, dict, str]:
    return run(
        capsys, "benchmark", faulty.NAME, "--protocol", "gtzan-10fold", "--backbone", "musicnn", *words
    )


def test_clips_on_the_list_are_neither_trained_on_nor_tested(capsys, listed):
    _, whole, _ = bench(capsys)
    status, document, _ = bench(capsys, "--without", "my list")
    assert status == 0
    assert document["without"] == runs.listed(faulty.NAME, "my list", listed)
    assert document["left_out"] == len(OUT)
    assert (whole["without"], whole["left_out"]) == ("", 0)
    (row,) = document["results"]
    assert row["n_test"] == faulty.N - len(OUT)
    assert {fold["n_train"] + fold["n_test"] for fold in row["folds"]} == {faulty.N - len(OUT)}
    assert bench(capsys)[1] == whole  # which is untouched


def test_runs_with_and_without_a_list_lie_in_different_files(capsys, listed):
    source = models.resolve_model("musicnn", listed)
    whole = runs.Rules("gtzan-10fold")
    without = runs.Rules("gtzan-10fold", without=runs.listed(faulty.NAME, "my list", listed))
    bench(capsys, "--without", "my list")
    paths = [runs.path(faulty.NAME, source, rules, listed) for rules in (whole, without)]
    assert paths[0] != paths[1]
    assert all(path.exists() for path in paths)
    assert set(OUT).isdisjoint(runs.get(faulty.NAME, source, without, listed).ids)
    assert set(OUT) < set(runs.get(faulty.NAME, source, whole, listed).ids)
    assert runs.scored_without(faulty.NAME, whole, listed) == [without.without]


def test_a_list_that_changed_is_another_one(capsys, listed):
    before = runs.listed(faulty.NAME, "my list", listed)
    bench(capsys, "--without", "my list")
    track_lists.save(track_lists.EXCLUSION, faulty.NAME, "my list", {"clip00": ""}, listed)
    assert runs.scored_without(faulty.NAME, runs.Rules("gtzan-10fold"), listed) == []
    with pytest.raises(StoreError, match="another one now"):
        runs.left_out(faulty.NAME, before, listed)
    assert bench(capsys, "--without", "my list")[1]["results"][0]["n_test"] == faulty.N - 1


def test_a_file_is_kept_as_a_list_of_its_name(capsys, planted, tmp_path):
    path = tmp_path / "faults.csv"
    path.write_text("id,reason\nclip01,bad\nnot here,bad\n", encoding="utf-8")
    _, document, _ = bench(capsys, "--without", str(path))
    assert document["without"].startswith("faults@")
    assert document["left_out"] == 1
    assert track_lists.names(track_lists.EXCLUSION, faulty.NAME, planted) == ["faults"]
    assert bench(capsys, "--without", "faults")[1] == document


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("id\nelsewhere\n", "names no clip of 'gtzan'"),
        ("id\nclip07\n", "another list of 3 is kept as 'my list'"),
        ("name\nclip07\n", "lacks the column 'id'"),
        (None, "No list of tracks at"),
    ],
)
def test_a_file_that_cannot_be_left_out_is_refused(capsys, listed, tmp_path, body, says):
    path = tmp_path / ("other.csv" if body == "id\nelsewhere\n" else "my list.csv")
    if body:
        path.write_text(body, encoding="utf-8")
    status, document, _ = bench(capsys, "--without", str(path))
    assert status in (1, 2)
    assert says in document["error"]


def test_an_unknown_list_is_refused_with_those_there_are(capsys, listed):
    status, document, _ = bench(capsys, "--without", "mylist")
    assert status == 1
    assert "Known: my list" in document["error"]
