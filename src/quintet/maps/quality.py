"""How faithful a map is: which neighbours it makes up, which it tears apart, which it keeps."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from quintet.errors import QuintetError
from quintet.stats import neighbours
from quintet.stats.neighbours import Rows
from quintet.stats.threads import one_thread

K = 10  # neighbours looked at
JUDGED = 5_000  # rows judged at most, a fixed draw of more; they are judged among all rows
ALIKE = 1e-6  # cosines this close are the same one: what float32 cannot tell is no order


@dataclass(frozen=True)
class MapQuality:
    """Three figures of a map at 10 neighbours, 0 to 1, and the `judged` rows of `of` they were taken on.

    trustworthiness: what the map shows as near is near; continuity: what is near is shown as near
    (Venna and Kaski 2001, as scikit-learn counts); overlap: share of the 10 nearest that are the same.
    """

    trustworthiness: float
    continuity: float
    overlap: float
    judged: int
    of: int


def evaluate(
    rows: Rows,
    neighbour_rows: np.ndarray,
    Y: np.ndarray,
    progress: Callable[[float], None] = neighbours.silent,
) -> MapQuality:
    """Measures of a map Y (n, 2) against the rows' full space, of which near (n, k) are the neighbours.

    Fewer neighbours are looked at where there are not 21 rows; two rows cannot be torn apart. Raises
    QuintetError where the numbers of rows differ.
    """
    n = len(Y)
    if not len(rows) == len(neighbour_rows) == n:
        raise QuintetError(
            f"{len(rows)} embeddings, {len(neighbour_rows)} lists of neighbours and {n} points were given; "
            "as many of each were expected."
        )
    if n < 3:
        return MapQuality(1.0, 1.0, 1.0, n, n)
    judged = sample_rows(n)
    k, n_kept = min(K, (n - 1) // 2), min(K, neighbour_rows.shape[1])
    map_neighbours = _nearest_on(Y, judged, max(k, n_kept))
    real = neighbour_rows[judged]
    with one_thread():
        made_up = _ranks_in_space(rows, judged, map_neighbours[:, :k], progress)
    torn = _ranks_on_map(Y, judged, real[:, :k])
    share = neighbours.overlap_at(real[:, :n_kept], map_neighbours[:, :n_kept])
    return MapQuality(_score(made_up, n), _score(torn, n), share, len(judged), n)


def sample_rows(n: int) -> np.ndarray:
    """The numbers of the rows that are judged of n, ascending: all, or the same 5,000 every time."""
    if n <= JUDGED:
        return np.arange(n)
    return np.sort(np.random.default_rng(0).choice(n, JUDGED, replace=False))


def _score(ranks: np.ndarray, n: int) -> float:
    """1 less the ranks (m, k) beyond k, on the scale where 0 is the worst that n rows allow."""
    m, k = ranks.shape
    return float(1 - np.maximum(ranks - k, 0).sum() * 2 / (m * k * (2 * n - 3 * k - 1)))


def _nearest_on(Y: np.ndarray, judged: np.ndarray, k: int) -> np.ndarray:
    """Rows nearest on the map to the judged ones, these left out: (m, k)."""
    from scipy.spatial import cKDTree

    nearest = cKDTree(Y).query(Y[judged], k + 1)[1]
    own = nearest == judged[:, None]
    own[~own.any(axis=1), -1] = True  # of many at one place its own number may be missing
    return nearest[~own].reshape(len(judged), k)


def _ranks_in_space(
    rows: Rows, judged: np.ndarray, selected: np.ndarray, progress: Callable[[float], None]
) -> np.ndarray:
    """Place of each chosen row (m, k) in the judged row's list by cosine, 1 the likest; ties share one."""
    units = rows.units(judged)
    own = np.empty(selected.shape, dtype=np.float32)
    for column in range(selected.shape[1]):
        own[:, column] = np.einsum("md,md->m", units, rows.units(selected[:, column]))
    before = np.zeros(selected.shape, dtype=np.int64)
    step = max(1, neighbours.CELLS // len(judged))
    for at in range(0, len(rows), step):
        cosine = units @ rows.units(slice(at, at + step)).T
        _leave_out(cosine, judged, at, -np.inf)
        for column in range(selected.shape[1]):
            before[:, column] += np.count_nonzero(cosine > own[:, column, None] + ALIKE, axis=1)
        progress(min(1.0, (at + step) / len(rows)))
    return before + 1


def _ranks_on_map(Y: np.ndarray, judged: np.ndarray, selected: np.ndarray) -> np.ndarray:
    """Place of each chosen row (m, k) in the judged row's list by distance on the map, 1 the nearest."""
    before = np.zeros(selected.shape, dtype=np.int64)
    own = _squared(Y[judged][:, None], Y[selected])
    step = max(1, neighbours.CELLS // len(judged))
    for at in range(0, len(Y), step):
        far = _squared(Y[judged][:, None], Y[None, at : at + step])
        _leave_out(far, judged, at, np.inf)
        for column in range(selected.shape[1]):
            before[:, column] += np.count_nonzero(far < own[:, column, None], axis=1)
    return before + 1


def _squared(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    return (A[..., 0] - B[..., 0]) ** 2 + (A[..., 1] - B[..., 1]) ** 2


def _leave_out(cells: np.ndarray, judged: np.ndarray, at: int, value: float) -> None:
    """Sets the cells of each judged row with itself, among columns that begin with row number `at`."""
    own_rows = np.flatnonzero((judged >= at) & (judged < at + cells.shape[1]))
    cells[own_rows, judged[own_rows] - at] = value
