"""Hubs, dimensions and classes of one embedding: against scipy, scikit-learn, and cases counted by hand."""

import numpy as np
import pytest
from scipy.stats import skew
from sklearn.metrics import silhouette_score
from sklearn.neighbors import NearestNeighbors

from quintet.errors import QuintetError
from quintet.similarity import geometry

LOTS = np.random.default_rng(0)
ALONE = np.array([""] * 400)


def graph(X: np.ndarray, k: int = 25) -> tuple[np.ndarray, np.ndarray]:
    """near (n, k) and cosines of rows at length 1."""
    units = X / np.linalg.norm(X, axis=1, keepdims=True)
    far, near = NearestNeighbors(n_neighbors=k + 1, metric="cosine").fit(units).kneighbors(units)
    return near[:, 1:], 1 - far[:, 1:]


def sphere(dimensions: int, n: int = 1_500, room: int = 60) -> np.ndarray:
    """Points of a sphere's whole surface, which has no edge, turned into `room` dimensions."""
    return (
        LOTS.normal(size=(n, dimensions + 1))
        @ np.linalg.qr(LOTS.normal(size=(room, room)))[0][: dimensions + 1]
    )


def test_an_interval_of_a_mean_holds_it_and_is_as_wide_as_its_error():
    values = LOTS.normal(3, 2, size=(400, 1))
    found = geometry.interval(values, ALONE)
    assert found.value == pytest.approx(values.mean())
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * values.std() / 20, rel=0.1)


def test_tracks_of_a_group_are_drawn_together():
    values = np.repeat(LOTS.normal(size=100), 4)[:, None]
    apart = geometry.interval(values, ALONE)
    together = geometry.interval(values, np.repeat(np.arange(100), 4).astype(str))
    assert together.high - together.low == pytest.approx(2 * (apart.high - apart.low), rel=0.15)


def test_hubness_is_the_skewness_of_how_often_a_row_is_a_neighbour():
    near, _ = graph(LOTS.normal(size=(400, 50)))
    often = np.bincount(near[:, :10].ravel(), minlength=400)
    found = geometry.skewness(near, ALONE)
    assert found.value == pytest.approx(skew(often))
    assert found.low < found.value < found.high
    assert geometry.orphans(near, ALONE).value == (often == 0).mean()


def test_a_ring_has_no_hubs():
    near = np.array([[(row + step) % 30 for step in range(1, 11)] for row in range(30)])
    assert geometry.skewness(near, np.array([""] * 30)).value == 0
    assert geometry.orphans(near, np.array([""] * 30)).value == 0


@pytest.mark.parametrize("dimensions", [2, 5])
def test_the_dimension_of_a_sphere_is_found(dimensions):
    _, alike = graph(sphere(dimensions))
    groups = np.array([""] * len(alike))
    two, many = geometry.two_nn(alike, groups), geometry.levina_bickel(alike, groups)
    assert two.value == pytest.approx(dimensions, rel=0.1)
    assert many.value == pytest.approx(dimensions, rel=0.1)
    assert many.low < many.value < many.high


def test_two_nn_is_one_over_the_mean_logarithm_by_hand():
    far = np.array([[1.0, 2.0], [0.5, 1.0], [0.25, 0.75]])
    found = geometry.two_nn(1 - far**2 / 2, np.array(["", "", ""]))
    assert found.value == pytest.approx(3 / (np.log(2) + np.log(2) + np.log(3)))


def test_copies_say_nothing_of_dimensions():
    far = np.array([[0.0, 2.0], [1.0, 2.0], [0.5, 1.0], [0.25, 0.5]])
    groups = np.array([""] * 4)
    assert geometry.two_nn(1 - far**2 / 2, groups).value == pytest.approx(1 / np.log(2))
    with pytest.raises(QuintetError, match="2 of 3 tracks have two different neighbours"):
        geometry.two_nn(1 - far[:3] ** 2 / 2, groups[:3])


def test_purity_passes_over_the_rows_own_group():
    near = np.array([[1, 2, 3], [0, 2, 3], [3, 0, 1], [2, 1, 0]])
    y, groups = np.array(["a", "a", "a", "b"]), np.array(["x", "x", "", ""])
    found = geometry.purity(near, y, groups)
    # Row 0 and 1: 2 and 3 are left, one alike; row 2: 0 and 1 of three; row 3: none of three.
    assert found.value.value == pytest.approx((1 / 2 + 1 / 2 + 2 / 3 + 0) / 4)
    assert found.chance == pytest.approx((1 / 2 + 1 / 2 + 2 / 3 + 0) / 4)
    assert found.n == 4


def test_purity_counts_ten_and_no_row_without_a_class():
    n = 30
    near = np.array([[(row + step) % n for step in range(1, 21)] for row in range(n)])
    y = np.array(["a" if row % 2 else "b" for row in range(n)])
    assert geometry.purity(near, y, np.array([""] * n)).value.value == 0.5
    y[::2] = ""
    found = geometry.purity(near, y, np.array([""] * n))
    assert (found.value.value, found.chance, found.n) == (1, 1, 15)
    with pytest.raises(QuintetError, match="None of 30 tracks"):
        geometry.purity(near, np.array([""] * n), np.array([""] * n))


def test_purity_of_noise_is_chance():
    near, _ = graph(LOTS.normal(size=(400, 30)))
    y = LOTS.choice(["a", "b", "c"], p=[0.6, 0.3, 0.1], size=400)
    found = geometry.purity(near, y, ALONE)
    assert found.value.low < found.chance < found.value.high


def test_the_silhouette_is_scikit_learns():
    X, y = LOTS.normal(size=(90, 8)), np.repeat(["a", "b", "c"], 30)
    X[:30, 0] += 4
    found = geometry.silhouette(X, y, np.array([""] * 90))
    assert found.value == pytest.approx(silhouette_score(X, y, metric="cosine"))
    with pytest.raises(QuintetError, match="needs two classes or more; 30 tracks of 1 were given"):
        geometry.silhouette(X[:30], y[:30], np.array([""] * 30))
