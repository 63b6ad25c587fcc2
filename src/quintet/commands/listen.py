"""quintet encode and quintet classify: clips in, numbers and answers out."""

import os
from argparse import Namespace
from pathlib import Path

import numpy as np

from quintet import audio, collection, predict
from quintet.commands.done import Done, chosen, mark
from quintet.errors import BadAudio, MissingEmbeddings, UsageError
from quintet.predict import Answer, Listener
from quintet.settings import Settings

SUFFIXES = frozenset(
    [
        ".wav",
        ".flac",
        ".ogg",
        ".oga",
        ".opus",
        ".mp3",
        ".m4a",
        ".mp4",
        ".aac",
        ".webm",
        ".wma",
        ".au",
        ".aif",
        ".aiff",
    ]
)


def encode(arguments: Namespace, settings: Settings) -> Done:
    """Writes `frames`, `times`, `embedding`; `tags`, `tag_names` where the net has them. Raises BadAudio.

    An untrained control's file also holds `untrained`, so that its numbers are never taken for a net's.
    """
    found = collection.source(arguments.backbone, settings, tuple(arguments.weights))
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


def classify(arguments: Namespace, settings: Settings) -> Done:
    """Every clip through every backbone; a clip that cannot be heard is named and the rest go on."""
    clips = [c for given in arguments.clips for c in _expand(given)]
    ears = [predict.listener(arguments.dataset, s, settings) for s in _columns(arguments, settings)]
    titles = {t.id: t.title for t in collection.tracks(arguments.dataset, settings)}
    results, errors = [], []
    for path in clips:
        try:
            results.append(_result(path, ears, titles, settings))
        except BadAudio as error:
            errors.append(str(error))
            results.append({"clip": str(path), "error": str(error)})
    if len(clips) == 1 and errors:
        raise BadAudio(errors[0])
    return Done(
        {"dataset": arguments.dataset, "results": results}, [s for r in results for s in _lines(r)], errors
    )


def _columns(arguments: Namespace, settings: Settings) -> list[collection.Source]:
    named = chosen(arguments, settings)
    if arguments.backbone:
        return named
    columns = [s for s in named if not s.backbone.spec.hand_made]
    ready = [s for s in columns if collection.table(arguments.dataset, s, settings).exists()]
    if not ready:
        collection.facts(arguments.dataset, settings)
        raise MissingEmbeddings(
            f"No backbone has heard {arguments.dataset!r} yet. Run: quintet prepare {arguments.dataset}"
        )
    return ready


def _expand(given: Path) -> list[Path]:
    if not given.is_dir():
        return [given]
    found = sorted(p for p in given.rglob("*") if p.suffix.lower() in SUFFIXES)
    if not found:
        raise UsageError(
            f"No audio in the folder {given.name!r}: expected files such as .wav, .mp3, .flac, .m4a."
        )
    return found


def _result(path: Path, ears: list[Listener], titles: dict[str, str], settings: Settings) -> dict:
    clip = audio.decode(path, audio.Limits(settings.max_seconds, settings.min_seconds))
    answers = [predict.answer(ear, clip) for ear in ears]
    return {"clip": str(path), "seconds": clip.seconds, "notices": list(clip.notices),
            "answers": [_document(a, titles) for a in answers]}  # fmt: skip


def _document(a: Answer, titles: dict[str, str]) -> dict:
    name, _, variant = a.key.partition(":")
    return {
        "backbone": name, "variant": variant, "state": a.state, "untrained": a.untrained,
        "fingerprint": a.fingerprint,
        "probabilities": dict(zip(a.classes, map(float, a.probabilities), strict=True)),
        "tags": dict(a.tags[:10]), "seconds": a.seconds, "notices": list(a.notices),
        "nearest": [{"id": i, "title": titles[i], "similarity": s} for i, s in a.nearest],
    }  # fmt: skip


def _lines(result: dict) -> list[str]:
    if "error" in result:
        return []
    lines = [f"{result['clip']} ({result['seconds']:.1f} s)", *(f"  {n}" for n in result["notices"])]
    for a in result["answers"]:
        ranked = sorted(a["probabilities"].items(), key=lambda item: -item[1])
        lines.append(f"  {a['backbone']}{mark(a)}: " + ", ".join(f"{c} {p:.0%}" for c, p in ranked))
        lines += [f"    {n}" for n in a["notices"]]
        if a["tags"]:
            lines.append("    tags: " + ", ".join(list(a["tags"])[:5]))
        lines.append("    nearest: " + ", ".join(f"{n['title']} {n['similarity']:.2f}" for n in a["nearest"]))
    return lines


def _save(out: Path, arrays: dict[str, np.ndarray]) -> None:
    if not out.parent.is_dir():
        raise UsageError(f"The folder {str(out.parent)!r} for --out does not exist. Make it first.")
    new = out.with_name(out.name + ".new.npz")
    np.savez(new, **arrays)
    os.replace(new, out)
