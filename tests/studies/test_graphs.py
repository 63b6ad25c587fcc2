"""Stored neighbour graphs: kept as made, out of date when embeddings change, compared on common tracks."""

import numpy as np
import pytest

from quintet import collection, store
from quintet.analysis import neighbours
from quintet.errors import MissingEmbeddings, QuintetError
from quintet.studies import graphs, near
from quintet.studies.graphs import Graph
from tests.heard import DATASET, put_embeddings, put_names

LOTS = np.random.default_rng(0).normal(size=(2, 70, 6)).astype(np.float32)


@pytest.fixture
def ids(here) -> list[str]:
    """Seventy tracks."""
    return put_names(here, 70)


def test_a_graph_is_kept_as_it_was_made(here, ids):
    found = put_embeddings(here, "ear", ids, LOTS[0])
    assert graphs.make(DATASET, [found], here) == [found]
    held = graphs.get(DATASET, found, here)
    assert (held.near.shape, held.near.dtype, held.alike.dtype) == ((70, 50), np.int32, np.float32)
    assert not held.near.flags.writeable
    assert not held.alike.flags.writeable
    assert held.exact
    assert graphs.make(DATASET, [found], here) == []  # nothing twice


def test_neighbours_are_those_of_the_lists_of_nearest_tracks(here, ids):
    found = put_embeddings(here, "ear", ids, LOTS[0])
    graphs.make(DATASET, [found], here)
    held = graphs.get(DATASET, found, here)
    listed = near.directions(collection.matrix(DATASET, found, here))
    for row in (0, 33, 69):
        named = near.nearest_to(listed, held.ids[row], 10, frozenset())
        assert [held.ids[n] for n in held.near[row, :10]] == [name for name, _ in named]
        np.testing.assert_allclose(held.alike[row, :10], [cosine for _, cosine in named], atol=1e-5)


def test_without_a_graph_the_command_is_named(here, ids):
    found = put_embeddings(here, "ear", ids, LOTS[0])
    with pytest.raises(MissingEmbeddings, match=f"Run: quintet map {DATASET}"):
        graphs.get(DATASET, found, here)


def test_more_embeddings_and_other_ones_make_a_graph_out_of_date(here, ids):
    found = put_embeddings(here, "ear", ids[:60], LOTS[0, :60])
    graphs.make(DATASET, [found], here)
    assert graphs.fresh(DATASET, found, here)
    put_embeddings(here, "ear", ids[60:], LOTS[0, 60:])
    assert not graphs.fresh(DATASET, found, here)
    graphs.make(DATASET, [found], here)
    assert len(graphs.get(DATASET, found, here).ids) == 70
    table = collection.table(DATASET, found, here)
    said = {k: v for k, v in store.facts(table).items() if k == "ready"}
    store.forget(table, ids[:1])
    store.append_embeddings(table, found.fingerprint, ids[:1], LOTS[1, :1], said)
    assert not graphs.fresh(DATASET, found, here)  # the same tracks, another sound


def test_one_track_has_no_neighbours(here):
    found = put_embeddings(here, "ear", put_names(here, 1), LOTS[0, :1])
    graphs.make(DATASET, [found], here)
    assert graphs.get(DATASET, found, here).near.shape == (1, 0)
    assert graphs.fresh(DATASET, found, here)


def test_bad_embeddings_are_refused_by_name_and_the_others_made(here, ids):
    broken, same = LOTS[0].copy(), np.ones((70, 3), np.float32)
    broken[4] = np.nan
    found = [
        put_embeddings(here, key, ids, X) for key, X in (("nan", broken), ("same", same), ("ear", LOTS[1]))
    ]
    with pytest.raises(QuintetError, match=r"Nan: 1 of 70 embeddings hold NaN.*Same: All 70 embeddings are"):
        graphs.make(DATASET, found, here)
    assert [graphs.path(DATASET, s, here).exists() for s in found] == [False, False, True]


def test_beyond_the_limit_neighbours_are_searched_for_and_it_is_said(here, ids, monkeypatch):
    from quintet.analysis import approximate

    monkeypatch.setattr(graphs, "EXACT", 69)
    monkeypatch.setattr(graphs, "MANY", 69)
    asked = []
    monkeypatch.setattr(
        approximate, "knn", lambda X, k, told: (asked.append(k), neighbours.knn(neighbours.unit(X), k))[1]
    )
    found = put_embeddings(here, "ear", ids, LOTS[0])
    graphs.make(DATASET, [found], here)
    held = graphs.get(DATASET, found, here)
    assert (held.exact, held.near.shape[1], asked) == (False, graphs.FEW, [graphs.FEW])


def test_a_graph_in_another_order_says_the_same(here, ids):
    found = put_embeddings(here, "ear", ids, LOTS[0])
    held = graphs.make_one(DATASET, found, here)
    turned = graphs.ordered(held, held.ids[::-1])
    for row in (0, 20, 69):
        there = 69 - row
        assert [turned.ids[n] for n in turned.near[there]] == [held.ids[n] for n in held.near[row]]
    assert np.array_equal(turned.alike[::-1], held.alike)


def by_hand(a: Graph, b: Graph, k: int) -> dict[str, float]:
    """Share of common neighbours of each track both hold, with plain lists."""
    both, found = set(a.ids) & set(b.ids), {}
    for name in both:
        lists = [
            [g.ids[n] for n in g.near[g.ids.index(name)].tolist() if g.ids[n] in both][:k] for g in (a, b)
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
    names, share = graphs.overlap(a, b, k)
    expected = by_hand(a, b, k)
    assert dict(zip(names, share.tolist(), strict=True)) == pytest.approx(expected)
    assert len(names) == len(expected)


def test_a_graph_overlaps_itself_fully_and_a_stranger_not_at_all(ids):
    held = graph(ids, LOTS[0], 15)
    assert (graphs.overlap(held, held, 10)[1] == 1).all()
    names, share = graphs.overlap(held, graph(["x", "y", "z"], LOTS[1, :3], 2), 10)
    assert (names, share.tolist()) == ((), [])
