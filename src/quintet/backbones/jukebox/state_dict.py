"""The tensors of Jukebox's files: their names and shapes, and the check that a file holds them."""

from collections.abc import Iterable
from math import prod
from typing import Protocol

import numpy as np

from quintet.backbones.jukebox.sizes import NEXT, PriorSize, VqSize
from quintet.errors import BadWeights

Shapes = dict[str, tuple[int, ...]]
FLOATS = (np.dtype(np.float16), np.dtype(np.float32))
OTHERS = {  # part of a tensor's name -> the official file it is in
    "prime_prior.": "the prior of Jukebox 5B-lyrics",
    "conditioner_blocks.": "one of Jukebox's upsamplers",
    "encoders.": "a VQ-VAE of Jukebox",
    "prior.transformer.": "a prior of Jukebox",
}


class Lies(Protocol):
    """A tensor on disk."""

    shape: tuple[int, ...]
    dtype: np.dtype


def vq_shapes(size: VqSize) -> Shapes:
    """Name -> shape of level 2's encoder and codebook: 133 tensors in the official file."""
    shapes: Shapes = {"bottleneck.level_blocks.2.k": (size.codes, size.code_width)}
    for group, halvings in enumerate(size.downs):
        name, width = f"encoders.2.level_blocks.{group}.model", size.width
        for stage in range(halvings):
            first = width if stage else size.code_width if group else 1
            shapes |= _convolution(f"{name}.{stage}.0", width, first, 4)
            for block in range(size.depth):
                shapes |= _convolution(f"{name}.{stage}.1.model.{block}.model.1", width, width, 3)
                shapes |= _convolution(f"{name}.{stage}.1.model.{block}.model.3", width, width, 1)
        shapes |= _convolution(f"{name}.{halvings}", size.code_width, width, 3)
    return shapes


def prior_shapes(size: PriorSize, layers: int) -> Shapes:
    """Name -> shape of all that the first `layers` layers need; of label tables the rows that are used."""
    shapes: Shapes = {f"y_emb.{label}_emb.emb.weight": (1, size.width) for label in ("bow_genre", "artist")}
    for scale in ("total_length", "absolute_pos", "relative_pos"):
        shapes[f"y_emb.{scale}_emb.emb.weight"] = (size.bins, size.width)
    shapes["prior.x_emb.weight"] = (size.words + size.codes, size.width)
    shapes["prior.pos_emb.pos_emb"] = (size.positions, size.width)
    for number in range(layers):
        name = layer_name(number)
        shapes |= _affine(f"{name}.attn.c_attn", size.width, 3 * size.inner)
        shapes |= _affine(f"{name}.attn.c_proj", size.inner, size.width)
        shapes |= _affine(f"{name}.mlp.c_fc", size.width, size.width)
        shapes |= _affine(f"{name}.mlp.c_proj", size.width, size.width)
        for norm in ("ln_0", "ln_1"):
            shapes |= {f"{name}.{norm}.{part}": (size.width,) for part in ("weight", "bias")}
    return shapes


def layer_name(number: int) -> str:
    """What the names of a layer's tensors begin with; layers count from 0."""
    return f"prior.transformer._attn_mods.{number}"


def count(shapes: Shapes) -> int:
    """Values in all of them."""
    return sum(map(prod, shapes.values()))


def check(found: dict[str, Lies], wanted: Shapes, title: str) -> None:
    """Raises BadWeights where a tensor is missing or of another shape or type, and says what the file is."""
    for name, shape in wanted.items():
        if name not in found:
            raise BadWeights(
                f"These are not weights of {title}: the tensor {name!r} {shape} is missing. "
                f"The file is {kind(found)}. {NEXT}"
            )
        has, rows = found[name].shape, name.startswith(("y_emb.bow", "y_emb.artist"))
        fits = has[1:] == shape[1:] and len(has) == 2 and has[0] >= 1 if rows else has == shape
        if not fits or found[name].dtype not in FLOATS:
            raise BadWeights(
                f"These are not weights of {title}: {name!r} is {found[name].dtype} {has}, "
                f"expected float32 or float16 {shape}. The file is {kind(found)}. {NEXT}"
            )


def kind(names: Iterable[str]) -> str:
    """What a file with tensors of these names is, in words."""
    names = list(names)
    for part, words in OTHERS.items():
        if any(name.startswith(part) or f".{part}" in name for name in names):
            return words
    return f"none of Jukebox's ({', '.join(names[:2]) or 'no tensors'}, ...)"


def _convolution(name: str, out: int, channels: int, taps: int) -> Shapes:
    return {f"{name}.weight": (out, channels, taps), f"{name}.bias": (out,)}


def _affine(name: str, channels: int, out: int) -> Shapes:
    """Jukebox stores a dense layer's weights as (in, out)."""
    return {f"{name}.w": (channels, out), f"{name}.b": (out,)}
