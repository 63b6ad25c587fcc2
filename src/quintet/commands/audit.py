"""quintet audit: repeats, leaks, bad sound and doubtful labels of a dataset, found and kept."""

import sys
from argparse import Namespace
from dataclasses import asdict

from quintet.audit import report as audits
from quintet.audit import sound as audit_sound
from quintet.audit import split_leaks
from quintet.audit.findings import ARTIST, KINDS, Finding
from quintet.audit.report import Audit
from quintet.commands.result import CommandResult
from quintet.embeddings import models
from quintet.jobs import progress
from quintet.settings import Settings

SHOWN = 10  # findings of a kind on the terminal; --json has them all


def audit(arguments: Namespace, settings: Settings) -> CommandResult:
    """Looks for everything, with --sound listens to what was not listened to yet, and keeps the findings."""
    dataset = arguments.dataset
    facts = models.facts(dataset, settings)
    measured_count = _measure_sound(dataset, settings) if arguments.sound else 0
    report = audits.make(dataset, settings)
    document = {
        "dataset": dataset, "heard": measured_count, "counts": report.counts, "measured": report.by,
        "left_out": report.left_out, "sides": [asdict(side) for side in report.shared],
        "suspects": sorted(report.suspects), "findings": [asdict(finding) for finding in report.findings],
    }  # fmt: skip
    headline = audits.headline(report, facts)
    lines = [
        f"{headline.claim} {headline.rest}".strip(),
        *_kinds(report),
        *map(split_leaks.sentence, report.shared),
        *report.left_out.values(),
    ]
    return CommandResult(
        document, [*lines, f"Next: the Audit tab of Datasets, or quintet audit {dataset} --json"]
    )


def _measure_sound(dataset: str, settings: Settings) -> int:
    """The listening part, with a bar on stderr and a status file a page can read."""
    from tqdm import tqdm

    title = f"Auditing {dataset}"
    with tqdm(unit="clip", desc=title, file=sys.stderr) as bar:

        def update_bar(status: progress.Status) -> None:
            bar.total = status.total
            bar.update(status.done - bar.n)

        meter = progress.ProgressWriter(
            title, audit_sound.path(dataset, settings).with_name("job.json"), update_bar
        )
        state = "stopped"
        try:
            measured_count = audit_sound.measure(dataset, settings, meter.report)
            state = "done"
        finally:
            meter.write(state)
    return measured_count


def _kinds(report: Audit) -> list[str]:
    lines = []
    for kind, n in report.counts.items():
        if n and kind != ARTIST:
            lines.append(f"{KINDS[kind].title}: {n:,}")
            lines += [f"  {_line(finding)}" for finding in report.of(kind)[:SHOWN]]
            lines += [f"  and {n - SHOWN:,} more"] if n > SHOWN else []
    return lines


def _line(finding: Finding) -> str:
    ids = f"{finding.id}, {finding.other}" if finding.other else finding.id
    return f"{ids}: {finding.says}" + (f" ({finding.scope})" if finding.scope else "")
