"""quintet datasets: what is known on this machine, and adding one, its layout checked first."""

from argparse import Namespace
from collections import Counter
from itertools import islice

from quintet import registry
from quintet.catalogue import ingest, locations, tracks
from quintet.catalogue.ingest import Report
from quintet.commands.result import CommandResult
from quintet.datasets import _door
from quintet.embeddings import models
from quintet.errors import MissingData, UsageError
from quintet.settings import Settings
from quintet.storage import tables
from quintet.storage.paths import is_folder, shortened, trouble
from quintet.wording import count, size

FLAGGED = 10  # flagged tracks that are named on the terminal


def datasets(arguments: Namespace, settings: Settings) -> CommandResult:
    """Lists the datasets, or adds one: reads it, counts it against what is expected, and remembers it."""
    if arguments.add:
        return _add(arguments, settings)
    if arguments.name or arguments.root:
        raise UsageError("To add a dataset, write: quintet datasets add NAME --root DIR")
    rows = [describe(name, settings) for name in _all_names(settings)]
    lines = [f"{r['name']}: {r['tracks']:,} {r['noun']}, {r['root'] or r['missing']}" for r in rows]
    return CommandResult({"datasets": rows}, lines)


def describe(name: str, settings: Settings) -> dict:
    """One dataset for a document: where it lies, how many tracks, which backbones have heard how many."""
    damaged = tracks.damaged(settings).get(name, "")
    facts = locations.module(name, settings).FACTS if damaged else models.facts(name, settings)
    root, missing = "", damaged
    try:
        root = str(locations.get(name, settings).place.root)
    except MissingData as error:
        missing = str(error)
    read = tables.exists(tracks.path(name, settings))
    if not read and not missing:
        missing = f"not read yet: quintet prepare {name}"
    embedded = models.embedded_models(name, settings) if read else []
    embedded_counts = {
        s.key: len(tables.embedded(models.model_table_path(name, s, settings))) for s in embedded
    }
    untrained = [s.key for s in embedded if s.untrained]
    return {"name": name, "title": facts.title, "noun": facts.noun, "root": root,
            "tracks": tracks.count(name, settings) if read else 0, "classes": list(facts.classes),
            "licence": facts.licence, "missing": missing, "embedded": embedded_counts, "untrained": untrained,
            "absent": list(facts.missing)}  # fmt: skip


def _all_names(settings: Settings) -> list[str]:
    registered = locations.known(settings)
    read = {locations.module(name, settings).__name__ for name in registered}
    others = [n for n in registry.names("datasets") if registry.module("datasets", n).__name__ not in read]
    return [*registered, *others]


def _add(arguments: Namespace, settings: Settings) -> CommandResult:
    if not arguments.name or arguments.root is None:
        raise UsageError("A dataset needs a name and a folder: quintet datasets add NAME --root DIR")
    entry = locations.entry(arguments.name, arguments.root, arguments.reader, arguments.artists)
    root = entry.place.root
    if not is_folder(root):
        why = trouble(root) or "that is no folder"
        raise MissingData(f"No folder {shortened(root)}: {why}. Correct the path after --root.")
    report = ingest.read(entry, settings)
    locations.keep(entry, settings)
    checked = _verify(report) if arguments.verify else {}
    return CommandResult(_document(report, checked), _lines(report, checked))


def _verify(report: Report) -> dict[str, list[str]]:
    """The dataset's own checksums: "same" is counted, "other" and "absent" are named."""
    verify = getattr(report.entry.module, "verify", None)
    if verify is None:
        raise UsageError(f"{report.facts.title} comes with no list of checksums: leave --verify out.")
    checked: dict[str, list[str]] = {"same": [], "other": [], "absent": []}
    root, title = report.entry.place.root, report.facts.title
    with _door.reading(root, title, report.notes):
        checks = verify(report.entry.place)
    for check in _door.guarded(checks, root, title, report.notes):
        checked[check.status].append(check.path.name)
    return checked


def _document(report: Report, checked: dict[str, list[str]]) -> dict:
    entry, facts = report.entry, report.facts
    return {
        "name": entry.name, "reader": entry.reader, "variant": entry.place.variant,
        "root": str(entry.place.root), "title": facts.title, "counts": report.counts, "bytes": report.bytes,
        "expected": dict(facts.expects),
        "short": {counted: list(pair) for counted, pair in report.short.items()},
        "new": report.new, "gone": report.gone, "changed": report.changed,
        "protocols": [p.name for p in facts.protocols], "absent": list(facts.missing),
        "flagged": [{"id": i, "reasons": list(reasons)} for i, reasons in report.flagged.items()],
        "notes": report.notes.document(),
        "checksums": {status: len(names) for status, names in checked.items()},
        "damaged": checked.get("other", []),
    }  # fmt: skip


def _lines(report: Report, checked: dict[str, list[str]]) -> list[str]:
    counts, facts = Counter(report.counts), report.facts
    classes = sum(counted.startswith("class ") for counted in counts)
    lines = [
        f"{facts.title}: {count(counts['tracks'], facts.noun)}, {counts['with audio']:,} with audio "
        f"({size(report.bytes)}), {classes} classes, {counts['flagged']:,} flagged.",
        f"  {report.new:,} new, {report.changed:,} changed, {report.gone:,} gone since it was last read.",
    ]
    splits = [f"{name} {counts[f'split {name}']:,}" for name in ("train", "valid", "test")]
    if any(counts[f"split {name}"] for name in ("train", "valid", "test")):
        lines.append(f"  splits: {', '.join(splits)}")
    if facts.protocols:
        lines.append(f"  protocols: {', '.join(p.name for p in facts.protocols)}")
    if not report.short and facts.expects:
        lines.append("  All counts are as published.")
    lines += [
        f"  {counted}: {actual:,} found, {n:,} expected" for counted, (actual, n) in report.short.items()
    ]
    lines += _flagged(report.flagged)
    lines += report.notes.lines()
    lines += [f"  {sentence}" for sentence in facts.missing]
    if checked:
        lines.append("  checksums: " + ", ".join(f"{len(v):,} {k}" for k, v in checked.items()))
        lines += [f"    not as published: {name}" for name in checked["other"]]
    return [*lines, f"Next: quintet prepare {report.entry.name}"]


def _flagged(flagged: dict[str, tuple[str, ...]]) -> list[str]:
    """A line for each of the first flagged tracks with what is wrong with it, and how many more there are."""
    lines = [f"  flagged: {i}: {'; '.join(reasons)}" for i, reasons in islice(flagged.items(), FLAGGED)]
    more = len(flagged) - FLAGGED
    return [*lines, f"  and {more:,} more flagged, all named by --json"] if more > 0 else lines
