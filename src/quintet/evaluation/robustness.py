"""Robustness: deformed test clips answered by the probe that was trained on clean embeddings."""

from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from quintet.embeddings import models
from quintet.embeddings.models import Model
from quintet.errors import MissingEmbeddings, QuintetError
from quintet.evaluation import deformations, deformed_embeddings, labelled_embeddings
from quintet.evaluation import probe as probes
from quintet.evaluation.deformations import DEFORMATIONS
from quintet.evaluation.runs import Rules
from quintet.settings import Settings
from quintet.stats.labels import codes
from quintet.stats.significance import Difference, holm, paired_difference
from quintet.storage import json_files
from quintet.storage import tables as store

VERSION = 1  # raised when the drops are computed otherwise


@dataclass(frozen=True)
class Drop:
    """One deformation: accuracy on clean and on deformed clips, clean minus deformed, and p by Holm.

    `says` is the deformation's exact definition; the n clips and groups are in `difference`.
    """

    name: str
    title: str
    says: str
    clean: float
    deformed: float
    difference: Difference
    corrected: float


@dataclass(frozen=True)
class Robustness:
    """A backbone's drops; `asked` test clips were to be heard, `failed` id -> reason could not be."""

    source: Model
    dataset: str
    rules: Rules
    asked: int
    failed: dict[str, str]
    drops: tuple[Drop, ...]


def get(dataset: str, found: Model, rules: Rules, settings: Settings, n: int = 0) -> Robustness:
    """The drops over the clips `clips` names, each deformation over those heard both ways; kept then.

    Raises MissingEmbeddings where one of them was not heard yet, QuintetError where none could be.
    """
    rows = deformed_embeddings.rows_of(dataset, found, rules, settings)
    asked = deformed_embeddings.clips(dataset, found, rules, settings, n)
    ids = {t.id for t in asked}
    held, failed = {}, {}
    for name in DEFORMATIONS:
        where = deformed_embeddings.path(dataset, found, name, settings)
        failed |= {i: why for i, why in store.failures(where).items() if i in ids}
        if not store.exists(where) and not failed:
            raise _unheard(dataset, found)
        held[name] = dict(zip(*store.read_embeddings(where), strict=True)) if store.exists(where) else {}
        if not ids <= {*held[name], *failed}:
            raise _unheard(dataset, found)
    usable = ids - set(failed)
    if not usable:
        raise QuintetError(f"None of the {len(ids)} clips could be heard: {next(iter(failed.values()))}")
    where, stamp = document(dataset, found, rules, settings), _stamp(dataset, found, rows, ids, settings)
    kept = json_files.read(where)
    if kept.get("stamp") != stamp:
        answered = _answered(
            rows, deformed_embeddings.trials(dataset, rows, rules, settings), rules, held, usable
        )
        drops = _drops(rows, answered, rules.seed)
        json_files.write(where, {"stamp": stamp, "drops": [asdict(one) for one in drops]})
    else:
        drops = tuple(Drop(**{**one, "difference": Difference(**one["difference"])}) for one in kept["drops"])
    return Robustness(found, dataset, rules, len(ids), failed, drops)


def document(dataset: str, found: Model, rules: Rules, settings: Settings) -> Path:
    """Where the drops lie once they are computed."""
    stamp = rules.without.rpartition("@")[2]
    parts = [rules.protocol, rules.probe, f"s{rules.seed}", *([f"without-{stamp}"] if stamp else [])]
    return settings.cache / dataset / "robust" / (found.file_stem(*parts) + ".json")


def _stamp(
    dataset: str, found: Model, rows: labelled_embeddings.Labelled, ids: set[str], settings: Settings
) -> str:
    """16 hex digits that change with the clips, what was heard of them, and how drops are computed."""
    tables = [deformed_embeddings.path(dataset, found, name, settings) for name in DEFORMATIONS]
    tables.append(models.model_table_path(dataset, found, settings))
    parts = (VERSION, deformations.VERSION, [store.version(one) for one in tables], rows.stamp, sorted(ids))
    return sha256(repr(parts).encode()).hexdigest()[:16]


def _answered(
    rows: labelled_embeddings.Labelled, trials: list, rules: Rules, held: dict, usable: set[str]
) -> dict:
    """ "" and each deformation -> which of the rows (m,) were answered rightly; under "rows" those rows."""
    true, right = codes(rows.y, rows.classes), {name: [] for name in ("", *held)}
    tested = []
    for trial in trials:
        at = np.array([row for row in trial.test if rows.ids[row] in usable], dtype=np.intp)
        if not len(at):
            continue
        fitted = probes.make(rules.probe, trial.examples(rows.X, rows.known), rules.seed)
        tested.append(at)
        for name, rightly in right.items():
            X = np.stack([held[name][rows.ids[row]] for row in at]) if name else rows.X[at]
            rightly.append(probes.probabilities(fitted, X).argmax(axis=1) == true[at])
    return {name: np.concatenate(one) for name, one in {**right, "rows": tested}.items()}


def _drops(rows: labelled_embeddings.Labelled, answered: dict, seed: int) -> tuple[Drop, ...]:
    groups, clean = rows.group[answered["rows"]], answered[""]
    found = {name: paired_difference(clean, answered[name], groups, seed) for name in DEFORMATIONS}
    corrected = holm([one.p for one in found.values()])
    return tuple(
        Drop(name, DEFORMATIONS[name].title, DEFORMATIONS[name].says, float(clean.mean()),
             float(answered[name].mean()), one, p)
        for (name, one), p in zip(found.items(), corrected, strict=True)
    )  # fmt: skip


def _unheard(dataset: str, found: Model) -> MissingEmbeddings:
    return MissingEmbeddings(
        f"{found.backbone.spec.title} has not heard all deformed clips of {dataset!r} yet. "
        f"Run: quintet robust {dataset} --backbone {found.key}"
    )
