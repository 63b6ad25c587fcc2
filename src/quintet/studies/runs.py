"""Benchmark runs: every clip predicted by a probe that never saw its fold, kept clip by clip."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from quintet import collection, store
from quintet.analysis import evaluate, folds, metrics, significance
from quintet.analysis.metrics import Interval
from quintet.analysis.rows import Labels
from quintet.collection import Source
from quintet.settings import Settings
from quintet.studies import table


@dataclass(frozen=True)
class Rules:
    """What a run goes by; runs of different rules are never compared."""

    protocol: str
    probe: str = "logistic"
    seed: int = 0


@dataclass(frozen=True)
class Run:
    """One backbone under one set of rules, pooled over folds: y, group (n,), probabilities (n, classes)."""

    source: Source
    dataset: str
    rules: Rules
    ids: tuple[str, ...]
    y: np.ndarray
    group: np.ndarray
    probabilities: np.ndarray
    classes: tuple[str, ...]
    folds: tuple[dict, ...]

    @property
    def predicted(self) -> np.ndarray:
        """The likeliest class of each clip (n,) str."""
        return metrics.predicted(self.probabilities, self.classes)

    @property
    def right(self) -> np.ndarray:
        """Which clips were named rightly (n,) bool."""
        return self.predicted == self.y


def path(dataset: str, found: Source, rules: Rules, settings: Settings) -> Path:
    """Where this run's predictions lie."""
    name = table.name(found, rules.protocol, rules.probe, f"s{rules.seed}")
    return settings.cache / dataset / "predictions" / f"{name}.lance"


def fresh(dataset: str, found: Source, rules: Rules, settings: Settings) -> bool:
    """Whether the stored run predicts exactly the clips the store holds now."""
    where = path(dataset, found, rules, settings)
    if not where.exists():
        return False
    return set(store.read(where)[0]["id"]) == store.embedded(collection.table(dataset, found, settings))


def make(dataset: str, found: Source, rules: Rules, settings: Settings) -> None:
    """Cross-validates and keeps every clip's probabilities. Raises MissingEmbeddings, UnknownName."""
    protocol = table.protocol(dataset, rules.protocol)
    rows = table.labelled(dataset, found, protocol, settings)
    labels = Labels(rows.y, rows.group, rows.classes)
    splits = folds.leave_one_out_of(rows.fold, rows.group)
    made = evaluate.cross_validate(rows.X, labels, splits, rules.seed, rules.probe)
    flat = pa.array(made.probabilities.reshape(-1))
    columns = {"id": [t.id for t in rows.tracks], "y": list(rows.y), "group": list(rows.group),
               "probabilities": pa.FixedSizeListArray.from_arrays(flat, len(rows.classes))}  # fmt: skip
    facts = {"fingerprint": found.fingerprint, "rules": json.dumps(asdict(rules)),
             "classes": json.dumps(rows.classes), "folds": json.dumps(made.folds)}  # fmt: skip
    store.write(path(dataset, found, rules, settings), pa.table(columns), facts)


def get(dataset: str, found: Source, rules: Rules, settings: Settings) -> Run:
    """The stored run. Raises MissingEmbeddings with the command that makes it, UnknownName."""
    table.protocol(dataset, rules.protocol)
    rows, facts = store.read(path(dataset, found, rules, settings))
    return Run(
        source=found, dataset=dataset, rules=rules, ids=tuple(rows["id"]), y=rows["y"].to_numpy(str),
        group=rows["group"].to_numpy(str), probabilities=np.stack(rows["probabilities"].to_list()),
        classes=tuple(json.loads(facts["classes"])), folds=tuple(json.loads(facts["folds"])),
    )  # fmt: skip


def scores(run: Run) -> dict[str, Interval]:
    """Every metric with its 95 % bootstrap interval, groups resampled."""
    return metrics.summary(run.y, run.probabilities, run.group, run.classes, run.rules.seed)


def confusion(run: Run) -> np.ndarray:
    """Counts (classes, classes): rows truth, columns answer."""
    return metrics.confusion(run.y, run.predicted, run.classes)


def common(runs: list[Run]) -> list[Run]:
    """The same runs over the clips all of them predicted, in one order, so that they can be paired."""
    shared = sorted(set.intersection(*(set(r.ids) for r in runs)))
    kept = []
    for run in runs:
        place = {name: row for row, name in enumerate(run.ids)}
        rows = [place[name] for name in shared]
        kept.append(replace(run, ids=tuple(shared), y=run.y[rows], group=run.group[rows],
                            probabilities=run.probabilities[rows]))  # fmt: skip
    return kept


def compare(runs: list[Run]) -> list[significance.Pair]:
    """Every two runs on the clips all of them predicted, p corrected over all pairs. Fewer than two: none.

    Untrained controls are not compared: each would make every other p larger.
    """
    runs = [run for run in runs if not run.source.untrained]
    if len(runs) < 2:
        return []
    paired = common(runs)
    right = {run.source.key: run.right for run in paired}
    return significance.pairs(right, paired[0].group, paired[0].rules.seed)


def ranks(runs: list[Run], pairs: list[significance.Pair]) -> dict[str, tuple[int, int]]:
    """The ranks each trained backbone may take, as far as the comparisons settle them; a control has none."""
    return significance.rank_ranges([run.source.key for run in runs if not run.source.untrained], pairs)
