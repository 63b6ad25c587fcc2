"""A backbone for tests of the mechanism: its weights are one word, its embedding their length."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from quintet import registry
from quintet.backbones import base
from quintet.backbones.base import Encoder, Encoding, Spec, WeightFile
from quintet.errors import BadWeights

SPEC = Spec(
    title="Ear", sample_rate=16_000, dim=4, window=16_000, hop=16_000, layer="mean", trained_on=("noise",),
    licence="MIT", source="", mark="circle", colours=("#000000", "#ffffff"), about="",
)  # fmt: skip


def install(monkeypatch, *weights: WeightFile) -> Spec:
    """Makes `ear` the only backbone there is. A file of its begins with "ear"; its control has 3 values."""
    spec = replace(SPEC, weights=weights)
    module = SimpleNamespace(
        VARIANTS={"plain": spec}, SPEC=spec, load=load, load_untrained=load_untrained,
        untrained_spec=lambda spec: replace(spec, dim=3),
    )  # fmt: skip
    real = registry.module, registry.names
    monkeypatch.setattr(
        registry, "module", lambda kind, name: module if name == "ear" else real[0](kind, name)
    )
    monkeypatch.setattr(base, "validate", validate)  # a child process would not know this backbone
    monkeypatch.setattr(registry, "names", lambda kind: ["ear"] if kind == "backbones" else real[1](kind))
    return spec


def validate(backbone: base.Backbone, paths: tuple[Path, ...], names: dict[Path, str] | None = None) -> None:
    base.load(backbone, paths, "cpu", names=names)


def load(spec: Spec, paths: tuple[Path, ...], device: str) -> Encoder:
    words = [path.read_bytes() for path in paths]
    for path, word in zip(paths, words, strict=True):
        if not word.startswith(b"ear"):
            raise BadWeights(f"{path.name} is no ear; run: listen. --weights FILE")
    return _encoder(np.full(spec.dim, len(b"".join(words)), np.float32))


def load_untrained(spec: Spec, device: str) -> Encoder:
    return _encoder(np.zeros(spec.dim, np.float32))


def _encoder(values: np.ndarray) -> Encoder:
    return lambda wave, rate: Encoding(values[None], np.array([[0, len(wave) / rate]], np.float32), values)
