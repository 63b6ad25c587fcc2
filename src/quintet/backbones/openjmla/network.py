"""OpenJMLA's audio encoder: a plain ViT-B/16 over spectrograms, built from the authors' tensors.

Source: MMSelfSup's MAEViT (open-mmlab/mmselfsup@684875d) over mmcls' VisionTransformer (mmpretrain@2495400),
without masking. Shapes: B windows of F x T spectrogram, N = F / 16 * T / 16 patches, D values per token.
"""

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional

Tensors = dict[str, Tensor]  # by their names in the checkpoint
PATCH = 16  # bands, and frames: 0.16 s
EPSILON = 1e-6  # of every layer normalisation


class Vit(nn.Module):
    """Patches and a class token, pre-norm transformer blocks, a last normalisation."""

    def __init__(self, tensors: Tensors, heads: int) -> None:
        super().__init__()
        self.patches = Patches(tensors)
        self.register_buffer("first", tensors["cls_token"][0] + tensors["pos_embed"][0, :1])  # (1, D)
        self.register_buffer("places", tensors["pos_embed"][0, 1:].contiguous())  # (N, D)
        depth = sum(name.endswith(".attn.qkv.weight") for name in tensors)
        self.blocks = nn.ModuleList(Block(tensors, f"layers.{n}.", heads) for n in range(depth))
        self.norm = Norm(tensors, "ln1")

    def forward(self, spectrograms: Tensor) -> Tensor:
        """(B, F, T) -> tokens (B, 1 + N, D): the class token, then the patches, low bands first."""
        *_, last = self.layers(spectrograms)
        return last

    def layers(self, spectrograms: Tensor) -> Iterator[Tensor]:
        """(B, F, T) -> what each block leaves (B, 1 + N, D), the last one after its normalisation."""
        x = self.embedded(spectrograms)
        for number, block in enumerate(self.blocks, start=1):
            x = block(x)
            yield self.norm(x) if number == len(self.blocks) else x

    def embedded(self, spectrograms: Tensor) -> Tensor:
        """(B, F, T) -> (B, 1 + N, D): what enters the first block."""
        patches = self.patches(spectrograms) + self.places
        return torch.cat([self.first.expand(len(patches), -1, -1), patches], 1)


class Patches(nn.Module):
    """Squares of 16 x 16 as one product. The net has three input channels, and all are given the same."""

    def __init__(self, tensors: Tensors) -> None:
        super().__init__()
        kernel = tensors["patch_embed.projection.weight"].sum(1)  # so one channel through their sum is exact
        self.register_buffer("weight", kernel.flatten(1))  # (D, 256)
        self.register_buffer("bias", tensors["patch_embed.projection.bias"])

    def forward(self, x: Tensor) -> Tensor:
        squares = x.unflatten(2, (-1, PATCH)).unflatten(1, (-1, PATCH))  # (B, F / 16, 16, T / 16, 16)
        return functional.linear(squares.transpose(2, 3).flatten(3).flatten(1, 2), self.weight, self.bias)


class Block(nn.Module):
    """Attention among all tokens, then two dense layers on each; both are added to what came in."""

    def __init__(self, tensors: Tensors, prefix: str, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.before, self.between = Norm(tensors, f"{prefix}ln1"), Norm(tensors, f"{prefix}ln2")
        self.qkv, self.proj = Linear(tensors, f"{prefix}attn.qkv"), Linear(tensors, f"{prefix}attn.proj")
        self.wide = Linear(tensors, f"{prefix}ffn.layers.0.0")
        self.narrow = Linear(tensors, f"{prefix}ffn.layers.1")

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attended(self.before(x))
        return x + self.narrow(functional.gelu(self.wide(self.between(x))))

    def attended(self, x: Tensor) -> Tensor:
        """(B, 1 + N, D) -> the same shape; every head sees D / heads values."""
        qkv = (
            self.qkv(x).unflatten(2, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        )  # (3, B, heads, 1 + N, ...)
        mixed = functional.scaled_dot_product_attention(*qkv)
        return self.proj(mixed.transpose(1, 2).flatten(2))


class Linear(nn.Module):
    """A dense layer over the last axis."""

    def __init__(self, tensors: Tensors, name: str) -> None:
        super().__init__()
        self.register_buffer("weight", tensors[f"{name}.weight"])  # (out, in)
        self.register_buffer("bias", tensors[f"{name}.bias"])

    def forward(self, x: Tensor) -> Tensor:
        return functional.linear(x, self.weight, self.bias)


class Norm(nn.Module):
    """Layer normalisation over the last axis."""

    def __init__(self, tensors: Tensors, name: str) -> None:
        super().__init__()
        self.register_buffer("weight", tensors[f"{name}.weight"])
        self.register_buffer("bias", tensors[f"{name}.bias"])

    def forward(self, x: Tensor) -> Tensor:
        return functional.layer_norm(x, self.weight.shape, self.weight, self.bias, EPSILON)
