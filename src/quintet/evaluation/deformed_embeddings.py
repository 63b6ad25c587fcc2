"""Test clips deformed and heard anew, for robustness: a table each, so a stopped job goes on."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from quintet import audio
from quintet.backbones.base import Encoder
from quintet.datasets.base import Track
from quintet.embeddings import models, runner
from quintet.embeddings.models import Model
from quintet.errors import BadAudio, EncodeError, MissingData, UsageError
from quintet.evaluation import cross_validation, deformations, labelled_embeddings, runs
from quintet.evaluation.deformations import DEFORMATIONS
from quintet.evaluation.runs import Rules
from quintet.jobs.pool import cores
from quintet.settings import Settings
from quintet.storage import tables

BATCH = 8  # clips between two commits: what a killed job has to hear again at most
Told = Callable[[int, int, int], None]  # clips done, of, failed


def path(dataset: str, found: Model, name: str, settings: Settings) -> Path:
    """Where this backbone's embeddings of clips under one deformation lie."""
    version = f"{name}-v{deformations.VERSION}"
    return settings.cache / dataset / "robust" / (found.file_stem(version) + ".lance")


def clips(dataset: str, found: Model, rules: Rules, settings: Settings, n: int = 0) -> list[Track]:
    """The test clips to deform: n of those the backbone's run tests and that can be played, or all (0).

    They are drawn with the rules' seed; more clips hold the fewer. Raises MissingData without sound.
    """
    heard = _drawn(dataset, found, rules, settings)[: n or None]
    place = {t.id: at for at, t in enumerate(models.tracks(dataset, settings))}
    return sorted(heard, key=lambda t: place[t.id])


def ready(dataset: str, found: Model, rules: Rules, settings: Settings) -> int:
    """How many clips, in the order they are drawn, were heard under every deformation: an n for `get`."""
    done = None
    for name in DEFORMATIONS:
        where = path(dataset, found, name, settings)
        held = tables.embedded(where) | set(tables.failures(where))
        done = held if done is None else done & held
    drawn = [t.id in done for t in _drawn(dataset, found, rules, settings)] if done else []
    return drawn.index(False) if False in drawn else len(drawn)


def _drawn(dataset: str, found: Model, rules: Rules, settings: Settings) -> list[Track]:
    """The test clips with sound in the order the rules' seed draws them."""
    rows = rows_of(dataset, found, rules, settings)
    tested = {rows.ids[row] for trial in trials(dataset, rows, rules, settings) for row in trial.test}
    heard = [t for t in models.tracks(dataset, settings) if t.id in tested and t.path is not None]
    if not heard:
        raise MissingData(
            f"None of the {len(tested)} test clips of {dataset!r} has its sound on this machine, and only "
            "sound can be deformed. Add the folder: quintet datasets add NAME --root DIR"
        )
    return [heard[row] for row in np.random.default_rng(rules.seed).permutation(len(heard))]


def hear(
    dataset: str, found: Model, tracks: Sequence[Track], settings: Settings, device: str,
    *, told: Told = lambda done, of, failed: None,
) -> int:  # fmt: skip
    """Deforms and hears what is missing; returns how many clips it heard. Raises Busy, StoreError.

    A clip that cannot be decoded is kept with its reason. Raises UsageError for ready-made embeddings.
    """
    wanted = {name: _missing(path(dataset, found, name, settings), tracks) for name in DEFORMATIONS}
    todo = [t for t in tracks if any(t.id in ids for ids in wanted.values())]
    if not todo:
        return 0
    encoder, done, failed = models.encoder(found, device), 0, 0
    limits = audio.Limits(settings.max_seconds, settings.min_seconds)

    def one(track: Track) -> dict[str, np.ndarray | str]:
        names = [name for name, ids in wanted.items() if track.id in ids]
        return _heard(track, names, _Ear(found, encoder, limits))

    with (
        tables.write_lock(settings.cache, dataset),
        runner.one_thread_each(),
        ThreadPoolExecutor(cores()) as ears,
    ):
        for at in range(0, len(todo), BATCH):
            part = todo[at : at + BATCH]
            made = list(ears.map(one, part))
            for name in DEFORMATIONS:
                heard = {t.id: got[name] for t, got in zip(part, made, strict=True) if name in got}
                _keep(path(dataset, found, name, settings), found, name, heard)
            done += len(part)
            failed += sum(any(isinstance(value, str) for value in got.values()) for got in made)
            told(done, len(todo), failed)
    return len(todo)


def rows_of(dataset: str, found: Model, rules: Rules, settings: Settings) -> labelled_embeddings.Labelled:
    rule = labelled_embeddings.protocol(dataset, settings, rules.protocol)
    if rule.many:
        raise UsageError(f"{rule.name} gives a clip several classes; drops are of one answer a clip.")
    return labelled_embeddings.labelled(
        dataset, found, rule, settings, runs.left_out(dataset, rules.without, settings)
    )


def trials(
    dataset: str, rows: labelled_embeddings.Labelled, rules: Rules, settings: Settings
) -> list[cross_validation.Trial]:
    return rows.trials(labelled_embeddings.protocol(dataset, settings, rules.protocol), rules.seed)


@dataclass(frozen=True)
class _Ear:
    """What hears: a backbone, its encoder, and how much of a clip it may hear."""

    found: Model
    encoder: Encoder
    limits: audio.Limits

    def embedding(self, wave: np.ndarray, rate: int) -> np.ndarray:
        to = self.found.backbone.spec.sample_rate or rate
        return self.encoder(audio.resample(wave, rate, to), to).embedding


def _heard(track: Track, names: list[str], ear: _Ear) -> dict[str, np.ndarray | str]:
    """Deformation -> embedding (dim,), or why there is none."""
    (clip,) = runner.decode_clips(track.path, (track,), ear.limits)
    if isinstance(clip, BadAudio):
        return dict.fromkeys(names, str(clip))
    made: dict[str, np.ndarray | str] = {}
    for name in names:
        try:
            made[name] = ear.embedding(
                deformations.deformed(name, clip.samples, clip.rate, track.id), clip.rate
            )
        except EncodeError as error:
            made[name] = str(error)
    return made


def _keep(where: Path, found: Model, name: str, heard: dict[str, np.ndarray | str]) -> None:
    made = {i: value for i, value in heard.items() if not isinstance(value, str)}
    reasons = {i: value for i, value in heard.items() if isinstance(value, str)}
    if made:
        tables.append_embeddings(
            where, found.fingerprint, [*made], np.stack([*made.values()]), {"deformed": name}
        )
    if reasons:
        tables.append_failures(where, found.fingerprint, reasons)


def _missing(where: Path, tracks: Sequence[Track]) -> set[str]:
    return {t.id for t in tracks} - tables.embedded(where) - set(tables.failures(where))
