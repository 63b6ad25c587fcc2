"""The random weights of the controls are those of the reference fixtures, bit by bit."""

import numpy as np
import pytest

from quintet.backbones import _random_weights

# First value and float64 sum of each tensor, as the fixtures state them.
SPOTS = {
    "features.0.weight": ((64, 1, 3, 3), -0.64780980, -3.19358204),
    "embeddings.4.weight": ((128, 4096), 0.00136079, -0.43340554),
    "sequential.0.0.weight": ((128, 1, 3), 0.68855840, 4.51002530),
    "sequential.3.1.running_var": ((256,), 1.14729834, 324.90776205),
    "sequential.3.1.weight": ((256,), 1.03151822, 258.87219059),
    "linear.0.weight": ((50, 512), 0.01793964, 3.39299449),
    "mlp.2.bias": ((50,), 0.00780754, -0.22399384),
}


@pytest.mark.parametrize("key", SPOTS)
def test_a_tensor_is_the_published_one(key):
    shape, first, total = SPOTS[key]
    drawn = _random_weights.draw(key, shape)
    assert drawn.dtype == np.float32
    assert drawn.shape == shape
    assert drawn.flat[0] == pytest.approx(first, abs=5e-9)
    assert drawn.astype(np.float64).sum() == pytest.approx(total, rel=1e-8, abs=1e-8)  # the digits stated


def test_a_counter_is_zero():
    drawn = _random_weights.draw("sequential.0.1.num_batches_tracked", ())
    assert drawn.dtype == np.int64
    assert drawn == 0


def test_a_running_mean_stays_near_zero():
    drawn = _random_weights.draw("sequential.0.1.running_mean", (4096,))
    assert drawn.std() == pytest.approx(0.1, rel=0.05)


def test_a_state_holds_every_tensor_whatever_their_order():
    shapes = {key: shape for key, (shape, _, _) in SPOTS.items()}
    turned = _random_weights.state(dict(reversed(shapes.items())))
    for key, values in _random_weights.state(shapes).items():
        np.testing.assert_array_equal(values, turned[key])
