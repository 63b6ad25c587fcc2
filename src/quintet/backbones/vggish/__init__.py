"""VGGish: the 128 values of its last layer, before any activation and before PCA."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from quintet.backbones._windowed import by_windows
from quintet.backbones.base import Encoder, Spec, WeightFile
from quintet.checkpoints import validation
from quintet.errors import BadData, BadWeights
from quintet.storage import npz

if TYPE_CHECKING:
    from torch import nn

    from quintet.backbones.vggish.state_dict import Arrays

SOURCE = "https://storage.googleapis.com/audioset/"
NET = WeightFile(
    "vggish/vggish_model.ckpt",
    "",  # Google publishes none; the MD5 is the one OpenMIC-2018's code holds
    288_600_000,
    "Apache-2.0",
    url=SOURCE + "vggish_model.ckpt",
    md5="d1c7011e6366aa34176bb05c705e31a8",
    holds="VGGish's net",
    also=("10086976",),  # torchvggish's vggish-10086976.pth, named after its checksum
)
PCA = WeightFile(
    "vggish/vggish_pca_params.npz",
    "4d878af3e306defbfb37095365aa7e5a6cecb86bad13e859e626151c4e6a8b9d",
    73_020,
    "Apache-2.0",
    url=SOURCE + "vggish_pca_params.npz",
    md5="c80cae691033abe7c7ecd11ea39fc834",
    holds="VGGish's PCA",
)
SPEC = Spec(
    title="VGGish",
    sample_rate=16_000,
    dim=128,
    window=15_600,  # samples: 96 frames of 25 ms, 10 ms apart
    hop=15_360,  # samples, 0.96 s
    layer="last dense layer before any activation, averaged over examples of 0.96 s",
    trained_on=("YouTube-8M (a preliminary edition)",),
    licence="Apache-2.0",
    source="arXiv:1609.09430; tensorflow/models@09093db, research/audioset/vggish",
    mark="square",
    place=3,
    colours=("#0f6a3a", "#62dba6"),
    about="Looks at one second of spectrogram as a net for pictures looks at a photograph. "
    "It learnt to name what videos are about from their sound alone.",
    weights=(NET,),
    parameters=72_141_184,
)
RELEASED = replace(
    SPEC,
    title="VGGish with PCA",
    layer="last dense layer, whitened by AudioSet's PCA, cut to 8 bits (0 to 255), averaged over examples",
    weights=(NET, PCA),
)
VARIANTS = {"raw": SPEC, "pca": RELEASED}


def load(spec: Spec, paths: tuple[Path, ...], device: str) -> Encoder:
    """The net with Google's checkpoint or torchvggish's file, and the PCA's after it. Raises BadWeights."""
    from quintet.backbones.vggish import state_dict as vggish_tensors
    from quintet.checkpoints import state_dict_check as fitting

    tensors = fitting.fit(_net(paths[0]), vggish_tensors.shapes(), spec.title)
    pca = fitting.fit(_pca(paths[1]), vggish_tensors.PCA, spec.title) if PCA in spec.weights else None
    return _encoder(spec, tensors, pca, device)


def load_untrained(spec: Spec, device: str) -> Encoder:
    """The same net with the random weights of its recipe: a control."""
    from quintet.backbones import _random_weights as recipe
    from quintet.backbones.vggish import state_dict as vggish_tensors

    pca = recipe.state(vggish_tensors.PCA) if PCA in spec.weights else None
    return _encoder(spec, recipe.state(vggish_tensors.shapes()), pca, device)


def _encoder(spec: Spec, tensors: "Arrays", pca: "Arrays | None", device: str) -> Encoder:
    import torch

    from quintet.backbones.vggish import network as vggish

    net = vggish.Vggish({name: torch.from_numpy(values) for name, values in tensors.items()})
    net = net.to(device).eval()

    def run(wave: np.ndarray) -> tuple[np.ndarray, None]:
        frames = _embeddings(net, wave, device)
        if pca:
            released = vggish.postprocess(frames, pca["pca_eigen_vectors"], pca["pca_means"])
            frames = released.astype(np.float32)
        return frames, None

    return by_windows(spec, run)


def _embeddings(net: "nn.Module", wave: np.ndarray, device: str) -> np.ndarray:
    """Every example through the net: (T, 128)."""
    import torch

    from quintet.backbones.vggish import frontend as vggish_input

    with torch.inference_mode():
        batches = vggish_input.batches(wave, net.BATCH)
        return np.concatenate([net(batch.to(device)).cpu().numpy() for batch in batches])


def _net(path: Path) -> "Arrays":
    from quintet.backbones.vggish import state_dict as vggish_tensors
    from quintet.checkpoints import identify as recognise
    from quintet.checkpoints import tensorflow as tf_bundle
    from quintet.checkpoints import torch_archive as archive

    if recognise.is_tensorflow(path):
        return vggish_tensors.from_google(tf_bundle.read((path,), vggish_tensors.google().__contains__))
    return {name: values for held in archive.read(path) for name, values in held.items()}


def _pca(path: Path) -> "Arrays":
    try:
        validation.inspect(path, "VGGish's PCA")
        return npz.read(path, "VGGish's PCA")
    except (BadData, BadWeights) as error:
        raise BadWeights(
            f"{path.name} cannot be read as VGGish's PCA, vggish_pca_params.npz: {error} "
            "Run: quintet weights get vggish:pca, or name another with --weights FILE."
        ) from error
