"""What is wrong with a collection, as far as arrays tell: repeats, silence, clipping, doubtful labels."""

import warnings
from dataclasses import dataclass

import numpy as np

from quintet.stats import neighbours
from quintet.stats.labels import codes, finite

TILE = 2_048  # rows and columns of similarities held at once: 17 MB
ALIKE = 1e-4  # distance below which two embeddings are of the same sound, where two random clips have 1
SPREADS = 5.0  # robust deviations by which a pair is nearer than clips usually have their nearest
# Whatever the collection. Measured on the demo, least cosine of a clip and its MP3 of 128 kbit/s: 0.99 of
# pooled net activations, 0.84 of hand-made features; most alike clips of two mixes: 0.77 and 0.52.
LEAST, MOST = 0.7, 0.98
FEW = 8  # rows: of fewer, nothing is usual yet, and only MOST counts

FLOOR = 1e-4  # of full scale, -80 dB: below what 16-bit dither leaves, so nothing is heard
LSB = 2.0**-15  # one step of 16 bits
PLATEAU, RUN = 0.99, 3  # of the wave's own peak; samples in a row: a lone peak touches the top once or twice
CORNER = 4 * LSB  # the step at a plateau's end: 3 at most where three samples of a sine lie within one LSB

SCARCE = 2  # rows a class needs for its labels to be doubted


@dataclass(frozen=True)
class Sound:
    """What a wave is like: peak and share of clipped samples, 0 to 1; its longest silence in s, and where."""

    seconds: float
    peak: float
    clipped: float
    silence: float
    silent_from: float


@dataclass(frozen=True)
class Doubt:
    """A row whose label a probe doubts: the column it answers instead, and that answer's probability."""

    row: int
    answer: int
    probability: float


def directions(X: np.ndarray) -> np.ndarray:
    """Rows of X (n, d) at length 1 in their standardised space, float32, made block by block.

    One copy of X is held, no more. Raises QuintetError for NaN.
    """
    finite(X)
    space = neighbours.space(X)
    units = np.empty(X.shape, np.float32)
    for at in range(0, len(X), TILE):
        units[at : at + TILE] = neighbours.unit(neighbours.into(space, X[at : at + TILE]))
    return units


def nearest_other(units: np.ndarray, apart: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each row's nearest by cosine: row numbers (n,) and cosines (n,), the first of equal ones.

    Rows of one number in `apart` (n,) int are not compared, so every row needs at least a number of its own.
    A row with no other has cosine -2. Each pair is multiplied once.
    """
    n = len(units)
    who, best = np.zeros(n, np.intp), np.full(n, -2.0, np.float32)
    for a in range(0, n, TILE):
        for b in range(a, n, TILE):
            alike = units[a : a + TILE] @ units[b : b + TILE].T  # (TILE, TILE)
            alike[apart[a : a + TILE, None] == apart[None, b : b + TILE]] = -2.0
            _better(who[a : a + TILE], best[a : a + TILE], alike, b)
            if b > a:
                _better(who[b : b + TILE], best[b : b + TILE], alike.T, a)
    return who, best


def _better(who: np.ndarray, best: np.ndarray, alike: np.ndarray, first: int) -> None:
    """Takes the nearest of the columns from number `first` on where they are nearer than what is held."""
    most = alike.max(axis=1)
    more = np.flatnonzero(most > best)
    who[more], best[more] = alike[more].argmax(axis=1) + first, most[more]


def threshold(nearest: np.ndarray) -> float:
    """The cosine from which a pair is nearer than usual, of each row's nearest (n,): LEAST to MOST.

    The median of their Fisher z plus SPREADS deviations (1.4826 times the median absolute deviation): both
    stay where they are while fewer than half of the rows have a repeat.
    """
    z = np.arctanh(np.clip(nearest[nearest > -2.0].astype(np.float64), -1 + 1e-7, 1 - 1e-7))
    if len(z) < FEW:
        return MOST
    middle = np.median(z)
    usual = np.tanh(middle + SPREADS * 1.4826 * np.median(np.abs(z - middle)))
    return float(np.clip(usual, LEAST, MOST))


def closeness(X: np.ndarray, pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How alike pairs (m, 2) of rows of X are: cosines (m,) and distances (m,), in the standardised space.

    A distance of 1 is how far two random rows are apart: Euclidean over sqrt(2 D), D the columns that say
    something, which is the root mean square of the distance over all pairs of rows.
    """
    space = neighbours.space(X)
    says = np.isfinite(space.scale)
    typical = np.sqrt(2.0 * max(int(says.sum()), 1))
    alike, apart = np.empty(len(pairs)), np.empty(len(pairs))
    for at in range(0, len(pairs), TILE):
        a, b = ((X[rows][:, says] - space.mean[says]) / space.scale[says] for rows in pairs[at : at + TILE].T)
        alike[at : at + TILE] = (neighbours.unit(a) * neighbours.unit(b)).sum(axis=1)
        apart[at : at + TILE] = np.linalg.norm((a - b).astype(np.float64), axis=1) / typical
    return alike, apart


def sound(wave: np.ndarray, rate: int) -> Sound:
    """What a wave (N,) float32 is like; one of no samples is silent throughout."""
    size = np.abs(wave)
    peak = float(size.max(initial=0.0))
    first, last = _longest(size < FLOOR)
    return Sound(len(wave) / rate, peak, _clipped(wave, size, peak), (last - first) / rate, first / rate)


def _clipped(wave: np.ndarray, size: np.ndarray, peak: float) -> float:
    """Share of samples that lie on a plateau at the top, or beyond what a player can give.

    A plateau is RUN or more samples in a row at PLATEAU of the peak that differ by at most one step of 16
    bits, with a CORNER at one end: the top of a slow tone is as flat, but round. A lossy file keeps no
    plateau; what was clipped before it was made goes beyond full scale when decoded.
    """
    if peak < FLOOR:
        return 0.0
    step = np.abs(np.diff(wave, prepend=0.0, append=0.0))  # (N + 1,): step[i] leads to sample i
    top = size >= PLATEAU * peak
    first, last = _edges((step[1:-1] <= LSB) & top[1:] & top[:-1])  # samples first to last, both included
    corner = np.maximum(step[first], step[last + 1]) > CORNER
    long = last - first + 1
    beyond, end = _edges(size > 1.0)
    return float(max(_sum(long, corner), _sum(end - beyond, np.True_))) / len(wave)


def _sum(long: np.ndarray, counts: np.ndarray) -> int:
    return int(long[(long >= RUN) & counts].sum())


def _longest(true: np.ndarray) -> tuple[int, int]:
    """First and one past the last of the longest run of True; (0, 0) without one."""
    first, last = _edges(true)
    if not len(first):
        return 0, 0
    most = int(np.argmax(last - first))
    return int(first[most]), int(last[most])


def _edges(true: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    steps = np.diff(true.astype(np.int8), prepend=0, append=0)
    return np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)


def doubted(y: np.ndarray, probabilities: np.ndarray, classes: tuple[str, ...]) -> list[Doubt]:
    """Rows whose label y (n,) str is probably wrong, by out-of-fold probabilities (n, classes).

    Confident learning (Northcutt et al. 2021, arXiv:1911.00068) by cleanlab, its strictest filter: doubted
    by class and by the noise estimated from all rows. Left out are classes nobody has, and those of fewer
    rows than SCARCE with their rows: of one clip alone nothing is usual.
    """
    there = [i for i, name in enumerate(classes) if (y == name).sum() >= SCARCE]
    if len(there) < 2:
        return []
    from cleanlab.filter import find_label_issues

    rows_there = np.flatnonzero(np.isin(y, [classes[i] for i in there]))
    y, probabilities = y[rows_there], probabilities[rows_there]

    kept = probabilities[:, there].astype(np.float64) + 1e-12  # a probe may be certain of an absent class
    kept /= kept.sum(axis=1, keepdims=True)
    label = codes(y, tuple(classes[i] for i in there))
    with warnings.catch_warnings():  # cleanlab's are for programmers: nothing of them goes to the terminal
        warnings.simplefilter("ignore")
        rows = find_label_issues(
            label, kept, return_indices_ranked_by="self_confidence", filter_by="both", n_jobs=1
        )
    answers = kept.argmax(axis=1)
    return [
        Doubt(int(rows_there[row]), there[int(answers[row])], float(kept[row].max()))
        for row in rows
        if answers[row] != label[row]
    ]
