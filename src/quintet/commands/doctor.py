"""quintet doctor: what is here, what is missing, and the command that mends it."""

import sys
from argparse import Namespace
from importlib.metadata import PackageNotFoundError, version

from quintet.catalogue import locations
from quintet.commands.datasets import describe
from quintet.commands.result import CommandResult
from quintet.embeddings import models
from quintet.settings import Settings

NEEDED = (
    "streamlit",
    "torch",
    "torchaudio",
    "librosa",
    "pylance",
    "scikit-learn",
    "umap-learn",
    "av",
    "soundfile",
)


def doctor(arguments: Namespace, settings: Settings) -> CommandResult:
    """One row per check: ok or not, what was found, and the command that mends it."""
    rows = [_python(), *map(_package, NEEDED), *_weights(settings), *_datasets(settings)]
    lines = [
        f"{'ok  ' if r['ok'] else 'MISS'} {r['what']}: {r['found']}"
        + (f". Run: {r['run']}" if r["run"] else "")
        for r in rows
    ]
    return CommandResult({"checks": rows, "ok": all(r["ok"] for r in rows)}, lines)


def _python() -> dict:
    python_version = ".".join(map(str, sys.version_info[:3]))
    return _check(
        "Python", sys.version_info >= (3, 11), python_version, "install Python 3.11 or newer, then make app"
    )


def _package(name: str) -> dict:
    try:
        return _check(name, True, version(name), "")
    except PackageNotFoundError:
        return _check(name, False, "not installed", "make setup")


def _weights(settings: Settings) -> list[dict]:
    return [
        _check(f"weights of {s.key}", not s.untrained, _weights_state(s), f"quintet weights get {s.key}")
        for s in models.available_models(settings)
        if s.backbone.spec.weights
    ]


def _weights_state(model: models.Model) -> str:
    return {
        "official": "trained, checksum verified",
        "custom": "trained, a file of your own",
        "untrained": "none here, runs untrained",
    }[model.state]


def _datasets(settings: Settings) -> list[dict]:
    rows = []
    for dataset in (describe(name, settings) for name in locations.known(settings)):
        count, name = dataset["tracks"], dataset["name"]
        complete = (
            bool(count) and bool(dataset["embedded"]) and all(n > 0 for n in dataset["embedded"].values())
        )
        text = (
            dataset["missing"] or f"{count} {dataset['noun']}, heard by {len(dataset['embedded'])} backbones"
        )
        rows.append(_check(f"dataset {name}", complete, text, f"quintet prepare {name}"))
    return rows


def _check(name: str, ok: bool, text: str, run: str) -> dict:
    return {"what": name, "ok": ok, "found": text, "run": "" if ok else run}
