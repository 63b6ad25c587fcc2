"""Anyone's embeddings, put through the same probe and scores: an .npz of X, y and split in, a run out."""

import json
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

import numpy as np

from quintet.backbones import base
from quintet.datasets.base import Protocol, PublishedEmbeddings
from quintet.embeddings.models import Model
from quintet.errors import BadData
from quintet.evaluation import benchmark, caveats, splits
from quintet.evaluation.cross_validation import Trial
from quintet.evaluation.labelled_embeddings import Labelled
from quintet.evaluation.runs import Rules, Run
from quintet.storage import atomic, npz
from quintet.wording import count

PROTOCOL = "arrays"
FORMAT = "quintet run 1"
EXPECTED_RUN = "a file of quintet benchmark --arrays … --out RUN.npz"
WORDS = ("train", "valid", "test", "")
EXPECTED = "X (n, d), y (n,) labels, split (n,) of train, valid and test, and if you like group and ids (n,)"


def load(path: Path) -> Labelled:
    """The rows of an .npz: see EXPECTED. Nothing in it is executed.

    Raises BadData with what is wrong: no .npz, a key or shape missing, NaN, one class, nothing to train on or
    to test, a word that is no part of a split.
    """
    held = npz.read(path, EXPECTED)
    for key in ("X", "y", "split"):
        if key not in held:
            raise BadData(f"{path} has no {key!r}, only {', '.join(held) or 'nothing'}. Expected {EXPECTED}.")
    X = held["X"]
    if X.ndim != 2 or 0 in X.shape or X.dtype.kind not in "fiu":
        raise BadData(f"X of {path} is {X.dtype} of shape {X.shape}. Expected {EXPECTED}.")
    n = len(X)
    y, split = (_words(path, held, key, n) for key in ("y", "split"))
    group = _words(path, held, "group", n) if "group" in held else np.full(n, "")
    ids = _words(path, held, "ids", n) if "ids" in held else np.arange(n).astype(str)
    with np.errstate(over="ignore"):  # what is too large for float32 becomes infinite, and is named then
        X = X.astype(np.float32)
    _checked(path, X, split, ids)
    used = np.flatnonzero(y != "")
    classes = tuple(sorted(set(y[used].tolist())))
    if len(classes) < 2:
        found = f"only the class {classes[0]!r}" if classes else "no class"
        raise BadData(f"y of {path} names {found}; at least two were expected.")
    rows = Labelled(X[used], y[used], np.full(len(used), ""), split[used], group[used],
                    np.ones(len(used), bool), tuple(ids[used].tolist()), classes)  # fmt: skip
    for part in ("train", "test"):
        if not (rows.split == part).any():
            raise BadData(f"split of {path} has no {part!r} row; at least one was expected.")
    taught = sorted(set(rows.y[rows.split == "train"].tolist()))
    if len(taught) < 2:
        raise BadData(
            f"All rows to train on in {path} are of the class {taught[0]!r}; a probe needs two at least. "
            "Give train rows of other classes."
        )
    return rows


def score(path: Path, rules: Rules, told: benchmark.Told = benchmark.silent) -> Run:
    """The answers to the test rows of a probe trained on its train rows, chosen on its valid rows if any."""
    rows = load(path)
    rule = Protocol(PROTOCOL, "the split that came with the arrays", split="split",
                    group="group" if (rows.group != "").any() else "")  # fmt: skip
    trials: list[Trial] = rows.trials(rule, rules.seed)
    found, chosen = benchmark.answer(rows, trials, rules, told)
    at = found.rows
    return Run(
        source=_source(path.stem, rows), dataset=f"{PROTOCOL} {_stamp(rows)}", rules=rules,
        ids=tuple(rows.ids[row] for row in at), y=rows.y[at], group=rows.group[at],
        probabilities=found.probabilities, classes=rows.classes, folds=found.folds,
        notes=caveats.of(rows, trials, rule),
        shared_groups=splits.shared([(one.train, one.test) for one in trials], rows.group),
        chosen=tuple(chosen),
    )  # fmt: skip


def save(run: Run, path: Path) -> None:
    """Writes a run as .npz in one step; `read` and anyone's numpy open it."""
    said = {"format": FORMAT, "name": run.source.key, "fingerprint": run.source.fingerprint,
            "dim": run.source.backbone.spec.dim, "dataset": run.dataset, "rules": asdict(run.rules),
            "folds": run.folds, "notes": run.notes, "shared_groups": run.shared_groups,
            "chosen": run.chosen}  # fmt: skip
    with atomic.replacing(path) as temporary, temporary.open("wb") as file:
        np.savez(
            file, said=np.array(json.dumps(said)), ids=np.array(run.ids, dtype=str), y=run.y.astype(str),
            group=run.group.astype(str), probabilities=run.probabilities,
            classes=np.array(run.classes, dtype=str),
        )  # fmt: skip


def read(path: Path) -> Run:
    """The run that `save` wrote. Raises BadData for anything else."""
    held = npz.read(path, EXPECTED_RUN)
    try:
        said = json.loads(str(held["said"]))
        if said["format"] != FORMAT:
            raise ValueError(f"format {said['format']!r}, expected {FORMAT!r}")
        run = Run(
            source=_made(said["name"], said["fingerprint"], int(said["dim"])), dataset=said["dataset"],
            rules=Rules(**said["rules"]), ids=tuple(held["ids"].tolist()), y=held["y"], group=held["group"],
            probabilities=held["probabilities"], classes=tuple(held["classes"].tolist()),
            folds=tuple(said["folds"]), notes=tuple(said["notes"]), shared_groups=said["shared_groups"],
            chosen=tuple(said["chosen"]),
        )  # fmt: skip
        _check_run(run)
    except Exception as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise BadData(f"{path} is no run ({reason}); expected {EXPECTED_RUN}.") from error
    return run


def _check_run(run: Run) -> None:
    """Raises ValueError where the arrays of a run do not fit one another."""
    n, classes = len(run.ids), run.classes
    expected = {"y": (n,), "group": (n,), "probabilities": (n, len(classes))}
    for name, shape in expected.items():
        if getattr(run, name).shape != shape:
            raise ValueError(f"{name} has shape {getattr(run, name).shape}, expected {shape}")
    if run.probabilities.dtype.kind != "f" or not np.isfinite(run.probabilities).all():
        raise ValueError("probabilities are not all finite numbers")
    if unknown := set(run.y.tolist()) - set(classes):
        raise ValueError(f"label {min(unknown)[:80]!r} is none of its classes")


def _words(path: Path, held: dict[str, np.ndarray], key: str, n: int) -> np.ndarray:
    found = held[key]
    if found.shape != (n,):
        raise BadData(f"{key} of {path} has shape {found.shape}; ({n},) was expected, one for each row of X.")
    if found.dtype.kind not in "USiub":
        raise BadData(f"{key} of {path} is {found.dtype}; words or whole numbers were expected.")
    return np.char.decode(found, "utf-8", "replace") if found.dtype.kind == "S" else found.astype(str)


def _checked(path: Path, X: np.ndarray, split: np.ndarray, ids: np.ndarray) -> None:
    bad = np.flatnonzero(~np.isfinite(X).all(axis=1))
    if len(bad):
        first = str(ids[bad[0]])
        raise BadData(
            f"X of {path} holds NaN, infinity or what float32 cannot hold in {count(len(bad), 'rows')}, the "
            f"first {first!r}; finite numbers were expected."
        )
    if not np.ptp(X, axis=0).any():
        raise BadData(f"All {len(X):,} rows of X of {path} are the same; nothing can be told apart by them.")
    unknown = sorted(set(split.tolist()) - set(WORDS))
    if unknown:
        raise BadData(f"split of {path} says {unknown[0]!r}; expected train, valid, test, or nothing.")
    if len(set(ids.tolist())) < len(ids):
        raise BadData(f"ids of {path} name some of its {len(ids):,} rows alike; one name each was expected.")


def _source(name: str, rows: Labelled) -> Model:
    return _made(name, sha256(np.ascontiguousarray(rows.X).tobytes()).hexdigest()[:16], rows.X.shape[1])


def _made(name: str, fingerprint: str, dim: int) -> Model:
    about = "embeddings out of a file"
    facts = PublishedEmbeddings(name, name, about, "unknown", "a file", dim, fingerprint, lambda: iter(()))
    return Model(base.ready_made(facts), "ready-made", (), fingerprint)


def _stamp(rows: Labelled) -> str:
    """What two runs have in common that may be compared: ids, labels and split, not X."""
    return rows.stamp
