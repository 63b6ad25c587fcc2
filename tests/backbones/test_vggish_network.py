"""VGGish against Google's code: with the recipe's weights at float32 tolerances, and one genuine output."""

from pathlib import Path

import numpy as np
import pytest
import torch

from quintet.backbones import _random_weights
from quintet.backbones.vggish import frontend, network, state_dict

pytestmark = pytest.mark.usefixtures("one_thread")
GOLDEN = Path(__file__).parents[1] / "golden"
CLIPS = ("synth", "vibeace", "sine1k")


@pytest.fixture(scope="module")
def expected() -> dict[str, np.ndarray]:
    return dict(np.load(GOLDEN / "vggish" / "vggish_tf.npz"))


@pytest.fixture(scope="module")
def genuine() -> dict[str, np.ndarray]:
    return dict(np.load(GOLDEN / "vggish" / "vggish_genuine_smoke.npz"))


@pytest.fixture(scope="module")
def pca() -> tuple[np.ndarray, np.ndarray]:
    held = np.load(GOLDEN / "vggish" / "vggish_pca_params.npz")
    return held["pca_eigen_vectors"], held["pca_means"]


@pytest.fixture(scope="module")
def net() -> network.Vggish:
    drawn = _random_weights.state(state_dict.shapes())
    return network.Vggish({name: torch.from_numpy(values) for name, values in drawn.items()})


def wave(clip: str) -> np.ndarray:
    if clip == "sine1k":  # in double precision, as the original was fed: its quietest bands need that
        return np.sin(2 * np.pi * 1000 * np.arange(0, 3, 1 / 16_000))
    return np.load(GOLDEN / "inputs" / "inputs.npz")[f"{clip}_16000"].astype(np.float32) / 32768


def embedded(net: network.Vggish, clip: str, size: int = 64) -> np.ndarray:
    with torch.inference_mode():
        return torch.cat([net(batch) for batch in frontend.batches(wave(clip), size)]).numpy()


def test_the_mel_bank_is_googles(expected):
    np.testing.assert_allclose(frontend.mel_bank(), expected["mel_matrix_257x64"], rtol=0, atol=1e-12)


@pytest.mark.parametrize("clip", CLIPS)
def test_the_examples_equal_the_original(expected, clip):
    found = torch.cat(list(frontend.batches(wave(clip), 5))).numpy()
    np.testing.assert_allclose(found, expected[f"{clip}_examples"], rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("samples", "examples"), [(0, 0), (15_599, 0), (15_600, 1), (30_959, 1), (30_960, 2)]
)
def test_an_example_needs_every_sample_of_its_96_frames(samples, examples):
    assert frontend.examples(np.zeros(samples, np.float32)) == examples


@pytest.mark.parametrize("clip", CLIPS)
def test_the_embedding_equals_the_original(net, expected, clip):
    np.testing.assert_allclose(embedded(net, clip), expected[f"{clip}_embedding"], rtol=0, atol=1e-5)


def test_the_inner_layers_equal_the_original(net, expected):
    with torch.inference_mode():
        (batch,) = frontend.batches(wave("synth"), 64)
        flat = net.features(batch[:1])
        first = torch.relu(net.dense[0](flat))
        second = torch.relu(net.dense[1](first))
    for found, name in ((flat, "pool4"), (first, "fc1_1"), (second, "fc1_2")):
        golden = expected[f"synth_{name}_example0"].reshape(1, -1)
        np.testing.assert_allclose(found.numpy(), golden, rtol=0, atol=1e-4, err_msg=name)


def test_an_example_alone_equals_an_example_among_others(net):
    alone, together = embedded(net, "vibeace", 1), embedded(net, "vibeace")
    np.testing.assert_allclose(alone, together, rtol=0, atol=1e-5)


def test_the_post_processing_of_a_genuine_embedding_is_the_published_one(genuine, pca):
    found = network.postprocess(genuine["sine1k_embedding_example0"][None], *pca)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found[0], genuine["sine1k_postprocessed_example0"])


@pytest.mark.parametrize("clip", ["synth", "vibeace"])
def test_the_post_processing_equals_the_original(net, expected, pca, clip):
    golden = expected[f"{clip}_embedding"]
    np.testing.assert_allclose(network.whitened(golden, *pca), expected[f"{clip}_pca"], rtol=0, atol=1e-5)
    np.testing.assert_array_equal(network.postprocess(golden, *pca), expected[f"{clip}_postprocessed"])
    np.testing.assert_array_equal(
        network.postprocess(embedded(net, clip), *pca), expected[f"{clip}_postprocessed"]
    )


def test_the_levels_are_cut_off_and_not_rounded():
    embedding = np.array([[-3.0, -1.99, 0.0, 1.99, 3.0]])
    assert network.postprocess(embedding, np.eye(5), np.zeros(5)).tolist() == [[0, 0, 127, 254, 255]]


def test_googles_variables_become_torchs_tensors():
    shapes = state_dict.shapes()
    assert len(shapes) == 18
    assert sum(int(np.prod(shape)) for shape in shapes.values()) == 72_141_184
    theirs = {
        "vggish/conv1/weights": np.arange(54.0).reshape(3, 3, 2, 3),
        "vggish/conv4/conv4_2/biases": np.arange(4.0),
        "vggish/fc2/weights": np.arange(6.0).reshape(2, 3),
        "global_step": np.array(1.0),
    }
    ours = state_dict.from_google(theirs)
    assert set(ours) == {"features.0.weight", "features.13.bias", "embeddings.4.weight"}
    assert ours["features.0.weight"].shape == (3, 2, 3, 3)
    assert ours["features.0.weight"][2, 1, 0, 2] == theirs["vggish/conv1/weights"][0, 2, 1, 2]
    np.testing.assert_array_equal(ours["embeddings.4.weight"], theirs["vggish/fc2/weights"].T)


@pytest.mark.parametrize("loudness", [0.0, 1e-30, 1e6])
def test_a_wave_far_too_soft_or_loud_stays_finite(net, loudness):
    (batch,) = frontend.batches(wave("synth")[:31_000] * np.float32(loudness), 64)
    with torch.inference_mode():
        assert torch.isfinite(net(batch)).all()
