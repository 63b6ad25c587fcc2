"""quintet datasets, weights and doctor: what is here, what is missing, and the command that mends it."""

import sys
from argparse import Namespace
from importlib.metadata import PackageNotFoundError, version

from quintet import collection, registry, store
from quintet.commands.done import Done
from quintet.errors import MissingData, MissingEmbeddings
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


def datasets(arguments: Namespace, settings: Settings) -> Done:
    """One row per dataset: where it lies, how many tracks, which backbones have heard how many of them."""
    rows = [_dataset(name, settings) for name in registry.names("datasets")]
    lines = [f"{r['name']}: {r['tracks']} {r['noun']}, {r['root'] or r['missing']}" for r in rows]
    return Done({"datasets": rows}, lines)


def doctor(arguments: Namespace, settings: Settings) -> Done:
    """One row per check: ok or not, what was found, and the command that mends it."""
    rows = [_python(), *map(_package, NEEDED), *_weights(settings), *_stored(settings)]
    lines = [
        f"{'ok  ' if r['ok'] else 'MISS'} {r['what']}: {r['found']}"
        + (f". Run: {r['run']}" if r["run"] else "")
        for r in rows
    ]
    return Done({"checks": rows, "ok": all(r["ok"] for r in rows)}, lines)


def _dataset(name: str, settings: Settings) -> dict:
    reader = registry.module("datasets", name)
    root, missing, count = "", "", 0
    try:
        root = str(reader.locate(settings))
        count = len(collection.tracks(name, settings))
    except MissingData as error:
        missing = str(error)
    except MissingEmbeddings:
        missing = f"not read yet: quintet prepare {name}"
    sources = collection.embedded(name, settings)
    heard = {s.key: len(store.embedded(collection.table(name, s, settings))) for s in sources}
    untrained = [s.key for s in sources if s.untrained]
    return {"name": name, "title": reader.FACTS.title, "noun": reader.FACTS.noun, "root": root,
            "tracks": count, "classes": list(reader.FACTS.classes), "licence": reader.FACTS.licence,
            "missing": missing, "embedded": heard, "untrained": untrained}  # fmt: skip


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
    for name in registry.names("datasets"):
        found = _dataset(name, settings)
        complete = bool(found["tracks"]) and all(n == found["tracks"] for n in found["embedded"].values())
        says = (
            found["missing"]
            or f"{found['tracks']} {found['noun']}, heard by {len(found['embedded'])} backbones"
        )
        rows.append(
            _check(f"dataset {name}", complete and bool(found["embedded"]), says, f"quintet prepare {name}")
        )
    return rows


def _check(what: str, ok: bool, found: str, run: str) -> dict:
    return {"what": what, "ok": ok, "found": found, "run": "" if ok else run}
