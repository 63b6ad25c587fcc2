"""quintet map: one document with figures and reasons, exit 1 only without a map; and a page's job."""

import json
import time

import numpy as np
import pytest

from quintet import cli
from quintet.commands import map as mapping
from quintet.embeddings import models
from quintet.errors import Busy, UsageError
from quintet.maps import memory
from quintet.maps.stored_maps import MapConfig
from tests.heard import DATASET, put_embeddings, put_names

X = np.random.default_rng(0).normal(size=(40, 6)).astype(np.float32)
BAD = np.full((40, 4), np.nan, np.float32)


def run(capsys, *words: str) -> tuple[int, dict, str]:
    """Exit status, the JSON document, stderr."""
    capsys.readouterr()
    status = cli.main(["map", DATASET, *words, "--json"])
    told = capsys.readouterr()
    return status, json.loads(told.out), told.err


@pytest.fixture
def ids(here) -> list[str]:
    """Forty tracks."""
    return put_names(here, 40)


def test_the_document_holds_recipe_figures_and_reasons(capsys, here, ids):
    put_embeddings(here, "ear", ids, X)
    put_embeddings(here, "nan", ids, BAD)
    status, document, _ = run(capsys, "--method", "pca", "--seed", "7")
    assert status == 0
    assert document["recipe"]["method"] == "pca"
    assert document["recipe"]["seed"] == 7
    (row,) = document["maps"]
    assert (row["backbone"], row["points"], row["made"]) == ("ear", 40, True)
    assert set(row["measures"]) == {"trustworthiness", "continuity", "overlap", "judged", "of"}
    assert row["seconds"] >= 0
    assert row["memory_mb"] > 1
    assert "hold NaN" in document["refused"]["nan"]
    again = run(capsys, "--method", "pca", "--seed", "7")[1]
    assert again["maps"][0] == row | {"made": False}
    assert mapping.read_status(DATASET, here).state == "done"


def test_memory_is_told_before_the_work(capsys, here, ids, monkeypatch):
    put_embeddings(here, "ear", ids, X)
    monkeypatch.setattr(memory, "SAID", 0)
    _, document, err = run(capsys, "--method", "pca")
    assert document["memory_needed"] == "40 tracks need about 0.6 GB of memory."
    assert err.startswith(document["memory_needed"])  # before the bar


def test_without_any_map_it_fails_and_says_why(capsys, here, ids):
    put_embeddings(here, "nan", ids, BAD)
    status, document, err = run(capsys, "--method", "pca")
    assert status == 1
    assert document["maps"] == []
    assert "hold NaN" in err


def test_a_figure_a_line_without_json(capsys, here, ids):
    put_embeddings(here, "ear", ids, X)
    put_embeddings(here, "nan", ids, BAD)
    assert cli.main(["map", DATASET, "--method", "pca"]) == 0
    first, second, third = capsys.readouterr().out.splitlines()
    assert first == "PCA, seed 42"
    assert second.startswith("ear: 40 points, trustworthiness 0.")
    assert third.startswith("nan: refused. Nan: 40 of 40 embeddings hold NaN")


@pytest.mark.parametrize(("words", "says"), [
    (("--neighbors", "99"), "n_neighbors is 99"), (("--perplexity", "5"), "UMAP takes no perplexity"),
    (("--align", "none", "--reference", "ear"), "A reference was given"),
    (("--reference", "eye"), "No embedded backbone named 'eye'"),
])  # fmt: skip
def test_a_wrong_recipe_is_a_wrong_call(capsys, here, ids, words, says):
    put_embeddings(here, "ear", ids, X)
    status, document, _ = run(capsys, *words)
    assert status == 2
    assert says in document["error"]


def test_without_embeddings_the_command_that_makes_them_is_named(capsys, here, ids):
    status, document, _ = run(capsys)
    assert status == 1
    assert f"quintet embed {DATASET}" in document["error"]


def until(wanted, seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)


def test_a_job_makes_the_map_that_was_asked_for(here, ids):
    found = put_embeddings(here, "ear", ids, X)
    recipe = MapConfig(method="pca", seed=3, align="none")
    assert mapping.read_status(DATASET, here) is None
    mapping.start(DATASET, recipe, here)
    assert "PCA" in mapping.read_status(DATASET, here).what
    with pytest.raises(Busy, match="Another job makes maps"):
        mapping.start(DATASET, recipe, here)
    until(lambda: mapping.read_status(DATASET, here).state != "running")
    assert mapping.read_status(DATASET, here).state == "done"
    from quintet.maps import stored_maps

    assert stored_maps.stored_configs(DATASET, [found], here) == [recipe]


def test_a_job_that_is_stopped_leaves_nothing_half_made(here, ids):
    put_embeddings(here, "ear", ids, X)
    mapping.start(DATASET, MapConfig(), here)
    mapping.stop(DATASET, here)
    assert mapping.read_status(DATASET, here).state == "stopped"
    assert not list(mapping.status_path(DATASET, here).parent.glob("*.lance"))
    assert models.published_models(DATASET, here)


def test_a_wrong_recipe_starts_nothing(here, ids):
    with pytest.raises(UsageError, match="n_neighbors is 1"):
        mapping.start(DATASET, MapConfig(n_neighbors=1), here)
    assert mapping.read_status(DATASET, here) is None
