"""How runs are made: every fold of every backbone is a piece of work, kept as soon as it is done."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from quintet.embeddings.models import Model
from quintet.errors import QuintetError, UnknownName
from quintet.evaluation import (
    caveats,
    cross_validation,
    hyperparameters,
    labelled_embeddings,
    probe,
    runs,
    splits,
)
from quintet.evaluation.cross_validation import Predictions, Trial
from quintet.evaluation.hyperparameters import Piece
from quintet.evaluation.labelled_embeddings import Labelled
from quintet.jobs import pool
from quintet.settings import Settings
from quintet.storage import atomic
from quintet.storage import tables as store

SMALL = 20_000_000  # values to train on, below which starting processes costs more than it saves
Told = Callable[[str, int, int], None]  # what is done, pieces done, of


def silent(what: str, done: int, of: int) -> None:
    """Nobody is told how far it is."""


@dataclass(frozen=True)
class Job:
    """One backbone's run: its rows, its trials, and the folder where finished folds are kept."""

    found: Model | None
    rows: Labelled
    trials: list[Trial]
    parts: Path

    @property
    def kept(self) -> list[Path]:
        """Where each fold's answers are kept until the run is whole."""
        return [self.parts / f"{n}.npy" for n in range(len(self.trials))]


@dataclass(frozen=True)
class Made:
    """What is kept of a run: `rows` as they were given, the answers, and what is said of them."""

    rows: Labelled
    pooled: Predictions
    notes: tuple[str, ...]
    shared: int
    chosen: tuple[dict, ...]
    rule: str


def make(
    dataset: str, sources: Sequence[Model], rules: runs.Rules, settings: Settings, told: Told = silent
) -> list[str]:
    """Makes the runs that are missing or out of date and returns their keys. Raises as `again`."""
    known(rules.probe)
    todo = [found for found in sources if not runs.fresh(dataset, found, rules, settings)]
    again(dataset, todo, rules, settings, told)
    return [found.key for found in todo]


def again(
    dataset: str, sources: Sequence[Model], rules: runs.Rules, settings: Settings, told: Told = silent
) -> None:
    """Makes runs, whether or not they are there; folds that an interrupted run finished are taken over.

    Raises MissingEmbeddings, UnknownName, and QuintetError for NaN, or a group on both sides of a fold.
    """
    known(rules.probe)
    rule = labelled_embeddings.protocol(dataset, settings, rules.protocol)
    jobs = [_job(dataset, found, rules, settings) for found in sources]
    with tables(jobs) as places:
        _answer(jobs, places, rules, told)
    for job in jobs:
        pooled = cross_validation.pooled(job.trials, [np.load(path) for path in job.kept])
        chosen = hyperparameters.chosen(job.kept, rules.probe)
        said = caveats.of(job.rows, job.trials, rule)
        made = Made(job.rows, pooled, said, caveats.shared(job.rows, job.trials), tuple(chosen),
                    runs.CHOSEN_ON_VALID if rule.split else runs.FIRST)  # fmt: skip
        keep(runs.path(dataset, job.found, rules, settings), job.found, rules, made)
        shutil.rmtree(job.parts)


def answer(
    rows: Labelled, trials: list[Trial], rules: runs.Rules, told: Told = silent
) -> tuple[Predictions, list[dict]]:
    """The answers for rows that are in no collection, and what a grid chose; nothing is kept."""
    known(rules.probe)
    cross_validation.tested(trials, len(rows.ids))
    with tempfile.TemporaryDirectory() as folder:
        job = Job(None, rows, trials, Path(folder) / "parts")
        with tables([job]) as places:
            _answer([job], places, rules, told)
        return cross_validation.pooled(trials, [np.load(path) for path in job.kept]), hyperparameters.chosen(
            job.kept, rules.probe
        )


def keep(where: Path, found: Model, rules: runs.Rules, made: Made) -> None:
    """Writes a run in one commit."""
    rows, pooled = made.rows, made.pooled
    flat = pa.array(pooled.probabilities.reshape(-1))
    columns = {"id": [rows.ids[row] for row in pooled.rows], "y": list(rows.y[pooled.rows]),
               "group": list(rows.group[pooled.rows]),
               "probabilities": pa.FixedSizeListArray.from_arrays(flat, len(rows.classes))}  # fmt: skip
    if rows.tags is not None:
        tags = pa.array(rows.tags[pooled.rows].reshape(-1).astype(np.uint8))
        columns["tags"] = pa.FixedSizeListArray.from_arrays(tags, len(rows.classes))
    facts = {"fingerprint": found.fingerprint, "rules": json.dumps(asdict(rules)), "rule": made.rule,
             "rows": rows.stamp, "classes": json.dumps(rows.classes), "folds": json.dumps(pooled.folds),
             "notes": json.dumps(made.notes), "shared": json.dumps(made.shared),
             "chosen": json.dumps(made.chosen)}  # fmt: skip
    store.write(where, pa.table(columns), facts)


def known(name: str) -> None:
    """Raises UnknownName where there is neither a probe nor a grid of that name."""
    if name not in (*probe.NAMES, *hyperparameters.NAMES):
        raise UnknownName("probe", name, [*probe.NAMES, *hyperparameters.NAMES])


def _job(dataset: str, found: Model, rules: runs.Rules, settings: Settings) -> Job:
    rows = runs.rows(dataset, found, rules, settings)
    rule = labelled_embeddings.protocol(dataset, settings, rules.protocol)
    bad = np.flatnonzero(~np.isfinite(rows.X).all(axis=1))
    if len(bad):
        raise QuintetError(
            f"{found.backbone.spec.title}'s embedding of {rows.ids[bad[0]]!r} holds NaN or infinity, as do "
            f"{len(bad)} of {len(rows.ids)}; finite numbers were expected. Embed these clips again: "
            f"quintet embed {dataset} --backbone {found.key}"
        )
    trials = rows.trials(rule, rules.seed)
    cross_validation.tested(trials, len(rows.ids))
    if not rule.split:
        splits.apart([(one.train, one.test) for one in trials], rows.group)
    where = runs.path(dataset, found, rules, settings)
    return Job(found, rows, trials, where.with_name(f"{where.stem}.{rows.stamp}.parts"))


def _answer(jobs: list[Job], places: list[Path], rules: runs.Rules, told: Told) -> None:
    """Fills every job's folder with the answers of its folds."""
    values = sum(len(trial.train) * job.rows.X.shape[1] for job in jobs for trial in job.trials)
    pieces = [
        (part, Piece(X, job.rows.known, trial, rules.seed, rules.probe))
        for job, X in zip(jobs, places, strict=True)
        for trial, part in zip(job.trials, job.kept, strict=True)
        if not part.exists()
    ]
    searched = rules.probe in hyperparameters.NAMES
    at_once = pool.cores() if searched or values > SMALL else 1
    if searched:
        pieces = hyperparameters.search(pieces, at_once, told)
    told("folds", 0, len(pieces))
    work = hyperparameters.answers if searched else answers
    made = pool.parallel_map(work, [piece for _, piece in pieces], at_once)
    for n, (place, found) in enumerate(made, start=1):
        _keep(pieces[place][0], found)
        told("folds", n, len(pieces))


def answers(piece: Piece) -> np.ndarray:
    """Probabilities (m, C) float32 of the fold's tested rows."""
    X = np.load(piece.X, mmap_mode="r")
    return cross_validation.answers(X, piece.known, piece.trial, piece.seed, piece.probe)


@contextmanager
def tables(jobs: list[Job]) -> Iterator[list[Path]]:
    """Every job's matrix as a file for as long as it lasts, so that all processes read the same pages."""
    with tempfile.TemporaryDirectory(prefix="quintet-") as folder:
        places = [Path(folder) / f"{n}.npy" for n in range(len(jobs))]
        for place, job in zip(places, jobs, strict=True):
            np.save(place, job.rows.X)
        yield places


def _keep(path: Path, made: np.ndarray) -> None:
    with atomic.replacing(path) as temporary, temporary.open("wb") as file:
        np.save(file, made)
