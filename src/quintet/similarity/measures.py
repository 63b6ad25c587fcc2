"""How alike two embeddings of the same tracks are, measured so that every track has its share in the number.

Each measure gives one value a track, (n,) float64: their mean is the measure, and how far one lies from it is
how far that track moves it (its pseudo-value, as the infinitesimal jackknife has it; for sums over pairs of
tracks a track counts twice). So an interval needs a draw of tracks, not a thousand fits.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from quintet.errors import QuintetError
from quintet.stats.labels import finite
from quintet.stats.neighbours import unit

SEED = 0  # of what is drawn
LEAST = 4  # tracks, below which the unbiased estimate does not exist
PAIRED = 2_000  # tracks up to which all pairs are ranked
PAIRS = 500_000  # pairs ranked beyond that
DOUBLE = 2_000_000  # values up to which float64 is held; more tracks even out what float32 rounds
STEP = 4_000_000  # values gathered at once


@dataclass(frozen=True)
class Arranged:
    """n tracks as one backbone arranges them, ready to be compared with another's of the same tracks.

    `rows` are centred, at Frobenius norm 1, in at most n columns; `lengths` (n,) their squared lengths; `own`
    (n,) each track's part of tr(K K); `ranks` of the cosine distances of pairs of tracks, centred; `dim` is
    how many values the embeddings had.
    """

    rows: np.ndarray
    lengths: np.ndarray
    own: np.ndarray
    ranks: np.ndarray
    dim: int


def arrange(X: np.ndarray) -> Arranged:
    """Embeddings X (n, d) in the order of the tracks, taken once for all measures.

    Raises QuintetError for NaN, for embeddings that are all the same, and for fewer than 4 tracks.
    """
    from scipy.stats import rankdata

    finite(X)
    if len(X) < LEAST:
        raise QuintetError(f"{len(X)} tracks are too few to compare two backbones on; {LEAST} are needed.")
    rows = _narrow(X)
    ranks = rankdata(_distances(X)).astype(np.float32)
    own = _dots(rows @ (rows.T @ rows), rows)
    return Arranged(rows, _dots(rows, rows), own, ranks - ranks.mean(), X.shape[1])


def cka(A: Arranged, B: Arranged, debiased: bool) -> np.ndarray:
    """Linear centred kernel alignment: 1 alike but for rotation and scale, 0 unlike.

    Kornblith 2019 (arXiv:1905.00414). `debiased` takes the unbiased HSIC (Song 2012; Nguyen 2021,
    arXiv:2010.15327): the biased one nears 1 for any two embeddings of more values than tracks; it may be
    below 0. Raises QuintetError for other tracks, and where they vary too little for it.
    """
    _same(A, B)
    cross = _dots(A.rows @ (A.rows.T @ B.rows), B.rows)
    if debiased:
        found = (_unbiased(*one) for one in ((cross, A, B), (A.own, A, A), (B.own, B, B)))
        return _alignment(*found, each=2)
    return _alignment(cross, A.own, B.own, each=2)


def cka_by_chance(A: Arranged, B: Arranged) -> float:
    """What the biased alignment is on average when the tracks of one are shuffled."""
    mean = A.lengths.sum() * B.lengths.sum() / (len(A.lengths) - 1)
    return float(mean / np.sqrt(A.own.sum() * B.own.sum()))


def procrustes(A: Arranged, B: Arranged) -> np.ndarray:
    """How much of B a rotation of A meets, 0 to 1.

    `distance` makes the orthogonal Procrustes distance of it. The narrower one is padded with zeros, which
    changes nothing. At its best a small change of the rotation moves nothing, so it is kept while tracks are
    drawn. Raises QuintetError for other tracks.
    """
    _same(A, B)
    left, _, right = np.linalg.svd(A.rows.T @ B.rows, full_matrices=False)
    return _alignment(_dots(A.rows @ left, B.rows @ right.T), A.lengths, B.lengths, each=1)


def procrustes_by_chance(A: Arranged, B: Arranged, seed: int) -> float:
    """The same in the mean over tracks, those of B shuffled once."""
    shuffled = B.rows[np.random.default_rng(seed).permutation(len(B.rows))]
    return float(np.linalg.svd(A.rows.T @ shuffled, compute_uv=False).sum())


def distance(met: np.ndarray) -> np.ndarray:
    """The orthogonal Procrustes distance |X R - Y|: 0 one shape, 1.41 nothing in common."""
    return np.sqrt(2 - 2 * np.clip(met, 0, 1))


def rank_correlation(A: Arranged, B: Arranged) -> np.ndarray:
    """Spearman's correlation of the cosine distances between tracks, -1 to 1.

    All pairs of up to 2,000 tracks, the same 500,000 drawn pairs beyond. The ranks are kept while tracks are
    drawn. Raises QuintetError for other tracks.
    """
    _same(A, B)
    n, a, b = len(A.rows), A.ranks.astype(np.float64), B.ranks.astype(np.float64)
    i, j = _pairs(n)
    width = np.sqrt((a @ a) * (b @ b))
    if not width:
        raise QuintetError(f"All distances between {n} tracks are the same, so there is no order to compare.")
    value = (a @ b) / width
    moved = a * b / width - value / 2 * (a * a / (a @ a) + b * b / (b @ b))
    return value + n * (np.bincount(i, moved, n) + np.bincount(j, moved, n))


def divergences(said: np.ndarray) -> np.ndarray:
    """Mean Jensen-Shannon divergence of every two of k answers (k, n, C) to each of n tracks, in bits: (n,).

    0 where all say the same, 1 where they have nothing in common: `accord.divergence` of many tracks at once.
    """
    said = said.astype(np.float64)
    alone = [_entropy(p) for p in said]
    found = [
        _entropy((said[a] + said[b]) / 2) - (alone[a] + alone[b]) / 2
        for a, b in combinations(range(len(said)), 2)
    ]
    return np.clip(np.mean(found, axis=0), 0, 1) if found else np.zeros(said.shape[1])


def _alignment(cross: np.ndarray, own: np.ndarray, other: np.ndarray, each: int) -> np.ndarray:
    """sum(cross) / sqrt(sum(own) sum(other)) as values a track; `each` is how often a track is in a term."""
    width = np.sqrt(max(own.sum(), 0.0) * max(other.sum(), 0.0))
    if not width:
        raise QuintetError(f"{len(own)} embeddings vary too little to be compared; more tracks are needed.")
    value = cross.sum() / width
    moved = cross / width - value / 2 * (own / own.sum() + other / other.sum())
    return value + each * len(own) * moved


def _unbiased(products: np.ndarray, A: Arranged, B: Arranged) -> np.ndarray:
    """Parts (n,) of the unbiased HSIC, up to a factor of n alone, from those of tr(K L).

    It is a sum over K and L without their diagonals; for centred rows what goes is of the rows' lengths.
    """
    n, a, b = len(products), A.lengths, B.lengths
    mixed = (a * b.sum() + b * a.sum()) / 2 / ((n - 1) * (n - 2))
    return products - n / (n - 2) * a * b + mixed


def _dots(X: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """The product of each row of X with the same row of Y, (n,) float64."""
    return np.einsum("ij,ij->i", X, Y).astype(np.float64)


def _narrow(X: np.ndarray) -> np.ndarray:
    """X centred, at Frobenius norm 1, in at most n columns: rows keep their products. Raises as `arrange`."""
    kind = np.float64 if X.size <= DOUBLE else np.float32
    X = X.astype(kind) - X.mean(axis=0, dtype=np.float64).astype(kind)
    length = np.linalg.norm(X)
    if not length:
        raise QuintetError(
            f"All {len(X)} embeddings are the same, so there is nothing to compare; at least two different "
            "ones were expected. Check the clips, then embed them again: quintet embed DATASET"
        )
    X /= length
    if X.shape[1] > len(X):
        X = np.linalg.qr(X.T, mode="r").T  # (n, n): a rotation of the rows
    return X


def _same(A: Arranged, B: Arranged) -> None:
    n, m = len(A.rows), len(B.rows)
    if n != m:
        raise QuintetError(f"{n} and {m} embeddings were given; the same tracks were expected.")


def _pairs(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers of all pairs of n tracks, or of PAIRS of them, the same each time."""
    if n <= PAIRED:
        return np.triu_indices(n, 1)
    lots = np.random.default_rng(SEED)
    i = lots.integers(n, size=PAIRS)
    return i, (i + lots.integers(1, n, size=PAIRS)) % n


def _distances(X: np.ndarray) -> np.ndarray:
    """1 - cosine of each of `_pairs` of rows of X (n, d), (m,) float32."""
    rows, step, (i, j) = unit(X), max(1, STEP // X.shape[1]), _pairs(len(X))
    parts = [
        np.einsum("ij,ij->i", rows[i[at : at + step]], rows[j[at : at + step]])
        for at in range(0, len(i), step)
    ]
    return 1 - np.concatenate(parts)


def _entropy(p: np.ndarray) -> np.ndarray:
    """In bits, of each row of p (n, C)."""
    from scipy.special import entr

    return entr(p).sum(axis=1) / np.log(2)
