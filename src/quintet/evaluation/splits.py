"""How rows are split into folds, with no group on both sides."""

import numpy as np

from quintet.errors import QuintetError
from quintet.stats.labels import codes, group_numbers

Split = tuple[np.ndarray, np.ndarray]  # row numbers to train on, row numbers to test on


def leave_one_out_of(fold: np.ndarray, groups: np.ndarray) -> list[Split]:
    """One split per value of `fold` (n,) str, in sorted order: its rows are tested, all others trained on.

    Raises QuintetError when there is only one fold, or when a group (n,) str lies in two folds, naming it.
    """
    fold, numbers = np.asarray(fold).astype(str), group_numbers(groups)
    values = np.unique(fold)
    if len(values) < 2:
        raise QuintetError(
            f"All {len(fold)} rows are in one fold ({fold[:1]}); at least two folds were expected."
        )
    order = np.lexsort((fold, numbers))
    shared = (np.diff(numbers[order]) == 0) & (fold[order][1:] != fold[order][:-1])
    if shared.any():
        at = order[int(np.argmax(shared))]
        raise QuintetError(
            f"The group {str(groups[at])!r} lies in more than one fold, so it would be trained on and "
            "tested. A group must lie in one fold: correct the fold or the group column of the dataset."
        )
    return [(np.flatnonzero(fold != value), np.flatnonzero(fold == value)) for value in values]


def given(split: np.ndarray, scored: np.ndarray) -> list[Split]:
    """One split: what `split` (n,) str calls train against the rows of test that are `scored`.

    Rows called valid are in neither: settings are chosen on them, see `to_choose`. Raises QuintetError where
    one side is empty.
    """
    train, test = split == "train", (split == "test") & scored
    if not train.any() or not test.any():
        raise QuintetError(
            f"{int(train.sum())} rows to train on and {int(test.sum())} to test were found; at least one of "
            "each was expected. Embed more of the dataset: quintet embed DATASET"
        )
    return [(np.flatnonzero(train), np.flatnonzero(test))]


def to_choose(split: np.ndarray) -> np.ndarray | None:
    """Rows (m,) int that `split` (n,) str calls valid; None without any: then parts of train are held out."""
    rows = np.flatnonzero(split == "valid")
    return rows if len(rows) else None


def shared(splits: list[Split], groups: np.ndarray) -> int:
    """How many tested rows are of a group (n,) str that is trained on in the same split."""
    numbers = group_numbers(groups)
    return sum(int(np.isin(numbers[test], numbers[train]).sum()) for train, test in splits)


def apart(splits: list[Split], groups: np.ndarray) -> None:
    """Raises QuintetError, naming it, for a group (n,) str that is trained on and tested at once."""
    numbers = group_numbers(groups)
    for train, test in splits:
        both = np.isin(numbers[test], numbers[train])
        if both.any():
            group = str(groups[test[int(np.argmax(both))]])
            raise QuintetError(
                f"The group {group!r} is trained on and tested in the same fold, so the score "
                "would be too good. A group must lie on one side: make the folds from whole groups."
            )


def stratified_groups(y: np.ndarray, groups: np.ndarray, k: int, seed: int) -> list[Split]:
    """At most `k` splits, whole groups on one side, classes spread as evenly as whole groups allow.

    Groups are dealt one at a time, the most lopsided first, to the fold where the classes stay most even: the
    method of scikit-learn's StratifiedGroupKFold, which refuses rare classes; here they miss some folds. With
    fewer groups than `k` each group is a fold; with one there is nothing to split and the list is empty.
    """
    numbers = group_numbers(groups)
    counts = _class_counts(y, numbers)  # (G, C)
    k = min(k, len(counts))
    if k < 2:
        return []
    share = counts / counts.sum(axis=0)
    dealt = np.random.default_rng(seed).permutation(len(counts))
    dealt = dealt[np.argsort(-counts[dealt].std(axis=1), kind="stable")]
    held, rows, place = np.zeros((k, share.shape[1])), np.zeros(k), np.empty(len(counts), dtype=int)
    for group in dealt:
        to = _evenest(held, rows, share[group])
        held[to] += share[group]
        rows[to] += counts[group].sum()
        place[group] = to
    where = place[numbers]
    return [(np.flatnonzero(where != i), np.flatnonzero(where == i)) for i in range(k)]


def _class_counts(y: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Rows of each class in each group: (G, C), the classes that occur only."""
    column = codes(y, tuple(sorted(set(map(str, y)))))
    table = np.zeros((numbers.max() + 1, column.max() + 1))
    np.add.at(table, (numbers, column), 1)
    return table


def _evenest(held: np.ndarray, rows: np.ndarray, share: np.ndarray) -> int:
    """The fold that keeps the classes most even once it holds `share` (C,) more; ties go to the shortest."""
    # spread of column c over folds if fold i took the group: from sums, so that no (k, k, C) table is built
    k, total = len(held), held.sum(axis=0) + share
    squares = (held**2).sum(axis=0) + 2 * held * share + share**2  # (k, C)
    spread = np.sqrt(np.maximum(squares / k - (total / k) ** 2, 0)).mean(axis=1)
    return int(np.lexsort((rows, np.round(spread, 9)))[0])
