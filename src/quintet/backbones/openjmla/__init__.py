"""OpenJMLA's audio encoder: a vision transformer over windows of 30 s, the mean of its patch tokens."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from quintet.backbones.base import Curve, Encoder, Encoding, Spec, WeightFile
from quintet.errors import BadAudio, UsageError

if TYPE_CHECKING:
    from quintet.backbones.openjmla.frontend import Window
    from quintet.backbones.openjmla.network import Tensors, Vit

RATE = 16_000
FRAME = 0.01  # s between two frames of the spectrogram
STEP = 16  # frames a patch is wide: 0.16 s
WINDOW = 478_560  # samples that make 2,992 centred frames, 160 apart
HOP = 478_720  # samples, 29.92 s: windows do not overlap
ROWS, STEPS = 5, 187  # patches of a window over frequency and over time
TOLD = 10  # frames, 0.1 s: less is not worth a notice
LICENCE = "CC, variant not stated: treat as non-commercial"

SPEC = Spec(
    title="OpenJMLA",
    sample_rate=RATE,
    dim=768,
    window=WINDOW,
    hop=HOP,
    layer="mean of the 935 patch tokens after the last normalisation, averaged over windows by their length",
    trained_on=("not known: no source found names its pretraining data",),
    licence=LICENCE,
    source="arXiv:2310.10159; UniMus/OpenJMLA@acd84ee; open-mmlab/mmselfsup@684875d, mae_vit.py",
    mark="diamond",
    place=1,
    colours=("#4a84ec", "#92b4ff"),
    about="Cuts 30 s of spectrogram into 935 squares and compares every square with every other. "
    "It learnt by filling in squares that were hidden from it.",
    weights=(
        WeightFile(
            "openjmla/epoch_20.pth",
            "cffdf796c0506b5dba4f48dfb1e8d0bbddac95545503cfbaa9661c9bddf07901",
            346_000_000,  # as its host rounds it
            LICENCE,
            url="https://huggingface.co/UniMus/OpenJMLA/resolve/main/epoch_20.pth",
            licence_note="Its page says Creative Commons without saying which variant: "
            "treat it as non-commercial until its authors do.",
        ),
    ),
    parameters=86_366_208,
)
CLASS_TOKEN = replace(
    SPEC,
    title="OpenJMLA class token",
    layer="class token after the last normalisation, averaged over windows by their length",
)
VARIANTS = {"mean": SPEC, "cls": CLASS_TOKEN}


@dataclass(frozen=True)
class _Heard:
    """One window: steps (T, 768) of the clip's own, their times (T, 2) s, its embedding, its own frames."""

    steps: np.ndarray
    times: np.ndarray
    embedding: np.ndarray
    own: int


def load(spec: Spec, paths: tuple[Path, ...], device: str) -> Encoder:
    """The encoder with the weights at `paths` (epoch_20.pth). Raises BadWeights."""
    from quintet.backbones.openjmla import checkpoint as openjmla_file

    return encoder(spec, openjmla_file.read(paths[0]), device)


def load_untrained(spec: Spec, device: str) -> Encoder:
    """The same net with random weights, alike on every machine: the control where there are no weights."""
    from quintet.backbones.openjmla import state_dict as openjmla_tensors

    return encoder(spec, openjmla_tensors.random(), device)


def encoder(spec: Spec, tensors: "Tensors", device: str) -> Encoder:
    """Waves through a net of these tensors; `spec.layer` says what of it is the embedding."""
    from quintet.backbones.openjmla import frontend as openjmla_input
    from quintet.backbones.openjmla import network as openjmla
    from quintet.backbones.openjmla import state_dict as openjmla_tensors

    net = openjmla.Vit(tensors, openjmla_tensors.HEADS).to(device).eval()

    def encode(wave: np.ndarray, rate: int) -> Encoding:
        _refuse(wave, rate, openjmla_input.SHORTEST)
        seconds = len(wave) / RATE
        heard = [_hear(net, window, device, spec.layer) for window in openjmla_input.windows(wave)]
        times = np.minimum(np.concatenate([h.times for h in heard]), seconds)
        weights = [h.own for h in heard]
        embedding = np.average([h.embedding for h in heard], 0, weights).astype(np.float32)
        frames = np.concatenate([h.steps for h in heard])
        return Encoding(frames, times.astype(np.float32), embedding, None, tuple(_notices(seconds, weights)))

    return encode


def curve(spec: Spec, paths: tuple[Path, ...], device: str) -> Curve:
    """The embedding after every block: see `base.curve`. Raises BadWeights."""
    from quintet.backbones.openjmla import checkpoint as openjmla_file

    return _curve(spec, openjmla_file.read(paths[0]), device)


def curve_untrained(spec: Spec, device: str) -> Curve:
    """The same of the control."""
    from quintet.backbones.openjmla import state_dict as openjmla_tensors

    return _curve(spec, openjmla_tensors.random(), device)


def _curve(spec: Spec, tensors: "Tensors", device: str) -> Curve:
    import torch

    from quintet.backbones.openjmla import frontend as openjmla_input
    from quintet.backbones.openjmla import network as openjmla
    from quintet.backbones.openjmla import state_dict as openjmla_tensors

    net = openjmla.Vit(tensors, openjmla_tensors.HEADS).to(device).eval()
    place = slice(0, 1) if spec.layer == CLASS_TOKEN.layer else slice(1, None)

    def encode(wave: np.ndarray, rate: int) -> np.ndarray:
        _refuse(wave, rate, openjmla_input.SHORTEST)
        heard = list(openjmla_input.windows(wave))
        with torch.inference_mode():
            found = [_layers(net, one, device, place) for one in heard]
        return np.average(found, 0, [one.own for one in heard]).astype(np.float32)

    return encode


def _layers(net: "Vit", window: "Window", device: str, place: slice) -> list[np.ndarray]:
    """The mean (768,) of the tokens at `place` after every block of one window."""
    tokens = net.layers(window.spectrogram[None].to(device))
    return [one[0, place].mean(0).cpu().numpy() for one in tokens]


def _hear(net: "Vit", window: "Window", device: str, layer: str) -> _Heard:
    """One window through the net."""
    import torch

    with torch.inference_mode():
        tokens = net(window.spectrogram[None].to(device))[0].cpu().numpy()  # (936, 768)
    patches = tokens[1:].reshape(ROWS, STEPS, -1)
    first, edges = _edges(window)
    times = np.stack([edges[:-1], edges[1:]], 1) * FRAME
    embedding = tokens[0] if layer == CLASS_TOKEN.layer else patches.mean((0, 1))
    return _Heard(patches.mean(0)[first : first + len(times)], times, embedding, window.own)


def _edges(window: "Window") -> tuple[int, np.ndarray]:
    """The first step that shows the clip, not a repetition, and the edges of all that do, (T + 1,) frames.

    A step belongs to the clip when its middle does; the outer two then reach to the clip's ends.
    """
    first = (window.at + STEP // 2) // STEP
    last = max(first + 1, (window.at + window.own + STEP // 2) // STEP)
    edges = np.arange(first, last + 1) * STEP - window.at
    edges[0], edges[-1] = 0, window.own
    return first, edges + window.start


def _refuse(wave: np.ndarray, rate: int, shortest: int) -> None:
    if rate != RATE:
        raise UsageError(
            f"OpenJMLA was given a wave at {rate} Hz; it hears {RATE} Hz. Resample first: audio.resample."
        )
    if len(wave) < shortest:
        raise BadAudio(
            f"There is too little sound in it: {len(wave)} samples, and OpenJMLA needs {shortest}. "
            "Choose a file of at least half a second."
        )


def _notices(seconds: float, own: list[int]) -> Iterator[str]:
    whole = STEPS * STEP
    if len(own) == 1 and own[0] <= whole - TOLD:
        yield f"OpenJMLA needs {whole * FRAME:.1f} s; these {seconds:.1f} s were repeated to fill them."
    rest = seconds - sum(own) * FRAME
    if rest >= TOLD * FRAME:
        yield f"OpenJMLA hears windows of {whole * FRAME:.1f} s; the last {rest:.1f} s were not heard."
