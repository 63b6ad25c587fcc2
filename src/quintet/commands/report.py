"""quintet doctor: what is here, what is missing, and the command that mends it."""

import sys
from argparse import Namespace
from importlib.metadata import PackageNotFoundError, version

from quintet import collection
from quintet.catalogue import places
from quintet.commands.datasets import described
from quintet.commands.done import Done
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


def doctor(arguments: Namespace, settings: Settings) -> Done:
    """One row per check: ok or not, what was found, and the command that mends it."""
    rows = [_python(), *map(_package, NEEDED), *_weights(settings), *_stored(settings)]
    lines = [
        f"{'ok  ' if r['ok'] else 'MISS'} {r['what']}: {r['found']}"
        + (f". Run: {r['run']}" if r["run"] else "")
        for r in rows
    ]
    return Done({"checks": rows, "ok": all(r["ok"] for r in rows)}, lines)


def _python() -> dict:
    found = ".".join(map(str, sys.version_info[:3]))
    return _check("Python", sys.version_info >= (3, 11), found, "install Python 3.11 or newer, then make app")


def _package(name: str) -> dict:
    try:
        return _check(name, True, version(name), "")
    except PackageNotFoundError:
        return _check(name, False, "not installed", "make setup")


def _weights(settings: Settings) -> list[dict]:
    return [
        _check(f"weights of {s.key}", not s.untrained, _runs(s), f"quintet weights get {s.key}")
        for s in collection.sources(settings)
        if s.backbone.spec.weights
    ]


def _runs(found: collection.Source) -> str:
    return {
        "official": "trained, checksum verified",
        "custom": "trained, a file of your own",
        "untrained": "none here, runs untrained",
    }[found.state]


def _stored(settings: Settings) -> list[dict]:
    rows = []
    for found in (described(name, settings) for name in places.known(settings)):
        count, name = found["tracks"], found["name"]
        complete = bool(count) and bool(found["embedded"]) and all(n > 0 for n in found["embedded"].values())
        says = found["missing"] or f"{count} {found['noun']}, heard by {len(found['embedded'])} backbones"
        rows.append(_check(f"dataset {name}", complete, says, f"quintet prepare {name}"))
    return rows


def _check(what: str, ok: bool, found: str, run: str) -> dict:
    return {"what": what, "ok": ok, "found": found, "run": "" if ok else run}
