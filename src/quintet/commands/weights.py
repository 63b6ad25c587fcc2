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
from quintet.commands import getting
from quintet.commands.done import Done
from quintet.commands.getting import Ask, Shows
from quintet.errors import Busy, QuintetError, StoreError, UsageError
from quintet.extract import progress
from quintet.settings import Settings
from quintet.storage import atomic
from quintet.weights import files
from quintet.weights.connection import Patience
from quintet.weights.download import Show, size

DAY = 86_400  # s between two tries of what could not be had
BRIEF = Patience(connect=3.0, silence=10.0)  # of what nobody asked for by name


def weights(arguments: Namespace, settings: Settings) -> Done:
    """The state of every weights file; with `get`, one backbone's, or with --free all that anyone may use."""
    if not arguments.get:
        rows = files.status(settings)
        return Done({"weights": rows}, [_line(row) for row in rows])
    if arguments.free:
        return _free(arguments.retry, settings)
    if not arguments.name:
        known = ", ".join(registry.names("backbones"))
        raise UsageError(f"quintet weights get needs a name: {known}. Or --free for all that anyone may use.")
    backbone = base.resolve(arguments.name)
    ask = Ask(backbone, tuple(arguments.source), arguments.accept_licence)
    rows = _followed(ask, settings)
    lines = [_line(row) for row in rows] or [f"{backbone.spec.title} needs no weights: it is a fixed recipe."]
    return Done({"weights": rows}, [*lines, f"Next: quintet prepare DATASET --backbone {backbone.key}"])


def status(key: str, settings: Settings) -> Path:
    """Where a running download tells how far it is."""
    return settings.cache / "weights" / f"{key.replace(':', '--')}.json"


def _followed(ask: Ask, settings: Settings) -> list[dict]:
    """Gets the files, and keeps a status file that the page reads."""
    meter = progress.Meter(f"Getting {ask.backbone.spec.title}", status(ask.backbone.key, settings))
    meter.write("running")
    try:
        with _bars(meter) as shows:
            rows = getting.get(ask, settings, shows)
    except UsageError:
        status(ask.backbone.key, settings).unlink(missing_ok=True)  # nothing was begun
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
def _bars(meter: progress.Meter) -> Iterator[Shows]:
    """A bar per file on the terminal; what was here already does not count for the rate."""
    from tqdm import tqdm

    opened = []

    def begin(name: str) -> Show:
        bar = tqdm(unit="B", unit_scale=True, desc=name, file=sys.stderr, disable=None)
        opened.append(bar)
        first: int | None = None

        def show(here: int, total: int) -> None:
            nonlocal first
            if first is None or here < first:  # the server may begin anew
                first = here
                bar.reset(total or None)
                bar.initial = bar.n = here
            bar.update(here - bar.n)
            meter.report(here - first, max(total, here) - first, 0)

        return show

    try:
        yield begin
    finally:
        for bar in opened:
            bar.close()


def _free(retry: bool, settings: Settings) -> Done:
    """Every backbone whose licence is free, in one line each; what fails is left for a day. Never fails."""
    rows, lines = [], []
    for name in registry.names("backbones"):
        backbone = base.resolve(name)
        needed = [file for file in backbone.spec.weights if not file.optional]
        if not needed or not all(file.free for file in needed):
            continue
        says = _tried(Ask(backbone, quiet=True, patience=BRIEF), needed, retry, settings)
        lines.append(f"{backbone.spec.title}: {says}")
        rows += [files.row(backbone.key, file, settings) for file in backbone.spec.weights]
    return Done({"weights": rows, "lines": lines}, lines)


def _tried(ask: Ask, needed: list[files.WeightFile], retry: bool, settings: Settings) -> str:
    """What came of one backbone, in a sentence."""
    control = "it runs untrained"
    try:
        if all(files.find(file, settings) for file in needed):
            return "weights here."
        failed = _failures(settings).get(ask.backbone.key)
        if failed and not retry and 0 <= time.time() - failed["when"] < DAY:
            return f"not had today ({failed['why']}), {control}. To try again: {ask.command}"
        got = _followed(ask, settings)
    except QuintetError as error:
        why = str(error).partition(" Run: ")[0].rstrip(".")
        _remember(ask.backbone.key, why, settings)
        return f"{why}; {control}. To try again: {ask.command}"
    licences = ", ".join(dict.fromkeys(file.licence for file in needed))
    return f"{size(sum(row['bytes'] for row in got))} of weights fetched and verified ({licences})."


def _failures(settings: Settings) -> dict[str, dict]:
    """What failed lately, by backbone; a note that is damaged counts as none."""
    path = settings.cache / "weights" / "tried.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return {key: one for key, one in found.items() if _is_note(one)} if isinstance(found, dict) else {}


def _is_note(found: object) -> bool:
    when = found.get("when") if isinstance(found, dict) else None
    return isinstance(when, int | float) and math.isfinite(when) and isinstance(found.get("why"), str)


def _remember(key: str, why: str, settings: Settings) -> None:
    path = settings.cache / "weights" / "tried.json"
    with suppress(StoreError, Busy), atomic.locked(path):  # without the note it is tried again
        atomic.write_json(path, _failures(settings) | {key: {"when": time.time(), "why": why}})


def _line(row: dict) -> str:
    told = {
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
        told[row["checksum"]],
        row["path"] or row["source"],
        rest,
    ]
    return f"{row['backbone']}: " + ", ".join(part for part in parts if part)
