"""Jukebox's two nets ready to hear: fetched from the official files as needed, or drawn at random."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from quintet.backbones import _random_weights
from quintet.backbones.base import Report
from quintet.backbones.jukebox import sizes as jukebox_sizes
from quintet.backbones.jukebox import state_dict
from quintet.backbones.jukebox.prior import Fetch, Prior
from quintet.backbones.jukebox.sizes import PriorSize
from quintet.backbones.jukebox.state_dict import Shapes
from quintet.backbones.jukebox.vqvae import Encoder
from quintet.checkpoints import identify, torch_index
from quintet.checkpoints.torch_index import Index
from quintet.errors import BadWeights

RATE = 44_100
SPARE = 2 << 30  # bytes of a GPU's memory for one clip, beside weights that stay on it


@dataclass(frozen=True)
class Nets:
    """The VQ-VAE's encoder, always on the CPU so that its codes are the same everywhere, and the prior."""

    ears: Encoder
    prior: Prior
    device: str

    def hear(self, wave: np.ndarray, layers: Collection[int], report: Report | None = None) -> np.ndarray:
        """A wave (N,) at 44.1 kHz -> (layers, 1 + T, dim): the mean over all tokens, then T frames of 1 s.

        One pass gives all layers, counted from 1. Where half precision overflows, it is repeated in float32.
        """
        with torch.inference_mode():
            codes = self.ears.codes(torch.tensor(self._heard(wave)))[: self.prior.size.tokens]
            cuts = edges(len(codes), self.ears.size.hop)
            found = _means(self.prior, codes.to(self.device), layers, cuts, report)
            if self.prior.dtype != torch.float32 and not np.isfinite(found).all():
                full = replace(self.prior, dtype=torch.float32)
                found = _means(full, codes.to(self.device), layers, cuts, report)
        return found

    def _heard(self, wave: np.ndarray) -> np.ndarray:
        """What the codes depend on, after the whole wave's peak was made 1; silence stays silence."""
        peak = np.abs(wave).max()
        return wave[: self.reach] / (peak or np.float32(1))

    @property
    def reach(self) -> int:
        """Samples that all tokens together depend on: 1,059,031."""
        size = self.ears.size
        return (self.prior.size.tokens - 1) * size.hop + size.reach + 1


def edges(tokens: int, hop: int) -> np.ndarray:
    """Where frames of about a second begin and the last one ends, in tokens of `hop` samples: (T + 1,)."""
    return np.linspace(0, tokens, max(1, round(tokens * hop / RATE)) + 1).round().astype(int)


def official(title: str, size: PriorSize, layer: int, paths: tuple[Path, ...], device: str) -> Nets:
    """The nets in the files at `paths` (VQ-VAE, prior), ready for `layer`; a file's own sizes come first.

    Raises BadWeights for files that are damaged or something else.
    """
    if another := identify.foreign(paths, title):
        raise BadWeights(another)
    first, second = map(torch_index.index, paths)
    heard = jukebox_sizes.vq(first.sizes)
    state_dict.check(first.places, state_dict.vq_shapes(heard), title)
    size = jukebox_sizes.prior(second.sizes, size, heard.codes)
    wanted = state_dict.prior_shapes(size, min(layer, size.depth))
    state_dict.check(second.places, wanted, title)
    ears = Encoder(heard, lambda name: torch.from_numpy(first.read(name)))
    dtype = torch.float16 if device.startswith("cuda") else torch.float32
    return Nets(ears, Prior(size, _fetch(second, wanted, device), dtype), device)


def control(device: str) -> Nets:
    """Both nets in the control's sizes, their weights drawn by the recipe."""
    ears, size = jukebox_sizes.CONTROL_VQ, jukebox_sizes.CONTROL
    heard = _drawn(state_dict.vq_shapes(ears), "cpu")
    prior = _drawn(state_dict.prior_shapes(size, size.depth), device)
    return Nets(Encoder(ears, heard.__getitem__), Prior(size, _held(prior)), device)


def _means(
    prior: Prior, codes: Tensor, layers: Collection[int], cuts: np.ndarray, report: Report | None
) -> np.ndarray:
    found, last = [], max(layers)
    if report:
        report(0, last)
    for number, x in enumerate(prior.layers(codes, last), start=1):
        if number in layers:
            frames = [x[a:b].mean(0) for a, b in pairwise(cuts)]
            found.append(torch.stack([x.mean(0), *frames]).cpu().numpy())
        if report:
            report(number, last)
    return np.stack(found)


def _fetch(index: Index, wanted: Shapes, device: str) -> Fetch:
    """Tensors from disk each time they are needed; where a GPU has room for all of them they stay there."""

    def fetch(name: str, rows: int | None = None) -> Tensor:
        return torch.from_numpy(index.read(name, rows)).to(device)

    size = sum(index.places[name].bytes for name in wanted)
    if not device.startswith("cuda") or torch.cuda.mem_get_info(device)[0] < size + SPARE:
        return fetch
    return _held({name: fetch(name) for name in wanted})


def _held(tensors: dict[str, Tensor]) -> Fetch:
    return lambda name, rows=None: tensors[name][:rows]


def _drawn(shapes: Shapes, device: str) -> dict[str, Tensor]:
    """Random tensors; the recipe draws dense layers as torch stores them, (out, in), and Jukebox does not."""
    drawn = {}
    for name, shape in shapes.items():
        dense = name.endswith(".w")
        key = f"{name[:-2]}.weight" if dense else f"{name[:-2]}.bias" if name.endswith(".b") else name
        values = _random_weights.draw(key, shape[::-1] if dense else shape)
        drawn[name] = torch.tensor(values.T.copy() if dense else values, device=device)
    return drawn
