"""Linear and hidden-layer probes: the published grids, the same numbers every time, and what stops them."""

from dataclasses import replace

import numpy as np
import pytest

from quintet.errors import QuintetError
from quintet.evaluation import mlp_probe
from quintet.evaluation.examples import Examples
from quintet.evaluation.mlp_probe import GRIDS, Setup
from quintet.stats.labels import Labels, Tags

SOON = Setup(0, True, 64, 1e-2, 0.25, 0.0, patience=6)
HIDDEN = replace(SOON, hidden=16)


@pytest.fixture
def halves(signal) -> Examples:
    rows = np.arange(len(signal.X))
    labels = signal.labels
    return Examples(signal.X[:60], labels.of(rows[:60]), signal.X[60:], labels.of(rows[60:]))


def test_the_grids_have_their_published_sizes():
    sizes = {name: len(set(held.setups)) for name, held in GRIDS.items()}
    assert sizes == {
        "linear-full": 108, "linear-reduced": 24, "mlp-full": 216, "mlp-reduced": 24, "mlp-marble": 6,
    }  # fmt: skip
    assert set(GRIDS["mlp-reduced"].setups) < set(GRIDS["mlp-full"].setups)
    assert set(GRIDS["linear-reduced"].setups) < set(GRIDS["linear-full"].setups)
    assert all("24 of 216" in GRIDS[name].says for name in ("linear-reduced", "mlp-reduced"))
    assert {one.patience for one in GRIDS["mlp-full"].setups} == {256}


@pytest.mark.parametrize("setup", [SOON, HIDDEN, replace(HIDDEN, epochs=True, plateau=2)])
def test_a_planted_signal_is_learned_and_the_best_look_is_kept(halves, setup):
    arrays, score, steps = mlp_probe.fit(setup, halves, 0)
    found = mlp_probe.probabilities(arrays, halves.other_X)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    right = halves.other.truth[np.arange(60), found.argmax(axis=1)].mean()
    assert right == pytest.approx(score)
    assert score > 0.8
    assert steps > 0


def test_the_same_seed_gives_the_same_net_to_the_last_bit(halves):
    one, two, other = (mlp_probe.fit(HIDDEN, halves, seed)[0] for seed in (3, 3, 4))
    assert all(np.array_equal(one[key], two[key]) for key in one)
    assert not np.array_equal(one["weight0"], other["weight0"])


def test_nobody_elses_random_numbers_are_touched(halves):
    import torch

    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    mlp_probe.fit(SOON, halves, 0)
    assert torch.equal(torch.rand(3), expected)


def test_it_stops_after_so_many_looks_without_a_gain(halves):
    flat = Labels(np.full(60, "calm"), halves.other.groups, halves.other.classes)
    still = replace(halves, other_X=np.zeros_like(halves.other_X), other=flat)
    frozen = replace(SOON, rate=0.0, patience=5)
    _, _, steps = mlp_probe.fit(frozen, still, 0)
    assert steps == 5 * mlp_probe.EVERY  # the first look counts as a gain, then five without


def test_tags_are_learned_by_roc_auc(signal):
    truth = np.stack([signal.labels.y == "calm", np.isin(signal.labels.y, ["calm", "happy"])], axis=1)
    tags, rows = Tags(truth, signal.labels.groups, ("calm", "light")), np.arange(len(signal.X))
    halves = Examples(signal.X[:60], tags.of(rows[:60]), signal.X[60:], tags.of(rows[60:]))
    arrays, score, _ = mlp_probe.fit(HIDDEN, halves, 0)
    found = mlp_probe.probabilities(arrays, halves.other_X)
    assert score > 0.9
    assert ((found > 0) & (found < 1)).all()


def test_without_others_an_inner_fold_is_held_out(signal):
    arrays, score, _ = mlp_probe.fit(SOON, Examples(signal.X, signal.labels), 0)
    assert score > 0.8
    assert arrays["weight0"].shape == (5, 60)


def test_one_group_leaves_nothing_to_stop_by(signal):
    labels = Labels(signal.labels.y, np.full(len(signal.X), "one"), signal.labels.classes)
    with pytest.raises(QuintetError, match="none can be held out"):
        mlp_probe.fit(SOON, Examples(signal.X, labels), 0)
