"""quintet agreement: how alike backbones arrange a dataset, two by two, and the shape of each."""

import sys
from argparse import Namespace
from dataclasses import asdict

from quintet.commands.result import CommandResult, select_models, untrained_suffix
from quintet.embeddings import models
from quintet.embeddings.models import Model
from quintet.errors import MissingEmbeddings
from quintet.settings import Settings
from quintet.similarity import stored_similarity as study
from quintet.stats.metrics import Interval
from quintet.storage import tables


def agreement(arguments: Namespace, settings: Settings) -> CommandResult:
    """Measures what is missing or out of date and prints every pair and every backbone."""
    dataset = arguments.dataset
    models.facts(dataset, settings)
    chosen_models = _embedded_models(arguments, settings)
    computed = study.make(dataset, chosen_models, settings, _print_progress)
    similarity = study.get(dataset, chosen_models, settings)
    untrained = {model.key: model.untrained for model in chosen_models}
    pairs = [
        {**asdict(pair), "untrained": [key for key in (pair.a, pair.b) if untrained[key]]}
        for pair in similarity.pairs
    ]
    shapes = [{**asdict(shape), "untrained": untrained[shape.key]} for shape in similarity.shapes]
    document = {"dataset": dataset, "made": computed, "pairs": pairs, "backbones": shapes,
                "refused": similarity.refused}  # fmt: skip
    titles = {key: key + untrained_suffix({"untrained": random}) for key, random in untrained.items()}
    lines = [
        *(_line(f"{titles[p.a]} and {titles[p.b]}", p.n, p.measures) for p in similarity.pairs),
        *(_line(titles[s.key], s.n, s.measures) for s in similarity.shapes),
    ]
    return CommandResult(
        document, [*lines, "Next: the Agreement page"], list((similarity.refused or {}).values())
    )


def _embedded_models(arguments: Namespace, settings: Settings) -> list[Model]:
    dataset = arguments.dataset
    there = models.embedded_models(dataset, settings)
    if arguments.backbone:
        there = [
            s
            for s in select_models(arguments, settings)
            if tables.exists(models.model_table_path(dataset, s, settings))
        ]
    if not there:
        raise MissingEmbeddings(f"No backbone has heard {dataset!r} yet. Run: quintet embed {dataset}")
    return there


def _print_progress(name: str) -> None:
    sys.stderr.write(f"Measuring {name.replace('~', ' and ')}\n")


def _line(title: str, n: int, measures: dict[str, Interval]) -> str:
    parts = (
        f"{name} {interval.value:.2f} ({interval.low:.2f} to {interval.high:.2f})"
        for name, interval in measures.items()
    )
    return f"{title}, {n:,} tracks: {', '.join(parts)}"
