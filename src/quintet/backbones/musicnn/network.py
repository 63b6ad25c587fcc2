"""musicnn and its VGG companion (arXiv:1909.06654), built from the authors' TensorFlow tensors.

Source: jordipons/musicnn@516acb2, models.py; for inference. A convolution has bias, ReLU, then normalisation.
Shapes: B patches of T = 187 frames and F = 96 mel bands; C channels.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from quintet.backbones.musicnn.fused_conv import Temporal, Timbral

Tensors = dict[str, Tensor]  # by their names in the checkpoint
EPSILON = 1e-3  # of every batch normalisation


class Heard(NamedTuple):
    """What musicnn makes of B patches."""

    mean_pool: Tensor  # (B, 753), over time
    max_pool: Tensor  # (B, 753)
    dense: Tensor  # (B, 200), before ReLU and normalisation
    penultimate: Tensor  # (B, 200), after both
    logits: Tensor  # (B, 50)

    @property
    def embedding(self) -> Tensor:
        """(B, 1506): jukemir's recipe (p-lambda/jukemir@2415556, representations/musicnn)."""
        return torch.cat([self.mean_pool, self.max_pool], 1)


class Seen(NamedTuple):
    """What the VGG net makes of B patches."""

    pool5: Tensor  # (B, 2, 1, 128): time, frequency, channel
    logits: Tensor  # (B, 50)

    @property
    def embedding(self) -> Tensor:
        """(B, 256)."""
        return self.pool5.flatten(1)


class Musicnn(nn.Module):
    """Timbral and temporal front end, three dense-connected layers over time, pooling, two dense layers."""

    BATCH = 8  # patches together: 24 s of audio, and products that stay in the cache

    def __init__(self, tensors: Tensors) -> None:
        super().__init__()
        self.input = Norm(tensors, 0)
        self.front = nn.ModuleList(
            [_loudest(Timbral, tensors, number) for number in (0, 1)]  # 204 channels each
            + [_loudest(Temporal, tensors, number) for number in (2, 3, 4)]  # 51 channels each
        )
        self.middle = nn.ModuleList(OverTime(tensors, number) for number in (5, 6, 7))
        self.pooled = Norm(tensors, 9)
        self.dense = Dense(tensors, "dense")
        self.densed = Norm(tensors, 10)
        self.output = Dense(tensors, "dense_1")

    def forward(self, x: Tensor) -> Heard:
        x = self.input(x[..., None])[..., 0]  # (B, T, F)
        front = torch.cat([layer(x) for layer in self.front], 2)  # (B, T, 561)
        first = self.middle[0](front)  # (B, T, 64)
        second = self.middle[1](first) + first
        third = self.middle[2](second) + second
        features = torch.cat([front, first, second, third], 2)  # (B, T, 753)
        max_pool, mean_pool = features.amax(1), features.mean(1)
        flat = torch.stack([max_pool, mean_pool], 2).flatten(
            1
        )  # (B, 1506): max 0, mean 0, max 1, mean 1, ...
        dense = self.dense(self.pooled(flat))
        penultimate = self.densed(functional.relu(dense))
        return Heard(mean_pool, max_pool, dense, penultimate, self.output(penultimate))


class Vgg(nn.Module):
    """Five blocks of a 3 x 3 convolution with 128 channels and pooling, one dense layer."""

    BATCH = 2  # patches together; at 8 the first block's 73 MB leave the cache and take twice the time
    # Kernel and stride in time and frequency. The paper's first stride is 2 x 2 over a kernel of 4 x 1: it
    # looks at every second band, so the first convolution computes no other.
    POOLS = (((4, 1), (2, 1)), (2, 2), (2, 2), (2, 2), (4, 4))

    def __init__(self, tensors: Tensors) -> None:
        super().__init__()
        self.input = Norm(tensors, 0)
        self.blocks = nn.ModuleList(Square(tensors, n, step=2 if n == 1 else 1) for n in range(1, 6))
        self.output = Dense(tensors, "dense")

    def forward(self, x: Tensor) -> Seen:
        x = self.input(x[..., None]).permute(0, 3, 1, 2)  # (B, 1, T, F)
        for block, (kernel, stride) in zip(self.blocks, self.POOLS, strict=True):
            x = functional.max_pool2d(block(x), kernel, stride)  # (B, 128, T', F')
        pool5 = x.permute(0, 2, 3, 1)
        return Seen(pool5, self.output(pool5.flatten(1)))


class OverTime(nn.Module):
    """A convolution of 7 taps over time and all channels, as one matrix product: (B, T, C) -> (B, T, 64)."""

    def __init__(self, tensors: Tensors, number: int) -> None:
        super().__init__()
        kernel = tensors[f"conv2d_{number}/kernel"][:, :, 0]  # (7, C, 64)
        self.register_buffer("weight", kernel.flatten(0, 1))  # (7 * C, 64)
        self.register_buffer("bias", tensors[f"conv2d_{number}/bias"])
        self.norm = Norm(tensors, number + 1)

    def forward(self, x: Tensor) -> Tensor:
        windows = functional.pad(x, (0, 0, 3, 3)).unfold(1, 7, 1)  # (B, T, C, 7)
        return self.norm(functional.relu(windows.transpose(2, 3).flatten(2) @ self.weight + self.bias))


class Square(nn.Module):
    """A 3 x 3 convolution: (B, C, T, F) -> (B, 128, T, F), or at every second band only where `step` is 2."""

    def __init__(self, tensors: Tensors, number: int, step: int) -> None:
        super().__init__()
        weight = tensors[f"{number}CNN/kernel"].permute(3, 2, 0, 1)  # (128, C, 3, 3)
        self.register_buffer("weight", weight.contiguous(memory_format=torch.channels_last))
        self.register_buffer("bias", tensors[f"{number}CNN/bias"])
        self.norm = Norm(tensors, number)
        self.step = step

    def forward(self, x: Tensor) -> Tensor:
        x = x.contiguous(memory_format=torch.channels_last)
        x = functional.relu_(functional.conv2d(x, self.weight, self.bias, stride=(1, self.step), padding=1))
        return self.norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Dense(nn.Module):
    """A dense layer over the last axis."""

    def __init__(self, tensors: Tensors, name: str) -> None:
        super().__init__()
        self.register_buffer("weight", tensors[f"{name}/kernel"])  # (in, out)
        self.register_buffer("bias", tensors[f"{name}/bias"])

    def forward(self, x: Tensor) -> Tensor:
        return x @ self.weight + self.bias


class Norm(nn.Module):
    """Batch normalisation over the last axis, with the averages of training."""

    def __init__(self, tensors: Tensors, number: int) -> None:
        super().__init__()
        name = f"batch_normalization_{number}" if number else "batch_normalization"
        scale = tensors[f"{name}/gamma"] * torch.rsqrt(tensors[f"{name}/moving_variance"] + EPSILON)
        self.register_buffer("scale", scale)
        self.register_buffer("shift", tensors[f"{name}/beta"] - tensors[f"{name}/moving_mean"] * scale)

    def forward(self, x: Tensor) -> Tensor:
        return torch.addcmul(self.shift, x, self.scale)


def _loudest(kind: type[nn.Module], tensors: Tensors, number: int) -> nn.Module:
    name = f"conv2d_{number}" if number else "conv2d"
    return kind(tensors[f"{name}/kernel"][:, :, 0], tensors[f"{name}/bias"], Norm(tensors, number + 1))
