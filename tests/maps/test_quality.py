"""Measures of a map: scikit-learn's on all rows, by hand on three, on a fixed draw of many."""

import numpy as np
import pytest
from sklearn.manifold import trustworthiness
from sklearn.neighbors import NearestNeighbors

from quintet.errors import QuintetError
from quintet.maps import quality
from quintet.stats import neighbours
from quintet.stats.neighbours import Rows, Space


@pytest.fixture(scope="module")
def rows() -> Rows:
    """A hundred and twenty rows of eight values."""
    return neighbours.rows(np.random.default_rng(0).normal(size=(120, 8)).astype(np.float32))


@pytest.fixture(scope="module")
def units(rows) -> np.ndarray:
    """The same, standardised and of length 1."""
    return rows.units(slice(None))


@pytest.fixture(scope="module")
def Y(units) -> np.ndarray:
    """A poor map of them: two of their columns."""
    return units[:, :2]


def near_of(units: np.ndarray, k: int = 50) -> np.ndarray:
    return neighbours.knn(units, k)[0]


def test_the_measures_are_scikit_learns(rows, units, Y):
    found = quality.evaluate(rows, near_of(units), Y)
    assert found.trustworthiness == pytest.approx(trustworthiness(units, Y, n_neighbors=10), abs=1e-9)
    assert found.continuity == pytest.approx(trustworthiness(Y, units, n_neighbors=10), abs=1e-9)
    real, shown = (
        NearestNeighbors(n_neighbors=10).fit(X).kneighbors(return_distance=False) for X in (units, Y)
    )
    common = [len(set(a) & set(b)) / 10 for a, b in zip(real.tolist(), shown.tolist(), strict=True)]
    assert found.overlap == pytest.approx(np.mean(common))
    assert (found.judged, found.of) == (120, 120)


def test_blocks_of_any_size_give_the_same(rows, units, Y, monkeypatch):
    whole = quality.evaluate(rows, near_of(units), Y)
    monkeypatch.setattr(neighbours, "CELLS", 120 * 7)
    assert quality.evaluate(rows, near_of(units), Y) == whole


def plain(X: np.ndarray) -> Rows:
    """Rows as they are: a space that changes nothing."""
    d = X.shape[1]
    return Rows(X.astype(np.float32), Space(np.zeros(d, np.float32), np.ones(d, np.float32)))


def test_three_rows_by_hand():
    # At 0, 10 and 40 degrees the nearest of a, b, c are b, a, b. On the map, at 0, 2 and 0.5, they are
    # c, c, a: each the second in the space. With one neighbour of three rows, a rank too far costs
    # 2 / (3 (6 - 3 - 1)) of the whole.
    angles = np.radians([0, 10, 40])
    X = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    found = quality.evaluate(plain(X), near_of(X.astype(np.float32)), np.array([[0, 0], [2, 0], [0.5, 0]]))
    assert found.trustworthiness == pytest.approx(0)
    assert found.continuity == pytest.approx(0)
    assert found.overlap == 1  # of two others, both are among the two nearest


def test_a_map_that_is_the_space_is_faithful():
    ring = np.linspace(0, 2 * np.pi, 60, endpoint=False) ** 1.1
    X = np.stack([np.cos(ring), np.sin(ring)], axis=1).astype(np.float32)
    found = quality.evaluate(plain(X), near_of(X), X)
    assert (found.trustworthiness, found.continuity) == (pytest.approx(1), pytest.approx(1))
    assert found.overlap > 0.99


def test_beyond_the_limit_a_fixed_draw_is_judged_among_all_rows(rows, units, Y, monkeypatch):
    monkeypatch.setattr(quality, "JUDGED", 40)
    found = quality.evaluate(rows, near_of(units), Y)
    assert (found.judged, found.of) == (40, 120)
    assert found == quality.evaluate(rows, near_of(units), Y)
    drawn = quality.sample_rows(120)
    assert len(set(drawn.tolist())) == 40
    space = np.argsort(np.argsort(-(units @ units.T) - 2 * np.eye(120), axis=1), axis=1)  # itself is rank 0
    far = np.linalg.norm(Y[:, None] - Y[None], axis=2)
    shown = np.argsort(far, axis=1)[:, 1:11]
    too_far = np.maximum(np.take_along_axis(space, shown, axis=1) - 10, 0)[drawn].sum()
    assert found.trustworthiness == pytest.approx(1 - 2 * too_far / (40 * 10 * (240 - 31)))


@pytest.mark.parametrize("n", [1, 2, 3, 4, 11])
def test_a_few_rows_are_judged_all_the_same(rows, units, Y, n):
    found = quality.evaluate(neighbours.rows(rows.X[:n]), near_of(units[:n]), Y[:n])
    assert 0 <= min(found.trustworthiness, found.continuity, found.overlap) <= 1
    assert found.of == n


def test_points_all_in_one_place_are_judged(rows, units):
    found = quality.evaluate(rows, near_of(units), np.zeros((120, 2), np.float32))
    assert found.continuity == 1  # none is nearer than another, so none is torn away
    assert found.trustworthiness < 0.8


def test_numbers_of_rows_that_differ_are_refused(rows, units, Y):
    with pytest.raises(QuintetError, match="120 embeddings, 120 lists of neighbours and 7 points"):
        quality.evaluate(rows, near_of(units), Y[:7])
