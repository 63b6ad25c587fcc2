"""Few-shot curves of a stored collection: scored repeat by repeat, kept, gone on with where it stopped."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from quintet.embeddings.models import Model
from quintet.embeddings.models import model_table_path as embeddings
from quintet.errors import MissingEmbeddings, UsageError
from quintet.evaluation import fewshot, labelled_embeddings, runs
from quintet.evaluation.fewshot import ALL, REPEATS, Point
from quintet.evaluation.labelled_embeddings import Labelled
from quintet.evaluation.runs import Rules
from quintet.evaluation.splits import Split
from quintet.settings import Settings
from quintet.stats.labels import Labels
from quintet.storage import json_files, tables

VERSION = 1  # raised when the numbers change
Told = Callable[[int, int], None]  # repeats done, of


@dataclass(frozen=True)
class Curve:
    """One backbone's curve under one set of rules: a list of points for each of fewshot.METRICS.

    `tested` clips are scored by every repeat; `done` of `total` repeats are there.
    """

    source: Model
    dataset: str
    rules: Rules
    tested: int
    points: dict[str, tuple[Point, ...]]
    done: int
    total: int


def path(dataset: str, found: Model, rules: Rules, settings: Settings) -> Path:
    """Where the curve lies."""
    stamp = rules.without.rpartition("@")[2]
    parts = [rules.protocol, rules.probe, f"s{rules.seed}", *([f"without-{stamp}"] if stamp else [])]
    return settings.cache / dataset / "fewshot" / (found.file_stem(*parts) + ".json")


def make(
    dataset: str, found: Model, rules: Rules, settings: Settings, told: Told = lambda done, of: None
) -> int:
    """Scores what is missing or out of date, keeping every repeat; returns how many were scored.

    A given valid part takes no part: settings are chosen within the shots drawn from train. Raises
    MissingEmbeddings, UsageError for tags, and QuintetError where the clips heard cannot be split.
    """
    rows, labels, splits = _asked(dataset, found, rules, settings)
    where, stamp = path(dataset, found, rules, settings), _stamp(dataset, found, rows, rules, settings)
    held = json_files.read(where)
    if held.get("stamp") != stamp:
        tested = sum(len(test) for _, test in splits)
        held = {"stamp": stamp, "tested": tested, "ways": _ways(labels, splits), "scores": {}}
    wanted = [way for way in held["ways"] if _named(way) not in held["scores"]]
    for shots, repeat in wanted:
        seed = 1_000 * rules.seed + repeat
        scores = fewshot.scored(rows.X, labels, splits, (shots, seed), rules.probe)
        held["scores"][_named((shots, repeat))] = scores
        json_files.write(where, held)
        told(len(held["scores"]), len(held["ways"]))
    return len(wanted)


def get(dataset: str, found: Model, rules: Rules, settings: Settings) -> Curve:
    """The stored curve, as far as it is done. Raises MissingEmbeddings where none is true any more."""
    rows, *_ = _asked(dataset, found, rules, settings)
    held = json_files.read(path(dataset, found, rules, settings))
    if not held.get("scores") or held["stamp"] != _stamp(dataset, found, rows, rules, settings):
        raise MissingEmbeddings(
            f"{found.backbone.spec.title} has no few-shot curve on {dataset!r} as it is now. "
            f"Run: quintet fewshot {dataset} --backbone {found.key}"
        )
    points = {name: fewshot.curve(_by_shots(held, name)) for name in fewshot.METRICS}
    return Curve(found, dataset, rules, held["tested"], points, len(held["scores"]), len(held["ways"]))


def _asked(
    dataset: str, found: Model, rules: Rules, settings: Settings
) -> tuple[Labelled, Labels, list[Split]]:
    rule = labelled_embeddings.protocol(dataset, settings, rules.protocol)
    if rule.many:
        raise UsageError(f"{rule.name} gives a clip several classes; shots are counted of one class a clip.")
    out = runs.left_out(dataset, rules.without, settings)
    rows = labelled_embeddings.labelled(dataset, found, rule, settings, out)
    return rows, Labels(rows.y, rows.group, rows.classes), rows.splits(rule, rules.seed)


def _ways(labels: Labels, splits: list[Split]) -> list[tuple[int, int]]:
    """(shots, repeat) in the order they are scored: a first point everywhere, then more; ALL has one."""
    counts = fewshot.shots(labels, splits)
    return [(k, r) for r in range(REPEATS) for k in counts if k != ALL or r == 0]


def _by_shots(held: dict, metric: str) -> dict[int, list[float]]:
    found: dict[int, list[float]] = {}
    for shots, repeat in sorted(held["ways"], key=lambda way: (way[0] == ALL, *way)):
        if (scores := held["scores"].get(_named((shots, repeat)))) is not None:
            found.setdefault(shots, []).append(scores[metric])
    return found


def _named(way: tuple[int, int]) -> str:
    return f"{way[0]}x{way[1]}"


def _stamp(dataset: str, found: Model, rows: Labelled, rules: Rules, settings: Settings) -> str:
    """16 hex digits that change with the embeddings, the labels and what is done with them."""
    parts = [VERSION, tables.version(embeddings(dataset, found, settings)), rows.stamp, rules.protocol,
             rules.probe, rules.seed, rules.without, fewshot.SHOTS, REPEATS]  # fmt: skip
    return sha256(json.dumps(parts).encode()).hexdigest()[:16]
