"""quintet weights: what lies where, and `get`, which fetches it with a bar, resumable, or takes your file."""

import json
import math
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from quintet import registry
from quintet.backbones import base
from quintet.commands.result import CommandResult
from quintet.errors import Busy, QuintetError, StoreError, UsageError
from quintet.jobs import progress
from quintet.settings import Settings
from quintet.storage import atomic
from quintet.weights import files, install
from quintet.weights.connection import Timeouts
from quintet.weights.download import ProgressCallback, size
from quintet.weights.install import DownloadRequest, ProgressFactory

DAY = 86_400  # s between two tries of what could not be had
BRIEF = Timeouts(connect=3.0, read=10.0)  # of what nobody asked for by name


def weights(arguments: Namespace, settings: Settings) -> CommandResult:
    """The state of every weights file; with `get`, one backbone's, or with --free all that anyone may use."""
    if not arguments.get:
        rows = files.status(settings)
        return CommandResult({"weights": rows}, [_line(row) for row in rows])
    if arguments.free:
        return _free(arguments.retry, settings)
    if not arguments.name:
        names = ", ".join(registry.names("backbones"))
        raise UsageError(f"quintet weights get needs a name: {names}. Or --free for all that anyone may use.")
    backbone = base.resolve(arguments.name)
    request = DownloadRequest(backbone, tuple(arguments.source), arguments.accept_licence)
    rows = _download_tracked(request, settings)
    lines = [_line(row) for row in rows] or [f"{backbone.spec.title} needs no weights: it is a fixed recipe."]
    return CommandResult(
        {"weights": rows}, [*lines, f"Next: quintet prepare DATASET --backbone {backbone.key}"]
    )


def status(key: str, settings: Settings) -> Path:
    """Where a running download tells how far it is."""
    return settings.cache / "weights" / f"{key.replace(':', '--')}.json"


def _download_tracked(request: DownloadRequest, settings: Settings) -> list[dict]:
    """Gets the files, and keeps a status file that the page reads."""
    meter = progress.ProgressWriter(
        f"Getting {request.backbone.spec.title}", status(request.backbone.key, settings)
    )
    meter.write("running")
    try:
        with _bars(meter) as shows:
            rows = install.get(request, settings, shows)
    except UsageError:
        status(request.backbone.key, settings).unlink(missing_ok=True)  # nothing was begun
        raise
    except Busy:  # the file tells of the one that is at work
        raise
    except QuintetError as error:
        meter.write("failed", str(error))
        raise
    except KeyboardInterrupt:
        meter.write("stopped")
        raise
    meter.write("done")
    return rows


@contextmanager
def _bars(meter: progress.ProgressWriter) -> Iterator[ProgressFactory]:
    """A bar per file on the terminal; what was here already does not count for the rate."""
    from tqdm import tqdm

    opened = []

    def begin(name: str) -> ProgressCallback:
        bar = tqdm(unit="B", unit_scale=True, desc=name, file=sys.stderr, disable=None)
        opened.append(bar)
        first: int | None = None

        def update(received: int, total: int) -> None:
            nonlocal first
            if first is None or received < first:  # the server may begin anew
                first = received
                bar.reset(total or None)
                bar.initial = bar.n = received
            bar.update(received - bar.n)
            meter.report(received - first, max(total, received) - first, 0)

        return update

    try:
        yield begin
    finally:
        for bar in opened:
            bar.close()


def _free(retry: bool, settings: Settings) -> CommandResult:
    """Every backbone whose licence is free, in one line each; what fails is left for a day. Never fails."""
    rows, lines = [], []
    for name in registry.names("backbones"):
        backbone = base.resolve(name)
        needed = [file for file in backbone.spec.weights if not file.optional]
        if not needed or not all(file.free for file in needed):
            continue
        text = _try_download(DownloadRequest(backbone, quiet=True, timeouts=BRIEF), needed, retry, settings)
        lines.append(f"{backbone.spec.title}: {text}")
        rows += [files.row(backbone.key, file, settings) for file in backbone.spec.weights]
    return CommandResult({"weights": rows, "lines": lines}, lines)


def _try_download(
    request: DownloadRequest, needed: list[files.WeightFile], retry: bool, settings: Settings
) -> str:
    """What came of one backbone, in a sentence."""
    control = "it runs untrained"
    try:
        if all(files.find(file, settings) for file in needed):
            return "weights here."
        failed = _failures(settings).get(request.backbone.key)
        if failed and not retry and 0 <= time.time() - failed["when"] < DAY:
            return f"not had today ({failed['why']}), {control}. To try again: {request.command}"
        got = _download_tracked(request, settings)
    except QuintetError as error:
        why = str(error).partition(" Run: ")[0].rstrip(".")
        _remember(request.backbone.key, why, settings)
        return f"{why}; {control}. To try again: {request.command}"
    licences = ", ".join(dict.fromkeys(file.licence for file in needed))
    return f"{size(sum(row['bytes'] for row in got))} of weights fetched and verified ({licences})."


def _failures(settings: Settings) -> dict[str, dict]:
    """What failed lately, by backbone; a note that is damaged counts as none."""
    path = settings.cache / "weights" / "tried.json"
    try:
        notes = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return {key: note for key, note in notes.items() if _is_note(note)} if isinstance(notes, dict) else {}


def _is_note(note: object) -> bool:
    failed_at = note.get("when") if isinstance(note, dict) else None
    return (
        isinstance(failed_at, int | float) and math.isfinite(failed_at) and isinstance(note.get("why"), str)
    )


def _remember(key: str, why: str, settings: Settings) -> None:
    path = settings.cache / "weights" / "tried.json"
    with suppress(StoreError, Busy), atomic.locked(path):  # without the note it is tried again
        atomic.write_json(path, _failures(settings) | {key: {"when": time.time(), "why": why}})


def _line(row: dict) -> str:
    checksum_texts = {
        "published": "verified",
        "recorded": "as first downloaded",
        "other": "your own file",
        "": "not here",
    }
    rest = "needed for tags only" if row["optional"] else ""
    parts = [
        row["file"],
        size(row["bytes"]),
        row["licence"],
        checksum_texts[row["checksum"]],
        row["path"] or row["source"],
        rest,
    ]
    return f"{row['backbone']}: " + ", ".join(part for part in parts if part)
