"""quintet encode: one clip in, one backbone's numbers out."""

from argparse import Namespace
from pathlib import Path

import numpy as np

from quintet import audio, collection, predict
from quintet.backbones import base
from quintet.commands import output
from quintet.commands.done import Done
from quintet.settings import Settings
from quintet.storage import atomic


def encode(arguments: Namespace, settings: Settings) -> Done:
    """Writes `frames`, `times`, `embedding`; `tags`, `tag_names` where the net has them. Raises BadAudio.

    An untrained control's file also holds `untrained`, so that its numbers are never taken for a net's.
    """
    output.check(arguments.out, [arguments.clip, *arguments.weights])
    found = collection.source(arguments.backbone, settings, tuple(arguments.weights))
    if arguments.weights:
        base.validate(found.backbone, found.paths)
    clip = audio.decode(arguments.clip, audio.Limits(settings.max_seconds, settings.min_seconds))
    encoder = collection.encoder(found, predict.device(settings))
    made = predict.encode(found, encoder, clip)
    arrays = {"frames": made.frames, "times": made.times, "embedding": made.embedding}
    if made.tags is not None:
        arrays |= {"tags": made.tags, "tag_names": np.array(found.backbone.spec.tags)}
    if found.untrained:
        arrays |= {"untrained": np.array(True)}
    _save(arguments.out, arrays)
    notices = [*_control(found), *clip.notices, *made.notices]
    document = {
        "clip": str(arguments.clip), "out": str(arguments.out), "backbone": found.key, "state": found.state,
        "untrained": found.untrained, "fingerprint": found.fingerprint, "seconds": clip.seconds,
        "shapes": {name: list(a.shape) for name, a in arrays.items()}, "notices": notices,
    }  # fmt: skip
    shapes = ", ".join(f"{name} {tuple(shape)}" for name, shape in document["shapes"].items())
    return Done(document, [f"{arguments.out}: {shapes}", *notices])


def _control(found: collection.Source) -> list[str]:
    if not found.untrained:
        return []
    title, get = found.backbone.spec.title, f"quintet weights get {found.key}"
    return [f"{title} ran untrained, on random weights: its own are not here. Run: {get}"]


def _save(out: Path, arrays: dict[str, np.ndarray]) -> None:
    with atomic.replacing(out) as temporary, temporary.open("wb") as file:
        np.savez(file, **arrays)
