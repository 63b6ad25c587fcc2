"""Which clips a tested clip's probe was trained on: a wrong answer is best heard beside its teachers."""

from collections.abc import Sequence
from dataclasses import dataclass

from quintet.embeddings.models import Model
from quintet.evaluation import labelled_embeddings, runs
from quintet.evaluation.runs import Rules
from quintet.settings import Settings


@dataclass(frozen=True)
class Lesson:
    """One fold: the ids that were tested, and those that the probe was trained or chosen on."""

    tested: frozenset[str]
    taught: frozenset[str]


def lessons(dataset: str, found: Model, rules: Rules, settings: Settings) -> tuple[Lesson, ...]:
    """Every fold of a run under these rules. Raises MissingEmbeddings, UnknownName."""
    rows = runs.rows(dataset, found, rules, settings)
    rule = labelled_embeddings.protocol(dataset, settings, rules.protocol)
    made = []
    for trial in rows.trials(rule, rules.seed):
        taught = {rows.ids[row] for row in trial.train}
        taught |= {rows.ids[row] for row in trial.valid} if trial.valid is not None else set()
        made.append(Lesson(frozenset(rows.ids[row] for row in trial.test), frozenset(taught)))
    return tuple(made)


def taught(held: Sequence[Lesson], track_id: str) -> frozenset[str]:
    """What was trained on where this clip was tested; nothing where it was in no test."""
    return next((one.taught for one in held if track_id in one.tested), frozenset())
