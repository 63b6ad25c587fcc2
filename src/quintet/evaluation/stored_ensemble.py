"""What several backbones answer as one, over their stored runs: kept until one of those runs is another."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from quintet.embeddings import speed
from quintet.embeddings.models import Model
from quintet.errors import MissingEmbeddings, QuintetError
from quintet.evaluation import cascade, ensemble, runs
from quintet.evaluation.cascade import Cascade, Step
from quintet.evaluation.ensemble import Added
from quintet.evaluation.runs import Rules, Run
from quintet.settings import Settings
from quintet.stats import metrics
from quintet.stats.labels import Labels
from quintet.stats.metrics import Interval
from quintet.stats.significance import Difference, paired_difference
from quintet.storage import json_files, tables

VERSION = 1  # raised when the numbers change
WAYS = {  # how answers become one
    "average": "mean of the probabilities",
    "vote": "most votes; the average settles ties",
    "stacked": "logistic regression on the log probabilities, fitted on other groups than it answers",
}
SCORES = ("accuracy", "macro_f1")


@dataclass(frozen=True)
class Ensemble:
    """Backbones `keys` together on the n clips (of `groups`) all of them answered.

    `scores`: name of a way or key of a backbone -> score -> Interval. `best` is the backbone with the highest
    accuracy on these very clips, `gains` what each way has more than it in accuracy. `added`: what each
    backbone adds to the average. `seconds` a clip of those timed here, whose cascade it is (None below two).
    `refused`: what could not be made, and why.
    """

    keys: tuple[str, ...]
    untrained: tuple[str, ...]
    n: int
    groups: int
    scores: dict[str, dict[str, Interval]]
    best: str
    gains: dict[str, Difference]
    added: tuple[Added, ...]
    seconds: dict[str, float]
    cascade: Cascade | None
    refused: dict[str, str]


def default(dataset: str, sources: Sequence[Model], rules: Rules, settings: Settings) -> list[Model]:
    """Those of `sources` that have a run under these rules, untrained controls left out."""
    return [s for s in sources if not s.untrained and runs.path(dataset, s, rules, settings).exists()]


def path(dataset: str, sources: Sequence[Model], rules: Rules, settings: Settings) -> Path:
    """Where the result for these backbones under these rules lies."""
    named = json.dumps([[s.key, s.fingerprint] for s in sources] + [asdict(rules)])
    digest = sha256(named.encode()).hexdigest()[:16]
    return settings.cache / dataset / "ensembles" / f"{rules.protocol}-{rules.probe}-{digest}.json"


def get(dataset: str, sources: Sequence[Model], rules: Rules, settings: Settings) -> Ensemble:
    """The stored result, made first where there is none or a run or a time is another now.

    Raises MissingEmbeddings for fewer than two backbones or a missing run, QuintetError for many-label runs.
    """
    if len(sources) < 2:
        raise MissingEmbeddings(
            f"{len(sources)} trained backbones have answered {dataset!r} under {rules.protocol}; an ensemble "
            f"needs two. Run: quintet benchmark {dataset} --protocol {rules.protocol}"
        )
    where = path(dataset, sources, rules, settings)
    seconds = _seconds(dataset, sources, settings)
    stamp = _stamp(dataset, sources, rules, seconds, settings)
    held = json_files.read(where)
    if held.get("stamp") != stamp:
        paired = runs.common([runs.get(dataset, found, rules, settings) for found in sources])
        held = {"stamp": stamp, "found": asdict(of(paired, seconds))}
        json_files.write(where, held)
    return _ensemble(held["found"])


def kept(dataset: str, sources: Sequence[Model], rules: Rules, settings: Settings) -> Ensemble | None:
    """The stored result; None where there is none, or a run or a time is another now."""
    held = json_files.read(path(dataset, sources, rules, settings))
    stamp = _stamp(dataset, sources, rules, _seconds(dataset, sources, settings), settings)
    return _ensemble(held["found"]) if held.get("stamp") == stamp else None


def of(paired: Sequence[Run], seconds: dict[str, float]) -> Ensemble:
    """The result for runs over the same clips (`runs.common`); `seconds` a clip of those that were timed."""
    first, seed = paired[0], paired[0].rules.seed
    if not len(first.ids) or any(run.many for run in paired):
        why = "clips may have several classes" if len(first.ids) else "they have no clip in common"
        raise QuintetError(f"Nothing can be answered by these backbones as one: {why}.")
    labels = Labels(first.y, first.group, first.classes)
    said = {run.source.key: run.probabilities for run in paired}
    every, refused = np.stack(list(said.values())), {}
    answers = {"average": ensemble.average(every), "vote": ensemble.vote(every)}
    try:
        answers["stacked"] = ensemble.stacked(every, labels, seed)
    except QuintetError as error:
        refused["stacked"] = str(error)
    scores = {
        name: {metric: metrics.with_interval(metric, labels, one, seed) for metric in SCORES}
        for name, one in {**answers, **said}.items()
    }
    best = max(said, key=lambda key: scores[key]["accuracy"].value)
    right = {
        name: metrics.predicted(one, first.classes) == first.y for name, one in {**answers, **said}.items()
    }
    gains = {name: paired_difference(right[name], right[best], first.group, seed) for name in answers}
    timed = {key: seconds[key] for key in said if key in seconds}
    steps = None
    if len(timed) > 1:
        steps = cascade.cascade(timed, np.stack([said[key] for key in timed]), labels, seed)
    return Ensemble(
        tuple(said), tuple(run.source.key for run in paired if run.source.untrained), len(first.ids),
        gains["average"].groups, scores, best, gains, tuple(ensemble.added(said, labels, seed)), timed, steps,
        refused,
    )  # fmt: skip


def _seconds(dataset: str, sources: Sequence[Model], settings: Settings) -> dict[str, float]:
    known = {source.key: speed.get(dataset, source, settings) for source in sources}
    return {key: found.seconds for key, found in known.items() if found}


def _stamp(
    dataset: str, sources: Sequence[Model], rules: Rules, seconds: dict[str, float], settings: Settings
) -> str:
    """16 hex digits that change with any of the runs, or the times."""
    held = []
    for found in sources:
        where = runs.path(dataset, found, rules, settings)
        held.append([found.key, tables.version(where), tables.facts(where) if tables.exists(where) else {}])
    return sha256(json.dumps([VERSION, held, seconds], sort_keys=True).encode()).hexdigest()[:16]


def _ensemble(found: dict) -> Ensemble:
    steps, scores = found["cascade"], found["scores"].items()
    read = {
        "keys": tuple(found["keys"]),
        "untrained": tuple(found["untrained"]),
        "scores": {name: {metric: Interval(**v) for metric, v in one.items()} for name, one in scores},
        "gains": {name: Difference(**one) for name, one in found["gains"].items()},
        "added": tuple(
            Added(**{**one, "difference": Difference(**one["difference"])}) for one in found["added"]
        ),
        "cascade": steps and Cascade(tuple(steps["order"]), tuple(map(_step, steps["steps"]))),
    }
    return Ensemble(**{**found, **read})


def _step(found: dict) -> Step:
    return Step(**{**found, "accuracy": Interval(**found["accuracy"]), "asked": tuple(found["asked"])})
