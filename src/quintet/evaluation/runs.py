"""Benchmark runs: every clip predicted by a probe that never saw its fold, kept clip by clip."""

import json
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from pathlib import Path

import numpy as np

from quintet.catalogue import track_lists
from quintet.embeddings.models import Model
from quintet.errors import MissingEmbeddings, StoreError
from quintet.evaluation import labelled_embeddings, tag_metrics
from quintet.settings import Settings
from quintet.stats import metrics, permutation, significance
from quintet.stats.labels import Labels, Tags
from quintet.stats.metrics import Interval
from quintet.storage import tables

FIRST, CHOSEN_ON_VALID = "1", "2"  # how a run is trained: where valid is given, on train alone since 2
SWAPS = 200  # draws and swaps for each pair of taggers: p is at least 0.005


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

    source: Model
    dataset: str
    rules: Rules
    ids: tuple[str, ...]
    y: np.ndarray
    group: np.ndarray
    probabilities: np.ndarray
    classes: tuple[str, ...]
    folds: tuple[dict, ...]
    tags: np.ndarray | None = None  # (n, classes) bool where a clip may have several; every y is "" then
    notes: tuple[str, ...] = ()  # what a reader of the score should know of its clips
    shared_groups: int = 0  # tested clips whose artist (group) is trained on
    among: str = ""
    chosen: tuple[dict, ...] = ()  # of a grid, the setup taken in each fold

    @property
    def many(self) -> bool:
        """Whether a clip may have several of the classes."""
        return self.tags is not None

    @property
    def truth(self) -> np.ndarray:
        """Which classes each clip has (n, classes) bool."""
        return self.tags if self.tags is not None else Labels(self.y, self.group, self.classes).truth

    @property
    def predicted(self) -> np.ndarray:
        """The likeliest class of each clip (n,) str."""
        return metrics.predicted(self.probabilities, self.classes)

    @property
    def right(self) -> np.ndarray:
        """Which clips were named rightly (n,) bool."""
        return self.predicted == self.y


def path(dataset: str, found: Model, rules: Rules, settings: Settings) -> Path:
    """Where this run's predictions lie: with and without a list, and without another one, in other files."""
    parts = (rules.protocol, rules.probe, f"s{rules.seed}")
    stamp = rules.without.rpartition("@")[2]
    name = found.file_stem(*parts, f"without-{stamp}") if stamp else found.file_stem(*parts)
    return settings.cache / dataset / "predictions" / f"{name}.lance"


def listed(dataset: str, name: str, settings: Settings) -> str:
    """NAME@stamp of a kept exclusion list, as `Rules.without` takes it. Raises MissingData, BadData."""
    return f"{name}@{track_lists.stamp(track_lists.read(track_lists.EXCLUSION, dataset, name, settings))}"


def left_out(dataset: str, without: str, settings: Settings) -> frozenset[str]:
    """Ids on the list NAME@stamp, none for "". Raises MissingData, and StoreError where it has changed."""
    if not without:
        return frozenset()
    name, _, stamp = without.rpartition("@")
    held = track_lists.read(track_lists.EXCLUSION, dataset, name, settings)
    if track_lists.stamp(held) != stamp:
        raise StoreError(
            f"The list {name!r} is another one now ({track_lists.stamp(held)}, expected {stamp}). "
            f"Score without it again: quintet benchmark {dataset} --without {name!r}"
        )
    return track_lists.spelt(held, dataset, settings)


def scored_without(dataset: str, rules: Rules, settings: Settings) -> list[str]:
    """NAME@stamp of the kept exclusion lists without which there is a run under these rules, by name."""
    runs = settings.cache / dataset / "predictions"
    tail = f"-{rules.protocol}-{rules.probe}-s{rules.seed}-without-"
    stamps = {one.stem.rpartition(tail)[2] for one in runs.glob(f"*{tail}*.lance")}
    kept = [
        listed(dataset, name, settings)
        for name in track_lists.names(track_lists.EXCLUSION, dataset, settings)
    ]
    return [one for one in kept if one.rpartition("@")[2] in stamps]


def fresh(dataset: str, found: Model, rules: Rules, settings: Settings) -> bool:
    """Whether the stored run was made of exactly the clips, labels and parts the store holds now."""
    where = path(dataset, found, rules, settings)
    if not where.exists():
        return False
    held = tables.facts(where)
    if held.get("rule", FIRST) != _rule(dataset, rules, settings):
        return False
    return held.get("rows") == rows(dataset, found, rules, settings).stamp


def _rule(dataset: str, rules: Rules, settings: Settings) -> str:
    """How a run under these rules is trained: raised where the same rows would get other answers."""
    rule = labelled_embeddings.protocol(dataset, settings, rules.protocol)
    return CHOSEN_ON_VALID if rule.split else FIRST


def rows(dataset: str, found: Model, rules: Rules, settings: Settings) -> labelled_embeddings.Labelled:
    """The embeddings and labels a run under these rules is made of. Raises MissingEmbeddings."""
    protocol = labelled_embeddings.protocol(dataset, settings, rules.protocol)
    return labelled_embeddings.labelled(
        dataset, found, protocol, settings, left_out(dataset, rules.without, settings)
    )


def get(dataset: str, found: Model, rules: Rules, settings: Settings) -> Run:
    """The stored run. Raises MissingEmbeddings with the command that makes it, UnknownName."""
    rule = _rule(dataset, rules, settings)
    held, facts = tables.read(path(dataset, found, rules, settings))
    if facts.get("rule", FIRST) != rule:
        raise MissingEmbeddings(
            f"The scores of {found.backbone.spec.title} under {rules.protocol} are of an older version, "
            f"which trained on other clips. Make them again: quintet benchmark {dataset} "
            f"--protocol {rules.protocol}"
        )
    return Run(
        source=found, dataset=dataset, rules=rules, ids=tuple(held["id"]), y=held["y"].to_numpy(str),
        group=held["group"].to_numpy(str), probabilities=np.stack(held["probabilities"].to_list()),
        classes=tuple(json.loads(facts["classes"])), folds=tuple(json.loads(facts["folds"])),
        tags=np.stack(held["tags"].to_list()).astype(bool) if "tags" in held else None,
        notes=tuple(json.loads(facts.get("notes", "[]"))), shared_groups=int(facts.get("shared", 0)),
        chosen=tuple(json.loads(facts.get("chosen", "[]"))),
    )  # fmt: skip


def scores(run: Run) -> dict[str, Interval]:
    """Every metric with its 95 % bootstrap interval, groups resampled; of tags those of `tagging.SAYS`."""
    if run.many:
        return per_tag(run).summary
    return metrics.summary(run.y, run.probabilities, run.group, run.classes, run.rules.seed)


def per_tag(run: Run) -> tag_metrics.Scores:
    """The scores of tags, of each one too. Raises QuintetError where no tag can be scored."""
    return tag_metrics.scores(Tags(run.truth, run.group, run.classes), run.probabilities, run.rules.seed)


def silent(run: Run) -> tuple[str, ...]:
    """The tags that none or all of the tested clips have: they are in no score. None for classes."""
    if not run.many:
        return ()
    return tuple(name for name, out in zip(run.classes, tag_metrics.silent(run.truth), strict=True) if out)


def confusion(run: Run) -> np.ndarray:
    """Counts (classes, classes): rows truth, columns answer."""
    return metrics.confusion(run.y, run.predicted, run.classes)


def common(runs: list[Run]) -> list[Run]:
    """The same runs over the clips all of them predicted, in one order, so that they can be paired."""
    shared = sorted(set.intersection(*(set(r.ids) for r in runs)))
    return [_of(run, shared) for run in runs]


def among(run: Run, name: str, ids: Set[str]) -> Run:
    """The same run with the clips `ids` of that selection alone; what it was trained on does not change."""
    return replace(_of(run, [one for one in run.ids if one in ids]), among=name)


def _of(run: Run, ids: Sequence[str]) -> Run:
    place = {name: row for row, name in enumerate(run.ids)}
    rows = [place[name] for name in ids]
    return replace(run, ids=tuple(ids), y=run.y[rows], group=run.group[rows],
                   probabilities=run.probabilities[rows],
                   tags=None if run.tags is None else run.tags[rows])  # fmt: skip


def compare(runs: list[Run]) -> list[significance.Pair]:
    """Every two runs on the clips all of them predicted, p corrected over all pairs. Fewer than two: none.

    What is compared is accuracy, of tags the macro ROC-AUC. Untrained controls are not compared: each would
    make every other p larger.
    """
    runs = [run for run in runs if not run.source.untrained]
    if len(runs) < 2:
        return []
    paired = common(runs)
    if paired[0].many:
        return _by_tags(paired)
    right = {run.source.key: run.right for run in paired}
    return significance.pairs(right, paired[0].group, paired[0].rules.seed)


def _by_tags(paired: list[Run]) -> list[significance.Pair]:
    found = {}
    for a, b in combinations(paired, 2):
        both = permutation.Answers(a.truth, a.probabilities, b.probabilities, a.group)
        score = partial(tag_metrics.weighted, "roc_auc_macro")
        found[a.source.key, b.source.key] = permutation.weighted_difference(score, both, a.rules.seed, SWAPS)
    corrected = significance.holm([one.p for one in found.values()])
    return [
        significance.Pair(*names, one, p) for (names, one), p in zip(found.items(), corrected, strict=True)
    ]


def ranks(runs: list[Run], pairs: list[significance.Pair]) -> dict[str, tuple[int, int]]:
    """The ranks each trained backbone may take, as far as the comparisons settle them; a control has none."""
    return significance.rank_ranges([run.source.key for run in runs if not run.source.untrained], pairs)
