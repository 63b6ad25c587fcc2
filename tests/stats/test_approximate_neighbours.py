"""Large collections: components as scikit-learn finds them, neighbours as good as found by comparing all."""

import numba
import numpy as np
import pytest

from quintet.errors import QuintetError
from quintet.stats import approximate_neighbours, neighbours


@pytest.fixture(scope="module")
def X() -> np.ndarray:
    """Six hundred rows of 60 values in 12 clouds."""
    lots = np.random.default_rng(0)
    return (3 * lots.normal(size=(12, 60))[np.arange(600) % 12] + lots.normal(size=(600, 60))).astype("f4")


def test_the_components_are_scikit_learns(X):
    from sklearn.decomposition import PCA

    rows = neighbours.rows(X)
    expected = PCA(5, svd_solver="full").fit_transform(rows.units(slice(None)).astype(np.float64))
    np.testing.assert_allclose(
        np.abs(approximate_neighbours.reduced(rows, 5, 0)), np.abs(expected), atol=1e-3
    )


def test_columns_that_are_not_there_are_zero():
    Z = approximate_neighbours.reduced(neighbours.rows(np.array([[1], [2], [4]], np.float32)), 2, 0)
    assert Z.shape == (3, 2)
    assert (Z[:, 1] == 0).all()


def test_of_many_rows_a_fixed_draw_gives_the_components(X, monkeypatch):
    rows = neighbours.rows(X)
    whole = approximate_neighbours.reduced(rows, 2, 0)
    monkeypatch.setattr(approximate_neighbours, "FITTED", 300)
    monkeypatch.setattr(neighbours, "BLOCK", 70)
    some = approximate_neighbours.reduced(rows, 2, 0)
    assert np.array_equal(some, approximate_neighbours.reduced(rows, 2, 0))
    assert not np.array_equal(some, whole)
    assert min(abs(np.corrcoef(some[:, c], whole[:, c])[0, 1]) for c in (0, 1)) > 0.9


@pytest.fixture(scope="module")
def found(X) -> tuple[np.ndarray, np.ndarray]:
    """Their neighbours, searched for."""
    return approximate_neighbours.knn(X, 10)


def test_nearly_all_neighbours_are_found(X, found):
    near, alike = found
    real, cosine = neighbours.knn(neighbours.rows(X).units(slice(None)), 10)
    assert near.dtype == np.int32
    assert neighbours.overlap_at(near, real) > 0.95
    assert not (near == np.arange(600)[:, None]).any()
    assert (np.diff(alike) <= 0).all()
    same = near == real
    np.testing.assert_allclose(alike[same], cosine[same], atol=1e-5)


def test_any_number_of_threads_finds_the_same(X, found, monkeypatch):
    before = numba.get_num_threads()
    numba.set_num_threads(1)
    monkeypatch.setattr("os.cpu_count", lambda: 5)
    try:
        again = approximate_neighbours.knn(X, 10)
    finally:
        numba.set_num_threads(before)
    assert all(np.array_equal(a, b) for a, b in zip(found, again, strict=True))


def test_the_share_that_is_done_is_told(X):
    told = []
    approximate_neighbours.knn(X[:100], 3, told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1)


def test_equal_rows_and_fewer_rows_than_neighbours_are_no_obstacle(X):
    _, alike = approximate_neighbours.knn(X[np.r_[np.zeros(30, int), np.arange(1, 31)]], 10)
    assert (alike[:30] > 0.999).all()
    few = approximate_neighbours.knn(X[:6], 10)[0]
    assert [sorted([row, *others]) for row, others in enumerate(few.tolist())] == [list(range(6))] * 6


def test_rows_all_alike_are_refused():
    with pytest.raises(QuintetError, match="All 9 embeddings are the same"):
        approximate_neighbours.knn(np.ones((9, 4), np.float32), 3)
