"""Large collections: rows reduced to their first principal components, and neighbours searched for there."""

import os
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from quintet.stats import neighbours
from quintet.stats.neighbours import Rows
from quintet.stats.threads import one_thread

WIDTH = 50  # principal components neighbours are searched for in
FITTED = 50_000  # rows the components are found on; a fixed draw of more
SPARE = 8  # neighbours found beyond those wanted: the full space decides who stays
STEP = 500  # rows at once where cosines are taken: 500 x 23 rows of 1,506 values are 70 MB


def reduced(rows: Rows, width: int, seed: int) -> np.ndarray:
    """The first principal components of rows (n, d) of length 1: (n, width) float32, fewer columns zero.

    Beyond 50,000 rows the components are those of a fixed draw of 50,000.
    """
    from sklearn.decomposition import PCA

    n, d = rows.X.shape
    if n == 1:
        return np.zeros((1, width), dtype=np.float32)
    fitted = np.arange(n)
    if n > FITTED:
        fitted = np.sort(np.random.default_rng(0).choice(n, FITTED, replace=False))
    wanted = min(width, len(fitted), d)
    with one_thread():
        model = PCA(wanted, random_state=seed).fit(rows.units(fitted))
        starts = range(0, n, neighbours.BLOCK)
        Z = [model.transform(rows.units(slice(at, at + neighbours.BLOCK))) for at in starts]
    return np.pad(np.concatenate(Z), ((0, 0), (0, width - wanted))).astype(np.float32)


def knn(
    X: np.ndarray, k: int, told: Callable[[float], None] = neighbours.silent
) -> tuple[np.ndarray, np.ndarray]:
    """Neighbours of X (n, d) as `neighbours.knn` gives them, but searched for: near (n, k), alike (n, k).

    Nearest-neighbour descent in 50 principal components, on one thread, so that any machine with the same
    software finds the same. The cosines, and who of those found stays, are of the full space.
    Raises QuintetError for NaN, and where all rows are the same.
    """
    import numba  # noqa: F401  (pynndescent compiles as it is imported)
    from pynndescent import NNDescent

    rows = neighbours.rows(X)
    wanted = min(k, len(X) - 1)
    told(0.0)
    Z = reduced(rows, WIDTH, 0)
    told(0.1)
    with one_thread(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Failed to correctly find n_neighbors")  # they are filled in here
        index = NNDescent(Z, n_neighbors=min(wanted + 1 + SPARE, len(X)), random_state=0, n_jobs=1)
        found = _filled(index.neighbor_graph[0])
    told(0.6)
    return _ranked(rows, found, wanted, lambda share: told(0.6 + 0.4 * share))


def _filled(found: np.ndarray) -> np.ndarray:
    """Candidates (n, m) with the rows that follow where none was found, as among many equal rows."""
    n, found = len(found), found.copy()
    for row in np.flatnonzero((found < 0).any(axis=1)):
        known = {row, *found[row].tolist()}
        others = (other % n for other in range(row + 1, row + n) if other % n not in known)
        empty = np.flatnonzero(found[row] < 0)
        found[row, empty] = [next(others, -1) for _ in empty]
    return found


def _ranked(rows: Rows, found: np.ndarray, k: int, told: Callable[[float], None]) -> tuple:
    """The k likest of each row's candidates (n, m) in the full space, itself and empty places left out."""
    near, alike = np.empty((len(rows), k), dtype=np.int32), np.empty((len(rows), k), dtype=np.float32)

    def block(at: int) -> None:
        here = found[at : at + STEP]
        own = rows.units(slice(at, at + STEP))
        theirs = rows.units(here.reshape(-1)).reshape(*here.shape, -1)  # (rows, candidates, d)
        cosine = np.matmul(theirs, own[:, :, None])[:, :, 0]
        cosine[(here < 0) | (here == np.arange(at, at + len(here))[:, None])] = -np.inf
        order = np.lexsort((here, -cosine), axis=1)[:, :k]
        near[at : at + STEP] = np.take_along_axis(here, order, axis=1)
        alike[at : at + STEP] = np.take_along_axis(cosine, order, axis=1)

    starts = range(0, len(rows), STEP)
    with one_thread(), ThreadPoolExecutor(os.cpu_count() or 1) as cores:
        for done, _ in enumerate(cores.map(block, starts), start=1):
            told(done / len(starts))
    return near, alike
