"""Layer-wise curves: the same probe on the embedding after each layer of a net, clip by clip heard once.

What a net holds after each layer lies in a table of its own, so a stopped job goes on and one layer is read
at a time; the scores of every layer are kept as soon as it is scored.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np

from quintet import audio
from quintet.backbones import base
from quintet.datasets.base import Track
from quintet.embeddings import models, runner
from quintet.embeddings.models import Model
from quintet.errors import BadAudio, EncodeError, MissingData, MissingEmbeddings
from quintet.evaluation import benchmark, labelled_embeddings, runs
from quintet.evaluation.labelled_embeddings import Labelled
from quintet.evaluation.runs import Rules, Run
from quintet.jobs.pool import cores
from quintet.settings import Settings
from quintet.stats.metrics import Interval
from quintet.storage import json_files
from quintet.storage import tables as store

VERSION = 1  # raised when the numbers change
BATCH, SLOW_BATCH = 8, 1  # clips between two commits: what a killed job has to hear again at most
Told = Callable[[str, int, int], None]  # what is done, done, of


@dataclass(frozen=True)
class Curve:
    """One net's scores by layer, from 1 on: of n tested clips, each metric with its interval.

    `layers` of `total` are scored; the last one is the embedding that every other page shows.
    """

    source: Model
    dataset: str
    rules: Rules
    n: int
    total: int
    layers: dict[int, dict[str, Interval]]


def able(sources: Sequence[Model]) -> list[Model]:
    """Those of the backbones whose layers can be told apart."""
    return [one for one in sources if one.state != "ready-made" and base.has_curve(one.backbone)]


def folder(dataset: str, settings: Settings) -> Path:
    """Where everything of this study lies."""
    return settings.cache / dataset / "layers"


def path(dataset: str, found: Model, layer: int, settings: Settings) -> Path:
    """Where the embeddings after one layer lie."""
    return folder(dataset, settings) / (found.file_stem(f"layer{layer:03}") + ".lance")


def depth(dataset: str, found: Model, settings: Settings) -> int:
    """How many layers are stored, 0 where no clip was heard yet."""
    first = path(dataset, found, 1, settings)
    return int(store.facts(first)["layers"]) if store.exists(first) else 0


def hear(
    dataset: str, found: Model, settings: Settings, device: str,
    *, told: Told = lambda what, done, of: None,
) -> int:  # fmt: skip
    """Hears what is missing of the clips this backbone embedded; returns how many. Raises Busy, StoreError.

    Raises UsageError for a backbone without layers, MissingData where no clip has its sound here.
    """
    heard = models.embedded_ids(dataset, found, settings)
    tracks = [t for t in models.tracks(dataset, settings) if t.id in heard and t.path is not None]
    if not tracks:
        raise MissingData(
            f"None of the {len(heard)} clips of {dataset!r} that {found.backbone.spec.title} embedded has "
            "its sound on this machine. Add the folder: quintet datasets add NAME --root DIR"
        )
    known = _complete(dataset, found, settings)
    refused = store.failures(path(dataset, found, 1, settings))
    todo = [t for t in tracks if t.id not in known and t.id not in refused]
    if not todo:
        return 0
    curve, limits = (
        models.layer_encoder(found, device),
        audio.Limits(settings.max_seconds, settings.min_seconds),
    )
    step = SLOW_BATCH if found.backbone.spec.slow and not found.untrained else BATCH

    def one(track: Track) -> np.ndarray | str:
        return _heard(track, found, curve, limits)

    with (
        store.write_lock(settings.cache, dataset),
        runner.one_thread_each(),
        ThreadPoolExecutor(cores()) as ears,
    ):
        for at in range(0, len(todo), step):
            part = todo[at : at + step]
            _keep(dataset, found, dict(zip([t.id for t in part], ears.map(one, part), strict=True)), settings)
            told("clips", at + len(part), len(todo))
    return len(todo)


def make(
    dataset: str, found: Model, rules: Rules, settings: Settings, told: Told = lambda what, done, of: None
) -> int:
    """Scores the layers that are missing or out of date, keeping each; returns how many.

    Raises MissingEmbeddings where no clip was heard layer by layer, and as `scoring.again`.
    """
    total = depth(dataset, found, settings)
    where, held = document(dataset, found, rules, settings), {}
    made = 0
    for layer in range(1, total + 1):
        rows = _rows(dataset, found, rules, layer, settings)
        if layer == 1:
            held = _kept(where, _stamp(dataset, found, rows, rules, settings), total)
        if str(layer) not in held["layers"]:
            run = _scored(dataset, found, rows, rules, settings)
            scores = runs.scores(run)
            held["n"] = len(run.ids)
            held["layers"][str(layer)] = {name: asdict(value) for name, value in scores.items()}
            json_files.write(where, held)
            made += 1
        told("layers", layer, total)
    if not total:
        raise _unheard(dataset, found)
    return made


def get(dataset: str, found: Model, rules: Rules, settings: Settings) -> Curve:
    """The stored curve as far as it is scored. Raises MissingEmbeddings where none is true any more."""
    held = json_files.read(document(dataset, found, rules, settings))
    if not held.get("layers") or not depth(dataset, found, settings):
        raise _unheard(dataset, found)
    rows = _rows(dataset, found, rules, 1, settings)
    if held["stamp"] != _stamp(dataset, found, rows, rules, settings):
        raise _unheard(dataset, found)
    layers = {
        int(layer): {name: Interval(**value) for name, value in scores.items()}
        for layer, scores in sorted(held["layers"].items(), key=lambda one: int(one[0]))
    }
    return Curve(found, dataset, rules, held["n"], held["total"], layers)


def document(dataset: str, found: Model, rules: Rules, settings: Settings) -> Path:
    """Where the scores lie."""
    stamp = rules.without.rpartition("@")[2]
    parts = [rules.protocol, rules.probe, f"s{rules.seed}", *([f"without-{stamp}"] if stamp else [])]
    return folder(dataset, settings) / (found.file_stem(*parts) + ".json")


def _kept(where: Path, stamp: str, total: int) -> dict:
    held = json_files.read(where)
    return held if held.get("stamp") == stamp else {"stamp": stamp, "total": total, "n": 0, "layers": {}}


def _heard(track: Track, found: Model, curve: base.Curve, limits: audio.Limits) -> np.ndarray | str:
    """The embedding after every layer (layers, dim), or why there is none."""
    (clip,) = runner.decode_clips(track.path, (track,), limits)
    if isinstance(clip, BadAudio):
        return str(clip)
    rate = found.backbone.spec.sample_rate
    try:
        return curve(audio.resample(clip.samples, clip.rate, rate), rate)
    except EncodeError as error:
        return str(error)


def _complete(dataset: str, found: Model, settings: Settings) -> set[str]:
    """Ids that the tables of all layers hold."""
    total = depth(dataset, found, settings)
    tables = (store.embedded(path(dataset, found, layer, settings)) for layer in range(1, total + 1))
    return set.intersection(*tables) if total else set()


def _keep(dataset: str, found: Model, made: dict[str, np.ndarray | str], settings: Settings) -> None:
    heard = {i: value for i, value in made.items() if not isinstance(value, str)}
    reasons = {i: value for i, value in made.items() if isinstance(value, str)}
    total = len(next(iter(heard.values()), ()))
    for layer in range(1, total + 1):
        where = path(dataset, found, layer, settings)
        there = store.embedded(where)  # a job that was killed here may have filled the first layers
        new = [i for i in heard if i not in there]
        if new:
            values = np.stack([heard[i][layer - 1] for i in new])
            store.append_embeddings(where, found.fingerprint, new, values, {"layers": str(total)})
    if reasons:
        store.append_failures(path(dataset, found, 1, settings), found.fingerprint, reasons)


def _rows(dataset: str, found: Model, rules: Rules, layer: int, settings: Settings) -> Labelled:
    """The rows of a run, those heard layer by layer alone, with the embedding after one layer."""
    whole = runs.rows(dataset, found, rules, settings)
    ids, values = store.read_embeddings(path(dataset, found, layer, settings))
    place = {name: row for row, name in enumerate(ids)}
    kept = np.array([row for row, name in enumerate(whole.ids) if name in place], dtype=np.intp)
    if not len(kept):
        raise _unheard(dataset, found)
    named = tuple(whole.ids[row] for row in kept)
    return replace(
        whole, X=values[[place[name] for name in named]], ids=named, y=whole.y[kept], fold=whole.fold[kept],
        split=whole.split[kept], group=whole.group[kept], scored=whole.scored[kept],
        tags=None if whole.tags is None else whole.tags[kept],
    )  # fmt: skip


def _scored(dataset: str, found: Model, rows: Labelled, rules: Rules, settings: Settings) -> Run:
    rule = labelled_embeddings.protocol(dataset, settings, rules.protocol)
    made, chosen = benchmark.answer(rows, rows.trials(rule, rules.seed), rules)
    at = made.rows
    return Run(found, dataset, rules, tuple(rows.ids[row] for row in at), rows.y[at], rows.group[at],
               made.probabilities, rows.classes, made.folds, None if rows.tags is None else rows.tags[at],
               chosen=tuple(chosen))  # fmt: skip


def _stamp(dataset: str, found: Model, rows: Labelled, rules: Rules, settings: Settings) -> str:
    """16 hex digits that change with the embeddings, the labels and what is done with them."""
    version = store.version(path(dataset, found, depth(dataset, found, settings), settings))
    parts = (VERSION, version, rows.stamp, rules.protocol, rules.probe, rules.seed, rules.without)
    return sha256(repr(parts).encode()).hexdigest()[:16]


def _unheard(dataset: str, found: Model) -> MissingEmbeddings:
    return MissingEmbeddings(
        f"{found.backbone.spec.title} has no curve by layer on {dataset!r} as it is now. "
        f"Run: quintet layers {dataset} --backbone {found.key}"
    )
