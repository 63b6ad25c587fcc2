"""Ensembles over stored runs: kept, made again when a run or a time changes; controls only where named."""

import json
from dataclasses import asdict

import numpy as np
import pytest

from quintet import cli
from quintet.embeddings import models, speed
from quintet.errors import MissingEmbeddings, QuintetError
from quintet.evaluation import benchmark, runs, stored_ensemble
from quintet.storage import tables
from tests import faulty

RULES = runs.Rules("gtzan-10fold")
KEYS = (*faulty.HEARD, faulty.CONTROL)


def sources(settings, keys=KEYS):
    return [models.resolve_model(key, settings) for key in keys]


def timed(settings, seconds: dict[str, float]) -> None:
    for key, value in seconds.items():
        where = speed.path(faulty.NAME, models.resolve_model(key, settings), settings)
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_text(json.dumps(asdict(speed.Speed(value, 1.0, 3.0))), encoding="utf-8")


def test_controls_are_never_in_the_default_set(planted):
    assert [s.key for s in stored_ensemble.default(faulty.NAME, sources(planted), RULES, planted)] == [
        *faulty.HEARD
    ]


def test_the_average_is_scored_as_the_mean_of_the_stored_answers(planted):
    named = sources(planted)
    found = stored_ensemble.get(faulty.NAME, named, RULES, planted)
    held = runs.common([runs.get(faulty.NAME, one, RULES, planted) for one in named])
    mean = np.mean([run.probabilities for run in held], axis=0)
    right = np.array(held[0].classes)[mean.argmax(axis=1)] == held[0].y
    assert found.scores["average"]["accuracy"].value == pytest.approx(right.mean())
    assert found.scores[KEYS[0]]["accuracy"].value == held[0].right.mean()
    assert set(found.scores) == {*stored_ensemble.WAYS, *KEYS}
    assert set(found.gains) == set(stored_ensemble.WAYS)
    assert found.untrained == (faulty.CONTROL,)
    assert (found.n, found.cascade, found.seconds) == (faulty.N, None, {})
    assert found.best == max(KEYS, key=lambda key: found.scores[key]["accuracy"].value)
    assert [one.name for one in found.added] == [*KEYS]


def test_what_is_kept_reads_as_it_was_made_until_a_run_or_a_time_is_another(planted, monkeypatch):
    named = sources(planted, faulty.HEARD)
    first = stored_ensemble.get(faulty.NAME, named, RULES, planted)
    made, real = [], stored_ensemble.of
    monkeypatch.setattr(stored_ensemble, "of", lambda *given: made.append(1) or real(*given))
    assert stored_ensemble.get(faulty.NAME, named, RULES, planted) == first
    assert not made
    timed(planted, {"musicnn": 4.0, "librosa518": 1.0})
    second = stored_ensemble.get(faulty.NAME, named, RULES, planted)
    assert second.cascade.order == ("librosa518", "musicnn")
    assert second.cascade.steps[-1].seconds == 5.0
    assert stored_ensemble.get(faulty.NAME, named, RULES, planted) == second
    tables.delete_rows(models.model_table_path(faulty.NAME, named[0], planted), ["clip03"])
    benchmark.again(faulty.NAME, [named[0]], RULES, planted)
    assert stored_ensemble.get(faulty.NAME, named, RULES, planted).n == faulty.N - 1
    assert len(made) == 2


def test_one_backbone_is_no_ensemble_and_a_missing_run_is_named(planted):
    with pytest.raises(MissingEmbeddings, match="needs two"):
        stored_ensemble.get(faulty.NAME, sources(planted, ["musicnn"]), RULES, planted)
    with pytest.raises(QuintetError, match="clmr"):
        stored_ensemble.get(faulty.NAME, sources(planted, ["musicnn", "clmr"]), RULES, planted)


def test_the_command_prints_scores_and_what_each_adds(capsys, planted):
    timed(planted, {"musicnn": 4.0, "librosa518": 1.0})
    words = ["ensemble", faulty.NAME, "--protocol", "gtzan-10fold"]
    assert cli.main([*words, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["keys"] == [*faulty.HEARD]
    assert document["cascade"]["order"] == ["librosa518", "musicnn"]
    assert cli.main(words) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"gtzan-10fold, logistic probe, {faulty.N} clips"
    assert lines[1].startswith("average: accuracy ")
    assert "  always all: " in "\n".join(lines)
    assert cli.main([*words, "--backbone", *KEYS]) == 0
    assert "vggish (untrained): accuracy" in capsys.readouterr().out
