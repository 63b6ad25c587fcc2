"""Which runs there are: by protocol and probe, with and without a list, of these backbones alone."""

from quintet import collection
from quintet.studies import runs, scoring, shelf
from tests import faulty


def test_nothing_is_scored_where_nothing_was_run(here, tmp_path):
    faulty.plant(faulty.clean(tmp_path / "music"), here, scored=False)
    sources = [collection.source(key, here) for key in faulty.HEARD]
    assert shelf.scored(faulty.NAME, sources, 0, here) == {}


def test_runs_are_found_by_protocol_and_probe(here, tmp_path):
    faulty.plant(faulty.clean(tmp_path / "music"), here, scored=False)
    a, b = (collection.source(key, here) for key in faulty.HEARD)
    scoring.again(faulty.NAME, [a], runs.Rules("gtzan-10fold"), here)
    scoring.again(faulty.NAME, [b], runs.Rules("gtzan-10fold", "knn"), here)
    assert shelf.scored(faulty.NAME, [a, b], 0, here) == {"gtzan-10fold": ["logistic", "knn"]}
    assert shelf.scored(faulty.NAME, [b], 0, here) == {"gtzan-10fold": ["knn"]}
    assert shelf.scored(faulty.NAME, [a, b], 1, here) == {}


def test_a_run_without_a_list_counts_too(here, tmp_path):
    faulty.plant(faulty.clean(tmp_path / "music"), here, scored=False)
    source = collection.source(faulty.HEARD[0], here)
    where = runs.path(faulty.NAME, source, runs.Rules("gtzan-10fold", without="faults@0123"), here)
    where.mkdir(parents=True)
    assert shelf.scored(faulty.NAME, [source], 0, here) == {"gtzan-10fold": ["logistic"]}
