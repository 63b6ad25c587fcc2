"""The audit of a dataset: all findings in one table, with what they were made from, so that none is stale."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from pathlib import Path

import pyarrow as pa

from quintet.audit import duplicates, label_errors, sound, split_leaks
from quintet.audit.findings import ARTIST, EXACT, FLAG, KINDS, LABEL, LEAK, NEAR, UNREADABLE, Finding
from quintet.audit.split_leaks import Shared
from quintet.catalogue import tracks
from quintet.datasets.base import Facts
from quintet.embeddings import models
from quintet.embeddings.models import Model
from quintet.errors import MissingEmbeddings
from quintet.evaluation import labelled_embeddings, runs
from quintet.settings import Settings
from quintet.storage import tables
from quintet.wording import Headline, count, percent

VERSION = "1"  # of the findings: raised when what is looked for changes


@dataclass(frozen=True)
class Audit:
    """Findings in the order of KINDS; how each kind was measured (`by`) and why one was not (`left_out`)."""

    findings: tuple[Finding, ...]
    by: dict[str, str]
    left_out: dict[str, str]
    shared: tuple[Shared, ...]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many findings of each kind there are."""
        held = Counter(f.kind for f in self.findings)
        return {kind: held[kind] for kind in KINDS}

    @cached_property
    def suspects(self) -> frozenset[str]:
        """Clips that are themselves at fault: repeats, silent, clipped, short, unreadable ones."""
        at_fault = [f for f in self.findings if KINDS[f.kind].suspect]
        return frozenset(i for f in at_fault for i in (f.id, f.other) if i)

    def of(self, kind: str) -> list[Finding]:
        """The findings of one kind."""
        return [f for f in self.findings if f.kind == kind]


def path(dataset: str, settings: Settings) -> Path:
    """Where the findings lie."""
    return settings.cache / dataset / "audit" / "findings.lance"


def made_from(dataset: str, sources: list[Model], settings: Settings) -> str:
    """What findings depend on, with the version of each table; `sources` are all that heard the dataset."""
    held = [tracks.path(dataset, settings)]
    for source in sources:
        where = models.model_table_path(dataset, source, settings)
        held += [where, where.with_suffix(".failed.lance")]
    for rules in map(runs.Rules, labelled_embeddings.protocols(dataset, settings)):
        held += [runs.path(dataset, source, rules, settings) for source in sources if not source.untrained]
    return json.dumps({"audit": VERSION} | {one.name: tables.version(one) for one in held}, sort_keys=True)


def make(dataset: str, settings: Settings) -> Audit:
    """Looks for everything that needs no listening, takes in what was measured by listening, keeps all.

    Raises MissingEmbeddings where the dataset was never read, Busy.
    """
    sources = models.embedded_models(dataset, settings)
    trained = [s for s in sources if not s.untrained]
    basis = made_from(dataset, sources, settings)
    repeats = duplicates.look(dataset, trained, settings)
    leaks = split_leaks.leaks(dataset, repeats.groups, trained, settings)
    shared, sides = split_leaks.artists(dataset, settings)
    labels, by_labels, no_labels = label_errors.look(dataset, trained, settings)
    heard = sound.findings(dataset, settings)
    failed = _failures(dataset, sources, settings) | repeats.unreadable
    known = {f.id for f in heard if f.kind == UNREADABLE}
    lost = [
        Finding(UNREADABLE, i, "", 0.0, "when embedding", says)
        for i, says in failed.items()
        if i not in known
    ]
    findings = [*repeats.findings, *leaks, *shared, *heard, *lost, *labels, *_flags(dataset, settings)]
    by = {**repeats.by, **sound.BY, **_BY, LABEL: by_labels}
    unchecked = SCARCE if by_labels else LABEL
    left_out = {**repeats.left_out, **_unheard(dataset, settings), unchecked: no_labels}
    found = Audit(_ordered(findings), _said(by), _said(left_out), tuple(sides))
    with tables.write_lock(settings.cache, dataset):
        _write(dataset, found, basis, settings)
    return found


_BY = {
    LEAK: "Exact and near repeats, one clip trained on, the other tested; drawn folds as seed 0 draws them.",
    ARTIST: "The artist's name as the dataset spells it; where it names none, the group.",
    FLAG: "What the dataset's own lists say is wrong.",
}
SCARCE = "scarce"  # the key in `left_out` of labels of classes with one clip
SOUND = "sound"  # the key in `left_out` of all that needs listening


def get(dataset: str, sources: list[Model], settings: Settings) -> Audit:
    """The kept audit. Raises MissingEmbeddings with its command where there is none, or a stale one."""
    where, run = path(dataset, settings), f"Run: quintet audit {dataset}"
    title = models.facts(dataset, settings).title
    if not where.exists():
        raise MissingEmbeddings(
            f"{title} has not been audited. An audit finds repeats, artists on both sides of a split, "
            f"silent, clipped or cut clips and doubtful labels. {run}"
        )
    if tables.facts(where).get("made_from") != made_from(dataset, sources, settings):
        raise MissingEmbeddings(
            f"The audit of {title} is out of date: tracks, embeddings or runs changed. {run}"
        )
    rows, facts = tables.read(where)
    names = [f.name for f in fields(Finding)]
    findings = tuple(Finding(*row) for row in rows[names].itertuples(index=False, name=None))
    shared = tuple(Shared(**one) for one in json.loads(facts["shared"]))
    return Audit(findings, json.loads(facts["by"]), json.loads(facts["left_out"]), shared)


def suspects(dataset: str, settings: Settings) -> frozenset[str]:
    """Clips the kept audit found at fault; none where there is no audit, or only a stale one."""
    try:
        return get(dataset, models.embedded_models(dataset, settings), settings).suspects
    except MissingEmbeddings:
        return frozenset()


def headline(found: Audit, facts: Facts) -> Headline:
    """ "Demo: no duplicates, 3 clips cut short, 5 labels the probes doubt." and what was not looked at."""
    counts = found.counts
    nothing = "no two equal files" if NEAR in found.left_out else "no duplicates"
    told = [] if counts[EXACT] or counts[NEAR] else [nothing]
    told += [count_of(kind, n) for kind, n in counts.items() if n and kind != ARTIST]
    for one in {s.in_train / s.tested: s for s in found.shared if s.in_train}.values():
        share = percent(one.in_train / one.tested)
        told.append(f"{share} of test {facts.noun} by an artist in train ({one.protocol})")
    rest = "Silence, clipping and length were not checked." if SOUND in found.left_out else ""
    return Headline(f"{facts.title}: {', '.join(told)}.", rest, "")


def count_of(kind: str, n: int) -> str:
    """ "1 exact repeat", "3 clips cut short"."""
    return f"{n:,} {KINDS[kind].one if n == 1 else KINDS[kind].many}"


def reasons(found: Iterable[Finding]) -> dict[str, str]:
    """Id -> why it is found, all reasons joined: what an exclusion list holds. Of a pair, the first clip."""
    told: dict[str, list[str]] = {}
    for one in found:
        told.setdefault(one.id, []).append(one.says)
    return {i: " ".join(dict.fromkeys(says)) for i, says in told.items()}


def _said(texts: dict[str, str]) -> dict[str, str]:
    return {kind: text for kind, text in texts.items() if text}


def _ordered(found: list[Finding]) -> tuple[Finding, ...]:
    place = {kind: n for n, kind in enumerate(KINDS)}
    return tuple(sorted(found, key=lambda f: place[f.kind]))


def _flags(dataset: str, settings: Settings) -> list[Finding]:
    held = tracks.columns(dataset, ["id", "flags"], settings).to_pandas()
    flagged = held[held["flags"].map(len) > 0]
    return [
        Finding(FLAG, i, "", len(flags), flags[0], "; ".join(flags))
        for i, flags in zip(flagged["id"], flagged["flags"], strict=True)
    ]


def _failures(dataset: str, sources: list[Model], settings: Settings) -> dict[str, str]:
    """Id -> why a file could not be heard; what only an untrained control's own values were is no fault."""
    found: dict[str, str] = {}
    for source in sources:
        for track_id, reason in tables.failures(models.model_table_path(dataset, source, settings)).items():
            if not (source.untrained and reason.startswith(source.backbone.spec.title)):
                found.setdefault(track_id, reason)
    there = set(tracks.columns(dataset, ["id"], settings)["id"].to_pylist()) if found else set()
    return {i: reason for i, reason in found.items() if i in there}


def _unheard(dataset: str, settings: Settings) -> dict[str, str]:
    total, left = sound.left(dataset, settings)
    if not left:
        return {}
    n = "No clip was" if left == total else f"{count(left, 'clips')} were not"
    return {
        SOUND: f"{n} listened to for silence, clipping and length yet. Run: quintet audit {dataset} --sound"
    }


def _write(dataset: str, found: Audit, basis: str, settings: Settings) -> None:
    names = [f.name for f in fields(Finding)]
    kinds = {str: pa.string(), float: pa.float64()}
    schema = pa.schema([(f.name, kinds[f.type]) for f in fields(Finding)])
    columns = {name: [getattr(f, name) for f in found.findings] for name in names}
    facts = {"made_from": basis, "by": json.dumps(found.by), "left_out": json.dumps(found.left_out),
             "shared": json.dumps([asdict(s) for s in found.shared])}  # fmt: skip
    tables.write(path(dataset, settings), pa.table(columns, schema=schema), facts)
