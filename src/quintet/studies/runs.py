"""Benchmark runs: every clip predicted by a probe that never saw its fold, kept clip by clip."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from quintet import store
from quintet.analysis import evaluate, folds, metrics, significance
from quintet.analysis.metrics import Interval
from quintet.analysis.rows import Labels
from quintet.catalogue import lists
from quintet.collection import Source
from quintet.errors import StoreError
from quintet.settings import Settings
from quintet.studies import table


@dataclass(frozen=True)
class Rules:
    """What a run goes by; runs of different rules are never compared.

    `without` is NAME@stamp of the exclusion list whose clips are neither trained on nor tested, "" for none.
    """

    protocol: str
    probe: str = "logistic"
    seed: int = 0
    without: str = ""


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
    """Where this run's predictions lie: with and without a list, and without another one, in other files."""
    parts = (rules.protocol, rules.probe, f"s{rules.seed}")
    stamp = rules.without.rpartition("@")[2]
    name = table.name(found, *parts, f"without-{stamp}") if stamp else table.name(found, *parts)
    return settings.cache / dataset / "predictions" / f"{name}.lance"


def listed(dataset: str, name: str, settings: Settings) -> str:
    """NAME@stamp of a kept exclusion list, as `Rules.without` takes it. Raises MissingData, BadData."""
    return f"{name}@{lists.stamp(lists.read(lists.EXCLUSION, dataset, name, settings))}"


def left_out(dataset: str, without: str, settings: Settings) -> frozenset[str]:
    """Ids on the list NAME@stamp, none for "". Raises MissingData, and StoreError where it has changed."""
    if not without:
        return frozenset()
    name, _, stamp = without.rpartition("@")
    held = lists.read(lists.EXCLUSION, dataset, name, settings)
    if lists.stamp(held) != stamp:
        raise StoreError(
            f"The list {name!r} is another one now ({lists.stamp(held)}, expected {stamp}). "
            f"Score without it again: quintet benchmark {dataset} --without {name!r}"
        )
    return frozenset(held)


def scored_without(dataset: str, rules: Rules, settings: Settings) -> list[str]:
    """NAME@stamp of the kept exclusion lists without which there is a run under these rules, by name."""
    runs = settings.cache / dataset / "predictions"
    tail = f"-{rules.protocol}-{rules.probe}-s{rules.seed}-without-"
    stamps = {one.stem.rpartition(tail)[2] for one in runs.glob(f"*{tail}*.lance")}
    kept = [listed(dataset, name, settings) for name in lists.names(lists.EXCLUSION, dataset, settings)]
    return [one for one in kept if one.rpartition("@")[2] in stamps]


def fresh(dataset: str, found: Source, rules: Rules, settings: Settings) -> bool:
    """Whether the stored run was made of exactly the clips, labels and parts the store holds now."""
    where = path(dataset, found, rules, settings)
    if not where.exists():
        return False
    rows = _rows(dataset, found, rules, settings)
    return store.facts(where).get("rows") == rows.stamp


def make(dataset: str, found: Source, rules: Rules, settings: Settings) -> None:
    """Cross-validates and keeps every clip's probabilities. Raises MissingEmbeddings, UnknownName."""
    protocol = table.protocol(dataset, settings, rules.protocol)
    rows = _rows(dataset, found, rules, settings)
    labels = Labels(rows.y, rows.group, rows.classes)
    splits = rows.splits(protocol, rules.seed)
    if not protocol.split:
        folds.apart(splits, rows.group)
    made = evaluate.cross_validate(rows.X, labels, splits, rules.seed, rules.probe)
    flat = pa.array(made.probabilities.reshape(-1))
    columns = {"id": [rows.ids[row] for row in made.rows], "y": list(rows.y[made.rows]),
               "group": list(rows.group[made.rows]),
               "probabilities": pa.FixedSizeListArray.from_arrays(flat, len(rows.classes))}  # fmt: skip
    facts = {"fingerprint": found.fingerprint, "rules": json.dumps(asdict(rules)),
             "rows": rows.stamp, "classes": json.dumps(rows.classes),
             "folds": json.dumps(made.folds)}  # fmt: skip
    store.write(path(dataset, found, rules, settings), pa.table(columns), facts)


def _rows(dataset: str, found: Source, rules: Rules, settings: Settings) -> table.Labelled:
    protocol = table.protocol(dataset, settings, rules.protocol)
    return table.labelled(dataset, found, protocol, settings, left_out(dataset, rules.without, settings))


def get(dataset: str, found: Source, rules: Rules, settings: Settings) -> Run:
    """The stored run. Raises MissingEmbeddings with the command that makes it, UnknownName."""
    table.protocol(dataset, settings, rules.protocol)
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
