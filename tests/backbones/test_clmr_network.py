"""CLMR's net and heads against the authors' code with the recipe's weights, at float32 tolerances."""

from pathlib import Path

import numpy as np
import pytest
import torch

from quintet.backbones import _random_weights
from quintet.backbones.clmr import network, state_dict

pytestmark = pytest.mark.usefixtures("one_thread")
GOLDEN = Path(__file__).parents[1] / "golden"
CLIPS = ("synth", "vibeace")
LAYERS = {1: "linear", 2: "mlp"}


@pytest.fixture(scope="module")
def expected() -> dict[str, np.ndarray]:
    return dict(np.load(GOLDEN / "clmr" / "clmr.npz"))


@pytest.fixture(scope="module")
def net() -> network.Clmr:
    drawn = _random_weights.state(state_dict.shapes())
    return network.Clmr({name: torch.from_numpy(values) for name, values in drawn.items()})


def segments(clip: str) -> torch.Tensor:
    pcm = np.load(GOLDEN / "inputs" / "inputs.npz")[f"{clip}_22050"]
    return torch.tensor(pcm[: 4 * network.SEGMENT].astype(np.float32) / 32768).view(4, -1)


def after(net: network.Clmr, wave: torch.Tensor) -> list[torch.Tensor]:
    """What each block makes of a segment, (T, C)."""
    padded = torch.nn.functional.pad(net.first(wave.view(-1, 3)), (0, 0, 1, 1))
    found = [padded[1:-1]]
    for block in net.pooled:
        padded = block(padded)
        found.append(padded[1:-1])
    return [*found, net.last(padded.view(1, -1))]


@pytest.mark.parametrize("clip", CLIPS)
def test_the_embedding_equals_the_original(net, expected, clip):
    with torch.inference_mode():
        found = net(segments(clip)).numpy()
    np.testing.assert_allclose(found, expected[f"{clip}_embedding"], rtol=0, atol=1e-5)


def test_every_block_equals_the_original(net, expected):
    with torch.inference_mode():
        found = after(net, segments("synth")[0])
    assert len(found) == 11
    for number, values in enumerate(found):
        for statistic in ("mean", "std"):
            golden = expected[f"synth_seg0_layer{number}_{statistic}"]
            made = getattr(values.numpy().astype(np.float64), statistic)(0)
            np.testing.assert_allclose(made, golden, rtol=0, atol=1e-5, err_msg=f"{number} {statistic}")


def test_the_first_two_blocks_together_are_what_they_are_one_by_one(net):
    wave = segments("vibeace")[1]
    with torch.inference_mode():
        together, apart = net.start(wave.view(-1, 3))[1:-1], after(net, wave)[1]
    torch.testing.assert_close(together, apart, rtol=0, atol=1e-5)


@pytest.mark.parametrize("layers", LAYERS)
@pytest.mark.parametrize("clip", CLIPS)
def test_a_head_equals_the_original(expected, clip, layers):
    shapes = state_dict.head_shapes(layers).items()
    head = network.Head(
        {n: torch.from_numpy(_random_weights.draw(f"{LAYERS[layers]}.{n}", s)) for n, s in shapes}
    )
    with torch.inference_mode():
        logits = head(torch.tensor(expected[f"{clip}_embedding"]))
    golden = expected[f"{clip}_{LAYERS[layers]}_logits"]
    np.testing.assert_allclose(logits.numpy(), golden, rtol=0, atol=1e-5)
    tracks = logits.sigmoid().mean(0).numpy()
    np.testing.assert_allclose(tracks, expected[f"{clip}_{LAYERS[layers]}_track_prob"], rtol=0, atol=1e-5)


def test_the_parameters_are_counted():
    learnt = [s for n, s in state_dict.shapes().items() if "running" not in n]
    assert sum(int(np.prod(shape)) for shape in learnt) == 2_368_512


@pytest.mark.parametrize(
    "name",
    ["encoder.sequential.9.1.running_var", "model.encoder.sequential.9.1.running_var",
     "encoder.conv10.1.running_var", "sequential.9.1.running_var"],
)  # fmt: skip
def test_every_releases_name_of_a_tensor_is_known(name):
    assert list(state_dict.encoder({name: np.zeros(512)})) == ["sequential.9.1.running_var"]


@pytest.mark.parametrize(
    "name", ["projector.0.weight", "model.projector.2.weight", "encoder.fc.weight", "0.weight"]
)
def test_what_is_no_encoders_is_left_out(name):
    assert state_dict.encoder({name: np.zeros(1)}) == {}


@pytest.mark.parametrize("name", ["0.weight", "model.0.weight"])
def test_a_heads_tensors_are_found(name):
    assert list(state_dict.head({name: np.zeros(1), "encoder.sequential.0.0.weight": np.zeros(1)})) == [
        "0.weight"
    ]
