"""What a run was trained on and tested on at once: the same artist or group, and the same recording."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from quintet.audit import near_duplicates
from quintet.catalogue import tracks
from quintet.datasets.base import Protocol
from quintet.embeddings.models import Model
from quintet.embeddings.models import model_table_path as embeddings
from quintet.evaluation import labelled_embeddings, runs
from quintet.evaluation.labelled_embeddings import Labelled
from quintet.evaluation.runs import Rules
from quintet.settings import Settings
from quintet.storage import json_files, tables
from quintet.wording import count, percent

VERSION = 1  # raised when what is looked for changes


@dataclass(frozen=True)
class Shared:
    """A group on both sides of a split: its name, how many of its clips are trained on, the ids tested."""

    name: str
    trained: int
    tested: tuple[str, ...]


@dataclass(frozen=True)
class Twin:
    """A tested clip, one of the same sound that is trained on, and the distance (random clips have 1)."""

    tested: str
    trained: str
    distance: float


@dataclass(frozen=True)
class Leaks:
    """Of n tested clips: the groups ("artist" or the protocol's own `column`) and recordings on both sides.

    `unknown` tested clips have no group, so nothing can be said of those.
    """

    column: str
    n: int
    unknown: int
    groups: tuple[Shared, ...]
    tracks: tuple[Twin, ...]

    @property
    def tested(self) -> frozenset[str]:
        """Ids of all tested clips that leak, one way or the other."""
        return frozenset(i for one in self.groups for i in one.tested) | {one.tested for one in self.tracks}

    @property
    def sentences(self) -> tuple[str, ...]:
        """What a reader must know, nothing where nothing leaks: names and numbers."""
        said = []
        if self.groups:
            clips = sum(len(one.tested) for one in self.groups)
            said.append(
                f"{percent(clips / self.n)} of {count(self.n, 'test clips')} share their {self.column} with "
                f"training: {_named([one.name for one in self.groups])}."
            )
        if self.tracks:
            again = [f"{one.tested} ({one.trained})" for one in self.tracks]
            clips = len({one.tested for one in self.tracks})
            sound = "sounds" if clips == 1 else "sound"
            said.append(
                f"{count(clips, 'test clips')} {sound} the same as one that was trained on: {_named(again)}."
            )
        return tuple(said)


def path(dataset: str, source: Model, rules: Rules, settings: Settings) -> Path:
    """Where the leaks of a run lie."""
    stamp = rules.without.rpartition("@")[2]
    parts = [rules.protocol, f"s{rules.seed}", *([f"without-{stamp}"] if stamp else [])]
    return settings.cache / dataset / "leaks" / (source.file_stem(*parts) + ".json")


def judge(sources: Sequence[Model]) -> Model | None:
    """Whose embeddings tell repeats: the first trained one, else the hand-made features, else nobody's."""
    return next((one for one in sources if not one.untrained), None)


def make(dataset: str, source: Model, rules: Rules, settings: Settings) -> Leaks:
    """The leaks of a run, looked for where none were kept or the clips are others now. Raises as `found`."""
    held = kept(dataset, source, rules, settings)
    if held is None:
        held, where = found(dataset, source, rules, settings), path(dataset, source, rules, settings)
        json_files.write(where, {"stamp": _stamp(dataset, source, settings), "found": asdict(held)})
    return held


def kept(dataset: str, source: Model, rules: Rules, settings: Settings) -> Leaks | None:
    """What `make` kept; None where there is nothing, or it is of other tracks or embeddings."""
    held = json_files.read(path(dataset, source, rules, settings))
    if held.get("stamp") != _stamp(dataset, source, settings):
        return None
    told = held["found"]
    groups = tuple(Shared(**{**one, "tested": tuple(one["tested"])}) for one in told["groups"])
    return Leaks(
        told["column"], told["n"], told["unknown"], groups, tuple(Twin(**one) for one in told["tracks"])
    )


def _stamp(dataset: str, source: Model, settings: Settings) -> str:
    held = (tracks.path(dataset, settings), embeddings(dataset, source, settings))
    return sha256(repr((VERSION, [tables.version(one) for one in held])).encode()).hexdigest()[:16]


def found(dataset: str, source: Model, rules: Rules, settings: Settings) -> Leaks:
    """The leaks of one backbone's run: groups by the protocol's own column, else by artist or track group.

    The same recording is two embeddings less than audit.ALIKE apart, one trained on and one tested; what is
    chosen on (valid) counts as trained on. Raises MissingEmbeddings, UnknownName.
    """
    rule = labelled_embeddings.protocol(dataset, settings, rules.protocol)
    rows = labelled_embeddings.labelled(
        dataset, source, rule, settings, runs.left_out(dataset, rules.without, settings)
    )
    splits = _splits(rows, rule, rules.seed)
    column, who = _who(dataset, rows, rule, settings)
    tested = np.unique(np.concatenate([test for _, test in splits]))
    unknown = int((who[tested] == "").sum())
    return Leaks(column, len(tested), unknown, _groups(rows, who, splits), _tracks(rows, splits))


def _splits(rows: Labelled, rule: Protocol, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Trained on or chosen on, and tested."""
    return [
        (trial.train if trial.valid is None else np.union1d(trial.train, trial.valid), trial.test)
        for trial in rows.trials(rule, seed)
    ]


def _who(dataset: str, rows: Labelled, rule: Protocol, settings: Settings) -> tuple[str, np.ndarray]:
    """What groups are called, and that of each row (n,) str, "" where none is known."""
    if rule.group:
        return rule.group, rows.group
    held = tracks.columns(dataset, ["id", "artist", "group"], settings).to_pydict()
    known = {i: artist or group for i, artist, group in zip(*held.values(), strict=True)}
    return "artist", np.array([str(known[i] or "") for i in rows.ids])


def _groups(rows: Labelled, who: np.ndarray, splits: list) -> tuple[Shared, ...]:
    trained: dict[str, set[int]] = {}
    tested: dict[str, set[int]] = {}
    for train, test in splits:
        known = set(who[train]) - {""}
        for row in test:
            if who[row] in known:
                tested.setdefault(str(who[row]), set()).add(int(row))
        for name in set(who[test]) & known:
            trained.setdefault(str(name), set()).update(train[who[train] == name].tolist())
    return tuple(
        Shared(name, len(trained[name]), tuple(rows.ids[row] for row in sorted(tested[name])))
        for name in sorted(tested, key=lambda name: (-len(tested[name]), name))
    )


def _tracks(rows: Labelled, splits: list) -> tuple[Twin, ...]:
    alike, distance = near_duplicates.pairs(rows.X)
    told: dict[tuple[int, int], float] = {}
    for train, test in splits:
        side = np.zeros(len(rows.ids), dtype=int)
        side[train], side[test] = 1, 2
        for (a, b), apart in zip(alike.tolist(), distance, strict=True):
            if {side[a], side[b]} == {1, 2}:
                told.setdefault((a, b) if side[a] == 2 else (b, a), float(apart))
    return tuple(Twin(rows.ids[test], rows.ids[train], apart) for (test, train), apart in told.items())


def _named(names: list[str], most: int = 5) -> str:
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
