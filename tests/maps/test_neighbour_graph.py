"""Stored neighbour graphs: kept as made, out of date when embeddings change, compared on common tracks."""

import numpy as np
import pytest

from quintet.embeddings import models
from quintet.errors import MissingEmbeddings, QuintetError
from quintet.maps import neighbour_graph
from quintet.maps.neighbour_graph import Graph
from quintet.prediction import nearest
from quintet.stats import neighbours
from quintet.storage import tables
from tests.heard import DATASET, put_embeddings, put_names

LOTS = np.random.default_rng(0).normal(size=(2, 70, 6)).astype(np.float32)


@pytest.fixture
def ids(here) -> list[str]:
    """Seventy tracks."""
    return put_names(here, 70)


def test_a_graph_is_kept_as_it_was_made(here, ids):
    found = put_embeddings(here, "ear", ids, LOTS[0])
    assert neighbour_graph.make(DATASET, [found], here) == [found]
    held = neighbour_graph.get(DATASET, found, here)
    assert (held.neighbours.shape, held.neighbours.dtype, held.similarity.dtype) == (
        (70, 50),
        np.int32,
        np.float32,
    )
    assert not held.neighbours.flags.writeable
    assert not held.similarity.flags.writeable
    assert held.exact
    assert neighbour_graph.make(DATASET, [found], here) == []  # nothing twice


def test_neighbours_are_those_of_the_lists_of_nearest_tracks(here, ids):
    found = put_embeddings(here, "ear", ids, LOTS[0])
    neighbour_graph.make(DATASET, [found], here)
    held = neighbour_graph.get(DATASET, found, here)
    listed = nearest.directions(models.load_embeddings(DATASET, found, here))
    for row in (0, 33, 69):
        named = nearest.nearest_to(listed, held.ids[row], 10, frozenset())
        assert [held.ids[n] for n in held.neighbours[row, :10]] == [name for name, _ in named]
        np.testing.assert_allclose(held.similarity[row, :10], [cosine for _, cosine in named], atol=1e-5)


def test_without_a_graph_the_command_is_named(here, ids):
    found = put_embeddings(here, "ear", ids, LOTS[0])
    with pytest.raises(MissingEmbeddings, match=f"Run: quintet map {DATASET}"):
        neighbour_graph.get(DATASET, found, here)


def test_more_embeddings_and_other_ones_make_a_graph_out_of_date(here, ids):
    found = put_embeddings(here, "ear", ids[:60], LOTS[0, :60])
    neighbour_graph.make(DATASET, [found], here)
    assert neighbour_graph.is_current(DATASET, found, here)
    put_embeddings(here, "ear", ids[60:], LOTS[0, 60:])
    assert not neighbour_graph.is_current(DATASET, found, here)
    neighbour_graph.make(DATASET, [found], here)
    assert len(neighbour_graph.get(DATASET, found, here).ids) == 70
    table = models.model_table_path(DATASET, found, here)
    said = {k: v for k, v in tables.facts(table).items() if k == "ready"}
    tables.delete_rows(table, ids[:1])
    tables.append_embeddings(table, found.fingerprint, ids[:1], LOTS[1, :1], said)
    assert not neighbour_graph.is_current(DATASET, found, here)  # the same tracks, another sound


def test_one_track_has_no_neighbours(here):
    found = put_embeddings(here, "ear", put_names(here, 1), LOTS[0, :1])
    neighbour_graph.make(DATASET, [found], here)
    assert neighbour_graph.get(DATASET, found, here).neighbours.shape == (1, 0)
    assert neighbour_graph.is_current(DATASET, found, here)


def test_bad_embeddings_are_refused_by_name_and_the_others_made(here, ids):
    broken, same = LOTS[0].copy(), np.ones((70, 3), np.float32)
    broken[4] = np.nan
    found = [
        put_embeddings(here, key, ids, X) for key, X in (("nan", broken), ("same", same), ("ear", LOTS[1]))
    ]
    with pytest.raises(QuintetError, match=r"Nan: 1 of 70 embeddings hold NaN.*Same: All 70 embeddings are"):
        neighbour_graph.make(DATASET, found, here)
    assert [neighbour_graph.path(DATASET, s, here).exists() for s in found] == [False, False, True]


def test_beyond_the_limit_neighbours_are_searched_for_and_it_is_said(here, ids, monkeypatch):
    from quintet.stats import approximate_neighbours

    monkeypatch.setattr(neighbour_graph, "EXACT", 69)
    monkeypatch.setattr(neighbour_graph, "MANY", 69)
    asked = []
    monkeypatch.setattr(
        approximate_neighbours,
        "knn",
        lambda X, k, told: (asked.append(k), neighbours.knn(neighbours.unit(X), k))[1],
    )
    found = put_embeddings(here, "ear", ids, LOTS[0])
    neighbour_graph.make(DATASET, [found], here)
    held = neighbour_graph.get(DATASET, found, here)
    assert (held.exact, held.neighbours.shape[1], asked) == (
        False,
        neighbour_graph.FEW,
        [neighbour_graph.FEW],
    )


def test_a_graph_in_another_order_says_the_same(here, ids):
    found = put_embeddings(here, "ear", ids, LOTS[0])
    held = neighbour_graph.make_one(DATASET, found, here)
    turned = neighbour_graph.ordered(held, held.ids[::-1])
    for row in (0, 20, 69):
        there = 69 - row
        assert [turned.ids[n] for n in turned.neighbours[there]] == [
            held.ids[n] for n in held.neighbours[row]
        ]
    assert np.array_equal(turned.similarity[::-1], held.similarity)


def by_hand(a: Graph, b: Graph, k: int) -> dict[str, float]:
    """Share of common neighbours of each track both hold, with plain lists."""
    both, found = set(a.ids) & set(b.ids), {}
    for name in both:
        lists = [
            [g.ids[n] for n in g.neighbours[g.ids.index(name)].tolist() if g.ids[n] in both][:k]
            for g in (a, b)
        ]
        size = min(map(len, lists))
        if size:
            found[name] = len(set(lists[0][:size]) & set(lists[1][:size])) / size
    return found


def graph(names: list[str], X: np.ndarray, k: int) -> Graph:
    return Graph(tuple(names), *neighbours.knn(neighbours.unit(X), k), True)


@pytest.mark.parametrize(("first", "second", "k"), [
    (range(70), range(70), 10), (range(70), range(69, 19, -1), 10), (range(40), range(20, 70), 10),
    (range(35), range(33, 70), 10), (range(70), range(70), 3),
])  # fmt: skip
def test_overlap_is_counted_among_the_tracks_both_hold(ids, first, second, k):
    a, b = (
        graph([ids[n] for n in rows], X[list(rows)], 15) for rows, X in ((first, LOTS[0]), (second, LOTS[1]))
    )
    names, share = neighbour_graph.overlap(a, b, k)
    expected = by_hand(a, b, k)
    assert dict(zip(names, share.tolist(), strict=True)) == pytest.approx(expected)
    assert len(names) == len(expected)


def test_a_graph_overlaps_itself_fully_and_a_stranger_not_at_all(ids):
    held = graph(ids, LOTS[0], 15)
    assert (neighbour_graph.overlap(held, held, 10)[1] == 1).all()
    names, share = neighbour_graph.overlap(held, graph(["x", "y", "z"], LOTS[1, :3], 2), 10)
    assert (names, share.tolist()) == ((), [])
