"""How faithful a map is: which neighbours it makes up, which it tears apart, which it keeps."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from quintet.analysis import neighbours
from quintet.analysis.neighbours import Rows
from quintet.analysis.threads import one_thread
from quintet.errors import QuintetError

K = 10  # neighbours looked at
JUDGED = 5_000  # rows judged at most, a fixed draw of more; they are judged among all rows
ALIKE = 1e-6  # cosines this close are the same one: what float32 cannot tell is no order


@dataclass(frozen=True)
class Measures:
    """Three figures of a map at 10 neighbours, 0 to 1, and the `judged` rows of `of` they were taken on.

    trustworthiness: what the map shows as near is near; continuity: what is near is shown as near
    (Venna and Kaski 2001, as scikit-learn counts); overlap: share of the 10 nearest that are the same.
    """

    trustworthiness: float
    continuity: float
    overlap: float
    judged: int
    of: int


def judge(
    rows: Rows, near: np.ndarray, Y: np.ndarray, told: Callable[[float], None] = neighbours.silent
) -> Measures:
    """Measures of a map Y (n, 2) against the rows' full space, of which near (n, k) are the neighbours.

    Fewer neighbours are looked at where there are not 21 rows; two rows cannot be torn apart. Raises
    QuintetError where the numbers of rows differ.
    """
    n = len(Y)
    if not len(rows) == len(near) == n:
        raise QuintetError(
            f"{len(rows)} embeddings, {len(near)} lists of neighbours and {n} points were given; "
            "as many of each were expected."
        )
    if n < 3:
        return Measures(1.0, 1.0, 1.0, n, n)
    judged = drawn(n)
    k, kept = min(K, (n - 1) // 2), min(K, near.shape[1])
    shown = _nearest_on(Y, judged, max(k, kept))
    real = near[judged]
    with one_thread():
        made_up = _ranks_in_space(rows, judged, shown[:, :k], told)
    torn = _ranks_on(Y, judged, real[:, :k])
    share = neighbours.overlap_at(real[:, :kept], shown[:, :kept])
    return Measures(_score(made_up, n), _score(torn, n), share, len(judged), n)


def drawn(n: int) -> np.ndarray:
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

    found = cKDTree(Y).query(Y[judged], k + 1)[1]
    own = found == judged[:, None]
    own[~own.any(axis=1), -1] = True  # of many at one place its own number may be missing
    return found[~own].reshape(len(judged), k)


def _ranks_in_space(
    rows: Rows, judged: np.ndarray, chosen: np.ndarray, told: Callable[[float], None]
) -> np.ndarray:
    """Place of each chosen row (m, k) in the judged row's list by cosine, 1 the likest; ties share one."""
    asked = rows.units(judged)
    own = np.empty(chosen.shape, dtype=np.float32)
    for column in range(chosen.shape[1]):
        own[:, column] = np.einsum("md,md->m", asked, rows.units(chosen[:, column]))
    before = np.zeros(chosen.shape, dtype=np.int64)
    step = max(1, neighbours.CELLS // len(judged))
    for at in range(0, len(rows), step):
        cosine = asked @ rows.units(slice(at, at + step)).T
        _leave_out(cosine, judged, at, -np.inf)
        for column in range(chosen.shape[1]):
            before[:, column] += np.count_nonzero(cosine > own[:, column, None] + ALIKE, axis=1)
        told(min(1.0, (at + step) / len(rows)))
    return before + 1


def _ranks_on(Y: np.ndarray, judged: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Place of each chosen row (m, k) in the judged row's list by distance on the map, 1 the nearest."""
    before = np.zeros(chosen.shape, dtype=np.int64)
    own = _squared(Y[judged][:, None], Y[chosen])
    step = max(1, neighbours.CELLS // len(judged))
    for at in range(0, len(Y), step):
        far = _squared(Y[judged][:, None], Y[None, at : at + step])
        _leave_out(far, judged, at, np.inf)
        for column in range(chosen.shape[1]):
            before[:, column] += np.count_nonzero(far < own[:, column, None], axis=1)
    return before + 1


def _squared(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    return (A[..., 0] - B[..., 0]) ** 2 + (A[..., 1] - B[..., 1]) ** 2


def _leave_out(cells: np.ndarray, judged: np.ndarray, at: int, value: float) -> None:
    """Sets the cells of each judged row with itself, among columns that begin with row number `at`."""
    here = np.flatnonzero((judged >= at) & (judged < at + cells.shape[1]))
    cells[here, judged[here] - at] = value
