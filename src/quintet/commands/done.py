"""What a command hands back, and what several of them ask for first."""

from argparse import Namespace
from dataclasses import dataclass, field

from quintet import collection
from quintet.collection import Source
from quintet.errors import MissingWeights
from quintet.settings import Settings


@dataclass(frozen=True)
class Done:
    """`document` for --json, `lines` for people, `errors` for what was refused while the rest went on."""

    document: dict
    lines: list[str]
    errors: list[str] = field(default_factory=list)


def chosen(arguments: Namespace, settings: Settings) -> list[Source]:
    """The backbones that were named, or all that can run here. Raises UnknownName, MissingWeights."""
    if arguments.backbone:
        named = [collection.source(key, settings) for key in arguments.backbone]
        missing = [s.key for s in named if s.state == "missing"]
        if missing:
            raise MissingWeights(
                f"The weights of {', '.join(missing)} are not on this machine. Run: make data"
            )
        return named
    return [s for s in collection.sources(settings) if s.state != "missing"]
