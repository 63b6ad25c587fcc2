"""Jukebox's ears: level 2 of its VQ-VAE (arXiv:2005.00341), which writes a wave as 344 codes a second.

Source: openai/jukebox@b4dc344, vqvae/{encdec,resnet,bottleneck}.py. Levels 0 and 1 are other encoders, not
needed here. Shapes: T positions in time, C channels, D values a code.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from quintet.backbones.jukebox.sizes import VqSize

TILE = 8192  # positions together: 1 MB at 32 channels stays in the cache; all at once takes 4 times as long
ROWS = 1024  # positions whose distances to all codes are held together: 8 MB


class Encoder:
    """A wave (N,) -> its codes (N // 128,). `tensor` gives a tensor by its official name."""

    def __init__(self, size: VqSize, tensor: Callable[[str], Tensor]) -> None:
        self.size = size
        self.groups = [_Group(size, f"encoders.2.level_blocks.{n}.model", n, tensor)
                       for n in range(len(size.downs))]  # fmt: skip
        book = tensor("bottleneck.level_blocks.2.k").float()  # (codes, D)
        self.book, self.norms = book.T.contiguous(), book.square().sum(1)

    def codes(self, wave: Tensor) -> Tensor:
        """For each position the nearest code, (T,) int64."""
        values = self.values(wave).T  # (T, D)
        nearest = [
            torch.addmm(self.norms, part, self.book, alpha=-2).argmin(1)  # |x|² is the same for every code
            for part in values.split(ROWS)
        ]
        return torch.cat(nearest)

    def values(self, wave: Tensor) -> Tensor:
        """What the convolutions make of a wave (N,), before the nearest codes: (D, T)."""
        x = wave[None, None]
        for group in self.groups:
            x = group(x)
        return x[0]


class _Group:
    """Some halvings and a last convolution: (1, C, T) -> (1, D, T / 2**halvings)."""

    def __init__(self, size: VqSize, name: str, number: int, tensor: Callable[[str], Tensor]) -> None:
        self.stages = [_Halving(size, f"{name}.{n}", tensor) for n in range(size.downs[number])]
        self.last = _convolution(f"{name}.{size.downs[number]}", tensor)

    def __call__(self, x: Tensor) -> Tensor:
        for stage in self.stages:
            x = stage(x)
        return functional.conv1d(x, *self.last, padding=1)


class _Halving:
    """A convolution of 4 taps at every second sample, then residual blocks: (1, C, T) -> (1, C, T // 2)."""

    def __init__(self, size: VqSize, name: str, tensor: Callable[[str], Tensor]) -> None:
        self.side = size.side
        self.down = _convolution(f"{name}.0", tensor)
        self.blocks = [
            (
                size.growth**n,
                _convolution(f"{name}.1.model.{n}.model.1", tensor),
                _convolution(f"{name}.1.model.{n}.model.3", tensor),
            )
            for n in range(size.depth)
        ]

    def __call__(self, x: Tensor) -> Tensor:
        length = x.shape[2] // 2
        out = x.new_empty(1, self.down[0].shape[0], length)
        for begin in range(0, length, TILE):
            end = min(begin + TILE, length)
            first, last = max(0, begin - self.side), min(length, end + self.side)  # what its edges still hear
            tile = self._tile(x, first, last)
            out[..., begin:end] = tile[..., begin - first : end - first]
        return out

    def _tile(self, x: Tensor, first: int, last: int) -> Tensor:
        """Positions `first` to `last`; only beyond the ends of the clip is there silence."""
        begin, end = 2 * first - 1, 2 * last + 1
        part = x[..., max(begin, 0) : end]
        part = functional.pad(part, (max(-begin, 0), max(end - x.shape[2], 0)))
        part = functional.conv1d(part, *self.down, stride=2)
        for dilation, wide, narrow in self.blocks:
            inner = functional.conv1d(part.relu(), *wide, padding=dilation, dilation=dilation).relu_()
            part = part + functional.conv1d(inner, *narrow)
        return part


def _convolution(name: str, tensor: Callable[[str], Tensor]) -> tuple[Tensor, Tensor]:
    return tensor(f"{name}.weight").float(), tensor(f"{name}.bias").float()
