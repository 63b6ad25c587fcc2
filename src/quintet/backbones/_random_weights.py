"""Random weights that are the same on every machine: what an untrained control hears with."""

import math
import zlib

import numpy as np

VERSION = 1  # raised when the numbers below change
QUIET = {"embeddings.4.weight": 0.1}  # gains: keeps VGGish's last layer in the range of its quantiser


def draw(key: str, shape: tuple[int, ...]) -> np.ndarray:
    """The tensor `key` of that shape (torch layout, out first): float32 drawn from the key's CRC-32.

    Weights are He-scaled, so that a control's layers neither fade nor explode; batch norms differ from the
    identity, so that a wrong one shows. Bit-identical with numpy 1.26 and 2.4.
    """
    noise = np.random.default_rng(zlib.crc32(key.encode())).standard_normal(shape).astype(np.float32)
    if key.endswith("running_var"):
        return np.float32(0.5) + np.abs(noise)
    if key.endswith("running_mean"):
        return noise * np.float32(0.1)
    if len(shape) == 1 and key.endswith(".weight"):  # gamma of a batch norm
        return np.float32(1) + noise * np.float32(0.1)
    if key.endswith(".bias"):
        return noise * np.float32(0.05)
    if key.endswith("num_batches_tracked"):
        return np.array(0, np.int64)
    return noise * np.float32(QUIET.get(key, 1) * math.sqrt(2 / math.prod(shape[1:])))


def state(shapes: dict[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    """Every tensor of a net: name -> shape in, name -> values out."""
    return {key: draw(key, shape) for key, shape in shapes.items()}
