"""The 150 tensors of OpenJMLA's encoder: names and shapes, and random values for the untrained control."""

import math
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch

HEADS = 12  # of 64 values each
WIDTH = 768
HIDDEN = 3072
DEPTH = 12
PATCHES = 935  # 5 over frequency times 187 over time
LAYER = {  # of one block: name -> shape
    "ln1.weight": (WIDTH,),
    "ln1.bias": (WIDTH,),
    "attn.qkv.weight": (3 * WIDTH, WIDTH),
    "attn.qkv.bias": (3 * WIDTH,),
    "attn.proj.weight": (WIDTH, WIDTH),
    "attn.proj.bias": (WIDTH,),
    "ln2.weight": (WIDTH,),
    "ln2.bias": (WIDTH,),
    "ffn.layers.0.0.weight": (HIDDEN, WIDTH),
    "ffn.layers.0.0.bias": (HIDDEN,),
    "ffn.layers.1.weight": (WIDTH, HIDDEN),
    "ffn.layers.1.bias": (WIDTH,),
}


def shapes() -> dict[str, tuple[int, ...]]:
    """Name -> shape of all that the encoder has: 86,366,208 values."""
    return {
        "cls_token": (1, 1, WIDTH),
        "pos_embed": (1, 1 + PATCHES, WIDTH),
        "patch_embed.projection.weight": (WIDTH, 3, 16, 16),
        "patch_embed.projection.bias": (WIDTH,),
        **{f"layers.{n}.{name}": shape for n in range(DEPTH) for name, shape in LAYER.items()},
        "ln1.weight": (WIDTH,),
        "ln1.bias": (WIDTH,),
    }


def draw(name: str, shape: tuple[int, ...]) -> np.ndarray:
    """Random values (float32) for one tensor, the same everywhere: drawn from the CRC-32 of its name.

    Positions, biases and norms are drawn large enough that leaving one out would show.
    """
    values = np.random.default_rng(zlib.crc32(name.encode())).standard_normal(shape)
    if name in ("cls_token", "pos_embed"):
        values *= 0.5
    elif len(shape) > 1:
        values /= math.sqrt(math.prod(shape[1:]))
    else:
        values *= 0.1
        values += name.endswith("weight")  # the scale of a normalisation lies around 1
    return values.astype(np.float32)


def random() -> dict[str, torch.Tensor]:
    """Every tensor of an encoder that learnt nothing: about a second and a half of one core, drawn on two."""
    wanted = shapes()
    with ThreadPoolExecutor(2) as pool:  # NumPy draws without Python's lock
        drawn = pool.map(draw, wanted, wanted.values())
        return {name: torch.from_numpy(values) for name, values in zip(wanted, drawn, strict=True)}
