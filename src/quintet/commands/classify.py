"""quintet classify: files and folders in, every backbone's answer out."""

from argparse import Namespace
from pathlib import Path

from quintet.audio import formats
from quintet.catalogue import tracks
from quintet.commands.result import CommandResult, untrained_suffix
from quintet.datasets.base import ReadReport
from quintet.errors import BadAudio, UsageError
from quintet.names import readable
from quintet.prediction import files, label_space
from quintet.prediction.classifier import Answer
from quintet.prediction.files import Said
from quintet.settings import Settings
from quintet.storage.paths import is_folder


def classify(arguments: Namespace, settings: Settings) -> CommandResult:
    """Every file through every backbone; one that cannot be heard is named and the rest go on."""
    if arguments.jobs < 1:
        raise UsageError(f"--jobs is {arguments.jobs}; at least 1 file at a time was expected.")
    notes = ReadReport()
    paths = [path for clip in arguments.clips for path in _expand(clip, notes)]
    dataset = arguments.dataset or files.first(settings)
    models = files.columns(dataset, arguments.backbone, settings)
    file_results = list(files.of_files(paths, dataset, models, settings, arguments.jobs))
    if len(file_results) == 1 and file_results[0].error:
        raise BadAudio(file_results[0].error)
    errors = [text for result in file_results for text in (*filter(None, [result.error]), *result.failures)]
    neighbour_ids = {i for result in file_results for a in result.answers for i, _ in a.nearest}
    own = label_space.datasets(dataset)[0]  # whose tracks the nearest are
    titles = {i: t.title for i, t in tracks.some(own, neighbour_ids, settings).items()}
    results = [_result(result, titles) for result in file_results]
    document = {"dataset": dataset, "results": results, "notes": notes.document()}
    return CommandResult(document, [*(s for r in results for s in _lines(r)), *notes.lines()], errors)


def _expand(path: Path, notes: ReadReport) -> list[Path]:
    """The file itself, or every sound file below a folder; what of it is left out is counted."""
    if not is_folder(path):
        return [path]

    def skip(reason: str, name: str) -> None:
        notes.add(reason, "" if reason == formats.HIDDEN else readable(str(path / name)))

    sound_files = sorted(formats.sound_files(path, skip))
    if not sound_files:
        raise UsageError(f"No audio in the folder {path.name!r}: expected files such as {formats.EXAMPLES}.")
    return [path.joinpath(*parts) for parts in sound_files]


def _result(result: Said, titles: dict[str, str]) -> dict:
    if result.error:
        return {"clip": str(result.path), "error": result.error}
    return {"clip": str(result.path), "seconds": result.seconds, "notices": list(result.notices),
            "answers": [_document(a, titles) for a in result.answers]}  # fmt: skip


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
        lines.append(
            f"  {a['backbone']}{untrained_suffix(a)}: " + ", ".join(f"{c} {p:.0%}" for c, p in ranked)
        )
        lines += [f"    {n}" for n in a["notices"]]
        if a["tags"]:
            lines.append("    tags: " + ", ".join(list(a["tags"])[:5]))
        lines.append("    nearest: " + ", ".join(f"{n['title']} {n['similarity']:.2f}" for n in a["nearest"]))
    return lines
