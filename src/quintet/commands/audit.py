"""quintet audit: repeats, leaks, bad sound and doubtful labels of a dataset, found and kept."""

import sys
from argparse import Namespace
from dataclasses import asdict

from quintet import collection
from quintet.commands.done import Done
from quintet.extract import progress
from quintet.settings import Settings
from quintet.studies import audit as audits
from quintet.studies import audit_sound, audit_splits
from quintet.studies.audit import Audit
from quintet.studies.findings import ARTIST, KINDS, Finding

SHOWN = 10  # findings of a kind on the terminal; --json has them all


def audit(arguments: Namespace, settings: Settings) -> Done:
    """Looks for everything, with --sound listens to what was not listened to yet, and keeps the findings."""
    dataset = arguments.dataset
    facts = collection.facts(dataset, settings)
    heard = _listen(dataset, settings) if arguments.sound else 0
    found = audits.make(dataset, settings)
    document = {
        "dataset": dataset, "heard": heard, "counts": found.counts, "measured": found.by,
        "left_out": found.left_out, "sides": [asdict(one) for one in found.shared],
        "suspects": sorted(found.suspects), "findings": [asdict(one) for one in found.findings],
    }  # fmt: skip
    said = audits.headline(found, facts)
    lines = [
        f"{said.claim} {said.rest}".strip(),
        *_kinds(found),
        *map(audit_splits.sentence, found.shared),
        *found.left_out.values(),
    ]
    return Done(document, [*lines, f"Next: the Audit tab of Datasets, or quintet audit {dataset} --json"])


def _listen(dataset: str, settings: Settings) -> int:
    """The listening part, with a bar on stderr and a status file a page can read."""
    from tqdm import tqdm

    what = f"Auditing {dataset}"
    with tqdm(unit="clip", desc=what, file=sys.stderr) as bar:

        def show(status: progress.Status) -> None:
            bar.total = status.total
            bar.update(status.done - bar.n)

        meter = progress.Meter(what, audit_sound.path(dataset, settings).with_name("job.json"), show)
        state = "stopped"
        try:
            heard = audit_sound.measure(dataset, settings, meter.report)
            state = "done"
        finally:
            meter.write(state)
    return heard


def _kinds(found: Audit) -> list[str]:
    lines = []
    for kind, n in found.counts.items():
        if n and kind != ARTIST:
            lines.append(f"{KINDS[kind].title}: {n:,}")
            lines += [f"  {_line(one)}" for one in found.of(kind)[:SHOWN]]
            lines += [f"  and {n - SHOWN:,} more"] if n > SHOWN else []
    return lines


def _line(one: Finding) -> str:
    ids = f"{one.id}, {one.other}" if one.other else one.id
    return f"{ids}: {one.says}" + (f" ({one.scope})" if one.scope else "")
