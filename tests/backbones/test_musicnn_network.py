"""musicnn and its VGG companion against the original code with the genuine weights, at float32 tolerances."""

from pathlib import Path

import numpy as np
import pytest
import torch

from quintet.backbones import base, musicnn
from quintet.backbones._mel import mel_bank
from quintet.backbones.musicnn import frontend, state_dict
from quintet.backbones.musicnn import network as nets
from quintet.checkpoints import tensorflow
from quintet.errors import BadWeights
from quintet.settings import Settings
from quintet.weights import files

GOLDEN = Path(__file__).parents[1] / "golden"
CLIPS = ("synth", "vibeace")
TOLERANCE = {"logits": 1e-4, "taggram": 1e-5, "mean_pool": 1e-4, "max_pool": 1e-3,
             "penultimate": 2e-4, "dense_preact": 2e-4, "pool5": 1e-4}  # fmt: skip


def wave(clip: str) -> np.ndarray:
    return np.load(GOLDEN / "inputs" / "inputs.npz")[f"{clip}_16000"].astype(np.float32) / 32768


WHEEL = sorted(name for name, spec in musicnn.VARIANTS.items() if spec.weights[0].wheel)


@pytest.fixture(scope="module", params=WHEEL)
def variant(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def expected(variant) -> dict[str, np.ndarray]:
    return dict(np.load(GOLDEN / "musicnn" / f"musicnn_{variant}.npz"))


@pytest.fixture(scope="module")
def tensors(variant) -> dict[str, np.ndarray]:
    paths = files.locate(musicnn.VARIANTS[variant], Settings()).paths
    return tensorflow.read(paths, state_dict.shapes(variant.split("_")[1]).__contains__)


@pytest.fixture(scope="module")
def net(variant, tensors) -> torch.nn.Module:
    build = {"musicnn": nets.Musicnn, "vgg": nets.Vgg}[variant.split("_")[1]]
    return build({name: torch.from_numpy(values) for name, values in tensors.items()})


def outputs(net: torch.nn.Module, clip: str, size: int) -> dict[str, np.ndarray]:
    """Every array the original gives, under its name."""
    with torch.inference_mode():
        heard = [net(batch) for batch in frontend.batches(wave(clip), size)]
    found = {name: torch.cat([getattr(h, name) for h in heard]).numpy() for name in heard[0]._fields}
    found["taggram"] = torch.from_numpy(found["logits"]).sigmoid().numpy()
    if "dense" in found:
        found["dense_preact"] = found.pop("dense")
    return found


def test_the_mel_bank_is_librosas():
    golden = np.load(GOLDEN / "musicnn" / "musicnn_frontend.npz")["mel_basis_slaney_16000_512_96"]
    np.testing.assert_allclose(mel_bank(16_000, 512, 96), golden, atol=1e-8)


@pytest.mark.parametrize("clip", CLIPS)
def test_the_log_mel_spectrogram_equals_the_original(clip):
    golden = np.load(GOLDEN / "musicnn" / "musicnn_frontend.npz")[f"{clip}_logmel_reflect"]
    found = torch.cat(list(frontend.batches(wave(clip), 3))).flatten(0, 1).numpy()
    error = np.abs(found - golden[: len(found)])
    assert len(found) == 4 * 187
    assert (error > 1e-4).sum() <= 10  # where the half precision rounds the other way
    assert error.max() <= 5e-4


@pytest.mark.parametrize("clip", CLIPS)
def test_every_output_equals_the_original(net, expected, clip):
    found = outputs(net, clip, 8)
    assert len(found) >= 3
    for name, values in found.items():
        np.testing.assert_allclose(
            values, expected[f"{clip}_{name}"], rtol=0, atol=TOLERANCE[name], err_msg=name
        )


def test_a_patch_alone_equals_a_patch_among_others(net):
    alone, together = outputs(net, "vibeace", 1), outputs(net, "vibeace", 4)
    for name, values in alone.items():
        np.testing.assert_allclose(values, together[name], rtol=1e-5, atol=1e-5, err_msg=name)


def test_the_tags_stand_in_the_order_of_the_outputs(variant, expected):
    tags = musicnn.VARIANTS[variant].tags
    assert tags == tuple(expected["labels"])
    mean = expected["vibeace_taggram"].mean(0)
    assert [tags[i] for i in np.argsort(-mean)[:5]] == list(expected["vibeace_top5"])


def test_the_parameters_are_counted(variant, tensors):
    assert musicnn.VARIANTS[variant].parameters == sum(values.size for values in tensors.values())


def test_the_spec_states_the_nets_window_and_hop(variant):
    spec = musicnn.VARIANTS[variant]
    stated = (spec.sample_rate, spec.window, spec.hop)
    assert stated == (frontend.SAMPLE_RATE, frontend.WINDOW, frontend.PATCH * frontend.FFT_HOP)


def test_the_embedding_is_the_mean_over_patches(variant, expected):
    backbone = base.resolve(f"musicnn:{variant}")
    encode = base.load(backbone, files.locate(backbone.spec, Settings()).paths, "cpu")
    found = encode(wave("vibeace"), 16_000)
    if "vibeace_pool5" in expected:
        golden = expected["vibeace_pool5"].reshape(4, 256)
    else:
        golden = np.concatenate([expected["vibeace_mean_pool"], expected["vibeace_max_pool"]], 1)
    np.testing.assert_allclose(found.frames, golden, rtol=0, atol=1e-3)
    np.testing.assert_allclose(found.embedding, golden.mean(0), rtol=0, atol=1e-3)
    np.testing.assert_allclose(found.tags, expected["vibeace_taggram"], rtol=0, atol=1e-5)


@pytest.mark.parametrize("loudness", [1e-30, 1e4])
def test_a_wave_far_too_soft_or_loud_stays_finite(net, loudness):
    with torch.inference_mode():
        heard = [net(batch) for batch in frontend.batches(wave("synth") * np.float32(loudness), 4)]
    assert all(torch.isfinite(values).all() for values in heard[0])


def test_weights_of_the_other_net_are_refused(variant):
    other = {"musicnn": "MSD_vgg", "vgg": "MSD_musicnn"}[variant.split("_")[1]]
    paths = files.locate(musicnn.VARIANTS[other], Settings()).paths
    with pytest.raises(BadWeights, match=r"not weights of musicnn.*is missing"):
        musicnn.load(musicnn.VARIANTS[variant], paths, "cpu")


def test_weights_with_a_value_that_is_no_number_are_refused(variant, tensors):
    name = next(iter(tensors))
    damaged = tensors | {name: np.full_like(tensors[name], np.nan)}
    with pytest.raises(BadWeights, match="damaged"):
        state_dict.check(damaged, variant.split("_")[1], "musicnn")


def test_weights_of_another_shape_are_refused(variant, tensors):
    name = next(name for name in tensors if name.endswith("kernel"))
    with pytest.raises(BadWeights, match="expected float32"):
        state_dict.check(tensors | {name: tensors[name][:-1]}, variant.split("_")[1], "musicnn")


def test_the_big_net_has_the_published_number_of_values_and_makes_4194_of_a_clip():
    big = base.resolve("musicnn:MSD_musicnn_big")
    shapes = state_dict.shapes("musicnn_big").values()
    assert sum(int(np.prod(shape)) for shape in shapes) == big.spec.parameters == 7_993_819
    found = base.load_untrained(big, "cpu")(wave("vibeace"), 16_000)
    assert (found.embedding.shape, found.tags.shape) == ((4194,), (4, 50))
