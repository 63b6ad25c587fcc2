"""quintet compare: two runs on the clips both answered, and whether they can be told apart."""

import json
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from quintet import collection, store
from quintet.collection import Source
from quintet.commands.done import Done
from quintet.errors import StoreError, UsageError
from quintet.settings import Settings
from quintet.studies import arrays, comparing, runs
from quintet.studies.comparing import Comparison, Side
from quintet.wording import count, percent

FORM = "DATASET/PROTOCOL/PROBE/BACKBONE[/sN]"


def compare(arguments: Namespace, settings: Settings) -> Done:
    """Both runs read, compared and told in one sentence. Raises UsageError for runs not scored alike."""
    a, b = (side(name, settings) for name in arguments.runs)
    found = comparing.compare(a, b)
    return Done(_document(found), _lines(found))


def side(name: str, settings: Settings) -> Side:
    """The run behind a path or a name of the FORM.

    Raises UsageError, BadData, MissingEmbeddings, StoreError.
    """
    path = Path(name).expanduser()
    if path.suffix == ".lance" and path.is_dir():
        return _stored(path, settings)
    if path.suffix == ".npz":
        return comparing.side(arrays.read(path))
    parts = name.strip("/").split("/")
    if path.exists() or len(parts) not in (4, 5):
        raise UsageError(
            f"{name!r} is no run; expected {FORM}, a stored run or a file of quintet benchmark --out."
        )
    dataset, protocol, probe, key = parts[:4]
    rules = runs.Rules(protocol, probe, _seed(parts[4]) if len(parts) == 5 else 0)
    return _read(dataset, _source(key, dataset, settings), rules, settings)


def _stored(path: Path, settings: Settings) -> Side:
    """A run by where it lies: its backbone and rules are in its name and its facts."""
    said, dataset = store.facts(path), path.resolve().parents[1].name
    key = path.name.partition("@")[0].replace("--", ":")
    found, rules = _source(key, dataset, settings), runs.Rules(**json.loads(said["rules"]))
    mine = runs.path(dataset, found, rules, settings)
    if mine.resolve() != path.resolve():
        raise StoreError(
            f"{path} is of other weights or another cache than those in use here, where that run is {mine}. "
            f"Run: quintet benchmark {dataset} --backbone {key}"
        )
    return _read(dataset, found, rules, settings)


def _read(dataset: str, found: Source, rules: runs.Rules, settings: Settings) -> Side:
    run = runs.get(dataset, found, rules, settings)
    if not runs.fresh(dataset, found, rules, settings):
        raise StoreError(
            f"The run of {found.key} on {dataset} is of other clips or labels than there are now. "
            f"Run: quintet benchmark {dataset} --protocol {rules.protocol} --probe {rules.probe}"
        )
    return comparing.side(run)


def _source(key: str, dataset: str, settings: Settings) -> Source:
    came = collection.ready(dataset, settings)
    return next((one for one in came if one.key == key), None) or collection.source(key, settings)


def _seed(word: str) -> int:
    if not (word.startswith("s") and word[1:].isdigit()):
        raise UsageError(f"The seed {word!r} was not understood; s and a number were expected, such as s0.")
    return int(word[1:])


def _document(found: Comparison) -> dict:
    held, told = found.outcomes, {"sentence": found.sentence}
    told |= {"a": found.a, "b": found.b, **found.splits, "n": len(found.ids), "groups": found.groups}
    told |= {"only_a_answered": found.alone[0], "only_b_answered": found.alone[1]}
    told |= {"scores": {name: {m: asdict(i) for m, i in one.items()} for name, one in found.scores.items()}}
    told |= {"differences": {name: asdict(one) for name, one in found.differences.items()}}
    told |= {"kappa": found.kappa and asdict(found.kappa), "silent": found.silent}
    told |= {"classes": [asdict(one) for one in found.classes]}
    if held is not None:
        told |= {"both_right": len(held.both), "only_a_right": [found.ids[i] for i in held.only_a],
                 "only_b_right": [found.ids[i] for i in held.only_b],
                 "both_wrong": [found.ids[i] for i in held.neither]}  # fmt: skip
    return told


def _lines(found: Comparison) -> list[str]:
    lines = [found.sentence]
    if any(found.alone):
        lines.append(
            f"Compared on the clips of both: {count(found.alone[0], 'clips')} only {found.a} and "
            f"{found.alone[1]:,} only {found.b} answered are left out."
        )
    for name, scores in found.scores.items():
        said = (
            f"{m} {percent(i.value)} (95 % {percent(i.low)} to {percent(i.high)})" for m, i in scores.items()
        )
        lines.append(f"{name}: {', '.join(said)}")
    for name, one in list(found.differences.items())[1:]:
        lines.append(
            f"{name}: {percent(one.value)} (95 % {percent(one.low)} to {percent(one.high)}, p = {one.p:.2g})"
        )
    if found.kappa:
        lines.append(f"Agreement of their answers, Cohen's kappa: {found.kappa.value:.2f}")
    if (held := found.outcomes) is not None:
        lines.append(
            f"Both right on {len(held.both):,}, only {found.a} on {len(held.only_a):,}, only {found.b} on "
            f"{len(held.only_b):,}, neither on {len(held.neither):,}; --json lists the clips."
        )
    return lines
