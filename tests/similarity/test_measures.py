"""How alike two embeddings are: against scipy, against the definitions written out, and against redrawing."""

from functools import partial

import numpy as np
import pytest
from scipy.linalg import orthogonal_procrustes
from scipy.spatial.distance import jensenshannon, pdist
from scipy.stats import spearmanr

from quintet.errors import QuintetError
from quintet.prediction import agreement
from quintet.similarity import measures
from quintet.similarity.measures import arrange, cka, distance, divergences, procrustes, rank_correlation

LOTS = np.random.default_rng(0)
X = LOTS.normal(size=(40, 60))
Y = X[:, :30] @ LOTS.normal(size=(30, 50)) + 3 * LOTS.normal(size=(40, 50)) + 7
NOISE = LOTS.normal(size=(40, 500))
ROTATION = np.linalg.qr(LOTS.normal(size=(60, 60)))[0]


MEASURES = {
    "cka": partial(cka, debiased=False),
    "debiased": partial(cka, debiased=True),
    "procrustes": procrustes,
    "ranks": rank_correlation,
}


def measured(name: str, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """A measure of two embeddings, a value a track."""
    return MEASURES[name](arrange(a), arrange(b))


def unbiased_hsic(K: np.ndarray, L: np.ndarray) -> float:
    """As Song 2012 writes it, over kernels with an empty diagonal."""
    n, one = len(K), np.ones(len(K))
    K, L = K - np.diag(np.diag(K)), L - np.diag(np.diag(L))
    sums = one @ K @ one * (one @ L @ one) / ((n - 1) * (n - 2))
    return float((np.trace(K @ L) + sums - 2 / (n - 2) * one @ K @ L @ one) / (n * (n - 3)))


def test_linear_cka_is_the_ratio_of_norms_of_the_cross_products():
    a, b = X - X.mean(0), Y - Y.mean(0)
    expected = np.linalg.norm(b.T @ a) ** 2 / np.linalg.norm(a.T @ a) / np.linalg.norm(b.T @ b)
    assert measured("cka", X, Y).mean() == pytest.approx(expected)


def test_debiased_cka_is_made_of_unbiased_hsics():
    K, L = X @ X.T, Y @ Y.T
    expected = unbiased_hsic(K, L) / np.sqrt(unbiased_hsic(K, K) * unbiased_hsic(L, L))
    assert measured("debiased", X, Y).mean() == pytest.approx(expected)


def test_the_procrustes_distance_is_that_of_the_best_rotation():
    a, b = (Z - Z.mean(0) for Z in (X, Y))
    a, b = a / np.linalg.norm(a), np.pad(b / np.linalg.norm(b), ((0, 0), (0, 10)))
    rotation, _ = orthogonal_procrustes(a, b)
    assert distance(measured("procrustes", X, Y).mean()) == pytest.approx(np.linalg.norm(a @ rotation - b))


def test_ranks_are_spearmans_of_all_pairs():
    expected = spearmanr(pdist(X, "cosine"), pdist(Y, "cosine")).statistic
    assert measured("ranks", X, Y).mean() == pytest.approx(expected, abs=1e-4)  # cosines in float32


@pytest.mark.parametrize("name", MEASURES)
def test_an_embedding_is_like_itself_rotated_and_scaled(name):
    assert measured(name, X, X).mean() == pytest.approx(1)
    assert measured(name, X, 3 * X @ ROTATION).mean() == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("name", ["cka", "debiased", "procrustes"])
def test_where_the_origin_lies_changes_nothing(name):
    assert measured(name, X, Y + 100).mean() == pytest.approx(measured(name, X, Y).mean())


def test_of_noise_in_many_dimensions_only_the_debiased_measure_is_near_zero():
    assert measured("cka", X, NOISE).mean() > 0.6
    assert measured("debiased", X, NOISE).mean() == pytest.approx(0, abs=0.1)
    assert measured("ranks", X, NOISE).mean() == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize("name", MEASURES)
def test_tracks_in_another_order_are_the_same_tracks(name):
    order = np.random.default_rng(1).permutation(len(X))
    assert measured(name, X[order], Y[order]) == pytest.approx(measured(name, X, Y)[order], abs=1e-6)


@pytest.mark.parametrize("name", MEASURES)
def test_either_may_come_first(name):
    assert measured(name, X, Y).mean() == pytest.approx(measured(name, Y, X).mean(), abs=1e-6)


@pytest.mark.parametrize("name", MEASURES)
def test_the_spread_over_tracks_says_how_much_another_draw_would_move_it(name):
    lots, mixing = np.random.default_rng(2), np.random.default_rng(3).normal(size=(8, 12))
    values, widths = [], []
    for _ in range(80):
        a = lots.normal(size=(100, 8)) * np.arange(1, 9)
        found = measured(name, a, a @ mixing + 8 * lots.normal(size=(100, 12)))
        values.append(found.mean())
        widths.append(found.std() / np.sqrt(len(found)))
    assert np.mean(widths) == pytest.approx(np.std(values), rel=0.3)


def test_beyond_many_tracks_a_draw_of_pairs_gives_nearly_the_same(monkeypatch):
    a = np.random.default_rng(4).normal(size=(300, 20))
    b = a @ np.random.default_rng(5).normal(size=(20, 30))
    every = measured("ranks", a, b).mean()
    monkeypatch.setattr(measures, "PAIRED", 100)
    monkeypatch.setattr(measures, "PAIRS", 20_000)
    drawn = measured("ranks", a, b)
    assert drawn.mean() == pytest.approx(every, abs=0.02)
    assert drawn == pytest.approx(measured("ranks", a, b))


def test_single_precision_for_large_ones_gives_the_same(monkeypatch):
    double = [measured(name, X, Y).mean() for name in ("cka", "debiased", "procrustes")]
    monkeypatch.setattr(measures, "DOUBLE", 0)
    single = [measured(name, X, Y).mean() for name in ("cka", "debiased", "procrustes")]
    assert single == pytest.approx(double, abs=1e-5)


def test_chance_is_what_shuffled_tracks_give():
    a, b, lots = arrange(X), arrange(Y), np.random.default_rng(7)
    shuffled = [arrange(Y[lots.permutation(len(Y))]) for _ in range(60)]
    expected = np.mean([cka(a, one, debiased=False).mean() for one in shuffled])
    assert measures.cka_by_chance(a, b) == pytest.approx(expected, rel=0.02)
    expected = np.mean([procrustes(a, one).mean() for one in shuffled])
    assert measures.procrustes_by_chance(a, b, 0) == pytest.approx(expected, rel=0.03)


def test_what_cannot_be_compared_is_refused():
    bad = X.copy()
    bad[3, 2] = np.nan
    with pytest.raises(QuintetError, match="1 of 40 embeddings hold NaN"):
        arrange(bad)
    with pytest.raises(QuintetError, match="3 tracks are too few"):
        arrange(X[:3])
    with pytest.raises(QuintetError, match="All 40 embeddings are the same"):
        arrange(np.ones((40, 5)))


@pytest.mark.parametrize("name", MEASURES)
def test_other_tracks_cannot_be_compared(name):
    with pytest.raises(QuintetError, match="40 and 30 embeddings were given; the same tracks"):
        measured(name, X, X[:30])


def test_divergences_are_those_of_each_track():
    said = np.random.default_rng(6).dirichlet(np.ones(5), size=(4, 30))
    expected = [agreement.divergence(said[:, row]) for row in range(30)]
    assert divergences(said) == pytest.approx(np.array(expected))
    pair = [jensenshannon(a, b, base=2) ** 2 for a, b in zip(said[0], said[1], strict=True)]
    assert divergences(said[:2]) == pytest.approx(np.array(pair))


def test_divergences_end_at_nothing_and_at_everything_in_common():
    said = np.array([[[1, 0], [1, 0]], [[1, 0], [0, 1]]], np.float32)
    assert divergences(said).tolist() == [0, 1]
    assert divergences(said[:1]).tolist() == [0, 0]
