"""Nearest rows against a plain sort, ties by row number, and the space they are sought in."""

import numpy as np
import pytest

from quintet.errors import QuintetError
from quintet.stats import neighbours


@pytest.fixture
def rows() -> np.ndarray:
    """Forty unit rows, the last four copies of the first four."""
    X = np.random.default_rng(0).normal(size=(36, 8))
    return neighbours.unit(np.concatenate([X, X[:4]]))


def test_nearest_is_a_plain_sort_by_cosine(rows):
    ids, likeness = neighbours.nearest(rows, rows[7], 5)
    expected = np.argsort(-(rows @ rows[7]), kind="stable")[:5]
    assert ids.tolist() == expected.tolist()
    assert ids[0] == 7
    assert likeness[0] == pytest.approx(1)
    assert (np.diff(likeness) <= 0).all()


def test_equal_rows_come_in_the_order_of_their_numbers():
    same = neighbours.unit(np.ones((9, 4)))
    assert neighbours.nearest(same, same[0], 4)[0].tolist() == [0, 1, 2, 3]
    assert neighbours.knn(same, 3)[0][5].tolist() == [0, 1, 2]


def test_excluded_rows_do_not_come_back(rows):
    ids, _ = neighbours.nearest(rows, rows[2], 3, exclude=[2, 38])
    assert not set(ids.tolist()) & {2, 38}
    assert len(ids) == 3


def test_fewer_come_back_when_no_more_are_left():
    X = neighbours.unit(np.eye(3))
    ids, likeness = neighbours.nearest(X, X[0], 10, exclude=[0])
    assert ids.tolist() == [1, 2]
    assert neighbours.nearest(X, X[0], 2, exclude=[0, 1, 2])[0].size == 0
    assert neighbours.knn(X, 10)[0].shape == (3, 2)
    assert np.isfinite(likeness).all()


def test_a_row_of_zeros_is_like_nothing():
    X = neighbours.unit(np.array([[0, 0], [3, 4]]))
    assert X.tolist() == [[0, 0], [pytest.approx(0.6), pytest.approx(0.8)]]
    assert neighbours.nearest(X, X[1], 2)[1].tolist() == [pytest.approx(1), 0]


def test_neighbours_of_all_are_scikit_learns_and_leave_the_row_out(monkeypatch):
    from sklearn.neighbors import NearestNeighbors

    X = neighbours.unit(np.random.default_rng(1).normal(size=(50, 6)))
    expected = NearestNeighbors(n_neighbors=4, metric="cosine").fit(X).kneighbors(return_distance=False)
    assert np.array_equal(neighbours.knn(X, 4)[0], expected)
    monkeypatch.setattr(neighbours, "CELLS", 350)  # seven rows at a time
    assert np.array_equal(neighbours.knn(X, 4)[0], expected)


def test_overlap_is_the_mean_share_of_common_neighbours():
    A, B = np.array([[1, 2, 3], [0, 2, 3]]), np.array([[3, 2, 1], [4, 5, 0]])
    assert neighbours.shared(A, B).tolist() == [1, pytest.approx(1 / 3)]
    assert neighbours.overlap_at(A, B) == pytest.approx(2 / 3)
    with pytest.raises(QuintetError, match="cannot be compared"):
        neighbours.overlap_at(A, B[:, :2])


def test_the_space_gives_every_column_the_same_say():
    X = np.random.default_rng(2).normal(size=(30, 4)).astype(np.float32) * [1, 1e-4, 1e4, 1e-7] + [
        0,
        1e-3,
        5,
        0.3,
    ]
    where = neighbours.space(X.astype(np.float32))
    Z = neighbours.into(where, X)
    assert Z.dtype == np.float32
    np.testing.assert_allclose(Z.std(axis=0)[:3], 1, atol=1e-2)
    assert (Z[:, 3] == 0).all()  # varies by rounding only
    assert (neighbours.into(where, X + 9)[:, 3] == 0).all()
    with pytest.raises(QuintetError, match="3 values cannot enter a space of 4"):
        neighbours.into(where, X[:, :3])


def test_neighbours_come_with_their_cosines_and_any_number_of_cores_finds_them(monkeypatch):
    X = neighbours.unit(np.random.default_rng(3).normal(size=(900, 6)))
    X[100:150] = X[7]  # a crowd of equal rows
    monkeypatch.setattr(neighbours, "CELLS", 900 * 64)
    near, alike = neighbours.knn(X, 5)
    assert (near.dtype, alike.dtype) == (np.int32, np.float32)
    cosines = X.astype(np.float64) @ X.T.astype(np.float64) - 4 * np.eye(900)
    np.testing.assert_allclose(alike, -np.sort(-cosines, axis=1)[:, :5], atol=1e-6)
    np.testing.assert_allclose(alike, np.take_along_axis(cosines, near, axis=1), atol=1e-6)
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    again = neighbours.knn(X, 5)
    assert np.array_equal(near, again[0])
    assert np.array_equal(alike, again[1])


@pytest.mark.parametrize("equal", [0, 30, 700])
def test_of_equal_cosines_the_first_rows_are_taken_however_many_there_are(equal):
    X = np.eye(2, dtype=np.float32)[np.random.default_rng(4).integers(2, size=800)]  # two kinds of rows only
    X[:equal] = [1, 0]
    expected = np.argsort(-(X @ X.T) + 9 * np.eye(800), axis=1, kind="stable")[:, :7]
    assert np.array_equal(neighbours.knn(X, 7)[0], expected)


def test_the_share_that_is_done_is_told(rows, monkeypatch):
    monkeypatch.setattr(neighbours, "CELLS", 40 * 10)
    told = []
    neighbours.knn(rows, 3, told.append)
    assert told == [0.25, 0.5, 0.75, 1]


def test_rows_all_alike_are_refused():
    with pytest.raises(QuintetError, match="All 5 embeddings are the same"):
        neighbours.rows(np.ones((5, 3), dtype=np.float32))


def test_nan_is_refused_with_its_row():
    X = np.ones((60, 3), dtype=np.float32)
    X[[3, 8]] = np.nan
    with pytest.raises(QuintetError, match="2 of 60 embeddings hold NaN or infinity, the first in row 3"):
        neighbours.rows(X)
