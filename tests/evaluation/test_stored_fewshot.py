"""Few-shot curves as they are kept: gone on with after a stop, made again when what they rest on changes."""

import json

import pytest

from quintet import cli
from quintet.embeddings import models
from quintet.errors import MissingEmbeddings
from quintet.evaluation import benchmark, runs, stored_fewshot
from quintet.evaluation import fewshot as arrays
from quintet.storage import tables
from tests import faulty

RULES = runs.Rules("gtzan-10fold", "knn")


@pytest.fixture
def planted(planted, monkeypatch):
    monkeypatch.setattr(arrays, "SHOTS", (1, 5, 500))
    monkeypatch.setattr(stored_fewshot, "REPEATS", 2)
    return planted


@pytest.fixture
def source(planted):
    return models.resolve_model("musicnn", planted)


def test_a_curve_has_every_repeat_and_ends_with_all(planted, source):
    heard = []
    assert stored_fewshot.make(faulty.NAME, source, RULES, planted, lambda *now: heard.append(now)) == 5
    assert heard == [(n, 5) for n in range(1, 6)]
    found = stored_fewshot.get(faulty.NAME, source, RULES, planted)
    assert (found.done, found.total, found.tested) == (5, 5, faulty.N)
    for points in found.points.values():
        assert [(p.shots, len(p.values)) for p in points] == [(1, 2), (5, 2), (arrays.ALL, 1)]
    benchmark.again(faulty.NAME, [source], RULES, planted)
    run = runs.get(faulty.NAME, source, RULES, planted)
    assert found.points["accuracy"][-1].mean == pytest.approx(run.right.mean())  # all is the benchmark itself


def test_a_stopped_curve_can_be_read_and_goes_on(planted, source):
    def stop(done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stored_fewshot.make(faulty.NAME, source, RULES, planted, stop)
    part = stored_fewshot.get(faulty.NAME, source, RULES, planted)
    assert (part.done, part.total) == (3, 5)
    assert stored_fewshot.make(faulty.NAME, source, RULES, planted) == 2
    stopped = stored_fewshot.get(faulty.NAME, source, RULES, planted)
    stored_fewshot.path(faulty.NAME, source, RULES, planted).unlink()
    stored_fewshot.make(faulty.NAME, source, RULES, planted)
    assert stored_fewshot.get(faulty.NAME, source, RULES, planted) == stopped


def test_a_curve_of_other_embeddings_is_made_again(planted, source):
    stored_fewshot.make(faulty.NAME, source, RULES, planted)
    assert stored_fewshot.make(faulty.NAME, source, RULES, planted) == 0
    tables.delete_rows(models.model_table_path(faulty.NAME, source, planted), ["clip03"])
    with pytest.raises(MissingEmbeddings, match="quintet fewshot gtzan --backbone musicnn"):
        stored_fewshot.get(faulty.NAME, source, RULES, planted)
    assert stored_fewshot.make(faulty.NAME, source, RULES, planted) == 5


def test_a_damaged_file_is_as_good_as_none(planted, source):
    stored_fewshot.make(faulty.NAME, source, RULES, planted)
    stored_fewshot.path(faulty.NAME, source, RULES, planted).write_text("{", encoding="utf-8")
    assert stored_fewshot.make(faulty.NAME, source, RULES, planted) == 5


def test_the_command_prints_every_curve(capsys, planted):
    words = ["fewshot", faulty.NAME, "--protocol", "gtzan-10fold", "--probe", "knn", "--backbone", "vggish"]
    assert cli.main([*words, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    (curve,) = document["curves"]
    assert (curve["untrained"], curve["done"], document["made"]) == (True, 5, 5)
    assert [p["shots"] for p in curve["points"]["accuracy"]] == [1, 5, arrays.ALL]
    assert cli.main(words) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "gtzan-10fold, knn probe: accuracy by training clips a class, mean of repeats"
    assert lines[1].startswith("vggish (untrained): 1: ")
