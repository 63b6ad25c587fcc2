"""Jukebox: a transformer that learnt to compose; what its middle layer holds while it listens."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from quintet.backbones.base import Curve, Encoder, Encoding, Report, Spec, WeightFile
from quintet.backbones.jukebox import sizes as jukebox_sizes
from quintet.backbones.jukebox import state_dict as jukebox_tensors
from quintet.backbones.jukebox.sizes import PriorSize, VqSize
from quintet.errors import BadAudio, UsageError

if TYPE_CHECKING:
    from quintet.backbones.jukebox.networks import Nets

RATE = 44_100
LAYER = 36  # of 72: the best of jukemir's probes (arXiv:2107.05677)
LICENCE = "OpenAI Noncommercial Use License"
TERMS = "Nobody may use them commercially."
MODELS = "https://openaipublic.azureedge.net/jukebox/models"
# Sizes of the VQ-VAE and of 1B's prior are computed from their tensors: no publisher states them.
EARS = WeightFile(
    "jukebox/5b/vqvae.pth.tar",
    "69745413a48e887f8a3fe91b972a6f7f434021a1ce911a99187b331eb48c059a",
    7_710_000,
    LICENCE,
    url=f"{MODELS}/5b/vqvae.pth.tar",
    licence_note=TERMS,
)
PRIORS = {  # variant -> its prior's sizes and file; all models share the VQ-VAE
    "5b": (
        PriorSize(),
        WeightFile(
            "jukebox/5b/prior_level_2.pth.tar",
            "89a1dd14f5b2f9b16b3e73b53fa2138cc89fd96bb13249b4267fea471de92672",
            10_288_727_721,
            LICENCE,
            url=f"{MODELS}/5b/prior_level_2.pth.tar",
            licence_note=TERMS,
        ),
    ),
    "1b": (
        jukebox_sizes.LYRICS_1B,
        WeightFile(
            "jukebox/1b_lyrics/prior_level_2.pth.tar",
            "",  # not published: recorded at the first download
            1_960_000_000,
            LICENCE,
            url=f"{MODELS}/1b_lyrics/prior_level_2.pth.tar",
            licence_note=TERMS,
        ),
    ),
}


def _spec(variant: str) -> Spec:
    size, file = PRIORS[variant]
    spec = Spec(
        title="Jukebox" if variant == "5b" else "Jukebox 1B-lyrics",
        sample_rate=RATE,
        dim=size.width,
        window=0,
        hop=RATE,
        layer="",
        trained_on=("1.2 million songs that OpenAI collected from the web",),
        licence=LICENCE,
        source="arXiv:2005.00341; openai/jukebox@08efbbc; recipe: arXiv:2107.05677, p-lambda/jukemir@2415556",
        mark="plus",
        place=5,
        colours=("#5429b8", "#8c68f8"),
        about="It learnt to compose, one sound after the other, from what it had heard so far. Half of its "
        f"{'five' if variant == '5b' else 'one'} billion values listen, to the first "
        f"{size.tokens * VqSize().hop / RATE:.1f} s of a clip.",
        weights=(EARS, file),
        slow=True,
    )
    return _at(spec, VqSize(), size, LAYER)


def _at(spec: Spec, ears: VqSize, prior: PriorSize, layer: int) -> Spec:
    values = jukebox_tensors.vq_shapes(ears), jukebox_tensors.prior_shapes(prior, layer)
    return replace(
        spec,
        dim=prior.width,
        window=prior.tokens * ears.hop,
        layer=f"layer {layer} of {prior.depth}, averaged over the clip's tokens",  # `_nets` reads it
        parameters=sum(map(jukebox_tensors.count, values)),  # of what is computed
    )


def at_layer(spec: Spec, layer: int) -> Spec:
    """The same variant, its embedding taken after another layer (from 1). Raises UsageError."""
    size = _size(spec)
    if not 1 <= layer <= size.depth:
        raise UsageError(f"{spec.title} has no layer {layer}; expected one from 1 to {size.depth}.")
    return _at(spec, VqSize(), size, layer)


def untrained_spec(spec: Spec) -> Spec:
    """The spec of what runs without weights: the same net in a size of its own, 480 values."""
    about = "The same two nets, small and with random values: what their shape alone makes of sound."
    size = jukebox_sizes.CONTROL
    return replace(_at(spec, jukebox_sizes.CONTROL_VQ, size, size.depth), about=about)


VARIANTS = {variant: _spec(variant) for variant in PRIORS}
SPEC = VARIANTS["5b"]


def load(spec: Spec, paths: tuple[Path, ...], device: str, report: Report | None = None) -> Encoder:
    """The nets in the files at `paths` (VQ-VAE, prior), which stay on disk. Raises BadWeights.

    `report` is told after each layer of the prior, which takes nearly all of the time.
    """
    return _encoder(spec, *_nets(spec, paths, device), report)


def load_untrained(spec: Spec, device: str) -> Encoder:
    """The control: random weights, the same on every machine."""
    from quintet.backbones.jukebox import networks as _jukebox_nets

    return _encoder(untrained_spec(spec), _jukebox_nets.control(device), jukebox_sizes.CONTROL.depth)


def curve(spec: Spec, paths: tuple[Path, ...], device: str) -> Curve:
    """The embedding after every layer up to the spec's, in one pass: see `base.curve`. Raises BadWeights."""
    return _curve(*_nets(spec, paths, device))


def curve_untrained(spec: Spec, device: str) -> Curve:
    """The same of the control."""
    from quintet.backbones.jukebox import networks as _jukebox_nets

    return _curve(_jukebox_nets.control(device), jukebox_sizes.CONTROL.depth)


def _curve(nets: "Nets", layer: int) -> Curve:
    def encode(wave: np.ndarray, rate: int) -> np.ndarray:
        _refuse(wave, rate)
        return nets.hear(wave, range(1, layer + 1))[:, 0]

    return encode


def _nets(spec: Spec, paths: tuple[Path, ...], device: str) -> tuple["Nets", int]:
    """The nets and the layer: the spec's, or the last one where a file has fewer."""
    from quintet.backbones.jukebox import networks as _jukebox_nets

    layer = int(spec.layer.split()[1])
    nets = _jukebox_nets.official(spec.title, _size(spec), layer, paths, device)
    return nets, min(layer, nets.prior.size.depth)


def _encoder(spec: Spec, nets: "Nets", layer: int, report: Report | None = None) -> Encoder:
    from quintet.backbones.jukebox.networks import edges

    def encode(wave: np.ndarray, rate: int) -> Encoding:
        _refuse(wave, rate)
        hop = nets.ears.size.hop
        (found,) = nets.hear(wave, [layer], report)
        tokens = min(len(wave) // hop, nets.prior.size.tokens)
        cuts = edges(tokens, hop) * hop / RATE  # s
        times = np.stack([cuts[:-1], cuts[1:]], 1).astype(np.float32)
        return Encoding(found[1:], times, found[0], None, tuple(_notices(spec, nets, len(wave), layer)))

    return encode


def _size(spec: Spec) -> PriorSize:
    return next(size for size, file in PRIORS.values() if file in spec.weights)


def _refuse(wave: np.ndarray, rate: int) -> None:
    if rate != RATE:
        raise UsageError(
            f"Jukebox was given a wave at {rate} Hz; it hears {RATE} Hz. Resample first: audio.resample."
        )
    if len(wave) < VqSize().hop:
        raise BadAudio(
            f"There is no sound in it: {len(wave)} samples. Choose a file of at least half a second."
        )


def _notices(spec: Spec, nets: "Nets", samples: int, layer: int) -> Iterator[str]:
    hop, tokens = nets.ears.size.hop, nets.prior.size.tokens
    window, seconds = tokens * hop / RATE, samples / RATE
    if samples // hop < tokens:
        yield f"Jukebox hears up to {window:.1f} s; these {seconds:.1f} s were heard as its beginning."
    if samples > nets.reach:
        yield f"Jukebox hears the first {window:.1f} s; the rest of this track was not heard."
    if layer < int(spec.layer.split()[1]):
        yield f"This file has {layer} layers; the last one stands in for {spec.layer.split(',')[0]}."
