"""VGGish (arXiv:1609.09430): six convolutions and three dense layers, and Google's post-processing.

Source: tensorflow/models@09093db, research/audioset/vggish: vggish_slim.py, vggish_postprocess.py. The last
layer has no activation there since 2020; torchvggish, which has the same weights, still ends in a ReLU.
Shapes: B examples of T = 96 frames and F = 64 mel bands.
"""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

Tensors = dict[str, Tensor]  # by torchvggish's names
CONVOLUTIONS = ((0, True), (3, True), (6, False), (8, True), (11, False), (13, True))  # number, pooled
DENSE = (0, 2, 4)
CLIP = 2.0  # standard deviations kept by the quantiser, on either side
LEVELS = 255


class Vggish(nn.Module):
    """(B, 96, 64) -> (B, 128), before any activation."""

    TOGETHER = 8  # examples through the convolutions: what they hold stays in the cache
    BATCH = 64  # examples through the dense layers, whose 270 MB are then read once a minute of audio

    def __init__(self, tensors: Tensors) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList(Square(tensors, number, pool) for number, pool in CONVOLUTIONS)
        self.dense = nn.ModuleList(Dense(tensors, number) for number in DENSE)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.cat([self.features(part) for part in x.split(self.TOGETHER)])
        return self.dense[2](functional.relu(self.dense[1](functional.relu(self.dense[0](x)))))

    def features(self, x: Tensor) -> Tensor:
        """(B, 96, 64) -> (B, 12288): the last pooling, flattened as (6 times, 4 bands, 512 channels)."""
        x = x[..., None].permute(0, 3, 1, 2)  # (B, 1, 96, 64), channels last in memory and so all along
        for layer in self.convolutions:
            x = layer(x)
        return x.permute(0, 2, 3, 1).flatten(1)


class Square(nn.Module):
    """A 3 x 3 convolution and ReLU, then the maximum of 2 x 2 where it is pooled."""

    def __init__(self, tensors: Tensors, number: int, pool: bool) -> None:
        super().__init__()
        weight = tensors[f"features.{number}.weight"]  # (out, in, 3, 3)
        self.register_buffer("weight", weight.contiguous(memory_format=torch.channels_last))
        self.register_buffer("bias", tensors[f"features.{number}.bias"])
        self.pool = pool

    def forward(self, x: Tensor) -> Tensor:
        x = functional.conv2d(x, self.weight, self.bias, padding=1)
        # ReLU keeps the order of values, so the maximum may come first and leaves a quarter to do.
        return functional.relu_(functional.max_pool2d(x, 2) if self.pool else x)


class Dense(nn.Module):
    """A dense layer: (B, in) -> (B, out)."""

    def __init__(self, tensors: Tensors, number: int) -> None:
        super().__init__()
        self.register_buffer("weight", tensors[f"embeddings.{number}.weight"])  # (out, in)
        self.register_buffer("bias", tensors[f"embeddings.{number}.bias"])

    def forward(self, x: Tensor) -> Tensor:
        return functional.linear(x, self.weight, self.bias)


def whitened(embeddings: np.ndarray, directions: np.ndarray, means: np.ndarray) -> np.ndarray:
    """AudioSet's PCA with whitening: (T, 128) -> (T, 128); `directions` (128, 128), `means` (128,)."""
    return (directions @ (embeddings.T - means[:, None])).T


def postprocess(embeddings: np.ndarray, directions: np.ndarray, means: np.ndarray) -> np.ndarray:
    """The form in which AudioSet's features were released: whitened, clipped, uint8 (T, 128).

    The 256 levels are cut off and not rounded, as TensorFlow's code does; torchvggish's rounds.
    """
    clipped = np.clip(whitened(embeddings, directions, means), -CLIP, CLIP)
    return ((clipped + CLIP) * (LEVELS / (2 * CLIP))).astype(np.uint8)
