"""Layouts: neighbour graphs and principal components laid out in two dimensions, turned and framed."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from quintet.errors import QuintetError
from quintet.stats.neighbours import silent
from quintet.stats.threads import one_thread

FEW = 3  # rows up to which every layout is the principal components
CLOSE = 1e-6  # cosines this near to 1 are equal rows: float32 cannot tell them apart


@dataclass(frozen=True)
class UmapParams:
    """UMAP's parameters; `n_neighbors` counts the row itself, as UMAP does. `dense` asks for densMAP."""

    seed: int = 42
    n_neighbors: int = 15
    min_dist: float = 0.1
    dense: bool = False


def umap(
    neighbours: np.ndarray,
    similarity: np.ndarray,
    start: np.ndarray,
    params: UmapParams,
    progress: Callable[[float], None] = silent,
) -> np.ndarray:
    """UMAP of a neighbour graph near, alike (n, k), from principal components start (n, 2): (n, 2) float32.

    On one thread: the same seed gives the same map. Up to three rows are laid out by `start`. Fewer
    neighbours are used where the graph holds fewer. `told` hears the share of the epochs that is done.
    """
    n = len(start)
    if n <= FEW:
        return start.astype(np.float32)
    wide = np.abs(start).max()
    begin = (start / (wide if wide > 0 else 1) * 10).astype(np.float32)  # the width UMAP's own starts have
    size = min(params.n_neighbors, neighbours.shape[1] + 1, n - 1)
    with warnings.catch_warnings(), one_thread():
        for message in _EXPECTED:
            warnings.filterwarnings("ignore", message)
        from umap import UMAP

        model = UMAP(
            n_neighbors=size, min_dist=params.min_dist, spread=max(1.0, params.min_dist), init=begin,
            random_state=params.seed, n_jobs=1, densmap=params.dense,
            precomputed_knn=distances(neighbours, similarity, size), tqdm_kwds=_progress_options(progress),
        )  # fmt: skip
        return model.fit_transform(begin).astype(np.float32)  # its rows are only counted


_EXPECTED = (
    "Tensorflow not installed",  # for a part of UMAP not used here
    "precomputed_knn\\[2\\]",  # no more points are asked for later
    "n_jobs value",
)


def distances(neighbours: np.ndarray, similarity: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """The first of a graph (n, k) as UMAP reads them: rows (n, size) and distances between rows of length 1.

    Each row is its own first neighbour, at 0.
    """
    n = len(neighbours)
    far = np.sqrt(2 * np.maximum(1 - similarity[:, : size - 1], 0))
    far[similarity[:, : size - 1] >= 1 - CLOSE] = 0
    rows = np.concatenate([np.arange(n)[:, None], neighbours[:, : size - 1]], axis=1)
    return rows.astype(np.int64), np.concatenate([np.zeros((n, 1)), far], axis=1).astype(np.float32)


def _progress_options(progress: Callable[[float], None]) -> dict:
    """UMAP's bar, turned into shares: it asks for a file to write its state to."""
    return {
        "disable": False,
        "file": _ProgressStream(progress),
        "bar_format": "{percentage:.1f};",
        "mininterval": 0.5,
    }


class _ProgressStream:
    """A file that hears what a progress bar would show: "\\r43.5;"."""

    def __init__(self, progress: Callable[[float], None]) -> None:
        self._progress = progress

    def write(self, text: str) -> None:
        percent = text.strip().rstrip(";")
        if percent.replace(".", "", 1).isdigit():
            self._progress(float(percent) / 100)

    def flush(self) -> None:
        """Nothing waits to be written."""


def tsne(Z: np.ndarray, perplexity: float, seed: int) -> np.ndarray:
    """t-SNE (Barnes-Hut) of rows Z (n, d), from their first two columns: (n, 2) float32, on one thread.

    The perplexity is at most (n - 1) / 3. Up to three rows are laid out by those columns.
    """
    if len(Z) <= FEW:
        return Z[:, :2].astype(np.float32)
    from sklearn.manifold import TSNE

    wide = Z[:, 0].std()
    start = Z[:, :2] / (wide if wide > 0 else 1) * 1e-4  # the width scikit-learn's own starts have
    with one_thread():
        model = TSNE(
            perplexity=min(perplexity, (len(Z) - 1) / 3), init=start.astype(np.float32), random_state=seed,
            n_jobs=1,
        )  # fmt: skip
        return model.fit_transform(Z).astype(np.float32)


def align(Y: np.ndarray, reference: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
    """Y (n, 2) turned, mirrored and scaled so that its `rows` lie as the reference (m, 2) does.

    Without `rows`, all of them. Orthogonal Procrustes: shapes within Y are kept; the rows' centre comes to 0.
    Raises QuintetError when the numbers of rows differ.
    """
    common = Y if rows is None else Y[rows]
    if common.shape != reference.shape:
        raise QuintetError(
            f"A map of {len(common)} points cannot be turned to one of {len(reference)}; "
            "the same rows expected."
        )
    centre = common.mean(axis=0, dtype=np.float64)
    common, target = common - centre, reference - reference.mean(axis=0, dtype=np.float64)
    left, size, right = np.linalg.svd(common.T @ target)
    wide = (common**2).sum()
    return ((Y - centre) @ (left @ right) * (size.sum() / wide if wide > 0 else 1)).astype(np.float32)


def fit_to_square(Y: np.ndarray) -> np.ndarray:
    """Y (n, 2) moved and scaled into the square from -1 to 1, its proportions kept: (n, 2) float32."""
    low, high = Y.min(axis=0).astype(np.float64), Y.max(axis=0).astype(np.float64)
    half = (high - low).max() / 2
    return np.clip((Y - (low + high) / 2) / (half if half > 0 else 1), -1, 1).astype(np.float32)
