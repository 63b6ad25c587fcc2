"""quintet compare: runs by name and by path, what is printed, and what is refused in a sentence."""

import json

import numpy as np
import pytest

from quintet import cli
from quintet.embeddings import models
from quintet.evaluation import benchmark, runs
from quintet.storage import tables
from tests import faulty

RULES = runs.Rules("gtzan-10fold")
NAME = f"{faulty.NAME}/{RULES.protocol}/{RULES.probe}"
A, B = (f"{NAME}/{key}" for key in faulty.HEARD)


def compare(capsys, *words: str) -> tuple[int, dict]:
    capsys.readouterr()
    status = cli.main(["compare", *words, "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_two_runs_by_name_are_one_document(capsys, planted):
    status, document = compare(capsys, A, B)
    assert status == 0
    held = [runs.get(faulty.NAME, models.resolve_model(k, planted), RULES, planted) for k in faulty.HEARD]
    assert document["differences"]["accuracy"]["value"] == pytest.approx(
        held[0].right.mean() - held[1].right.mean()
    )
    sides = [document[key] for key in ("only_a_right", "only_b_right", "both_wrong")]
    assert document["both_right"] + sum(map(len, sides)) == document["n"] == faulty.N
    only_a = {i for i, a, b in zip(held[0].ids, held[0].right, held[1].right, strict=True) if a and not b}
    assert set(document["only_a_right"]) == only_a
    assert document["protocol"] == RULES.protocol
    assert f", p = {document['differences']['accuracy']['p']:.2g}, {faulty.N} clips." in document["sentence"]


def test_a_run_by_its_path_is_the_same_run(capsys, planted):
    source = models.resolve_model(faulty.HEARD[0], planted)
    path = runs.path(faulty.NAME, source, RULES, planted)
    assert compare(capsys, str(path), B) == compare(capsys, A, B)


def test_a_control_is_said_to_be_untrained_and_clips_of_one_alone_are_counted(capsys, planted):
    control = models.resolve_model(faulty.CONTROL, planted)
    tables.delete_rows(models.model_table_path(faulty.NAME, control, planted), ["clip03", "clip04"])
    benchmark.again(faulty.NAME, [control], RULES, planted)
    assert cli.main(["compare", A, f"{NAME}/{faulty.CONTROL}"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("musicnn is better than vggish (untrained) by ")
    assert lines[1].startswith("Compared on the clips of both: 2 clips only musicnn and 0 only vggish (untr")


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ("nowhere", "is no run; expected DATASET/PROTOCOL/PROBE/BACKBONE"),
        (f"{A}/7", "The seed '7' was not understood"),
        (f"{A}/s7", "is not there yet"),
        (f"{NAME}/musicn", "Did you mean 'musicnn'"),
        (f"{faulty.NAME}/gtzan-11fold/logistic/musicnn", "No protocol of gtzan"),
    ],
)
def test_what_is_no_run_is_refused(capsys, planted, other, says):
    status, document = compare(capsys, B, other)
    assert status in (1, 2)
    assert says in document["error"]


def test_runs_of_two_protocols_are_refused(capsys, planted):
    source = models.resolve_model(faulty.HEARD[0], planted)
    benchmark.again(faulty.NAME, [source], runs.Rules("gtzan-ff"), planted)
    status, document = compare(capsys, f"{faulty.NAME}/gtzan-ff/logistic/musicnn", B)
    assert status == 2
    assert "the protocol is gtzan-ff for the one and gtzan-10fold for the other" in document["error"]


def test_a_run_of_other_clips_than_there_are_now_is_refused(capsys, planted):
    tables.delete_rows(
        models.model_table_path(faulty.NAME, models.resolve_model("musicnn", planted), planted), ["clip03"]
    )
    status, document = compare(capsys, A, B)
    assert status == 1
    assert "Run: quintet benchmark gtzan --protocol gtzan-10fold --probe logistic" in document["error"]


def arrays(tmp_path, name: str, noise: float) -> str:
    """The path of a run of generated embeddings: three classes, more or less hidden, one split."""
    lots = np.random.default_rng(3)
    true, draw = np.arange(90) % 3, lots.normal(size=(90, 8))
    X = (np.eye(3, 8)[true] + noise * draw).astype(np.float32)
    split = np.repeat(["train", "test"], 45)
    np.savez(tmp_path / f"{name}.npz", X=X, y=np.array(["a", "b", "c"])[true], split=split)
    out = str(tmp_path / f"{name}.run.npz")
    assert cli.main(["benchmark", "--arrays", str(tmp_path / f"{name}.npz"), "--out", out]) == 0
    return out


def test_two_runs_of_anyones_embeddings_are_compared(capsys, here, tmp_path):
    good, bad = arrays(tmp_path, "good", 0.1), arrays(tmp_path, "bad", 3.0)
    status, document = compare(capsys, good, bad)
    assert status == 0
    assert (document["a"], document["b"], document["n"]) == ("good", "bad", 45)
    assert document["sentence"].startswith("good is better than bad by ")
    assert len(document["only_a_right"]) > len(document["only_b_right"])


def test_embeddings_with_another_split_or_a_dataset_are_refused(capsys, planted, tmp_path):
    good = arrays(tmp_path, "good", 0.1)
    status, document = compare(capsys, good, A)
    assert status == 2
    assert "were not scored alike" in document["error"]
    status, document = compare(capsys, str(tmp_path / "good.npz"), good)
    assert status == 1
    assert "is no run" in document["error"]
