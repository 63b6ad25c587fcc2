"""A weights file says what it is by the names in it, and nothing of it is executed."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from quintet import registry
from quintet.backbones.base import Spec
from quintet.checkpoints import identify
from quintet.settings import Settings
from quintet.weights import files
from tests.v1_checkpoint import write_v1

GOLDEN = Path(__file__).parents[1] / "golden"
NAMES = {  # what it is -> names of a few tensors of such a file
    "VGGish's net, torchvggish's file": ("features.13.weight", "embeddings.4.weight"),
    "CLMR's encoder": ("encoder.sequential.10.0.weight", "projector.0.weight"),
    "CLMR's tag head": ("model.0.weight", "model.0.bias", "encoder.sequential.10.0.weight"),
    "OpenJMLA's encoder": ("backbone.patch_embed.projection.weight", "backbone.layers.11.ln1.weight"),
    "Jukebox's prior": ("prior.transformer._attn_mods.0.ln_0.weight",),
    "Jukebox's VQ-VAE": ("bottleneck.level_blocks.2.k", "encoders.2.level_blocks.0.model.0.0.weight"),
}


class Trap:
    """Raises where it is unpickled."""

    def __reduce__(self) -> tuple:
        return exec, ("raise RuntimeError('executed')",)


def specs() -> list[Spec]:
    modules = [registry.module("backbones", name) for name in registry.names("backbones")]
    return [spec for module in modules for spec in module.VARIANTS.values()]


def saved(path: Path, names: tuple[str, ...], **how: bool) -> Path:
    held = {name: torch.zeros(2) for name in names}
    torch.save({"callbacks": Trap(), "state_dict": held}, path, **how)
    return path


@pytest.mark.parametrize("old", [False, True], ids=["zip format", "format before PyTorch 1.6"])
@pytest.mark.parametrize("what", NAMES)
def test_a_torch_file_is_recognised_without_running_its_code(tmp_path, what, old):
    path = saved(tmp_path / "net.pt", NAMES[what], _use_new_zipfile_serialization=not old)
    assert identify.what(path) == what


def test_a_zip_of_a_torch_file_is_recognised(tmp_path):
    inner = saved(tmp_path / "net.ckpt", NAMES["CLMR's encoder"])
    with zipfile.ZipFile(tmp_path / "net.zip", "w") as archive:
        archive.write(inner, "folder/net.ckpt")
    assert identify.what(tmp_path / "net.zip") == "CLMR's encoder"


def test_a_google_checkpoint_is_recognised(tmp_path):
    path = write_v1(tmp_path / "any.ckpt", {"vggish/fc2/weights": np.zeros((2, 2))})
    assert identify.is_tensorflow(path)
    assert identify.what(path) == "VGGish's net, Google's checkpoint"


def test_an_index_without_its_shards_is_recognised():
    assert identify.what(GOLDEN / "tf_bundle" / "MTT_musicnn.genuine.index") == "musicnn's net"


def test_the_pca_is_recognised():
    assert identify.what(GOLDEN / "vggish" / "vggish_pca_params.npz") == "VGGish's PCA"


@pytest.mark.parametrize(
    "content", [b"", b"abc", b"not weights " * 100, b"PK\x03\x04", b"\x80\x02}q\x00X\xff"]
)
def test_anything_else_is_nothing(tmp_path, content):
    path = tmp_path / "file"
    path.write_bytes(content)
    assert identify.what(path) == ""
    assert identify.foreign((path,), "VGGish") == ""


def test_a_zip_of_itself_ends(tmp_path):
    path = tmp_path / "deep.pt"
    path.write_bytes(b"")
    for _ in range(5):
        inner = path.rename(tmp_path / "inner.pt")
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(inner, "inner.pt")
    assert identify.what(path) == ""


def test_another_nets_file_is_foreign_and_its_own_is_not(tmp_path):
    path = saved(tmp_path / "net.pt", NAMES["CLMR's encoder"])
    assert identify.foreign((path,), "CLMR") == ""
    said = "net.pt is CLMR's encoder; weights of VGGish with PCA were expected."
    assert identify.foreign((path,), "VGGish with PCA").startswith(said)


def test_what_files_are_declared_to_hold_begins_a_kind():
    declared = {file.holds for spec in specs() for file in spec.weights if file.holds}
    assert declared
    kinds = [kind.what for kind in identify.KINDS]
    assert all(any(kind.startswith(holds) for kind in kinds) for holds in declared)


def test_the_weights_that_are_installed_are_recognised_as_their_own():
    found = [(spec, files.find(spec.weights[0], Settings())) for spec in specs() if spec.weights]
    found = [(spec, path) for spec, path in found if path]
    assert found
    for spec, path in found:
        assert identify.what(path).startswith(spec.title.partition(" ")[0] + "'s")
