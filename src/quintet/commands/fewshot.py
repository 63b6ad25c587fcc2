"""quintet fewshot: how the probe on each backbone grows with its training clips."""

from argparse import Namespace
from dataclasses import asdict

from quintet.commands import study_job
from quintet.commands.prepare import select_embedded_models
from quintet.commands.result import CommandResult, untrained_suffix
from quintet.evaluation import labelled_embeddings, runs
from quintet.evaluation import stored_fewshot as study
from quintet.evaluation.fewshot import ALL, Point
from quintet.evaluation.stored_fewshot import Curve
from quintet.settings import Settings
from quintet.wording import percent


def fewshot(arguments: Namespace, settings: Settings) -> CommandResult:
    """Scores what is missing, repeat by repeat, and prints every backbone's curve."""
    dataset = arguments.dataset
    models = select_embedded_models(arguments, settings)
    rules = runs.Rules(
        labelled_embeddings.protocol(dataset, settings, arguments.protocol).name, arguments.probe
    )
    fit_count, curves = 0, []
    for model in models:
        with study_job.progress_bar(
            "fewshot", dataset, f"{model.key}: few-shot", "fits", settings
        ) as progress:
            fit_count += study.make(
                dataset, model, rules, settings, lambda done, of, progress=progress: progress(done, of, 0)
            )
        curves.append(study.get(dataset, model, rules, settings))
    document = {"dataset": dataset, "protocol": rules.protocol, "probe": rules.probe, "seed": rules.seed,
                "made": fit_count, "curves": [_document(curve) for curve in curves]}  # fmt: skip
    first = f"{rules.protocol}, {rules.probe} probe: accuracy by training clips a class, mean of repeats"
    return CommandResult(document, [first, *map(_line, curves)])


def _document(curve: Curve) -> dict:
    points = {
        name: [asdict(p) | {"all": p.shots == ALL} for p in values] for name, values in curve.points.items()
    }
    return {"backbone": curve.source.key, "untrained": curve.source.untrained, "n_test": curve.tested,
            "done": curve.done, "total": curve.total, "points": points}  # fmt: skip


def _line(curve: Curve) -> str:
    text = ", ".join(map(_point, curve.points["accuracy"]))
    return f"{curve.source.key}{untrained_suffix({'untrained': curve.source.untrained})}: {text}"


def _point(point: Point) -> str:
    shots = "all" if point.shots == ALL else str(point.shots)
    if point.low is None:
        return f"{shots}: {percent(point.mean)}"
    return f"{shots}: {percent(point.mean)} ({percent(max(point.low, 0))} to {percent(min(point.high, 1))})"
