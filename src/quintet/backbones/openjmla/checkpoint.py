"""OpenJMLA's encoder out of any file that holds it; every other file is refused with what it is.

The official file, epoch_20.pth, has MMSelfSup's names without a prefix; the whole model's file, prefixes.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from quintet.backbones.openjmla import state_dict
from quintet.checkpoints import torch_checkpoint, validation
from quintet.errors import BadWeights

if TYPE_CHECKING:
    from torch import Tensor

NEXT = "Its file is epoch_20.pth (346 MB). Run: quintet weights get openjmla, or name it with --weights FILE."
STEM = re.compile(r"(^|.*\.)patch_embed\.proj(?:ection)?\.weight")  # MMSelfSup's name, or timm's
PREFIXES = ("", "backbone.", "module.", "module.backbone.", "model.backbone.")  # the first that fits is taken
BESIDE = ("neck.", "adapter.", "samplers.", "decoder", "mask_token", "head.")  # not the encoder's
TIMM = (  # its names, ours
    (r"^patch_embed\.proj\.", "patch_embed.projection."),
    (r"^blocks\.", "layers."),
    (r"\.norm([12])\.", r".ln\1."),
    (r"\.mlp\.fc1\.", ".ffn.layers.0.0."),
    (r"\.mlp\.fc2\.", ".ffn.layers.1."),
    (r"^norm\.", "ln1."),
)
ADAPTER = re.compile(r"(^|.*\.)(adapter|samplers)\..*")
SHOWN = 3  # names in a message


@validation.reader("weights of OpenJMLA")
def read(path: Path) -> dict[str, "Tensor"]:
    """The 150 float32 tensors under MMSelfSup's names. Raises BadWeights."""
    found = torch_checkpoint.read(path)
    try:
        return checked(renamed(found))
    except BadWeights as error:
        raise BadWeights(
            f"{path.name} {validation.clean_text(str(error), 600)}; the encoder of OpenJMLA was expected. "
            f"{NEXT}"
        ) from error


def renamed(found: dict[str, "Tensor"]) -> dict[str, "Tensor"]:
    """The encoder's tensors alone, without prefix. Raises BadWeights unless there is exactly one."""
    stems = {match[1] for name in found if (match := STEM.fullmatch(name))}
    if not stems:
        raise BadWeights(_foreign(found))
    prefix = next((p for p in PREFIXES if p in stems), None)
    if prefix is None:
        if len(stems) > 1:
            raise BadWeights(f"holds {len(stems)} encoders, under {_listed(sorted(stems))}")
        (prefix,) = stems
    names = (name.removeprefix(prefix) for name in found if name.startswith(prefix))
    return {_ours(name): found[prefix + name] for name in names if not name.startswith(BESIDE)}


def checked(tensors: dict[str, "Tensor"]) -> dict[str, "Tensor"]:
    """The same, float32 in memory of their own. Raises BadWeights unless they are the encoder's 150."""
    shapes = state_dict.shapes()
    if said := _other(tensors):
        raise BadWeights(said)
    if missing := [name for name in shapes if name not in tensors]:
        raise BadWeights(f"lacks {_listed(missing)}")
    if more := [name for name in tensors if name not in shapes]:
        raise BadWeights(f"has more than the {len(shapes)} tensors expected, {_listed(more)}")
    for name, shape in shapes.items():
        if tuple(tensors[name].shape) != shape or not tensors[name].is_floating_point():
            is_now = f"{str(tensors[name].dtype).removeprefix('torch.')} {tuple(tensors[name].shape)}"
            raise BadWeights(f"has {name!r} as {is_now}, expected float32 {shape}")
        if not tensors[name].isfinite().all():
            raise BadWeights(f"is damaged: {name!r} holds values that are no numbers")
    return {name: tensors[name].detach().float().clone().contiguous() for name in shapes}


def _ours(name: str) -> str:
    for theirs, ours in TIMM:
        name = re.sub(theirs, ours, name)
    return name


def _foreign(found: dict[str, "Tensor"]) -> str:
    if any(ADAPTER.fullmatch(name) for name in found):
        return "is OpenJMLA's language adapter checkpoint (1.37 GB), which has no audio encoder"
    return f"is something else: it holds {_listed(list(found))}"


def _other(tensors: dict[str, "Tensor"]) -> str:
    """What other ViT this is; empty for one of OpenJMLA's size."""
    seen = _size(tensors)
    if seen.get("input channels") == 1:
        if seen.get("patches") == 512:
            return "is an AudioMAE-style ViT, which hears 128 mel bands x 1024 frames in 512 patches"
        return f"is another ViT for spectrograms: one input channel, {seen.get('patches', 'unknown')} patches"
    differ = [f"{name} {found}, expected {_EXPECTED[name]}" for name, found in seen.items()
              if found != _EXPECTED[name]]  # fmt: skip
    return f"is a ViT of another size ({'; '.join(differ)})" if differ else ""


_EXPECTED = {
    "values per token": state_dict.WIDTH,
    "input channels": 3,
    "patch": "16 x 16",
    "patches": state_dict.PATCHES,
    "blocks": state_dict.DEPTH,
    "hidden values": state_dict.HIDDEN,
}


def _size(tensors: dict[str, "Tensor"]) -> dict[str, int | str]:
    """Those facts of `_EXPECTED` that this file tells."""
    seen = {}
    kernel = tensors["patch_embed.projection.weight"]
    if kernel.ndim == 4:
        width, channels, *patch = kernel.shape
        seen = {"values per token": width, "input channels": channels, "patch": " x ".join(map(str, patch))}
    positions = tensors.get("pos_embed")
    if positions is not None and positions.ndim == 3:
        seen["patches"] = positions.shape[1] - ("cls_token" in tensors)
    blocks = {match[1] for name in tensors if (match := re.match(r"layers\.(\d+)\.", name))}
    seen["blocks"] = len(blocks)
    hidden = tensors.get("layers.0.ffn.layers.0.0.weight")
    return seen if hidden is None else seen | {"hidden values": len(hidden)}


def _listed(names: list[str]) -> str:
    more = f" … ({len(names)} in all)" if len(names) > SHOWN else ""
    return ", ".join(map(validation.quote, names[:SHOWN])) + more
