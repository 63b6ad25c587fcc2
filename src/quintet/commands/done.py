"""What a command hands back, and what several of them ask for first."""

from argparse import Namespace
from dataclasses import dataclass, field

from quintet import collection
from quintet.collection import Source
from quintet.settings import Settings


@dataclass(frozen=True)
class Done:
    """`document` for --json, `lines` for people, `errors` for what was refused while the rest went on."""

    document: dict
    lines: list[str]
    errors: list[str] = field(default_factory=list)


def chosen(arguments: Namespace, settings: Settings) -> list[Source]:
    """The backbones that were named, or all there are. Raises UnknownName."""
    if arguments.backbone:
        return [_named(key, getattr(arguments, "dataset", ""), settings) for key in arguments.backbone]
    return collection.sources(settings)


def _named(key: str, dataset: str, settings: Settings) -> Source:
    came = collection.ready(dataset, settings) if dataset else []
    return next((s for s in came if s.key == key), None) or collection.source(key, settings)


def mark(row: dict) -> str:
    """What stands behind the name of an untrained backbone on the terminal."""
    return " (untrained)" if row["untrained"] else ""
