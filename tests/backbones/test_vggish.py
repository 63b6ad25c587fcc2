"""VGGish from the command line: its official files give Google's numbers; others are refused."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from quintet import cli
from quintet.backbones import _random_weights, base, vggish
from quintet.backbones.vggish import state_dict
from quintet.embeddings import models
from quintet.errors import BadWeights
from quintet.weights import checksums, files
from tests.v1_checkpoint import write_v1

pytestmark = pytest.mark.usefixtures("one_thread")
GOLDEN = Path(__file__).parents[1] / "golden"
PCA = GOLDEN / "vggish" / "vggish_pca_params.npz"


@pytest.fixture(scope="module")
def expected() -> dict[str, np.ndarray]:
    return dict(np.load(GOLDEN / "vggish" / "vggish_tf.npz"))


@pytest.fixture(scope="module")
def torchs(tmp_path_factory) -> Path:
    """torchvggish's file at its full size, with the recipe's weights."""
    path = tmp_path_factory.mktemp("weights") / "vggish-10086976.pth"
    drawn = _random_weights.state(state_dict.shapes())
    torch.save({name: torch.from_numpy(values) for name, values in drawn.items()}, path)
    yield path
    path.unlink()


def sound(tmp_path: Path, clip: str) -> Path:
    path = tmp_path / f"{clip}.wav"
    if clip == "sine1k":
        wave = np.sin(2 * np.pi * 1000 * np.arange(0, 3, 1 / 16_000)).astype(np.float32)
        soundfile.write(path, wave, 16_000, subtype="FLOAT")
    else:
        pcm = np.load(GOLDEN / "inputs" / "inputs.npz")[f"{clip}_16000"]
        soundfile.write(path, pcm, 16_000, subtype="PCM_16")
    return path


def heard(tmp_path: Path, clip: str, backbone: str, *weights: Path) -> dict[str, np.ndarray]:
    """What the command line writes."""
    out = tmp_path / "out.npz"
    given = ["--backbone", backbone, "--weights", *map(str, weights)]
    assert cli.main(["encode", str(sound(tmp_path, clip)), *given, "--out", str(out)]) == 0
    return dict(np.load(out))


@pytest.mark.parametrize("clip", ["synth", "vibeace", "sine1k"])
def test_a_clip_equals_the_original(tmp_path, torchs, expected, clip):
    found = heard(tmp_path, clip, "vggish", torchs)
    golden = expected[f"{clip}_embedding"]
    np.testing.assert_allclose(found["frames"], golden, rtol=0, atol=1e-5)
    np.testing.assert_allclose(found["embedding"], golden.mean(0), rtol=0, atol=1e-5)
    edges = np.arange(len(golden) + 1) * 0.96
    np.testing.assert_allclose(found["times"], np.stack([edges[:-1], edges[1:]], 1), rtol=0, atol=1e-5)


@pytest.mark.parametrize("turned", [False, True], ids=["net, PCA", "PCA, net"])
def test_the_released_form_equals_the_original(tmp_path, torchs, expected, turned):
    given = (PCA, torchs) if turned else (torchs, PCA)
    found = heard(tmp_path, "vibeace", "vggish:pca", *given)
    np.testing.assert_array_equal(found["frames"], expected["vibeace_postprocessed"])
    np.testing.assert_allclose(found["embedding"], expected["vibeace_postprocessed"].mean(0), rtol=1e-6)


def test_the_pca_is_known_by_its_checksum(here):
    assert files.checksum(vggish.PCA, PCA, here) == "published"
    assert PCA.stat().st_size == vggish.PCA.bytes


def test_a_file_of_torchs_that_is_not_the_published_one_is_custom(here, torchs):
    assert models.resolve_model("vggish", here, (torchs,)).state == "custom"


def test_torchvggishs_file_is_known_by_the_checksum_in_its_name(here, torchs):
    digits = checksums.cached(torchs, here)[:8]
    assert files.checksum(replace(vggish.NET, also=(digits,)), torchs, here) == "published"


def test_googles_checkpoint_is_read_under_torchs_names(tmp_path):
    held = {
        "vggish/conv1/weights": np.arange(54, dtype=np.float32).reshape(3, 3, 2, 3),
        "vggish/fc2/biases": np.arange(4, dtype=np.float32),
        "global_step": np.zeros((), np.float32),
    }
    found = vggish._net(write_v1(tmp_path / "vggish_model.ckpt", held))
    assert set(found) == {"features.0.weight", "embeddings.4.bias"}
    np.testing.assert_array_equal(
        found["features.0.weight"], held["vggish/conv1/weights"].transpose(3, 2, 0, 1)
    )
    np.testing.assert_array_equal(found["embeddings.4.bias"], held["vggish/fc2/biases"])


def refused(key: str, *paths: Path) -> str:
    with pytest.raises(BadWeights) as caught:
        base.load(base.resolve(key), paths, "cpu")
    return str(caught.value)


def test_an_incomplete_checkpoint_is_refused(tmp_path):
    held = {
        "vggish/conv1/weights": np.zeros((3, 3, 1, 64), np.float32),
        "vggish/fc2/weights": np.zeros((4, 2)),
    }
    said = refused("vggish", write_v1(tmp_path / "vggish_model.ckpt", held))
    assert "the tensor 'features.0.bias' (64,) is missing" in said


def test_another_nets_file_is_refused_by_name(tmp_path):
    path = tmp_path / "epoch.pt"
    torch.save({"encoder.sequential.10.0.weight": torch.zeros(1)}, path)
    said = refused("vggish", path)
    assert said.startswith("epoch.pt is CLMR's encoder; weights of VGGish were expected.")


def test_a_musicnn_checkpoint_is_refused_by_name(here):
    spec = base.resolve("musicnn:MTT_vgg").spec
    said = refused("vggish", files.locate(spec, here).paths[0])
    assert "is musicnn's VGG net; weights of VGGish were expected." in said


@pytest.mark.parametrize("content", [b"", b"no array", b"PK\x03\x04 cut short"])
def test_something_else_instead_of_the_pca_is_refused(tmp_path, torchs, content):
    path = tmp_path / "vggish_pca_params.npz"
    path.write_bytes(content)
    assert "quintet weights get vggish:pca" in refused("vggish:pca", torchs, path)
