"""CLMR: 512 values from the wave itself, learnt by contrast; with a head's file, its 50 tags."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from quintet.backbones import _tag_names as _tags
from quintet.backbones._windowed import by_windows
from quintet.backbones.base import Encoder, Spec, WeightFile
from quintet.errors import BadWeights

if TYPE_CHECKING:
    from quintet.backbones.clmr.state_dict import Arrays

SEGMENT = 59_049  # samples, 3 ** 10: 2.678 s
BATCH = 16  # segments cut at a time; the net hears them one by one
RELEASE = "https://github.com/Spijkervet/CLMR/releases/download/2.0/"
SPEC = Spec(
    title="CLMR",
    sample_rate=22_050,
    dim=512,
    window=SEGMENT,
    hop=SEGMENT,
    layer="output of the encoder, averaged over whole segments of 2.7 s",
    trained_on=("MagnaTagATune",),
    licence="Apache-2.0",
    source="arXiv:2103.09410; Spijkervet/CLMR@423414d",
    mark="triangle-up",
    place=4,
    colours=("#c2336a", "#f5517a"),
    about="Hears the bare wave, no spectrogram. "
    "It learnt without labels: two altered cuts of one song should come out alike, of two songs apart.",
    weights=(
        WeightFile(
            "clmr/clmr_checkpoint_10000.pt",
            "",
            10_700_000,
            "Apache-2.0",
            url=RELEASE + "clmr_checkpoint_10000.zip",
            member="clmr_checkpoint_10000.pt",
            holds="CLMR's encoder",
        ),
        WeightFile(
            "clmr/finetuner_checkpoint_200.pt",
            "",
            105_000,
            "Apache-2.0",
            url=RELEASE + "finetuner_checkpoint_200.zip",
            member="finetuner_checkpoint_200.pt",
            optional=True,
            holds="CLMR's tag head",
        ),
    ),
    tags=_tags.MAGNATAGATUNE,  # both heads were trained on musicnn's split of it
    parameters=2_368_512,
)
VARIANTS = {"mtat": SPEC}


def load(spec: Spec, paths: tuple[Path, ...], device: str) -> Encoder:
    """The encoder, and a tag head if `paths` hold one; both may lie in one zip. Raises BadWeights."""
    from quintet.backbones.clmr import state_dict as clmr_tensors
    from quintet.checkpoints import state_dict_check as fitting

    held = [checkpoint for path in paths for checkpoint in _read(path)]
    held.sort(key=lambda found: bool(clmr_tensors.head(found)))  # a head's file may repeat the encoder
    encoders = [mine for found in held if (mine := clmr_tensors.encoder(found))]
    heads = [mine for found in held if (mine := clmr_tensors.head(found))]
    if not encoders:
        beside = "only a tag head" if heads else "nothing of it"
        raise BadWeights(
            f"There is no encoder of CLMR in {', '.join(path.name for path in paths)}, {beside}. {NEXT}"
        )
    encoder = fitting.fit(encoders[0], clmr_tensors.shapes(), spec.title)
    if not heads:
        return _encoder(spec, encoder, None, device)
    shapes = clmr_tensors.head_shapes(len(heads[0]) // 2)
    return _encoder(spec, encoder, fitting.fit(heads[0], shapes, "CLMR's tag head"), device)


def load_untrained(spec: Spec, device: str) -> Encoder:
    """The same net and its linear head with the random weights of their recipe: a control."""
    from quintet.backbones import _random_weights as recipe
    from quintet.backbones.clmr import state_dict as clmr_tensors

    head = {name: recipe.draw(f"linear.{name}", shape) for name, shape in clmr_tensors.head_shapes(1).items()}
    return _encoder(spec, recipe.state(clmr_tensors.shapes()), head, device)


def _encoder(spec: Spec, tensors: "Arrays", head: "Arrays | None", device: str) -> Encoder:
    import torch

    from quintet.backbones.clmr import network as clmr

    net = clmr.Clmr(_torch(tensors)).to(device).eval()
    tagger = clmr.Head(_torch(head)).to(device).eval() if head else None

    def run(wave: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        segments = torch.tensor(wave[: len(wave) // SEGMENT * SEGMENT]).view(-1, SEGMENT)
        with torch.inference_mode():
            frames = torch.cat([net(part.to(device)) for part in segments.split(BATCH)])
            tags = tagger(frames).sigmoid().cpu().numpy() if tagger else None
        return frames.cpu().numpy(), tags

    return by_windows(spec, run)


def _read(path: Path) -> list["Arrays"]:
    from quintet.checkpoints import torch_archive as archive

    try:
        return archive.read(path)
    except BadWeights as error:
        raise BadWeights(f"{error} {NEXT}") from error


def _torch(arrays: "Arrays") -> dict:
    import torch

    return {name: torch.from_numpy(values) for name, values in arrays.items()}


NEXT = "Release 2.0 holds plain tensors: quintet weights get clmr, or name its file with --weights FILE."
