"""What a command hands back, and what several of them ask for first."""

from argparse import Namespace
from dataclasses import dataclass, field

from quintet.embeddings import models
from quintet.embeddings.models import Model
from quintet.settings import Settings


@dataclass(frozen=True)
class CommandResult:
    """`document` for --json, `lines` for people, `errors` for what was refused while the rest went on."""

    document: dict
    lines: list[str]
    errors: list[str] = field(default_factory=list)


def select_models(arguments: Namespace, settings: Settings) -> list[Model]:
    """The backbones that were named, or all there are. Raises UnknownName."""
    if arguments.backbone:
        return [_find_model(key, getattr(arguments, "dataset", ""), settings) for key in arguments.backbone]
    return models.available_models(settings)


def _find_model(key: str, dataset: str, settings: Settings) -> Model:
    published = models.published_models(dataset, settings) if dataset else []
    return next((s for s in published if s.key == key), None) or models.resolve_model(key, settings)


def untrained_suffix(row: dict) -> str:
    """What stands behind the name of an untrained backbone on the terminal."""
    return " (untrained)" if row["untrained"] else ""
