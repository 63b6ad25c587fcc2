"""Labels the probes doubt: confident learning on what probes answered of clips they were not trained on."""

from collections import Counter, defaultdict

from quintet.audit import detectors
from quintet.audit.findings import LABEL, Finding
from quintet.embeddings import models
from quintet.embeddings.models import Model
from quintet.evaluation import labelled_embeddings, runs
from quintet.evaluation.runs import Rules, Run
from quintet.settings import Settings
from quintet.wording import count

NAMED = 5  # classes in a sentence
AGREE = 2  # backbones whose probes must doubt a label for the same class, where as many have a run


def look(dataset: str, sources: list[Model], settings: Settings) -> tuple[list[Finding], str, str]:
    """Findings, what they were measured by, and why there are none. `sources` are the trained backbones."""
    held = _runs(dataset, sources, settings)
    if not held:
        return [], "", _missing(dataset, settings)
    doubts: dict[str, dict[str, list[tuple[Run, float]]]] = defaultdict(lambda: defaultdict(list))
    for run in held:
        for doubt in detectors.doubted(run.y, run.probabilities, run.classes):
            doubts[run.ids[doubt.row]][run.classes[doubt.answer]].append((run, doubt.probability))
    need = min(AGREE, len({run.source.backbone.name for run in held}))
    given = {i: str(y) for run in held for i, y in zip(run.ids, run.y, strict=True)}
    found = [
        _finding(track_id, given[track_id], answer, told)
        for track_id, answers in doubts.items()
        for answer, told in answers.items()
        if len({run.source.backbone.name for run, _ in told}) >= need
    ]
    return sorted(found, key=lambda f: -f.value), _by(held, len(given), need), _scarce(given)


def _scarce(given: dict[str, str]) -> str:
    """Which classes' labels were not looked at, of the labels of all clips; "" for none."""
    counts = Counter(given.values())
    scarce = sorted(name for name, n in counts.items() if n < detectors.SCARCE)
    if not scarce:
        return ""
    named = ", ".join(scarce[:NAMED]) + (f" and {len(scarce) - NAMED:,} more" if len(scarce) > NAMED else "")
    return f"Labels were not checked where a class has one clip alone: {named}."


def _by(held: list[Run], n: int, need: int) -> str:
    rules, titles = held[0].rules, ", ".join(run.source.backbone.spec.title for run in held)
    agree = " Two must doubt it for the same class." if need == AGREE else ""
    asked = f"what {rules.probe} probes on {titles} answered of {count(n, 'clips')} they were not trained on"
    made = f"Confident learning (cleanlab) on {asked} ({rules.protocol})."
    return f"{made}{agree} Untrained controls take no part."


def _finding(track_id: str, label: str, answer: str, told: list[tuple[Run, float]]) -> Finding:
    """`value` is the least sure one's probability."""
    hears = ", ".join(f"{run.source.backbone.spec.title} {p:.0%}".replace("%", " %") for run, p in told)
    says = f"Labelled {label}, heard as {answer} by {hears}."
    return Finding(LABEL, track_id, "", min(p for _, p in told), answer, says)


def _runs(dataset: str, sources: list[Model], settings: Settings) -> list[Run]:
    """The stored runs of the protocol that has answered most clips; runs that are out of date left out."""
    best: list[Run] = []
    for name in labelled_embeddings.protocols(dataset, settings):
        rules = Rules(name)
        made = [
            runs.get(dataset, s, rules, settings) for s in sources if runs.fresh(dataset, s, rules, settings)
        ]
        if max((len(r.ids) for r in made), default=0) > max((len(r.ids) for r in best), default=0):
            best = made
    return best


def _missing(dataset: str, settings: Settings) -> str:
    facts = models.facts(dataset, settings)
    if not labelled_embeddings.protocols(dataset, settings):
        return f"Labels were not checked: {facts.title} has no class of which a clip has one alone."
    return (
        f"Labels were not checked: no trained backbone has a benchmark run. Run: quintet benchmark {dataset}"
    )
