"""How much a stored run's score moves from fold to fold, and from seed to seed where there are several."""

from dataclasses import replace

import numpy as np

from quintet.embeddings.models import Model
from quintet.errors import UsageError
from quintet.evaluation import fold_statistics, labelled_embeddings, runs
from quintet.evaluation.fold_statistics import Spread
from quintet.evaluation.runs import Rules, Run
from quintet.settings import Settings
from quintet.stats.labels import Labels


def over_folds(run: Run, metric: str, settings: Settings) -> Spread:
    """The score of each fold of the run by itself; folds have the value left out, or numbers from 1 on.

    Raises UsageError for tags, and where the run is of other clips than there are now.
    """
    _single(run)
    rows = runs.rows(run.dataset, run.source, run.rules, settings)
    rule = labelled_embeddings.protocol(run.dataset, settings, run.rules.protocol)
    splits = rows.splits(rule, run.rules.seed)
    fold = {
        rows.ids[row]: str(rows.fold[row]) if rule.fold else str(number)
        for number, (_, test) in enumerate(splits, start=1) for row in test
    }  # fmt: skip
    if set(run.ids) - set(fold):
        raise UsageError(
            f"The run of {run.source.key} is of other clips than there are now. "
            f"Run: quintet benchmark {run.dataset} --protocol {run.rules.protocol}"
        )
    labels = Labels(run.y, run.group, run.classes)
    return fold_statistics.over_folds(metric, labels, run.probabilities, np.array([fold[i] for i in run.ids]))


def over_seeds(dataset: str, found: Model, rules: Rules, metric: str, settings: Settings) -> Spread:
    """The score of every stored seed of these rules: quintet benchmark --seed makes more of them.

    Raises MissingEmbeddings without any, UsageError for tags.
    """
    held = {seed: runs.get(dataset, found, replace(rules, seed=seed), settings)
            for seed in stored(dataset, found, rules, settings) or [rules.seed]}  # fmt: skip
    for run in held.values():
        _single(run)
    of = {seed: (Labels(run.y, run.group, run.classes), run.probabilities) for seed, run in held.items()}
    return fold_statistics.over_seeds(metric, of)


def stored(dataset: str, found: Model, rules: Rules, settings: Settings) -> list[int]:
    """The seeds there is a run of under these rules, in order."""
    where = runs.path(dataset, found, replace(rules, seed=0), settings)
    head, _, tail = where.name.rpartition("-s0")
    names = where.parent.glob(f"{head}-s*{tail}")
    words = (name.name.removeprefix(f"{head}-s").removesuffix(tail) for name in names)
    return sorted(int(word) for word in words if word.isdigit())


def _single(run: Run) -> None:
    if run.many:
        raise UsageError(
            f"{run.rules.protocol} gives a clip several classes; folds of tags have no spread here."
        )
