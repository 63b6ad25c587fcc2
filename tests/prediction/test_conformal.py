"""Conformal sets: they hold the truth as often as promised, and admit that nothing fits."""

import numpy as np
import pytest

from quintet.errors import QuintetError
from quintet.prediction import conformal

CLASSES = ("a", "b", "c")


def drawn(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Answers of a calibrated guesser: the truth is drawn from its own probabilities."""
    random = np.random.default_rng(seed)
    p = random.dirichlet([0.7, 0.7, 0.7], n)
    y = np.array([CLASSES[random.choice(3, p=row)] for row in p])
    return p.astype(np.float32), y


@pytest.mark.parametrize("promise", [0.8, 0.9, 0.95])
def test_over_many_draws_the_promise_is_kept(promise):
    shares = []
    for seed in range(60):
        p, y = drawn(400, seed)
        found = conformal.cut(p[:200], y[:200], CLASSES, promise)
        sets = [conformal.members(found, row, CLASSES) for row in p[200:]]
        shares.append(np.mean([truth in one for truth, one in zip(y[200:], sets, strict=True)]))
    assert promise - 0.01 < np.mean(shares) < promise + 0.02


def test_the_cut_is_the_rank_that_the_promise_allows():
    p = np.array([[t, 1 - t, 0] for t in np.linspace(0.05, 0.95, 19)])
    found = conformal.cut(p, np.array(["a"] * 19), CLASSES, 0.9)
    assert found.least == pytest.approx(0.10)  # the second smallest of 19
    assert found.n == 19


def test_too_few_clips_promise_nothing_less_than_all():
    found = conformal.cut(np.array([[0.9, 0.1, 0.0]] * 8), np.array(["a"] * 8), CLASSES, 0.9)
    assert conformal.members(found, np.array([1.0, 0.0, 0.0]), CLASSES) == CLASSES


def test_the_likeliest_stands_first_and_the_set_may_be_empty():
    found = conformal.Cut(0.4, 0.9, 100)
    assert conformal.members(found, np.array([0.41, 0.59, 0.0]), CLASSES) == ("b", "a")
    assert conformal.members(found, np.array([0.34, 0.33, 0.33]), CLASSES) == ()


def test_no_clips_are_refused():
    with pytest.raises(QuintetError, match="at least one was expected"):
        conformal.cut(np.zeros((0, 3)), np.array([]), CLASSES)
