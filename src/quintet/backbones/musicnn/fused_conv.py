"""Convolutions of which only the loudest frequency is kept: (B, T, F) -> (B, T, C).

musicnn convolves, applies ReLU, normalises, and takes the maximum over all frequencies. Normalisation keeps
the order of values or, where its scale is negative, turns it round. So the maximum may be taken first, over
the bare products of one frequency position after the other, each small enough for the cache, with the turned
channels' kernels negated. This gives the same numbers in half the time of a convolution.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

BLOCK = 4  # time steps of one row of `Temporal`'s product; 2 and 8 measured slower


class Loudest(nn.Module):
    """What both kinds share. `kernel` (taps, bands, C) is a TensorFlow one; `norm` has a scale (C,)."""

    def __init__(self, kernel: Tensor, bias: Tensor, norm: nn.Module) -> None:
        super().__init__()
        self.taps, self.bands = kernel.shape[:2]
        self.before = (self.taps - 1) // 2  # SAME: of an even kernel the larger half lies behind
        self.after = self.taps - 1 - self.before
        self.norm = norm
        self.register_buffer("sign", torch.where(norm.scale < 0, -1.0, 1.0))
        self.register_buffer("bias", bias)

    def finished(self, best: Tensor) -> Tensor:
        """(B, T, C) maxima of the bare products, with bias, ReLU and normalisation."""
        return self.norm(functional.relu(best * self.sign + self.bias))


class Timbral(Loudest):
    """A kernel of few time taps and many bands, sliding over the bands.

    Two neighbouring positions need three half-size products instead of four (Winograd's F(2, 2)).
    With the kernel split into even rows E and odd rows O, and the bands likewise into e and o:
    position 2i is E e[i] + O o[i] = E (e[i] - o[i]) + (E + O) o[i],
    position 2i+1 is E o[i] + O e[i+1] = O (e[i+1] - o[i]) + (E + O) o[i].
    """

    def __init__(self, kernel: Tensor, bias: Tensor, norm: nn.Module) -> None:
        super().__init__(kernel, bias, norm)
        rows = functional.pad(
            (kernel * self.sign).permute(2, 1, 0), (0, 0, 0, self.bands % 2)
        )  # (C, bands, taps)
        even, odd = rows[:, 0::2].flatten(1), rows[:, 1::2].flatten(1)  # (C, bands / 2 * taps)
        for name, weight in (("even", even), ("odd", odd), ("both", even + odd)):
            self.register_buffer(name, weight.contiguous())

    def forward(self, x: Tensor) -> Tensor:
        positions = x.shape[2] - self.bands + 1
        padded = functional.pad(x, (0, 2, self.before, self.after))
        e, o = padded[:, :, 0::2], padded[:, :, 1::2]
        early, shared, late = map(self._windows, (e - o, o, e[:, :, 1:] - o[:, :, :-1]))
        best = x.new_full((shared.shape[0], len(self.sign)), -torch.inf)  # (B * T, C)
        for start in range(0, positions, 2):
            part = slice(start // 2 * self.taps, start // 2 * self.taps + self.even.shape[1])
            common = shared[:, part] @ self.both.T
            torch.maximum(best, torch.addmm(common, early[:, part], self.even.T), out=best)
            if start + 1 < positions:
                torch.maximum(best, common.addmm_(late[:, part], self.odd.T), out=best)
        return self.finished(best.view(*x.shape[:2], -1))

    def _windows(self, x: Tensor) -> Tensor:
        """(B * T, bands * taps): the taps around each time step, band after band."""
        return x.unfold(1, self.taps, 1).flatten(0, 1).flatten(1)


class Temporal(Loudest):
    """A kernel of many time taps and one band, at every band; a row of the product is BLOCK time steps."""

    def __init__(self, kernel: Tensor, bias: Tensor, norm: nn.Module) -> None:
        super().__init__(kernel, bias, norm)
        flat = (kernel * self.sign)[:, 0]  # (taps, C)
        weight = flat.new_zeros(self.taps + BLOCK - 1, BLOCK, flat.shape[1])
        for step in range(BLOCK):
            weight[step : step + self.taps, step] = flat
        self.register_buffer("weight", weight.flatten(1))  # (taps + BLOCK - 1, BLOCK * C)

    def forward(self, x: Tensor) -> Tensor:
        batch, steps, bands = x.shape
        extra = -steps % BLOCK
        padded = functional.pad(x.transpose(1, 2), (self.before, self.after + extra))
        windows = padded.unfold(2, self.taps + BLOCK - 1, BLOCK)  # (B, F, T / BLOCK, taps + BLOCK - 1)
        best = x.new_full((batch * windows.shape[2], self.weight.shape[1]), -torch.inf)
        for band in range(bands):
            torch.maximum(best, windows[:, band].flatten(0, 1) @ self.weight, out=best)
        return self.finished(best.view(batch, steps + extra, -1)[:, :steps])
