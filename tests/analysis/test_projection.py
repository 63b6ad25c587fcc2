"""Maps: the same for the same seed, sane for three points, turned without being bent, framed, judged."""

import numpy as np
import pytest

from quintet.analysis import projection
from quintet.errors import QuintetError


@pytest.fixture(scope="module")
def three_clouds() -> np.ndarray:
    """Sixty rows in three groups far apart, in columns of very different scale."""
    lots = np.random.default_rng(0)
    X = lots.normal(size=(60, 10)) + 4 * lots.normal(size=(3, 10))[np.arange(60) % 3]
    return (X * 10.0 ** np.arange(-5, 5)).astype(np.float32)


@pytest.fixture(scope="module")
def drawn(three_clouds) -> np.ndarray:
    """Their UMAP."""
    return projection.umap(three_clouds, 42)


def test_the_same_seed_draws_the_same_map(three_clouds, drawn):
    assert drawn.shape == (60, 2)
    assert drawn.dtype == np.float32
    assert np.array_equal(projection.umap(three_clouds, 42), drawn)


def test_umap_keeps_clouds_apart(three_clouds, drawn):
    from sklearn.metrics import silhouette_score

    assert silhouette_score(drawn, np.arange(60) % 3) > 0.6
    assert projection.trustworthiness(three_clouds, drawn, 10) > 0.85


@pytest.mark.parametrize("n", [1, 2, 3, 4, 16])
def test_a_few_rows_are_laid_out_all_the_same(three_clouds, n):
    Y = projection.umap(three_clouds[:n], 0)
    assert Y.shape == (n, 2)
    assert np.isfinite(Y).all()
    assert np.isfinite(projection.frame(Y)).all()
    assert 0 <= projection.trustworthiness(three_clouds[:n], Y, 10) <= 1


def test_one_column_gives_a_line():
    Y = projection.pca(np.array([[1], [2], [4]], dtype=np.float32), 0)
    assert Y.shape == (3, 2)
    assert (Y[:, 1] == 0).all()


@pytest.mark.parametrize("draw", [projection.umap, projection.pca])
def test_rows_all_alike_are_refused(draw):
    with pytest.raises(QuintetError, match="All 5 embeddings are the same"):
        draw(np.ones((5, 3), dtype=np.float32), 0)


@pytest.mark.parametrize("draw", [projection.umap, projection.pca])
def test_nan_is_refused_with_its_row(draw, three_clouds):
    X = three_clouds.copy()
    X[[3, 8]] = np.nan
    with pytest.raises(QuintetError, match="2 of 60 embeddings hold NaN or infinity, the first in row 3"):
        draw(X, 0)


def test_a_map_turned_mirrored_moved_and_scaled_is_aligned_back():
    reference = np.random.default_rng(1).normal(size=(20, 2)).astype(np.float32)
    turn = np.array([[0.6, -0.8], [-0.8, -0.6]])  # a rotation and a mirror
    found = projection.align(3 * reference @ turn + [5, -2], reference)
    np.testing.assert_allclose(found, reference - reference.mean(axis=0), atol=1e-5)


def test_alignment_is_scipys_procrustes():
    from scipy.spatial import procrustes

    lots = np.random.default_rng(2)
    Y, reference = lots.normal(size=(2, 30, 2))
    expected, turned, _ = procrustes(reference, Y)
    size = np.linalg.norm(reference - reference.mean(axis=0))
    np.testing.assert_allclose(projection.align(Y, reference) / size, turned, atol=1e-6)
    assert expected.shape == turned.shape


def test_maps_of_other_rows_are_not_aligned():
    with pytest.raises(QuintetError, match="map of 3 points cannot be turned to one of 4"):
        projection.align(np.zeros((3, 2)), np.zeros((4, 2)))


def test_a_map_of_one_place_is_aligned_to_the_centre():
    assert (projection.align(np.ones((3, 2)), np.eye(3, 2)) == 0).all()


def test_the_frame_fills_the_square_and_keeps_proportions():
    Y = projection.frame(np.array([[0, 10], [8, 10], [4, 12]]))
    assert Y.tolist() == [[-1, -0.25], [1, -0.25], [0, 0.25]]
    assert projection.frame(np.full((2, 2), 7.0)).tolist() == [[0, 0], [0, 0]]


def test_trustworthiness_is_full_for_two_columns_and_less_for_shuffled_rows():
    ring = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    X = np.stack([np.cos(ring), np.sin(ring)], axis=1).astype(np.float32)
    assert projection.trustworthiness(X, X, 4) == pytest.approx(1)
    assert projection.trustworthiness(X, np.random.default_rng(0).permutation(X), 5) < 0.7


def test_beyond_the_limit_a_fixed_draw_is_judged(three_clouds, drawn, monkeypatch):
    monkeypatch.setattr(projection, "JUDGED", 30)
    one = projection.trustworthiness(three_clouds, drawn, 5)
    assert one == projection.trustworthiness(three_clouds, drawn, 5)
    assert 0.5 < one <= 1
