"""Nearest rows against a plain sort, ties by row number, and the space they are sought in."""

import numpy as np
import pytest

from quintet.analysis import neighbours
from quintet.errors import QuintetError


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
    assert neighbours.knn_indices(same, 3)[5].tolist() == [0, 1, 2]


def test_excluded_rows_do_not_come_back(rows):
    ids, _ = neighbours.nearest(rows, rows[2], 3, exclude=[2, 38])
    assert not set(ids.tolist()) & {2, 38}
    assert len(ids) == 3


def test_fewer_come_back_when_no_more_are_left():
    X = neighbours.unit(np.eye(3))
    ids, likeness = neighbours.nearest(X, X[0], 10, exclude=[0])
    assert ids.tolist() == [1, 2]
    assert neighbours.nearest(X, X[0], 2, exclude=[0, 1, 2])[0].size == 0
    assert neighbours.knn_indices(X, 10).shape == (3, 2)
    assert np.isfinite(likeness).all()


def test_a_row_of_zeros_is_like_nothing():
    X = neighbours.unit(np.array([[0, 0], [3, 4]]))
    assert X.tolist() == [[0, 0], [pytest.approx(0.6), pytest.approx(0.8)]]
    assert neighbours.nearest(X, X[1], 2)[1].tolist() == [pytest.approx(1), 0]


def test_neighbours_of_all_are_scikit_learns_and_leave_the_row_out(monkeypatch):
    from sklearn.neighbors import NearestNeighbors

    X = neighbours.unit(np.random.default_rng(1).normal(size=(50, 6)))
    expected = NearestNeighbors(n_neighbors=4, metric="cosine").fit(X).kneighbors(return_distance=False)
    assert np.array_equal(neighbours.knn_indices(X, 4), expected)
    monkeypatch.setattr(neighbours, "CELLS", 350)  # seven rows at a time
    assert np.array_equal(neighbours.knn_indices(X, 4), expected)


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
