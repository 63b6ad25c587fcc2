"""Where backbones part, track by track: on graphs and answers that can be counted by hand."""

import numpy as np
import pytest

from quintet import cli
from quintet.embeddings import models
from quintet.errors import MissingEmbeddings
from quintet.evaluation import labelled_embeddings, runs
from quintet.maps import neighbour_graph
from quintet.maps.neighbour_graph import Graph
from quintet.prediction import agreement
from quintet.similarity import disagreement as differences


def graph(ids: str, near: list[str]) -> Graph:
    """A graph of tracks named by letters; of each its neighbours, likest first."""
    place = {name: row for row, name in enumerate(ids)}
    rows = np.array([[place[name] for name in line] for line in near], np.int32)
    alike = np.linspace(0.9, 0.1, rows.shape[1], dtype=np.float32) * np.ones((len(ids), 1), np.float32)
    return Graph(tuple(ids), rows, alike, True)


ONE = graph("abcde", ["bcd", "acd", "abe", "abe", "abc"])
OTHER = graph("abcde", ["bce", "dec", "dea", "cea", "dcb"])
FEWER = graph("bacd", ["acd", "bcd", "dab", "cab"])


def test_neighbours_only_one_sees_come_in_its_own_order():
    assert differences.alone(ONE, [OTHER], "a", 3) == ["d"]
    assert differences.alone(OTHER, [ONE], "a", 3) == ["e"]
    assert differences.alone(ONE, [OTHER], "a", 1) == []
    assert differences.alone(ONE, [graph("abcde", ["ecd", "acd", "abe", "abe", "abc"])], "a", 2) == ["b"]


def test_what_any_other_sees_is_not_its_own():
    third = graph("abcde", ["edc", "acd", "abe", "abe", "abc"])
    assert differences.alone(ONE, [OTHER, third], "a", 3) == []


def test_only_tracks_that_all_hold_are_neighbours():
    assert differences.held(ONE, OTHER) is None
    assert differences.held(ONE, FEWER) == frozenset("abcd")
    # To c the one has a, b, e: without e, which the other does not hold, a and b are left.
    assert [name for name, _ in differences.nearest(ONE, "c", 3, frozenset("abcd"))] == ["a", "b"]
    assert differences.alone(ONE, [FEWER], "c", 2) == ["b"]
    assert differences.nearest(ONE, "e", 3, frozenset("abcd")) == []
    assert differences.nearest(ONE, "nobody", 3) == []


def test_neighbours_come_with_their_cosine():
    (name, cosine), *_ = differences.nearest(ONE, "a", 1)
    assert (name, cosine) == ("b", pytest.approx(0.9))


def test_a_track_is_as_parted_as_its_neighbours_are_few_in_common():
    ids, values = differences.strangers(ONE, ONE)
    assert ids == ONE.ids
    assert values.tolist() == [0, 0, 0, 0, 0]
    ids, values = differences.strangers(ONE, OTHER)
    assert dict(zip(ids, values, strict=True))["a"] == pytest.approx(1 / 3)


@pytest.fixture
def mapped(demo):
    """The demo with a graph of every backbone."""
    sources = models.embedded_models("demo", demo)
    neighbour_graph.make("demo", sources, demo)
    return demo, {source.key: source for source in sources}


def test_stored_graphs_part_as_their_overlap_says(mapped):
    here, by_key = mapped
    a, b, *_ = by_key.values()
    ids, values = differences.parted("demo", a, b, here)
    _, shared = neighbour_graph.overlap(
        neighbour_graph.get("demo", a, here), neighbour_graph.get("demo", b, here), 10
    )
    assert len(ids) == 84
    assert values == pytest.approx(1 - shared)
    worst = ids[int(values.argmax())]
    alone = differences.only("demo", a, [b], worst, here)
    assert len(alone) == round(10 * values.max())
    assert worst not in alone


def test_a_graph_that_is_not_there_names_its_command(here):
    source = models.available_models(here)[0]
    with pytest.raises(MissingEmbeddings, match=r"Run: quintet map demo"):
        differences.parted("demo", source, source, here)


def test_answers_lie_as_far_apart_as_the_trained_ones_say(demo):
    sources = models.embedded_models("demo", demo)
    ids, values = differences.disagreement("demo", sources, demo)
    rules = runs.Rules(labelled_embeddings.protocol("demo", demo).name)
    trained = [runs.get("demo", s, rules, demo) for s in sources if not s.untrained]
    assert 2 <= len(trained) < len(sources)
    assert len(ids) == 84
    for row in (0, 40, 83):
        said = np.stack([run.probabilities[run.ids.index(ids[row])] for run in trained])
        assert values[row] == pytest.approx(agreement.divergence(said), abs=1e-6)


def test_one_trained_backbone_disagrees_with_nobody(demo):
    sources = models.embedded_models("demo", demo)
    controls = [source for source in sources if source.untrained]
    trained = next(source for source in sources if not source.untrained)
    with pytest.raises(MissingEmbeddings, match=r"of 1 trained backbone; .* Run: quintet benchmark demo"):
        differences.disagreement("demo", [*controls, trained], demo)


def test_the_commands_the_errors_name_exist():
    for command in ("map", "benchmark", "agreement"):
        assert cli.parser().parse_args([command, "demo"]).dataset == "demo"
