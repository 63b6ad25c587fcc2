"""Scores of tags, where a row may have several or none: ROC-AUC and average precision, with intervals.

Both are sums over rows in order of their score, so a draw of groups is a weight for every row, and rows that
were sorted once serve all draws.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from quintet.errors import QuintetError
from quintet.stats import bootstrap
from quintet.stats.labels import Tags, group_numbers
from quintet.stats.metrics import Interval

DRAWS = 1000
CELLS = 4_000_000  # sums over stretches held at once: 32 MB
SAYS = {
    "roc_auc_macro": "mean over tags of the chance that a row with the tag is scored above one without",
    "ap_macro": "mean over tags of average precision: precision where each row with the tag is found",
    "roc_auc_micro": "the same chance with the answers for all tags in one list",
    "ap_micro": "average precision of the answers for all tags in one list",
}


@dataclass(frozen=True)
class Scores:
    """The scores of SAYS, and ROC-AUC and average precision of each tag.

    `silent` are tags that none or all of the tested rows have: they have no score and count in none.
    """

    summary: dict[str, Interval]
    roc_auc: dict[str, Interval]
    ap: dict[str, Interval]
    silent: tuple[str, ...]


@dataclass(frozen=True)
class Ordered:
    """Answers from the highest score down, cut where one is of a row with the tag, equal scores together.

    `every` (s, n) adds up the weights of n rows in each stretch, `found` (p, n) those of rows with the tag in
    the stretches `where` (p,) that have one. Both are scipy.sparse.
    """

    every: object
    found: object
    where: np.ndarray


def scores(tags: Tags, probabilities: np.ndarray, seed: int, draws: int = DRAWS) -> Scores:
    """Every score of probabilities (n, C) with its 95 % interval over `draws` of `tags.groups`.

    A tag that a draw left with one answer alone is left out of that draw's mean, and of its own interval.
    Raises QuintetError when the shapes do not fit, or no tag is left to score.
    """
    if probabilities.shape != tags.truth.shape:
        raise QuintetError(
            f"Probabilities of shape {probabilities.shape} were given; {tags.truth.shape} was expected."
        )
    mute = silent(tags.truth)
    if mute.all():
        raise QuintetError(
            "None or all of the tested rows have each of the tags, so nothing can be scored; at least one "
            "tag with both was expected. Test more rows."
        )
    names = [name for name, out in zip(tags.classes, mute, strict=True) if not out]
    table = _table(tags.truth[:, ~mute], probabilities[:, ~mute])
    once = next(_scored(table, np.ones((1, len(tags.truth)))))
    numbers = group_numbers(tags.groups)
    weights = bootstrap.draws(int(numbers.max()) + 1, seed, draws)
    drawn = np.concatenate([part for block in weights for part in _scored(table, block[:, numbers])], axis=1)
    found = [_interval(value, spread) for value, spread in zip(once[:, 0], drawn, strict=True)]
    k = len(names)
    return Scores(
        dict(zip(SAYS, found[2 * k :], strict=True)),
        dict(zip(names, found[:k], strict=True)), dict(zip(names, found[k : 2 * k], strict=True)),
        tuple(name for name, out in zip(tags.classes, mute, strict=True) if out),
    )  # fmt: skip


def silent(truth: np.ndarray) -> np.ndarray:
    """Which tags (C,) bool none or all rows of truth (n, C) have."""
    return ~truth.any(axis=0) | truth.all(axis=0)


def macro_roc_auc(truth: np.ndarray, probabilities: np.ndarray) -> float:
    """Mean ROC-AUC of truth (n, C) bool and scores (n, C) over tags that are not silent; NaN without."""
    from scipy.stats import rankdata

    kept = ~silent(truth)
    if not kept.any():
        return float("nan")
    truth, ranks = truth[:, kept], rankdata(probabilities[:, kept], axis=0)
    found = truth.sum(axis=0)
    above = (ranks * truth).sum(axis=0) - found * (found + 1) / 2  # Mann and Whitney's U
    return float((above / (found * (len(truth) - found))).mean())


def weighted(score: str, truth: np.ndarray, answers: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """One of SAYS, (k,), where each row counts as often as weights (k, n) say: for paired permutations.

    truth and answers are (n, C); silent tags are left out, and NaN stands where no tag has both answers.
    """
    kept = ~silent(truth)
    found = np.concatenate(list(_scored(_table(truth[:, kept], answers[:, kept]), weights)), axis=1)
    return found[2 * int(kept.sum()) + list(SAYS).index(score)]


def ordered(truth: np.ndarray, score: np.ndarray, rows: np.ndarray) -> Ordered:
    """Answers sorted: truth (m,) bool, score (m,), and the number of the row (m,) each belongs to."""
    from scipy.sparse import csr_array

    order = np.argsort(-score, kind="stable")
    hit, row = truth[order], rows[order]
    tie = np.cumsum(np.append(0, np.diff(score[order]) != 0))  # (m,) which of the equal scores
    some = np.bincount(tie, weights=hit) > 0
    new = np.append(True, np.diff(tie) != 0) & (some[tie] | np.append(True, some[tie][:-1]))
    stretch = np.cumsum(new) - 1
    where = np.unique(stretch[hit])
    n = int(rows.max()) + 1
    start = np.flatnonzero(new)
    every = csr_array((np.ones(len(row)), row, np.append(start, len(row))), shape=(len(start), n))
    place = np.searchsorted(where, stretch[hit])
    found = csr_array((np.ones(len(place)), (place, row[hit])), shape=(len(where), n))
    return Ordered(every, found, where)


def curves(held: Ordered, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """ROC-AUC (k,) and average precision (k,) under `weights` (n, k) of the rows.

    The areas that scikit-learn's roc_auc_score and average_precision_score take: trapezoids over equal
    scores, steps of recall. NaN where a column of weights leaves one answer alone.
    """
    stretches = held.every @ weights
    every, found = np.cumsum(stretches, axis=0), held.found @ weights
    total = every[-1]
    every, before = every[held.where], every[held.where] - stretches[held.where]
    hits = np.cumsum(found, axis=0)
    misses = total - hits[-1]
    with np.errstate(invalid="ignore", divide="ignore"):
        precision = np.where(every > 0, hits / every, 0)
        ap = np.einsum("pk,pk->k", found, precision) / hits[-1]
        passed = (every - hits + before - hits + found) / 2  # misses above, half of those of equal score
        auc = np.einsum("pk,pk->k", found, misses - passed) / (hits[-1] * misses)
    return auc, np.where(misses > 0, ap, np.nan)


def _table(truth: np.ndarray, probabilities: np.ndarray) -> list[Ordered]:
    """Every tag's order, then that of all tags' answers in one list."""
    n, count = truth.shape
    one_by_one = [ordered(t, p, np.arange(n)) for t, p in zip(truth.T, probabilities.T, strict=True)]
    return [*one_by_one, ordered(truth.ravel(), probabilities.ravel(), np.repeat(np.arange(n), count))]


def _scored(table: list[Ordered], weights: np.ndarray) -> Iterator[np.ndarray]:
    """Scores under weights (k, n) in blocks (2 C + 4, k'): AUC of each tag, AP of each, then as in SAYS."""
    across = np.ascontiguousarray(weights.T)
    step = max(1, CELLS // max(1, table[-1].every.shape[0]))
    for at in range(0, len(weights), step):
        block = across[:, at : at + step]
        found = np.array([curves(held, block) for held in table])  # (C + 1, 2, k')
        tags, micro = found[:-1], found[-1]
        counted = np.isfinite(tags)
        with np.errstate(invalid="ignore"):
            macro = np.where(counted, tags, 0).sum(axis=0) / counted.sum(axis=0)
        yield np.concatenate([tags[:, 0], tags[:, 1], macro, micro])


def _interval(value: float, spread: np.ndarray) -> Interval:
    there = spread[np.isfinite(spread)]
    return Interval(float(value), *(bootstrap.middle(there) if len(there) else (float(value),) * 2))
