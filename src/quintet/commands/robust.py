"""quintet robust: how much accuracy noise, gain, mp3, pitch, a low-pass and a room cost each backbone."""

from argparse import Namespace
from dataclasses import asdict

from quintet.commands import study_job
from quintet.commands.prepare import select_embedded_models
from quintet.commands.result import CommandResult, untrained_suffix
from quintet.embeddings.models import Model
from quintet.errors import UsageError
from quintet.evaluation import deformed_embeddings, labelled_embeddings, runs
from quintet.evaluation import robustness as study
from quintet.evaluation.robustness import Drop, Robustness
from quintet.prediction import classifier
from quintet.settings import Settings
from quintet.wording import count, p_value, percent, points


def robust(arguments: Namespace, settings: Settings) -> CommandResult:
    """Hears the deformed test clips that are missing and prints every backbone's drops.

    Embeddings that came ready-made cannot be heard anew and are left out, unless they were named.
    """
    if arguments.clips < 0:
        raise UsageError(
            f"--clips {arguments.clips} was given; a number of clips, or 0 for all, was expected."
        )
    dataset = arguments.dataset
    rules = runs.Rules(
        labelled_embeddings.protocol(dataset, settings, arguments.protocol).name, arguments.probe
    )
    models = [
        s
        for s in select_embedded_models(arguments, settings)
        if arguments.backbone or s.state != "ready-made"
    ]
    encoded_count, results = 0, []
    for model in models:
        clips = deformed_embeddings.clips(dataset, model, rules, settings, arguments.clips)
        encoded_count += _encode_clips(dataset, model, clips, settings)
        results.append(study.get(dataset, model, rules, settings, arguments.clips))
    document = {"dataset": dataset, "protocol": rules.protocol, "probe": rules.probe, "seed": rules.seed,
                "heard": encoded_count, "backbones": [_document(result) for result in results]}  # fmt: skip
    return CommandResult(document, [line for result in results for line in _lines(result)])


def _encode_clips(dataset: str, model: Model, clips: list, settings: Settings) -> int:
    title = f"{model.key}: deformed clips of {dataset}"
    with study_job.progress_bar("robust", dataset, title, "clips", settings) as progress:
        return deformed_embeddings.hear(
            dataset, model, clips, settings, classifier.device(settings), told=progress
        )


def _document(result: Robustness) -> dict:
    drops = [{**asdict(drop), "difference": asdict(drop.difference)} for drop in result.drops]
    return {"backbone": result.source.key, "untrained": result.source.untrained, "asked": result.asked,
            "failed": result.failed, "drops": drops}  # fmt: skip


def _lines(result: Robustness) -> list[str]:
    key = f"{result.source.key}{untrained_suffix({'untrained': result.source.untrained})}"
    out = f", {count(len(result.failed), 'clips')} could not be heard" if result.failed else ""
    clean = (
        f"clean accuracy {percent(result.drops[0].clean)}, "
        f"{count(result.drops[0].difference.n, 'clips')}{out}"
    )
    return [f"{key}: {clean}", *(f"  {_drop(drop)}" for drop in result.drops)]


def _drop(drop: Drop) -> str:
    lost = drop.difference
    return (
        f"{drop.title}: {percent(drop.deformed)}, {points(lost.value)} points lost (95 % {points(lost.low)} "
        f"to {points(lost.high)}, {p_value(drop.corrected)} by Holm)"
    )
