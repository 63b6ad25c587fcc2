"""What a reader of a score should know of its rows: leaks, classes too rare, tags that say nothing."""

import numpy as np

from quintet.datasets.base import Protocol
from quintet.evaluation import splits, tag_metrics
from quintet.evaluation.cross_validation import Trial
from quintet.evaluation.labelled_embeddings import Labelled
from quintet.wording import count

FEW = 5  # names told of many


def shared(rows: Labelled, trials: list[Trial]) -> int:
    """How many tested rows are of a group (an artist, a mix) that is trained on in the same trial."""
    return splits.shared([(one.train, one.test) for one in trials], rows.group)


def of(rows: Labelled, trials: list[Trial], rule: Protocol) -> tuple[str, ...]:
    """A sentence for everything that makes the score say more or less than it seems to."""
    tested = np.concatenate([one.test for one in trials])
    found = [
        *_groups(rows, trials, rule, tested),
        *(_tags if rows.tags is not None else _classes)(rows, trials),
    ]
    return tuple(found)


def _groups(rows: Labelled, trials: list[Trial], rule: Protocol, tested: np.ndarray) -> list[str]:
    said, n = [], shared(rows, trials)
    if n:
        said.append(
            f"{n:,} of {count(len(tested), 'test clips')} share an artist with training, so the score is "
            "higher than it would be for artists never heard."
        )
    unknown = int((rows.group == "").sum())
    if rule.group and unknown:
        said.append(
            f"{count(unknown, 'clips')} of {len(rows.group):,} name no artist; each counts as its own, so a "
            "leak among them would not be seen."
        )
    return said


def _classes(rows: Labelled, trials: list[Trial]) -> list[str]:
    said, sizes = [], {name: int((rows.y == name).sum()) for name in rows.classes}
    lonely = [name for name, n in sizes.items() if n == 1]
    if lonely:
        said.append(f"{_listed(lonely)}: one clip only, which is either trained on or tested, never both.")
    absent = {
        name
        for one in trials
        for name in set(map(str, rows.y[one.test])) - set(map(str, rows.y[one.train]))
        if sizes[name] > 1
    }
    if absent:
        said.append(f"{_listed(sorted(absent))}: tested where no clip of it is trained on, so always missed.")
    untested = [
        n for n in rows.classes if sizes[n] and not any((rows.y[one.test] == n).any() for one in trials)
    ]
    if untested:
        said.append(f"{_listed(untested)}: no clip of it is tested.")
    return said


def _tags(rows: Labelled, trials: list[Trial]) -> list[str]:
    tested = rows.tags[np.concatenate([one.test for one in trials])]
    mute = [name for name, out in zip(rows.classes, tag_metrics.silent(tested), strict=True) if out]
    if not mute:
        return []
    return [f"{_listed(mute)}: none or all of the test clips have it, so it is left out of every score."]


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
    return ", ".join(names[:FEW]) + more
