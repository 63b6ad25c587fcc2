"""A trained backbone that is slow on purpose, for tests, here and in the processes started from here.

Environment: SLOW_EAR_STEP, seconds a layer; SLOW_EAR_HOLD, a file that holds it before its third layer for as
long as it is there; SLOW_EAR_ENDS, how its third layer ends: "memory", "killed", "fault".
"""

import hashlib
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from quintet import registry
from quintet.backbones.base import Encoder, Encoding, Report, WeightFile
from quintet.errors import BadWeights
from quintet.jobs import process
from tests import ear

NAME = "slowear"
WORD = b"ear, trained and slow"
SCRIPT = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from quintet import cli
from tests import slow_ear
slow_ear.install(setattr)
sys.exit(cli.main())
"""
LAYERS = 6
SECONDS = 4  # that it hears at most
SPEC = replace(
    ear.SPEC, title="Slow ear", window=SECONDS * 16_000, slow=True, mark="star",
    colours=("#a98565", "#876409"), trained_on=("hum",),
    weights=(WeightFile("slowear/net.pth", hashlib.sha256(WORD).hexdigest(), len(WORD), "MIT", url="x"),),
)  # fmt: skip
MODULE = SimpleNamespace(
    VARIANTS={"plain": SPEC}, SPEC=SPEC, load_untrained=lambda spec, device: _encoder(None),
    load=lambda spec, paths, device, report=None: _load(paths, report),
)  # fmt: skip


def install(put: Callable[[object, str, object], None]) -> None:
    """Adds it to the backbones here and in the processes started from here; `put` sets an attribute."""
    module, names = registry.module, registry.names
    put(registry, "module", lambda kind, name: MODULE if name == NAME else module(kind, name))
    put(registry, "names", lambda kind: sorted([*names(kind), NAME]) if kind == "backbones" else names(kind))
    put(process, "COMMAND", (sys.executable, "-c", SCRIPT))


def put_weights(folder: Path, word: bytes = WORD) -> None:
    """Its weights, so that it is trained."""
    (folder / NAME).mkdir(parents=True, exist_ok=True)
    (folder / NAME / "net.pth").write_bytes(word)


def values(wave: np.ndarray) -> Encoding:
    """Four numbers a second: what it makes of a wave at 16 kHz."""
    heard = wave[: SPEC.window]
    parts = np.array_split(heard, max(1, len(heard) // 16_000))
    rows = [[p.mean(), p.std(), np.abs(p).max(), np.abs(np.diff(p)).mean()] for p in parts]
    frames = np.array(rows, np.float32)
    cuts = np.linspace(0, len(heard) / 16_000, len(frames) + 1, dtype=np.float32)
    notices = ("Slow ear hears the first 4 s.",) if len(wave) > SPEC.window else ()
    return Encoding(frames, np.stack([cuts[:-1], cuts[1:]], 1), frames.mean(0), None, notices)


def _load(paths: tuple[Path, ...], report: Report | None) -> Encoder:
    if not paths[0].read_bytes().startswith(b"ear"):
        raise BadWeights(f"{paths[0].name} is no <ear>. Run: quintet weights get {NAME}")
    return _encoder(report)


def _encoder(report: Report | None) -> Encoder:
    def encode(wave: np.ndarray, rate: int) -> Encoding:
        for layer in range(LAYERS + 1):
            if report:
                report(layer, LAYERS)
            if layer == 2:
                _third()
            time.sleep(float(os.environ.get("SLOW_EAR_STEP", "0")))
        return values(wave)

    return encode


def _third() -> None:
    hold, ends = os.environ.get("SLOW_EAR_HOLD", ""), os.environ.get("SLOW_EAR_ENDS", "")
    while hold and Path(hold).exists():
        time.sleep(0.02)
    if ends == "memory":
        raise MemoryError
    if ends == "killed":
        os.kill(os.getpid(), 9)
    if ends == "fault":
        raise ValueError("the third layer is <b>odd</b>")
