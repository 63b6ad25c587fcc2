"""The tensors of VGGish: their names and shapes in torchvggish's file, and Google's names for the same."""

import numpy as np

Arrays = dict[str, np.ndarray]
KERNELS = {  # torchvggish's name, Google's, shape as torch has it
    "features.0": ("conv1", (64, 1, 3, 3)),
    "features.3": ("conv2", (128, 64, 3, 3)),
    "features.6": ("conv3/conv3_1", (256, 128, 3, 3)),
    "features.8": ("conv3/conv3_2", (256, 256, 3, 3)),
    "features.11": ("conv4/conv4_1", (512, 256, 3, 3)),
    "features.13": ("conv4/conv4_2", (512, 512, 3, 3)),
    "embeddings.0": ("fc1/fc1_1", (4096, 12288)),
    "embeddings.2": ("fc1/fc1_2", (4096, 4096)),
    "embeddings.4": ("fc2", (128, 4096)),
}
PCA = {"pca_eigen_vectors": (128, 128), "pca_means": (128,)}


def shapes() -> dict[str, tuple[int, ...]]:
    """Name -> shape of the 18 tensors, as torchvggish has them."""
    wanted = {}
    for name, (_, shape) in KERNELS.items():
        wanted |= {f"{name}.weight": shape, f"{name}.bias": shape[:1]}
    return wanted


def google() -> dict[str, str]:
    """Google's names -> torchvggish's."""
    names = {}
    for ours, (theirs, _) in KERNELS.items():
        names |= {f"vggish/{theirs}/weights": f"{ours}.weight", f"vggish/{theirs}/biases": f"{ours}.bias"}
    return names


def from_google(found: Arrays) -> Arrays:
    """Google's variables under torchvggish's names and in torch's order of axes, output channels first."""
    names = google()
    return {names[name]: _output_first(values) for name, values in found.items() if name in names}


def _output_first(values: np.ndarray) -> np.ndarray:
    if values.ndim == 4:  # (height, width, in, out)
        return np.ascontiguousarray(values.transpose(3, 2, 0, 1))
    return values.T
