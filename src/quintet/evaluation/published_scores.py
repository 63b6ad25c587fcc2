"""What others published of these backbones under the same protocol, and what they measured otherwise."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from quintet import datasets
from quintet.backbones import base
from quintet.errors import UnknownName
from quintet.evaluation.runs import Run

TABLE = Path(datasets.__file__).with_name("data") / "published.csv"


@dataclass(frozen=True)
class Published:
    """One score (a fraction) of one variant `key` under one protocol, and how it was measured.

    `probe` is ours that is the same, "" where none is; `tested` clips and `values` are 0 where not stated.
    """

    protocol: str
    key: str
    metric: str
    value: float
    tested: int
    values: int
    probe: str
    recipe: str
    apart: str
    source: str


@dataclass(frozen=True)
class Beside:
    """A published score beside our run of the same backbone, with everything in which the two differ."""

    said: Published
    run: Run
    differs: tuple[str, ...]


def every() -> list[Published]:
    """All published scores, in the order of the table."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [
        Published(
            row["protocol"], row["backbone"], row["metric"], round(float(row["percent"]) / 100, 6),
            int(row["tested"]), int(row["values"]), row["probe"], row["recipe"], row["apart"], row["source"],
        )
        for row in csv.DictReader(line for line in lines if not line.startswith("#"))
    ]  # fmt: skip


def beside(runs: Sequence[Run]) -> list[Beside]:
    """What was published under these runs' protocol of each one's backbone, and what differs.

    A run of the very variant takes its rows alone; without one they stand beside another variant's run, which
    names the difference.
    """
    found = []
    for said in every():
        name, _, _ = said.key.partition(":")
        ours = [r for r in runs if r.rules.protocol == said.protocol and r.source.backbone.name == name]
        same = [r for r in ours if r.source.key == said.key]
        found += [Beside(said, run, differences(said, run)) for run in same or ours]
    return found


def differences(said: Published, run: Run) -> tuple[str, ...]:
    """In what the run was measured otherwise than the published score, a phrase each; none: in nothing."""
    spec, tested = run.source.backbone.spec, len(run.ids)
    told = []
    if run.source.untrained:
        told.append("random weights here")
    if run.source.key != said.key:
        told.append(f"measured with {_titled(said.key)}, here {spec.title}")
    if said.values and said.values != spec.dim:
        told.append(f"{said.values:,} values, here {spec.dim:,}")
    if run.source.state == "custom":
        told.append("a weights file of your own here")
    if run.rules.probe != said.probe:
        told.append(f"here the {run.rules.probe} probe")
    if said.tested and said.tested != tested:
        told.append(f"{said.tested:,} clips tested, here {tested:,}")
    if run.rules.without:
        told.append(f"here without the list {run.rules.without.rpartition('@')[0]}")
    return (*told, *([said.apart] if said.apart else []))


def _titled(key: str) -> str:
    try:
        return base.resolve(key).spec.title
    except UnknownName:  # values that come with a dataset have no adapter
        return key.partition(":")[2]
