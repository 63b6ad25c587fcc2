"""Maps: embeddings laid out in two dimensions, turned to resemble each other, and judged."""

import warnings

import numpy as np

from quintet.analysis.neighbours import into, space, unit
from quintet.errors import QuintetError

JUDGED = 5000  # rows at most for trustworthiness, which needs every distance; a fixed draw beyond


def umap(X: np.ndarray, seed: int, n_neighbors: int = 15, min_dist: float = 0.1) -> np.ndarray:
    """UMAP of embeddings X (n, d) -> (n, 2) float32, started from two principal components, on one thread.

    The rows are standardised and of length 1, so near on the map is near in the lists of nearest tracks. The
    same seed gives the same map. Up to three rows are laid out by `pca`. Raises QuintetError for NaN or for
    rows that are all the same.
    """
    ready = _ready(X)
    start = pca(X, seed)
    if len(X) <= 3:
        return start
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", "Tensorflow not installed", ImportWarning
        )  # for a part of it not used here
        from umap import UMAP

    start = start / np.abs(start).max() * 10  # the width UMAP's own starts have
    model = UMAP(
        n_neighbors=min(n_neighbors, len(X) - 1), min_dist=min_dist, init=start, random_state=seed, n_jobs=1
    )
    return model.fit_transform(ready).astype(np.float32)


def pca(X: np.ndarray, seed: int) -> np.ndarray:
    """Two principal components of X (n, d) in the space of `umap`: (n, 2) float32. Raises as `umap`."""
    from sklearn.decomposition import PCA

    ready = _ready(X)
    wanted = min(2, *ready.shape)
    if len(X) == 1:
        return np.zeros((1, 2), dtype=np.float32)
    Y = PCA(wanted, random_state=seed).fit_transform(ready)
    return np.pad(Y, ((0, 0), (0, 2 - wanted))).astype(np.float32)


def align(Y: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Y (n, 2) turned, mirrored and scaled to lie as close as it can to the reference (n, 2), both centred.

    Orthogonal Procrustes: shapes within Y are kept. Raises QuintetError when the numbers of rows differ.
    """
    if Y.shape != reference.shape:
        raise QuintetError(
            f"A map of {len(Y)} points cannot be turned to one of {len(reference)}; the same rows expected."
        )
    Y, reference = Y - Y.mean(axis=0, dtype=np.float64), reference - reference.mean(axis=0, dtype=np.float64)
    left, size, right = np.linalg.svd(Y.T @ reference)
    wide = (Y**2).sum()
    return (Y @ (left @ right) * (size.sum() / wide if wide > 0 else 1)).astype(np.float32)


def frame(Y: np.ndarray) -> np.ndarray:
    """Y (n, 2) moved and scaled into the square from -1 to 1, its proportions kept: (n, 2) float32."""
    low, high = Y.min(axis=0).astype(np.float64), Y.max(axis=0).astype(np.float64)
    half = (high - low).max() / 2
    return np.clip((Y - (low + high) / 2) / (half if half > 0 else 1), -1, 1).astype(np.float32)


def trustworthiness(X: np.ndarray, Y: np.ndarray, k: int) -> float:
    """How far a map Y (n, 2) shows as neighbours only what are neighbours in X (n, d): 0 to 1, 1 is faithful.

    Venna and Kaski 2001, on cosine in the standardised space; k is lowered where there are not 2 k + 1 rows,
    and two rows cannot be torn apart: 1. Beyond 5,000 rows a fixed draw of 5,000 is judged. Raises as `umap`.
    """
    from sklearn.manifold import trustworthiness as measured

    if len(X) != len(Y):
        raise QuintetError(
            f"{len(X)} embeddings and {len(Y)} points were given; as many of each were expected."
        )
    ready = _ready(X)
    if len(X) < 3:
        return 1.0
    if len(X) > JUDGED:
        drawn = np.sort(np.random.default_rng(0).choice(len(X), JUDGED, replace=False))
        ready, Y = ready[drawn], Y[drawn]
    return float(measured(ready, Y, n_neighbors=min(k, (len(ready) - 1) // 2)))


def _ready(X: np.ndarray) -> np.ndarray:
    """X (n, d) standardised, rows of length 1. Raises QuintetError for NaN or for rows all the same."""
    where = space(X)
    ready = into(where, X)
    if len(X) > 1 and (ready == ready[0]).all():
        raise QuintetError(
            f"All {len(X)} embeddings are the same, so there is nothing to lay out; at least two "
            "different ones were expected. Check the clips, then embed them again: quintet embed DATASET"
        )
    return unit(ready)
