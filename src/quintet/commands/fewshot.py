"""quintet fewshot: how the probe on each backbone grows with its training clips."""

from argparse import Namespace
from dataclasses import asdict

from quintet.analysis.fewshot import ALL, Point
from quintet.commands import measuring
from quintet.commands.analyse import heard
from quintet.commands.done import Done, mark
from quintet.settings import Settings
from quintet.studies import fewshot as study
from quintet.studies import runs, table
from quintet.studies.fewshot import Curve
from quintet.wording import percent


def fewshot(arguments: Namespace, settings: Settings) -> Done:
    """Scores what is missing, repeat by repeat, and prints every backbone's curve."""
    dataset = arguments.dataset
    sources = heard(arguments, settings)
    rules = runs.Rules(table.protocol(dataset, settings, arguments.protocol).name, arguments.probe)
    made, curves = 0, []
    for found in sources:
        with measuring.told("fewshot", dataset, f"{found.key}: few-shot", "fits", settings) as told:
            made += study.make(dataset, found, rules, settings, lambda done, of, told=told: told(done, of, 0))
        curves.append(study.get(dataset, found, rules, settings))
    document = {"dataset": dataset, "protocol": rules.protocol, "probe": rules.probe, "seed": rules.seed,
                "made": made, "curves": [_document(one) for one in curves]}  # fmt: skip
    first = f"{rules.protocol}, {rules.probe} probe: accuracy by training clips a class, mean of repeats"
    return Done(document, [first, *map(_line, curves)])


def _document(one: Curve) -> dict:
    points = {
        name: [asdict(p) | {"all": p.shots == ALL} for p in found] for name, found in one.points.items()
    }
    return {"backbone": one.source.key, "untrained": one.source.untrained, "n_test": one.tested,
            "done": one.done, "total": one.total, "points": points}  # fmt: skip


def _line(one: Curve) -> str:
    said = ", ".join(map(_point, one.points["accuracy"]))
    return f"{one.source.key}{mark({'untrained': one.source.untrained})}: {said}"


def _point(one: Point) -> str:
    shots = "all" if one.shots == ALL else str(one.shots)
    if one.low is None:
        return f"{shots}: {percent(one.mean)}"
    return f"{shots}: {percent(one.mean)} ({percent(max(one.low, 0))} to {percent(min(one.high, 1))})"
