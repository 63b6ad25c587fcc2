"""Which files OpenJMLA's encoder is read from, and what is said of every other one."""

import json
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from quintet.backbones import base
from quintet.backbones.openjmla import checkpoint, state_dict
from quintet.checkpoints import torch_checkpoint
from quintet.errors import BadWeights

GOLDEN = Path(__file__).parents[1] / "golden" / "openjmla"
SHAPES = state_dict.shapes()
Tensors = dict[str, torch.Tensor]


def like(shapes: dict[str, tuple[int, ...]], kind: torch.dtype = torch.float32) -> Tensors:
    """Tensors of these shapes that take no room in a file: each is one number, its place in the list."""
    return {name: torch.tensor(i, dtype=kind).expand(shape) for i, (name, shape) in enumerate(shapes.items())}


def shape_of(**changed: int) -> dict[str, tuple[int, ...]]:
    """The encoder's shapes with another number wherever that number stands, such as 768 -> 384."""
    swap = {int(old[1:]): new for old, new in changed.items()}
    return {name: tuple(swap.get(n, n) for n in shape) for name, shape in SHAPES.items()}


def timm(name: str) -> str:
    """The name that timm and MAE give it."""
    if name.startswith("ln1."):
        return "norm." + name[4:]
    pairs = [("patch_embed.projection", "patch_embed.proj"), ("layers.", "blocks."), ("ln1", "norm1")]
    pairs += [("ln2", "norm2"), ("ffn.blocks.0.0", "mlp.fc1"), ("ffn.blocks.1", "mlp.fc2")]
    for ours, theirs in pairs:
        name = name.replace(ours, theirs)
    return name


def prefixed(prefix: str, tensors: Tensors) -> Tensors:
    return {prefix + name: tensor for name, tensor in tensors.items()}


@pytest.fixture
def saved(tmp_path) -> Callable[[object], Path]:
    def save(held: object) -> Path:
        torch.save(held, tmp_path / "epoch_20.pth")
        return tmp_path / "epoch_20.pth"

    return save


def values(found: Tensors) -> dict[str, float]:
    """One number of each tensor, after checking the shapes."""
    assert {name: tuple(tensor.shape) for name, tensor in found.items()} == SHAPES
    return {name: float(tensor.flatten()[-1]) for name, tensor in found.items()}


def named(path: Path) -> dict[str, float]:
    """The encoder's tensors as they are found in the file."""
    return values(checkpoint.renamed(torch_checkpoint.read(path)))


EXPECTED = {name: float(i) for i, name in enumerate(SHAPES)}


def test_the_official_file_gives_float32_tensors_in_memory_of_their_own(saved):
    found = checkpoint.read(saved({"state_dict": like(SHAPES), "author": "MMSelfSup"}))
    assert values(found) == EXPECTED
    assert all(tensor.dtype == torch.float32 and tensor.is_contiguous() for tensor in found.values())
    assert all(tensor.untyped_storage().nbytes() == 4 * tensor.numel() for tensor in found.values())


def test_half_precision_in_the_old_format_is_read_as_float32(tmp_path):
    path = tmp_path / "old.bin"
    torch.save(
        prefixed("backbone.", like(SHAPES, torch.bfloat16)), path, _use_new_zipfile_serialization=False
    )
    found = checkpoint.read(path)
    assert values(found) == EXPECTED
    assert {tensor.dtype for tensor in found.values()} == {torch.float32}


@pytest.mark.parametrize("container", ["state_dict", "model", "model_state_dict", "module", None])
def test_the_encoder_is_found_in_and_out_of_its_container(saved, container):
    held = {container: like(SHAPES), "author": "MMSelfSup"} if container else like(SHAPES)
    assert named(saved(held)) == EXPECTED


@pytest.mark.parametrize("prefix", ["backbone.", "module.", "module.backbone.", "model.backbone.", "a.b."])
def test_a_prefix_is_found_and_what_lies_beside_the_encoder_is_left(saved, prefix):
    beside = like({"neck.lm.weight": (2, 2), "adapter.0.0.adapter_up.bias": (3,), "samplers.0.norm": (1,)})
    assert named(saved({"state_dict": prefixed(prefix, like(SHAPES)) | beside})) == EXPECTED


def test_timms_names_are_understood_and_a_decoder_is_left(saved):
    held = {timm(name): tensor for name, tensor in like(SHAPES).items()}
    beside = like(
        {"mask_token": (1, 1, 512), "decoder_blocks.0.norm1.weight": (512,), "head.weight": (5, 768)}
    )
    assert named(saved({"model": held | beside, "epoch": 20})) == EXPECTED


def adapter() -> Tensors:
    keys = json.loads((GOLDEN / "inferred_main_checkpoint.keys.json").read_text())["keys"]
    return like({name: tuple(shape) for name, shape in keys.items()}, torch.bfloat16)


def audiomae() -> Tensors:
    shapes = SHAPES | {"patch_embed.projection.weight": (768, 1, 16, 16), "pos_embed": (1, 513, 768)}
    return {timm(name): tensor for name, tensor in like(shapes).items()}


def without(part: str) -> Tensors:
    return {name: tensor for name, tensor in like(SHAPES).items() if part not in name}


FOREIGN = {
    "the language adapter": (adapter, "language adapter checkpoint .1.37 GB., which has no audio encoder"),
    "the language adapter, wrapped": (
        lambda: {"state_dict": prefixed("module.", adapter())},
        "language adapter checkpoint",
    ),
    "AudioMAE": (
        lambda: {"model": audiomae(), "args": Namespace(lr=0.1)},
        "AudioMAE-style ViT.*128 mel bands",
    ),
    "another spectrogram ViT": (
        lambda: like(
            SHAPES | {"patch_embed.projection.weight": (768, 1, 16, 16), "pos_embed": (1, 251, 768)}
        ),
        "another ViT for spectrograms.*250 patches",
    ),
    "a ViT from Hugging Face": (
        lambda: like({"vit.embeddings.patch_embeddings.projection.weight": (768, 3, 16, 16)}),
        "is a ViT or AST in Hugging Face's layout; weights of OpenJMLA were expected",
    ),
    "SadTalker's epoch_20.pth": (
        lambda: {"net_recon": like({"backbone.conv1.weight": (64, 3, 7, 7)}), "opt_00": {"state": {}}},
        "is SadTalker's face model, which has the same file name; weights of OpenJMLA were expected",
    ),
    "CLMR's encoder": (
        lambda: like({"encoder.sequential.10.0.weight": (512, 512, 3)}),
        "is CLMR's encoder; weights of OpenJMLA were expected",
    ),
    "a net for pictures": (
        lambda: like({f"layer{n}.0.conv1.weight": (64, 64, 1, 1) for n in range(1, 6)}),
        r"something else: it holds 'layer1.0.conv1.weight', .* … \(5 in all\)",
    ),
    "a smaller ViT": (
        lambda: like(shape_of(_768=384, _3072=1536, _2304=1152)),
        "another size .values per token 384, expected 768; hidden values 1536, expected 3072",
    ),
    "a ViT of fewer blocks": (lambda: without("layers.11."), "another size .blocks 11, expected 12"),
    "a ViT for pictures": (
        lambda: like(SHAPES | {"pos_embed": (1, 197, 768)}),
        "another size .patches 196, expected 935",
    ),
    "no last normalisation": (
        lambda: {name: t for name, t in like(SHAPES).items() if not name.startswith("ln1")},
        "lacks 'ln1.weight', 'ln1.bias'",
    ),
    "one tensor too many": (
        lambda: like(SHAPES | {"layers.0.gamma_1": (768,)}),
        "more than the 150.*gamma_1",
    ),
    "one of another shape": (lambda: like(SHAPES | {"ln1.bias": (769,)}), r"'ln1.bias' as float32 \(769,\)"),
    "whole numbers": (lambda: like(SHAPES, torch.int64), "as int64"),
    "no numbers": (lambda: like(SHAPES) | {"ln1.bias": torch.full((768,), torch.nan)}, "damaged: 'ln1.bias'"),
    "two encoders": (
        lambda: prefixed("a.", like(SHAPES)) | prefixed("b.", like(SHAPES)),
        "holds 2 encoders, under 'a.', 'b.'",
    ),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_another_file_is_refused_with_what_it_is(saved, kind):
    made, said = FOREIGN[kind]
    with pytest.raises(BadWeights, match=said) as refusal:
        base.load(base.resolve("openjmla"), (saved(made()),), "cpu")
    assert str(refusal.value).startswith("epoch_20.pth ")
    assert "--weights FILE" in str(refusal.value)
