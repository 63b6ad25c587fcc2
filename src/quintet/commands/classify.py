"""quintet classify: files and folders in, every backbone's answer out."""

from argparse import Namespace
from pathlib import Path

from quintet import answers
from quintet.answers import Said
from quintet.audio import formats
from quintet.catalogue import tracks
from quintet.commands.done import Done, mark
from quintet.datasets.base import Notes
from quintet.errors import BadAudio, UsageError
from quintet.names import readable
from quintet.predict import Answer
from quintet.settings import Settings
from quintet.storage.paths import is_folder
from quintet.studies import spaces


def classify(arguments: Namespace, settings: Settings) -> Done:
    """Every file through every backbone; one that cannot be heard is named and the rest go on."""
    if arguments.jobs < 1:
        raise UsageError(f"--jobs is {arguments.jobs}; at least 1 file at a time was expected.")
    notes = Notes()
    paths = [path for given in arguments.clips for path in _expand(given, notes)]
    dataset = arguments.dataset or answers.first(settings)
    sources = answers.columns(dataset, arguments.backbone, settings)
    said = list(answers.of_files(paths, dataset, sources, settings, arguments.jobs))
    if len(said) == 1 and said[0].error:
        raise BadAudio(said[0].error)
    errors = [text for one in said for text in (*filter(None, [one.error]), *one.failures)]
    near = {i for one in said for a in one.answers for i, _ in a.nearest}
    own = spaces.datasets(dataset)[0]  # whose tracks the nearest are
    titles = {i: t.title for i, t in tracks.some(own, near, settings).items()}
    results = [_result(one, titles) for one in said]
    document = {"dataset": dataset, "results": results, "notes": notes.document()}
    return Done(document, [*(s for r in results for s in _lines(r)), *notes.lines()], errors)


def _expand(given: Path, notes: Notes) -> list[Path]:
    """The file itself, or every sound file below a folder; what of it is left out is counted."""
    if not is_folder(given):
        return [given]

    def skip(reason: str, name: str) -> None:
        notes.add(reason, "" if reason == formats.HIDDEN else readable(str(given / name)))

    found = sorted(formats.sound_files(given, skip))
    if not found:
        raise UsageError(f"No audio in the folder {given.name!r}: expected files such as {formats.EXAMPLES}.")
    return [given.joinpath(*parts) for parts in found]


def _result(said: Said, titles: dict[str, str]) -> dict:
    if said.error:
        return {"clip": str(said.path), "error": said.error}
    return {"clip": str(said.path), "seconds": said.seconds, "notices": list(said.notices),
            "answers": [_document(a, titles) for a in said.answers]}  # fmt: skip


def _document(a: Answer, titles: dict[str, str]) -> dict:
    name, _, variant = a.key.partition(":")
    return {
        "backbone": name, "variant": variant, "state": a.state, "untrained": a.untrained,
        "fingerprint": a.fingerprint,
        "probabilities": dict(zip(a.classes, map(float, a.probabilities), strict=True)),
        "may_be": list(a.members) if a.members is not None else None, "promise": a.promise,
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
