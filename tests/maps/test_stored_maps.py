"""Maps of a collection: kept, turned by common tracks, refused with a reason, the same in any process."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from scipy.spatial import procrustes

from quintet.embeddings import models
from quintet.errors import MissingEmbeddings, UnknownName, UsageError
from quintet.maps import aligned_layout, layout_worker, make_maps, memory, neighbour_graph, stored_maps
from quintet.maps.stored_maps import MapConfig
from quintet.storage import tables
from tests.heard import DATASET, put_embeddings, put_names

PCA = MapConfig(method="pca")
N = 36
LOTS = np.random.default_rng(0)
A = (3 * LOTS.normal(size=(3, 5))[np.arange(N) % 3] + LOTS.normal(size=(N, 5))).astype(np.float32)
B = (A @ LOTS.normal(size=(5, 7)) + 0.3 * LOTS.normal(size=(N, 7))).astype(np.float32)


@pytest.fixture
def ids(here) -> list[str]:
    """The tracks."""
    return put_names(here, N)


@pytest.fixture
def two(here, ids) -> list:
    """Two backbones that heard all tracks."""
    return [put_embeddings(here, "a", ids, A), put_embeddings(here, "b", ids, B)]


def made(here, sources, recipe=PCA) -> stored_maps.MapsResult:
    return make_maps.make(DATASET, sources, recipe, here)


def test_maps_are_kept_with_all_that_was_asked_and_measured(here, two):
    outcome = made(here, two)
    assert (outcome.created, outcome.up_to_date, outcome.refused) == (two, [], {})
    held = stored_maps.get(DATASET, two[1], PCA, here)
    assert held.config == PCA
    assert (held.xy.shape, held.xy.dtype, held.xy.flags.writeable) == ((N, 2), np.float32, False)
    assert np.abs(held.xy).max() == 1
    assert (held.measures.judged, held.measures.of) == (N, N)
    assert 0.5 < held.measures.trustworthiness <= 1
    assert held.seconds > 0
    assert held.memory > 1e6
    assert made(here, two) == stored_maps.MapsResult([], two, {})


def test_a_map_is_out_of_date_with_more_tracks(here, ids):
    found = put_embeddings(here, "a", ids[:30], A[:30])
    made(here, [found])
    assert stored_maps.is_current(DATASET, found, PCA, here)
    put_embeddings(here, "a", ids[30:], A[30:])
    assert not stored_maps.is_current(DATASET, found, PCA, here)
    assert made(here, [found]).created == [found]


def test_a_map_that_was_never_judged_is_made_again(here, two):
    where = stored_maps.path(DATASET, two[0], PCA, here)
    rows = pa.table({"id": ["t"], "x": np.zeros(1, np.float32), "y": np.zeros(1, np.float32)})
    tables.write(where, rows, {"recipe": '{"method": "pca"}', "trustworthiness": "0.9"})
    with pytest.raises(MissingEmbeddings, match=f"Run: quintet map {DATASET}"):
        stored_maps.get(DATASET, two[0], PCA, here)
    assert stored_maps.stored_configs(DATASET, two[:1], here) == []
    assert made(here, two[:1]).created == two[:1]


def test_recipes_that_all_have_come_standard_first(here, two):
    other = MapConfig(method="pca", align="none")
    for recipe in (other, PCA):
        made(here, two, recipe)
    made(here, two[:1], replace(other, seed=3))
    assert stored_maps.stored_configs(DATASET, two, here) == [PCA, other]
    assert len(stored_maps.stored_configs(DATASET, two[:1], here)) == 3
    assert (
        len(
            {
                stored_maps.path(DATASET, two[0], one, here)
                for one in stored_maps.stored_configs(DATASET, two[:1], here)
            }
        )
        == 3
    )


def disparity(first: np.ndarray, second: np.ndarray) -> float:
    """How far two maps lie apart as they are, in the measure of scipy's Procrustes."""
    first, second = (xy - xy.mean(axis=0) for xy in (first, second))
    first, second = first / np.linalg.norm(first), second / np.linalg.norm(second)
    return float(((first - (first * second).sum() * second) ** 2).sum())


@pytest.mark.parametrize("part", [slice(None), slice(20), slice(10, 33)])
def test_a_backbone_with_part_of_the_tracks_is_turned_by_those_it_has(here, ids, part):
    a = put_embeddings(here, "a", ids, A)
    b = put_embeddings(here, "b", ids[part], B[part][:, ::-1])
    made(here, [a, b])
    first, second = (stored_maps.get(DATASET, s, PCA, here) for s in (a, b))
    assert second.turned == len(ids[part])
    target = np.stack([first.xy[first.ids.index(name)] for name in second.ids])
    assert disparity(target, second.xy) == pytest.approx(procrustes(target, second.xy)[2], abs=1e-5)


def test_tracks_of_its_own_take_part_in_nothing_but_its_map(here, ids):
    a = put_embeddings(here, "a", ids[:24], A[:24])
    b = put_embeddings(here, "b", ids[12:], B[12:])
    made(here, [a, b])
    first, second = (stored_maps.get(DATASET, s, PCA, here) for s in (a, b))
    assert second.turned == 12
    common = [name for name in first.ids if name in second.ids]
    places = [np.stack([m.xy[m.ids.index(name)] for name in common]) for m in (first, second)]
    assert disparity(*places) == pytest.approx(procrustes(*places)[2], abs=1e-5)


def test_without_common_tracks_a_map_stays_as_it_came(here, ids):
    a = put_embeddings(here, "a", ids[:18], A[:18])
    b = put_embeddings(here, "b", ids[18:], B[18:])
    made(here, [a, b])
    assert stored_maps.get(DATASET, b, PCA, here).turned == 0
    assert made(here, [a, b]).up_to_date == [a, b]


def test_the_reference_that_was_named_leads_and_is_made_too(here, two):
    recipe = replace(PCA, reference="b")
    outcome = made(here, two[:1], recipe)
    assert {s.key for s in outcome.created} == {"a", "b"}
    plain = stored_maps.MapConfig(method="pca", align="none")
    made(here, two, plain)
    lead, own = (stored_maps.get(DATASET, two[1], one, here) for one in (recipe, plain))
    assert np.array_equal(lead.xy, own.xy)
    with pytest.raises(UnknownName, match="No embedded backbone named 'c'"):
        made(here, two, replace(PCA, reference="c"))


def test_when_the_leading_map_changes_the_others_are_turned_again(here, ids, two):
    made(here, two)
    before = stored_maps.get(DATASET, two[1], PCA, here)
    put_names(here, N + 4)
    put_embeddings(here, "a", [f"t{row:07d}" for row in range(N, N + 4)], 9 * A[:4])
    assert made(here, two).created == two
    assert stored_maps.get(DATASET, two[1], PCA, here).beside != before.beside


def test_an_untrained_control_does_not_lead(here, ids, monkeypatch):
    control = replace(put_embeddings(here, "a", ids, A), state="untrained")
    trained = put_embeddings(here, "b", ids, B)
    monkeypatch.setattr(models, "embedded_models", lambda dataset, settings: [control, trained])
    made(here, [control, trained])
    assert [stored_maps.get(DATASET, s, PCA, here).turned for s in (control, trained)] == [N, 0]


def test_bad_embeddings_are_refused_by_name_and_the_others_are_drawn(here, ids):
    broken = A.copy()
    broken[3] = np.inf
    found = [
        put_embeddings(here, "nan", ids, broken),
        put_embeddings(here, "same", ids, np.ones_like(A)),
        put_embeddings(here, "b", ids, B),
    ]
    outcome = made(here, found)
    assert outcome.created == found[2:]
    assert outcome.refused["nan"].startswith("Nan: 1 of 36 embeddings hold NaN or infinity")
    assert outcome.refused["same"].startswith("Same: All 36 embeddings are the same")
    assert made(here, found).up_to_date == found[2:]


@pytest.mark.parametrize("method", ["umap", "pca", "tsne", "densmap"])
@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_a_few_tracks_are_laid_out(here, method, n):
    found = put_embeddings(here, "a", put_names(here, n), A[:n])
    assert made(here, [found], MapConfig(method=method)).created == [found]
    assert np.isfinite(stored_maps.get(DATASET, found, MapConfig(method=method), here).xy).all()


def test_many_equal_tracks_are_laid_out(here, ids):
    found = put_embeddings(here, "a", ids, A[np.arange(N) // 12])
    assert made(here, [found], MapConfig()).created == [found]
    assert stored_maps.get(DATASET, found, MapConfig(), here).measures.continuity > 0.5


def test_aligned_maps_are_made_together_and_again_when_one_changes(here, ids, two, monkeypatch):
    real, groups = aligned_layout.aligned, []

    def quick(spaces, names, look):
        groups.append(len(spaces))
        return [Z[:, :2] for Z in spaces] if len(spaces) > 1 else real(spaces, names, look)

    monkeypatch.setattr(aligned_layout, "aligned", quick)
    recipe = MapConfig(align="aligned", n_neighbors=8)
    assert made(here, two, recipe).created == two
    assert made(here, two, recipe).up_to_date == two
    third = put_embeddings(here, "c", ids, B[:, :4])
    assert made(here, [*two, third], recipe).created == [*two, third]
    refused = made(here, two[:1], recipe).refused
    assert "need two at least" in refused["a"]
    assert groups == [2, 3, 1]


def test_workers_draw_the_same_map_to_the_last_bit(here, two, monkeypatch):
    made(here, two, MapConfig())
    first = [stored_maps.get(DATASET, s, MapConfig(), here).xy for s in two]
    for found in two:
        stored_maps.path(DATASET, found, MapConfig(), here).rename(here.cache / found.key)
    monkeypatch.setattr(layout_worker, "SMALL", 0)
    told = []
    make_maps.make(DATASET, two, MapConfig(), here, lambda *step: told.append(step))
    for found, xy in zip(two, first, strict=True):
        assert np.array_equal(stored_maps.get(DATASET, found, MapConfig(), here).xy, xy)
    assert {("map", "a", 1.0), ("map", "b", 1.0)} <= set(told)


def test_one_graph_serves_all_recipes(here, two, monkeypatch):
    made(here, two)
    monkeypatch.setattr(neighbour_graph, "make_one", None)
    assert made(here, two, MapConfig(method="pca", seed=5)).created == two


def test_more_memory_than_there_is_is_refused_with_both_figures(here, two, monkeypatch):
    monkeypatch.setattr(memory, "free", lambda: 0.2e9)
    outcome = made(here, two)
    assert outcome.created == []
    assert "of 36 tracks needs about 0.6 GB of memory, and 0.2 GB are free" in outcome.refused["a"]
    assert not stored_maps.path(DATASET, two[0], PCA, here).exists()


def test_maps_laid_out_together_need_their_memory_together(here, two):
    sizes = [make_maps.needed(DATASET, [s], PCA, here) for s in two]
    assert make_maps.needed(DATASET, two, PCA, here) == max(sizes, key=lambda size: size[1])
    together = make_maps.needed(DATASET, two, MapConfig(align="aligned"), here)
    assert together == (2 * N, sum(need for _, need in sizes))
    assert make_maps.needed(DATASET, [], PCA, here) == (0, 0.0)


def test_a_recipe_that_cannot_be_carried_out_is_refused_before_any_work(here, two):
    with pytest.raises(UsageError, match="PCA takes no n_neighbors"):
        made(here, two, replace(PCA, n_neighbors=4))
    assert not neighbour_graph.path(DATASET, two[0], here).exists()
