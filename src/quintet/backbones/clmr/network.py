"""CLMR's SampleCNN (arXiv:2103.09410): eleven convolutions from the wave itself to 512 values; its tag heads.

Source: Spijkervet/CLMR@423414d, clmr/models/sample_cnn.py; for inference, batch norms are in the kernels.
Rows are moments and columns channels. A segment is gone through in stretches that stay in the cache, and the
three neighbouring outputs of each pooling share five products: half the time of convolutions.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from quintet.backbones.clmr.state_dict import CHANNELS

Tensors = dict[str, Tensor]  # by release 2.0's names, without `encoder.`
SAMPLE_RATE = 22_050
SEGMENT = 59_049  # samples, 3 ** 10: 2.678 s
EPSILON = 1e-5  # of every batch normalisation
ROWS = 243  # pooled rows at a time; 81 and 729 measured slower


class Clmr(nn.Module):
    """Segments (B, 59049) -> (B, 512). One at a time: more together leave the cache."""

    def __init__(self, tensors: Tensors) -> None:
        super().__init__()
        self.first = Block(tensors, 0)
        self.pooled = nn.ModuleList(Pooled(tensors, number) for number in range(1, len(CHANNELS) - 1))
        self.last = Block(tensors, len(CHANNELS) - 1)

    def forward(self, x: Tensor) -> Tensor:
        return torch.stack([self.segment(wave) for wave in x])

    def segment(self, wave: Tensor) -> Tensor:
        """(59049,) -> (512,)."""
        x = self.start(wave.view(-1, 3))
        for block in self.pooled[1:]:
            x = block(x)  # (T + 2, C) -> (T / 3 + 2, C')
        return self.last(x.view(1, -1))[0]

    def start(self, x: Tensor) -> Tensor:
        """Blocks 0 and 1, (19683, 3) -> (6563, 128): what lies between them is never held whole."""
        out = self.pooled[0].room(x, len(x))
        for start in range(0, len(x), 3 * ROWS):
            low, high = start - 1, start + 3 * ROWS + 1  # one more row on either side, zeros at the ends
            near = self.first(x[max(low, 0) : high])
            near = functional.pad(near, (0, 0, max(-low, 0), max(high - len(x), 0)))
            self.pooled[0].stretch(near, out[1 + start // 3 :])
        return out


class Block(nn.Module):
    """A convolution of 3 taps with its batch normalisation, and ReLU, as a product: (T, 3 * C) -> (T, C')."""

    def __init__(self, tensors: Tensors, number: int) -> None:
        super().__init__()
        kernel, bias = _folded(tensors, number)
        self.register_buffer("weight", kernel.flatten(0, 1).float())
        self.register_buffer("bias", bias.float())

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu_(torch.addmm(self.bias, x, self.weight))


class Pooled(nn.Module):
    """The same and the maximum of every 3 rows after it: (3 * T + 2, C) -> (T + 2, C').

    The first and the last row are the zeros beyond the ends.

    Three neighbouring outputs need five products instead of nine (Toom and Cook's F(3, 3) at 0, 1, -1, 1/2
    and infinity). With d0 to d4 the five rows they see, and the kernel's taps k0 to k2:
    m0 = (d3 - d1 + (d0 - d2) / 2) 2 k0                    y0 = m0 + m1 + m2 + m3
    m1 = (d3 - d1 + d2 + d3) (k0 + k1 + k2) / 2            y1 = m1 - m2 + m3 / 2
    m2 = (d3 - d1 + 3 (d2 - d3)) (k0 - k1 + k2) / 6        y2 = m1 + m2 + m3 / 4 + m4
    m3 = (d3 - d1) (-8 k0 - 4 k1 - 2 k2) / 3
    m4 = (d4 - d2 - (d3 - d1) / 2) k2
    """

    def __init__(self, tensors: Tensors, number: int) -> None:
        super().__init__()
        (k0, k1, k2), bias = _folded(tensors, number)
        factors = (2 * k0, (k0 + k1 + k2) / 2, (k0 - k1 + k2) / 6, (-8 * k0 - 4 * k1 - 2 * k2) / 3, k2)
        self.register_buffer("factors", torch.stack(factors).float())  # (5, C, C')
        self.register_buffer("bias", bias.float())

    def forward(self, x: Tensor) -> Tensor:
        out = self.room(x, len(x) - 2)
        for start in range(0, len(x) - 2, 3 * ROWS):
            self.stretch(x[start : start + 3 * ROWS + 2], out[1 + start // 3 :])
        return out

    def room(self, x: Tensor, rows: int) -> Tensor:
        """Zeros (rows / 3 + 2, C') where `x` lies."""
        return x.new_zeros(rows // 3 + 2, len(self.bias))

    def stretch(self, x: Tensor, out: Tensor) -> None:
        """Fills the first T rows of `out` (…, C') from (3 * T + 2, C)."""
        inner = len(x) - 2
        d0, d1, d2, d3, d4 = (x[row : row + inner : 3] for row in range(5))
        seen = x.new_empty(5, inner // 3, x.shape[1])
        slope = torch.sub(d3, d1, out=seen[3])
        torch.add(slope, d0 - d2, alpha=0.5, out=seen[0])
        torch.add(slope, d2 + d3, out=seen[1])
        torch.add(slope, d2 - d3, alpha=3, out=seen[2])
        torch.sub(d4 - d2, slope, alpha=0.5, out=seen[4])
        m0, m1, m2, m3, m4 = seen @ self.factors  # (5, T, C')
        even = m1 + m2
        best = m0.add_(even).add_(m3)
        torch.maximum(best, m1.sub_(m2).add_(m3, alpha=0.5), out=best)
        torch.maximum(best, even.add_(m3, alpha=0.25).add_(m4), out=best)
        torch.clamp_min(best.add_(self.bias), 0, out=out[: len(best)])


class Head(nn.Module):
    """One dense layer or two with a ReLU between: (B, 512) -> logits of the 50 tags (B, 50)."""

    def __init__(self, tensors: Tensors) -> None:
        super().__init__()
        self.numbers = sorted({int(name.partition(".")[0]) for name in tensors})
        for name, values in tensors.items():
            self.register_buffer(name.replace(".", "_"), values)

    def forward(self, x: Tensor) -> Tensor:
        for number in self.numbers:
            x = functional.relu(x) if number else x
            x = functional.linear(x, getattr(self, f"{number}_weight"), getattr(self, f"{number}_bias"))
        return x


def _folded(tensors: Tensors, number: int) -> tuple[Tensor, Tensor]:
    """Kernel (3, C, C') and bias (C') of a block, its batch normalisation in them, in double precision."""
    kernel, bias = (tensors[f"sequential.{number}.0.{part}"].double() for part in ("weight", "bias"))
    gamma, beta, mean, variance = (
        tensors[f"sequential.{number}.1.{part}"].double()
        for part in ("weight", "bias", "running_mean", "running_var")
    )
    scale = gamma * torch.rsqrt(variance + EPSILON)
    return (kernel * scale[:, None, None]).permute(2, 1, 0), (bias - mean) * scale + beta
