"""Two stored runs side by side: how far apart they are on the clips both answered, and if that is settled."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from quintet.errors import UsageError
from quintet.evaluation import outcomes, per_class, tag_metrics
from quintet.evaluation.outcomes import Outcomes
from quintet.evaluation.per_class import ClassGap
from quintet.evaluation.runs import Run
from quintet.stats import metrics, permutation, significance
from quintet.stats.labels import Labels, Tags
from quintet.stats.metrics import Interval
from quintet.stats.permutation import Answers
from quintet.stats.significance import Difference
from quintet.wording import SETTLED, count, p_value, points

TAGGED = ("roc_auc_macro", "ap_macro")  # what runs of tags are compared in
DRAWS = 199  # of tags: each passes over all rows, and p is then at least 0.005


@dataclass(frozen=True)
class Side:
    """One run as it is compared: `y` (n,) str, or `truth` (n, C) bool where a clip may have several classes.

    `splits` says what was trained on and tested: dataset, protocol and whatever else decides it.
    """

    name: str
    splits: dict[str, str]
    ids: tuple[str, ...]
    y: np.ndarray
    group: np.ndarray
    probabilities: np.ndarray
    classes: tuple[str, ...]
    truth: np.ndarray | None = None

    @property
    def known(self) -> Labels | Tags:
        """What the clips are."""
        if self.truth is not None:
            return Tags(self.truth, self.group, self.classes)
        return Labels(self.y, self.group, self.classes)

    def of(self, ids: list[str]) -> "Side":
        """The same for these clips, in this order."""
        place = {name: row for row, name in enumerate(self.ids)}
        rows = np.array([place[name] for name in ids], dtype=np.intp)
        truth = None if self.truth is None else self.truth[rows]
        return replace(self, ids=tuple(ids), y=self.y[rows], group=self.group[rows],
                       probabilities=self.probabilities[rows], truth=truth)  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """Runs a and b on the clips `ids` of both; `alone` counts those only a, only b answered, left out here.

    `scores` of each run by its name, `differences` a minus b by score, the first of them in the sentence.
    The rest is None, or empty, where a clip may have several classes.
    """

    a: str
    b: str
    splits: dict[str, str]
    ids: tuple[str, ...]
    groups: int
    alone: tuple[int, int]
    scores: dict[str, dict[str, Interval]]
    differences: dict[str, Difference]
    kappa: Interval | None
    outcomes: Outcomes | None
    classes: tuple[ClassGap, ...]
    silent: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """ "A is better by 4.1 points, 95 % 1.2 to 7.0, p = 0.008, 290 clips."."""
        (name, found), *_ = self.differences.items()
        ahead, behind = (self.a, self.b) if found.value >= 0 else (self.b, self.a)
        ends = (found.low, found.high) if found.value >= 0 else (-found.high, -found.low)
        inside = f" in {count(self.groups, 'groups')}" if self.groups < len(self.ids) else ""
        on = f"95 % {points(ends[0])} to {points(ends[1])}, {p_value(found.p)}, "
        on += f"{count(len(self.ids), 'clips')}{inside}"
        by, score = points(abs(found.value)), "" if name == "accuracy" else f" of {name}"
        if by == "0":
            return f"{self.a} and {self.b} score alike, {on}."
        if found.p < SETTLED:
            return f"{ahead} is better than {behind} by {by} points{score}, {on}."
        return f"{ahead} is ahead of {behind} by {by} points{score}, too little to tell from chance, {on}."


def side(run: Run) -> Side:
    """A stored run; what it was tested on is its dataset and its rules but for the probe."""
    rules = run.rules
    splits = {"dataset": run.dataset, "protocol": rules.protocol, "seed": str(rules.seed),
              "exclusion list": rules.without}  # fmt: skip
    name = f"{run.source.key}{' (untrained)' if run.source.untrained else ''}"
    return Side(name, splits, run.ids, run.y, run.group, run.probabilities, run.classes, run.tags)


def compare(a: Side, b: Side, seed: int = 0) -> Comparison:
    """Both on the clips they have in common. Raises UsageError where they were not scored alike."""
    _alike(a, b)
    if a.name == b.name:
        a, b = replace(a, name=f"{a.name} (first)"), replace(b, name=f"{b.name} (second)")
    shared = sorted(set(a.ids) & set(b.ids))
    alone = (len(a.ids) - len(shared), len(b.ids) - len(shared))
    a, b = a.of(shared), b.of(shared)
    _same_truth(a, b)
    told = _of_tags(a, b, seed) if a.truth is not None else _of_classes(a, b, seed)
    groups = next(iter(told["differences"].values())).groups
    return Comparison(
        a=a.name, b=b.name, splits=a.splits, ids=tuple(shared), groups=groups, alone=alone, **told
    )


def _of_classes(a: Side, b: Side, seed: int) -> dict:
    labels = a.known
    right = [metrics.predicted(one.probabilities, one.classes) == one.y for one in (a, b)]
    said = [metrics.predicted(one.probabilities, one.classes) for one in (a, b)]
    return {
        "scores": {one.name: _scored(lambda m, p=one.probabilities: metrics.with_interval(m, labels, p, seed))
                   for one in (a, b)},
        "differences": {
            "accuracy": significance.paired_difference(*right, a.group, seed),
            "macro_f1": permutation.difference("macro_f1", labels, a.probabilities, b.probabilities, seed),
        },
        "kappa": outcomes.kappa(*said, a.group, seed),
        "outcomes": outcomes.outcomes(*right),
        "classes": tuple(per_class.differences(labels, a.probabilities, b.probabilities, seed)),
    }  # fmt: skip


def _scored(score: Callable[[str], Interval]) -> dict[str, Interval]:
    return {name: score(name) for name in ("accuracy", "macro_f1")}


def _of_tags(a: Side, b: Side, seed: int) -> dict:
    mute = tag_metrics.silent(a.truth)
    held = Answers(a.truth[:, ~mute], a.probabilities[:, ~mute], b.probabilities[:, ~mute], a.group)
    differences = {
        name: permutation.weighted_difference(partial(tag_metrics.weighted, name), held, seed, DRAWS)
        for name in TAGGED
    }
    found = {one.name: tag_metrics.scores(one.known, one.probabilities, seed, DRAWS) for one in (a, b)}
    silent = tuple(name for name, out in zip(a.classes, mute, strict=True) if out)
    return {"scores": {name: one.summary for name, one in found.items()}, "differences": differences,
            "kappa": None, "outcomes": None, "classes": (), "silent": silent}  # fmt: skip


def _alike(a: Side, b: Side) -> None:
    for what in dict.fromkeys([*a.splits, *b.splits]):
        one, other = (side.splits.get(what, "") or "none" for side in (a, b))
        if one != other:
            raise UsageError(
                f"{a.name} and {b.name} were not scored alike: the {what} is {one} for the one and {other} "
                "for the other. Runs are compared under the same dataset, protocol, seed and list alone."
            )
    if set(a.classes) != set(b.classes) or (a.truth is None) != (b.truth is None):
        apart = sorted(set(a.classes) ^ set(b.classes))
        more = f", among them {apart[0]!r}" if apart else ""
        raise UsageError(
            f"{a.name} has {count(len(a.classes), 'labels')} and {b.name} {len(b.classes)}, and they are not "
            f"the same{more}; runs over one set of labels were expected."
        )
    if not set(a.ids) & set(b.ids):
        raise UsageError(f"No clip was answered by both {a.name} and {b.name}, so nothing can be compared.")


def _same_truth(a: Side, b: Side) -> None:
    order = [b.classes.index(name) for name in a.classes]
    if order != list(range(len(order))):
        raise UsageError(
            f"{a.name} and {b.name} have their labels in another order; score one of them again."
        )
    apart = (a.y != b.y) if a.truth is None else (a.truth != b.truth).any(axis=1)
    if apart.any():
        row = int(np.argmax(apart))
        raise UsageError(
            f"{a.name} and {b.name} go by different labels of {count(int(apart.sum()), 'clips')}, the first "
            f"is {a.ids[row]!r}; one truth was expected. Score the older run again."
        )
