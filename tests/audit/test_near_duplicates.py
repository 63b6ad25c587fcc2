"""Rows at one spot, against a plain comparison of all pairs."""

import numpy as np
import pytest

from quintet.audit import detectors, near_duplicates
from quintet.errors import QuintetError


def table(n: int = 300, d: int = 40) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(n, d)).astype(np.float32)


def test_planted_repeats_are_found_and_nothing_else():
    X = table()
    X[17] = X[250]
    X[5] = X[90] + 1e-6
    X[6] = X[91] + 0.01  # too far
    found, distance = near_duplicates.pairs(X)
    assert {tuple(pair) for pair in found.tolist()} == {(17, 250), (5, 90)}
    assert found[0].tolist() == [17, 250]
    assert distance[0] == 0
    assert (distance < detectors.ALIKE).all()


@pytest.mark.parametrize("seed", range(3))
def test_no_pair_is_missed_near_the_limit(seed):
    lots = np.random.default_rng(seed)
    X = table()
    X[:50] = X[50:100] + lots.uniform(0, 3e-4, size=(50, 1)) * np.sqrt(2) * lots.normal(size=(50, 40))
    every = np.stack(np.triu_indices(len(X), 1), axis=1)
    _, distance = detectors.closeness(X, every)
    expected = {tuple(pair) for pair in every[distance < detectors.ALIKE].tolist()}
    assert 5 < len(expected) < 50
    assert {tuple(pair) for pair in near_duplicates.pairs(X)[0].tolist()} == expected


def test_where_no_column_says_anything_nothing_is_alike():
    found, distance = near_duplicates.pairs(np.ones((20, 4), np.float32))
    assert found.shape == (0, 2)
    assert len(distance) == 0


def test_a_table_of_one_sound_is_not_compared_for_ever(monkeypatch):
    monkeypatch.setattr(near_duplicates, "MOST", 100)
    X = table(200)
    X[:150] = X[0]
    assert len(near_duplicates.pairs(X)[0]) == 100


def test_nan_is_refused():
    X = table()
    X[3, 3] = np.nan
    with pytest.raises(QuintetError, match="row 3"):
        near_duplicates.pairs(X)
