"""The tensors of musicnn's checkpoints: their names and shapes, and the check that a file holds them."""

import numpy as np

from quintet.backbones import _random_weights
from quintet.errors import BadWeights


def _musicnn(filters: int, units: int) -> dict[str, tuple[int, ...]]:
    """Kernels of the net with that many filters in its middle layers and units before its tags."""
    return {
        "conv2d": (7, 38, 1, 204),
        "conv2d_1": (7, 67, 1, 204),
        "conv2d_2": (128, 1, 1, 51),
        "conv2d_3": (64, 1, 1, 51),
        "conv2d_4": (32, 1, 1, 51),
        "conv2d_5": (7, 561, 1, filters),
        "conv2d_6": (7, filters, 1, filters),
        "conv2d_7": (7, filters, 1, filters),
        "dense": (2 * (561 + 3 * filters), units),
        "dense_1": (units, 50),
    }


KERNELS = {
    "musicnn": _musicnn(64, 200),
    "musicnn_big": _musicnn(512, 500),
    "vgg": {"1CNN": (3, 3, 1, 128), **{f"{n}CNN": (3, 3, 128, 128) for n in range(2, 6)}, "dense": (256, 50)},
}
TORCH = {  # part of a layer -> what PyTorch calls it
    "kernel": "weight",
    "bias": "bias",
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}
NORMS = {
    "musicnn": (1, 204, 204, 51, 51, 51, 64, 64, 64, 1506, 200),
    "musicnn_big": (1, 204, 204, 51, 51, 51, 512, 512, 512, 4194, 500),
    "vgg": (1, 128, 128, 128, 128, 128),
}


def shapes(net: str) -> dict[str, tuple[int, ...]]:
    """Name -> shape of all that inference needs of "musicnn" and "musicnn_big" (64 tensors) or "vgg" (36)."""
    wanted = {}
    for name, shape in KERNELS[net].items():
        wanted |= {f"{name}/kernel": shape, f"{name}/bias": shape[-1:]}
    for number, channels in enumerate(NORMS[net]):
        name = f"batch_normalization_{number}" if number else "batch_normalization"
        wanted |= {
            f"{name}/{part}": (channels,) for part in ("gamma", "beta", "moving_mean", "moving_variance")
        }
    return wanted


def drawn(net: str) -> dict[str, np.ndarray]:
    """The tensors of an untrained control: drawn under PyTorch's names and layouts, given under these."""
    return {name: _drawn(name, shape) for name, shape in shapes(net).items()}


def _drawn(name: str, shape: tuple[int, ...]) -> np.ndarray:
    layer, _, part = name.rpartition("/")
    key = f"{layer}.{TORCH[part]}"
    if len(shape) == 4:  # (height, width, in, out) here, (out, in, height, width) there
        return _random_weights.draw(key, (shape[3], shape[2], shape[0], shape[1])).transpose(2, 3, 1, 0)
    return _random_weights.draw(key, shape[::-1]).T


def check(found: dict[str, np.ndarray], net: str, title: str) -> None:
    """Raises BadWeights where a tensor is missing, of another shape, or not a number."""
    for name, shape in shapes(net).items():
        if name not in found:
            raise BadWeights(
                f"These are not weights of {title}: the tensor {name!r} {shape} is missing. {NEXT}"
            )
        if found[name].shape != shape or found[name].dtype != np.float32:
            said = f"{found[name].dtype} {found[name].shape}, expected float32 {shape}"
            raise BadWeights(f"These are not weights of {title}: {name!r} is {said}. {NEXT}")
        if not np.isfinite(found[name]).all():
            raise BadWeights(
                f"The weights of {title} are damaged: {name!r} holds values that are no numbers. {NEXT}"
            )


NEXT = "Leave out --weights to use the official ones (make data installs them)."
