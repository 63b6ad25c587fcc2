"""quintet encode: one clip in, one backbone's numbers out."""

from argparse import Namespace
from pathlib import Path

import numpy as np

from quintet import audio
from quintet.backbones import base
from quintet.commands import output
from quintet.commands.result import CommandResult
from quintet.embeddings import models
from quintet.prediction import classifier
from quintet.settings import Settings
from quintet.storage import atomic


def encode(arguments: Namespace, settings: Settings) -> CommandResult:
    """Writes `frames`, `times`, `embedding`; `tags`, `tag_names` where the net has them. Raises BadAudio.

    An untrained control's file also holds `untrained`, so that its numbers are never taken for a net's.
    """
    output.check(arguments.out, [arguments.clip, *arguments.weights])
    model = models.resolve_model(arguments.backbone, settings, tuple(arguments.weights))
    if arguments.weights:
        base.validate(model.backbone, model.paths)
    clip = audio.decode(arguments.clip, audio.Limits(settings.max_seconds, settings.min_seconds))
    encoder = models.encoder(model, classifier.device(settings))
    encoding = classifier.encode(model, encoder, clip)
    arrays = {"frames": encoding.frames, "times": encoding.times, "embedding": encoding.embedding}
    if encoding.tags is not None:
        arrays |= {"tags": encoding.tags, "tag_names": np.array(model.backbone.spec.tags)}
    if model.untrained:
        arrays |= {"untrained": np.array(True)}
    _save(arguments.out, arrays)
    notices = [*_untrained_notice(model), *clip.notices, *encoding.notices]
    document = {
        "clip": str(arguments.clip), "out": str(arguments.out), "backbone": model.key, "state": model.state,
        "untrained": model.untrained, "fingerprint": model.fingerprint, "seconds": clip.seconds,
        "shapes": {name: list(a.shape) for name, a in arrays.items()}, "notices": notices,
    }  # fmt: skip
    shapes = ", ".join(f"{name} {tuple(shape)}" for name, shape in document["shapes"].items())
    return CommandResult(document, [f"{arguments.out}: {shapes}", *notices])


def _untrained_notice(model: models.Model) -> list[str]:
    if not model.untrained:
        return []
    title, get = model.backbone.spec.title, f"quintet weights get {model.key}"
    return [f"{title} ran untrained, on random weights: its own are not here. Run: {get}"]


def _save(out: Path, arrays: dict[str, np.ndarray]) -> None:
    with atomic.replacing(out) as temporary, temporary.open("wb") as file:
        np.savez(file, **arrays)
