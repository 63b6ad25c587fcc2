"""The tensors of CLMR: names and shapes, and where they stand in the files of its releases.

2.0      a plain state dict: encoder.sequential.0.0.weight, …, projector.…
2.1      the same under `encoder.` and once more under `model.encoder.`
before   encoder.conv1.0.weight, … instead of encoder.sequential.0.0.weight
heads    0.weight, 0.bias (linear), also 2.weight, 2.bias (of two layers); in 2.1 with `model.` in front
Source: Spijkervet/CLMR@423414d and its tags 1.0, 2.0, 2.1.
"""

import re

import numpy as np

Arrays = dict[str, np.ndarray]
CHANNELS = (128, 128, 128, 256, 256, 256, 256, 256, 256, 512, 512)  # out of blocks 0 to 10
EMBEDDING = CHANNELS[-1]
TAGS = 50
_ENCODER = re.compile(r"(?:.*\.)?(?:sequential\.(\d+)|encoder\.conv(\d+))\.([01])\.(\w+)")
_HEAD = re.compile(r"(?:model\.)?([02])\.(weight|bias)")


def shapes() -> dict[str, tuple[int, ...]]:
    """Name -> shape of all that inference needs of the encoder (66 tensors)."""
    wanted = {}
    for block, (inside, outside) in enumerate(zip((1, *CHANNELS), CHANNELS, strict=False)):
        wanted[f"sequential.{block}.0.weight"] = (outside, inside, 3)
        wanted[f"sequential.{block}.0.bias"] = (outside,)
        for part in ("weight", "bias", "running_mean", "running_var"):
            wanted[f"sequential.{block}.1.{part}"] = (outside,)
    return wanted


def head_shapes(layers: int) -> dict[str, tuple[int, ...]]:
    """Name -> shape of a tag head of one layer or two."""
    wanted = {"0.weight": (TAGS, EMBEDDING), "0.bias": (TAGS,)}
    if layers == 1:
        return wanted
    return {"0.weight": (EMBEDDING, EMBEDDING), "0.bias": (EMBEDDING,),
            "2.weight": wanted["0.weight"], "2.bias": wanted["0.bias"]}  # fmt: skip


def encoder(found: Arrays) -> Arrays:
    """What of a file belongs to an encoder, under 2.0's names without prefix; empty where nothing does."""
    mine = {}
    for name, values in found.items():
        if match := _ENCODER.fullmatch(name):
            block = match[1] or int(match[2]) - 1  # they counted from 1
            mine.setdefault(f"sequential.{block}.{match[3]}.{match[4]}", values)
    return mine


def head(found: Arrays) -> Arrays:
    """What of a file belongs to a tag head, without prefix; empty where nothing does."""
    return {f"{m[1]}.{m[2]}": values for name, values in found.items() if (m := _HEAD.fullmatch(name))}
