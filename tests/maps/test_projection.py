"""Layouts: the same for the same seed, sane for three points and equal ones, turned without being bent."""

import numpy as np
import pytest

from quintet.errors import QuintetError
from quintet.maps import projection
from quintet.maps.projection import UmapParams
from quintet.stats import approximate_neighbours, neighbours

LOOKS = (UmapParams(), UmapParams(dense=True))


def graph(X: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """near, alike and the first two principal components of rows X."""
    rows = neighbours.rows(X)
    return *neighbours.knn(rows.units(slice(None)), 50), approximate_neighbours.reduced(rows, 2, 0)


@pytest.fixture(scope="module")
def three_clouds() -> np.ndarray:
    """Sixty rows in three groups far apart, in columns of very different scale."""
    lots = np.random.default_rng(0)
    X = lots.normal(size=(60, 10)) + 4 * lots.normal(size=(3, 10))[np.arange(60) % 3]
    return (X * 10.0 ** np.arange(-5, 5)).astype(np.float32)


@pytest.fixture(scope="module", params=LOOKS, ids=["umap", "densmap"])
def drawn(request, three_clouds) -> tuple[UmapParams, np.ndarray]:
    """Their UMAP and densMAP."""
    return request.param, projection.umap(*graph(three_clouds), request.param)


def test_the_same_seed_draws_the_same_map_and_another_another(three_clouds, drawn):
    look, Y = drawn
    assert Y.shape == (60, 2)
    assert Y.dtype == np.float32
    assert np.array_equal(projection.umap(*graph(three_clouds), look), Y)
    assert not np.array_equal(projection.umap(*graph(three_clouds), UmapParams(7, dense=look.dense)), Y)


def test_clouds_are_kept_apart(drawn):
    from sklearn.metrics import silhouette_score

    assert silhouette_score(drawn[1], np.arange(60) % 3) > 0.6


def test_the_stored_graph_gives_umaps_own_neighbours(three_clouds):
    from sklearn.neighbors import NearestNeighbors

    near, alike, _ = graph(three_clouds)
    rows, far = projection.distances(near, alike, 15)
    units = neighbours.rows(three_clouds).units(slice(None))
    expected, ids = NearestNeighbors(n_neighbors=15).fit(units).kneighbors(units)
    assert np.array_equal(rows, ids)  # the row itself is the first of them
    np.testing.assert_allclose(far, expected, atol=1e-3)
    assert (far[:, 0] == 0).all()


@pytest.mark.parametrize("look", LOOKS, ids=["umap", "densmap"])
@pytest.mark.parametrize("n", [1, 2, 3, 4, 16])
def test_a_few_rows_are_laid_out_all_the_same(three_clouds, n, look):
    Y = projection.umap(*graph(three_clouds[:n]), look)
    assert Y.shape == (n, 2)
    assert np.isfinite(Y).all()
    assert np.isfinite(projection.fit_to_square(Y)).all()


@pytest.mark.parametrize("look", LOOKS, ids=["umap", "densmap"])
def test_many_equal_rows_are_laid_out(three_clouds, look):
    X = three_clouds[np.r_[np.zeros(40, int), np.ones(30, int), np.arange(20)]]
    Y = projection.umap(*graph(X), look)
    assert np.isfinite(Y).all()
    near, alike, _ = graph(X)
    assert (projection.distances(near, alike, 10)[1][:40] == 0).all()


def test_the_share_that_is_done_is_told(three_clouds):
    told = []
    projection.umap(*graph(three_clouds), UmapParams(), told.append)
    assert told
    assert told == sorted(told)
    assert told[-1] == 1


def test_tsne_is_the_same_for_the_same_seed_and_keeps_clouds_apart(three_clouds):
    from sklearn.metrics import silhouette_score

    Z = approximate_neighbours.reduced(neighbours.rows(three_clouds), 50, 42)
    Y = projection.tsne(Z, 10, 42)
    assert np.array_equal(projection.tsne(Z, 10, 42), Y)
    assert silhouette_score(Y, np.arange(60) % 3) > 0.5


@pytest.mark.parametrize("n", [1, 2, 3, 4, 16])
def test_tsne_of_a_few_rows_lowers_the_perplexity(three_clouds, n):
    Z = approximate_neighbours.reduced(neighbours.rows(three_clouds[:n]), 50, 0)
    Y = projection.tsne(Z, 30, 0)
    assert Y.shape == (n, 2)
    assert np.isfinite(Y).all()


def test_a_map_turned_mirrored_moved_and_scaled_is_aligned_back():
    reference = np.random.default_rng(1).normal(size=(20, 2)).astype(np.float32)
    turn = np.array([[0.6, -0.8], [-0.8, -0.6]])  # a rotation and a mirror
    found = projection.align(3 * reference @ turn + [5, -2], reference)
    np.testing.assert_allclose(found, reference - reference.mean(axis=0), atol=1e-5)


def test_alignment_is_scipys_procrustes():
    from scipy.spatial import procrustes

    lots = np.random.default_rng(2)
    Y, reference = lots.normal(size=(2, 30, 2))
    _, turned, _ = procrustes(reference, Y)
    size = np.linalg.norm(reference - reference.mean(axis=0))
    np.testing.assert_allclose(projection.align(Y, reference) / size, turned, atol=1e-6)


def test_common_rows_turn_the_others_with_them():
    reference = np.random.default_rng(3).normal(size=(20, 2)).astype(np.float32)
    turn = np.array([[0, -1], [1, 0]])
    rows = np.array([2, 3, 5, 7, 11, 13])
    found = projection.align(0.5 * reference @ turn + [1, 9], reference[rows], rows)
    np.testing.assert_allclose(found, reference - reference[rows].mean(axis=0), atol=1e-5)


def test_maps_of_other_rows_are_not_aligned():
    with pytest.raises(QuintetError, match="map of 3 points cannot be turned to one of 4"):
        projection.align(np.zeros((3, 2)), np.zeros((4, 2)))


def test_a_map_of_one_place_is_aligned_to_the_centre():
    assert (projection.align(np.ones((3, 2)), np.eye(3, 2)) == 0).all()


def test_the_frame_fills_the_square_and_keeps_proportions():
    Y = projection.fit_to_square(np.array([[0, 10], [8, 10], [4, 12]]))
    assert Y.tolist() == [[-1, -0.25], [1, -0.25], [0, 0.25]]
    assert projection.fit_to_square(np.full((2, 2), 7.0)).tolist() == [[0, 0], [0, 0]]
