"""Blocks of several channels to one wave: checked, and never to silence where the channels cancel out."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from quintet.audio import bitstreams

SILENT = 1e-4  # of full scale, -80 dB: below what 16-bit dither leaves
CANCELLED = 1e-2  # of the loudest channel's energy, -20 dB: codecs leave up to -24 dB of what cancels out
SEARCHED = 1 << 19  # samples per channel that are not silence, in which another bitstream is looked for


class BadSample(ValueError):
    """A sample is no level of sound."""

    def __init__(self, value: float, index: int) -> None:
        super().__init__(f"{value:g} at sample {index}")
        self.value, self.index = value, index
        self.seconds = 0.0  # from the file's beginning; filled in where the rate is known


class HiddenBitstream(ValueError):
    """The samples are those of a compressed stream; the text names it."""


@dataclass(frozen=True)
class Mix:
    """`samples` float32 (N,). `loudest` is the channel to use where the mean of all cancels, else None."""

    samples: np.ndarray
    has_more: bool
    loudest: int | None


def mix(blocks: Iterator[np.ndarray], max_samples: int, max_level: float) -> Mix:
    """The channels' mean over `blocks` (n, channels): at most `max_samples`.

    Takes no block beyond that, so decoding stops there; grows in place, so the wave is never held twice.
    Raises BadSample for what is not finite or beyond `max_level`, HiddenBitstream.
    """
    samples, n = np.empty(min(max_samples, 1 << 20), np.float32), 0
    check = _Check(max_level)
    for block in blocks:
        if n == max_samples and len(block):
            return Mix(samples, True, check.loudest_of_cancelled())
        new = min(n + len(block), max_samples)
        if new > len(samples):
            samples.resize(min(max(new, 2 * len(samples)), max_samples), refcheck=False)
        check.add(block[: new - n], n)
        block[: new - n].mean(axis=1, out=samples[n:new])
        has_more = len(block) > new - n
        n = new
        if has_more:
            return Mix(samples, True, check.loudest_of_cancelled())
    samples.resize(n, refcheck=False)
    return Mix(samples, False, check.loudest_of_cancelled())


class _Check:
    """Looks at every block before it is mixed down."""

    def __init__(self, max_level: float) -> None:
        self._max_level = max_level
        self._peak = 0.0
        self._searched = 0
        self._products: np.ndarray | None = None  # (channels, channels), each one's sum with each other one
        self._is_steady = True  # as many channels in every block

    def add(self, block: np.ndarray, index: int) -> None:
        if not block.size:
            return
        peak = max(float(block.max()), -float(block.min()))
        if not peak <= self._max_level:
            bad = np.flatnonzero(~(np.abs(block) <= self._max_level).all(axis=1))[0]
            value = next(x for x in block[bad].tolist() if not abs(x) <= self._max_level)
            raise BadSample(value, index + int(bad))
        if peak and self._searched < SEARCHED:
            self._searched += len(block)
            if name := bitstreams.name_in(block):
                raise HiddenBitstream(name)
        if block.shape[1] > 1 and self._is_steady:
            self._correlate(block)
        self._peak = max(self._peak, peak)

    def _correlate(self, block: np.ndarray) -> None:
        products = (block.T @ block).astype(np.float64)
        if self._products is None:
            self._products = products
        elif self._products.shape == products.shape:
            self._products += products
        else:
            self._is_steady = False

    def loudest_of_cancelled(self) -> int | None:
        """The loudest channel, the first of equals, where hardly anything is left of the mean of all."""
        if self._products is None or not self._is_steady or self._peak < SILENT:
            return None
        energies = np.diag(self._products)
        if self._products.sum() / len(energies) ** 2 > CANCELLED * energies.max():
            return None
        return int(np.argmax(energies >= 0.99 * energies.max()))
