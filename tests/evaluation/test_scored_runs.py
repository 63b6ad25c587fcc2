"""Which runs there are: by protocol and probe, with and without a list, of these backbones alone."""

from quintet.embeddings import models
from quintet.evaluation import benchmark, runs, scored_runs
from tests import faulty


def test_nothing_is_scored_where_nothing_was_run(here, tmp_path):
    faulty.plant(faulty.clean(tmp_path / "music"), here, scored=False)
    sources = [models.resolve_model(key, here) for key in faulty.HEARD]
    assert scored_runs.scored(faulty.NAME, sources, 0, here) == {}


def test_runs_are_found_by_protocol_and_probe(here, tmp_path):
    faulty.plant(faulty.clean(tmp_path / "music"), here, scored=False)
    a, b = (models.resolve_model(key, here) for key in faulty.HEARD)
    benchmark.again(faulty.NAME, [a], runs.Rules("gtzan-10fold"), here)
    benchmark.again(faulty.NAME, [b], runs.Rules("gtzan-10fold", "knn"), here)
    assert scored_runs.scored(faulty.NAME, [a, b], 0, here) == {"gtzan-10fold": ["logistic", "knn"]}
    assert scored_runs.scored(faulty.NAME, [b], 0, here) == {"gtzan-10fold": ["knn"]}
    assert scored_runs.scored(faulty.NAME, [a, b], 1, here) == {}


def test_a_run_without_a_list_counts_too(here, tmp_path):
    faulty.plant(faulty.clean(tmp_path / "music"), here, scored=False)
    source = models.resolve_model(faulty.HEARD[0], here)
    where = runs.path(faulty.NAME, source, runs.Rules("gtzan-10fold", without="faults@0123"), here)
    where.mkdir(parents=True)
    assert scored_runs.scored(faulty.NAME, [source], 0, here) == {"gtzan-10fold": ["logistic"]}
