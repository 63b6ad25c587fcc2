"""quintet compare: two runs on the clips both answered, and whether they can be told apart."""

import json
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from quintet.commands.result import CommandResult
from quintet.embeddings import models
from quintet.embeddings.models import Model
from quintet.errors import StoreError, UsageError
from quintet.evaluation import compare_runs, external_embeddings, runs
from quintet.evaluation.compare_runs import Comparison, Side
from quintet.settings import Settings
from quintet.storage import tables
from quintet.wording import count, percent

FORM = "DATASET/PROTOCOL/PROBE/BACKBONE[/sN]"


def compare(arguments: Namespace, settings: Settings) -> CommandResult:
    """Both runs read, compared and told in one sentence. Raises UsageError for runs not scored alike."""
    a, b = (side(name, settings) for name in arguments.runs)
    comparison = compare_runs.compare(a, b)
    return CommandResult(_document(comparison), _lines(comparison))


def side(name: str, settings: Settings) -> Side:
    """The run behind a path or a name of the FORM.

    Raises UsageError, BadData, MissingEmbeddings, StoreError.
    """
    path = Path(name).expanduser()
    if path.suffix == ".lance" and path.is_dir():
        return _stored_side(path, settings)
    if path.suffix == ".npz":
        return compare_runs.side(external_embeddings.read(path))
    parts = name.strip("/").split("/")
    if path.exists() or len(parts) not in (4, 5):
        raise UsageError(
            f"{name!r} is no run; expected {FORM}, a stored run or a file of quintet benchmark --out."
        )
    dataset, protocol, probe, key = parts[:4]
    rules = runs.Rules(protocol, probe, _seed(parts[4]) if len(parts) == 5 else 0)
    return _read(dataset, _find_model(key, dataset, settings), rules, settings)


def _stored_side(path: Path, settings: Settings) -> Side:
    """A run by where it lies: its backbone and rules are in its name and its facts."""
    facts, dataset = tables.facts(path), path.resolve().parents[1].name
    key = path.name.partition("@")[0].replace("--", ":")
    model, rules = _find_model(key, dataset, settings), runs.Rules(**json.loads(facts["rules"]))
    stored_path = runs.path(dataset, model, rules, settings)
    if stored_path.resolve() != path.resolve():
        raise StoreError(
            f"{path} is of other weights or another cache than those in use here, where that run "
            f"is {stored_path}. "
            f"Run: quintet benchmark {dataset} --backbone {key}"
        )
    return _read(dataset, model, rules, settings)


def _read(dataset: str, model: Model, rules: runs.Rules, settings: Settings) -> Side:
    run = runs.get(dataset, model, rules, settings)
    if not runs.fresh(dataset, model, rules, settings):
        raise StoreError(
            f"The run of {model.key} on {dataset} is of other clips or labels than there are now. "
            f"Run: quintet benchmark {dataset} --protocol {rules.protocol} --probe {rules.probe}"
        )
    return compare_runs.side(run)


def _find_model(key: str, dataset: str, settings: Settings) -> Model:
    published = models.published_models(dataset, settings)
    return next((model for model in published if model.key == key), None) or models.resolve_model(
        key, settings
    )


def _seed(word: str) -> int:
    if not (word.startswith("s") and word[1:].isdigit()):
        raise UsageError(f"The seed {word!r} was not understood; s and a number were expected, such as s0.")
    return int(word[1:])


def _document(comparison: Comparison) -> dict:
    outcomes, document = comparison.outcomes, {"sentence": comparison.sentence}
    document |= {
        "a": comparison.a,
        "b": comparison.b,
        **comparison.splits,
        "n": len(comparison.ids),
        "groups": comparison.groups,
    }
    document |= {"only_a_answered": comparison.alone[0], "only_b_answered": comparison.alone[1]}
    document |= {
        "scores": {
            name: {m: asdict(i) for m, i in intervals.items()}
            for name, intervals in comparison.scores.items()
        }
    }
    document |= {
        "differences": {name: asdict(difference) for name, difference in comparison.differences.items()}
    }
    document |= {"kappa": comparison.kappa and asdict(comparison.kappa), "silent": comparison.silent}
    document |= {"classes": [asdict(class_scores) for class_scores in comparison.classes]}
    if outcomes is not None:
        document |= {
            "both_right": len(outcomes.both),
            "only_a_right": [comparison.ids[i] for i in outcomes.only_a],
            "only_b_right": [comparison.ids[i] for i in outcomes.only_b],
            "both_wrong": [comparison.ids[i] for i in outcomes.neither],
        }
    return document


def _lines(comparison: Comparison) -> list[str]:
    lines = [comparison.sentence]
    if any(comparison.alone):
        lines.append(
            f"Compared on the clips of both: {count(comparison.alone[0], 'clips')} only {comparison.a} and "
            f"{comparison.alone[1]:,} only {comparison.b} answered are left out."
        )
    for name, scores in comparison.scores.items():
        parts = (
            f"{m} {percent(i.value)} (95 % {percent(i.low)} to {percent(i.high)})" for m, i in scores.items()
        )
        lines.append(f"{name}: {', '.join(parts)}")
    for name, difference in list(comparison.differences.items())[1:]:
        lines.append(
            f"{name}: {percent(difference.value)} (95 % {percent(difference.low)} to "
            f"{percent(difference.high)}, p = {difference.p:.2g})"
        )
    if comparison.kappa:
        lines.append(f"Agreement of their answers, Cohen's kappa: {comparison.kappa.value:.2f}")
    if (outcomes := comparison.outcomes) is not None:
        lines.append(
            f"Both right on {len(outcomes.both):,}, only {comparison.a} on "
            f"{len(outcomes.only_a):,}, only {comparison.b} on "
            f"{len(outcomes.only_b):,}, neither on {len(outcomes.neither):,}; --json lists the clips."
        )
    return lines
