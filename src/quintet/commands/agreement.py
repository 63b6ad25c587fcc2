"""quintet agreement: how alike backbones arrange a dataset, two by two, and the shape of each."""

import sys
from argparse import Namespace
from dataclasses import asdict

from quintet import collection, store
from quintet.analysis.metrics import Interval
from quintet.collection import Source
from quintet.commands.done import Done, chosen, mark
from quintet.errors import MissingEmbeddings
from quintet.settings import Settings
from quintet.studies import agreement as study


def agreement(arguments: Namespace, settings: Settings) -> Done:
    """Measures what is missing or out of date and prints every pair and every backbone."""
    dataset = arguments.dataset
    collection.facts(dataset, settings)
    sources = _heard(arguments, settings)
    made = study.make(dataset, sources, settings, _told)
    found = study.get(dataset, sources, settings)
    untrained = {source.key: source.untrained for source in sources}
    pairs = [
        {**asdict(one), "untrained": [key for key in (one.a, one.b) if untrained[key]]} for one in found.pairs
    ]
    shapes = [{**asdict(one), "untrained": untrained[one.key]} for one in found.shapes]
    document = {"dataset": dataset, "made": made, "pairs": pairs, "backbones": shapes,
                "refused": found.refused}  # fmt: skip
    titles = {key: key + mark({"untrained": random}) for key, random in untrained.items()}
    lines = [
        *(_line(f"{titles[p.a]} and {titles[p.b]}", p.n, p.measures) for p in found.pairs),
        *(_line(titles[s.key], s.n, s.measures) for s in found.shapes),
    ]
    return Done(document, [*lines, "Next: the Agreement page"], list((found.refused or {}).values()))


def _heard(arguments: Namespace, settings: Settings) -> list[Source]:
    dataset = arguments.dataset
    there = collection.embedded(dataset, settings)
    if arguments.backbone:
        there = [
            s for s in chosen(arguments, settings) if store.exists(collection.table(dataset, s, settings))
        ]
    if not there:
        raise MissingEmbeddings(f"No backbone has heard {dataset!r} yet. Run: quintet embed {dataset}")
    return there


def _told(what: str) -> None:
    sys.stderr.write(f"Measuring {what.replace('~', ' and ')}\n")


def _line(title: str, n: int, measures: dict[str, Interval]) -> str:
    said = (f"{name} {one.value:.2f} ({one.low:.2f} to {one.high:.2f})" for name, one in measures.items())
    return f"{title}, {n:,} tracks: {', '.join(said)}"
