"""What a backbone is: facts about it, and a function from a wave to numbers. One file here per backbone.

An adapter has `VARIANTS` (name -> Spec, the default first) and `load(spec, paths, device) -> Encoder`. One
with weights also has `load_untrained(spec, device) -> Encoder`, the same net with the random weights of its
recipe, and `untrained_spec(spec) -> Spec` where that control's facts (its size) are not the trained net's.
The `load` of one whose spec is slow takes a fourth argument, `report=None`: its encoder calls it with 0 when
it begins with its layers, and after each of them. One whose layers can be told apart has `curve(spec, paths,
device) -> Curve` and `curve_untrained(spec, device) -> Curve`.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from quintet import bounded, registry
from quintet.bounded import ResourceLimits
from quintet.checkpoints import identify, validation
from quintet.datasets.base import PublishedEmbeddings
from quintet.errors import BadWeights, QuintetError, UnknownName

# What loading a file in a child may take: bytes beside it, copies of it, and bytes a second.
OVERHEAD, COPIES, SLOWEST = 1500 << 20, 6, 5_000_000
MAPPED = 2 << 30  # of a larger file no more is ever in memory: Jukebox's stay on disk

SPARE = ("#a98565", "#876409")  # light and dark of a backbone that has no colour of its own yet


FREE = ("MIT", "ISC", "Apache-2.0", "BSD-3-Clause", "CC0-1.0", "CC-BY-4.0")  # taken without asking


@dataclass(frozen=True)
class WeightFile:
    """One file a net needs: where it comes from and how to know it. `wheel` is "distribution==version".

    An empty `sha256` is unknown upstream and held from the first download on; `bytes` may be rounded.
    """

    name: str  # its path below the weights folder, or inside the wheel
    sha256: str
    bytes: int
    licence: str
    wheel: str = ""
    url: str = ""
    md5: str = ""  # where upstream publishes no better one
    member: str = ""  # what to take out of the zip at `url`
    licence_note: str = ""  # what its licence means, where it is not free or not clear
    optional: bool = False  # the net hears without it; it stands after those it needs
    holds: str = ""  # how `recognise.what` begins for it: files given in another order are told apart
    also: tuple[
        str, ...
    ] = ()  # SHA-256, or its first digits, of other publishers' files with the same numbers

    @property
    def free(self) -> bool:
        """Whether its licence is known and lets anyone use it for anything."""
        return self.licence in FREE


@dataclass(frozen=True)
class Spec:
    """Facts of one variant. `window` and `hop` are samples at `sample_rate` (None: the file's own rate)."""

    title: str
    sample_rate: int | None
    dim: int
    window: int
    hop: int
    layer: str
    trained_on: tuple[str, ...]
    licence: str
    source: str
    mark: str  # circle, diamond, square, triangle-up, triangle-down, plus, star
    colours: tuple[str, str]  # light, dark
    about: str
    weights: tuple[WeightFile, ...] = ()
    tags: tuple[str, ...] = ()
    slow: bool = False
    hand_made: bool = False  # a fixed recipe without weights: a row in Benchmarks, never a column of Classify
    parameters: int = 0
    place: int = 9  # where it stands in lists, among those of one place by name
    version: int = 1  # raised when the adapter's numbers change


@dataclass(frozen=True)
class Encoding:
    """What it makes of one wave: frames (T, dim), times (T, 2) s, embedding (dim,), tags (T, n) or None."""

    frames: np.ndarray
    times: np.ndarray
    embedding: np.ndarray
    tags: np.ndarray | None = None
    notices: tuple[str, ...] = ()


# wave float32 (N,), its rate in Hz -> Encoding
Encoder = Callable[[np.ndarray, int], Encoding]

# wave float32 (N,), its rate in Hz -> the embedding after every layer (layers, dim), the last one as embedded
Curve = Callable[[np.ndarray, int], np.ndarray]

# layers done, layers there are
Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Backbone:
    """A backbone with its variant chosen. `key` is NAME or NAME:VARIANT and names it everywhere."""

    key: str
    name: str
    variant: str
    spec: Spec


def resolve(key: str) -> Backbone:
    """The backbone behind "musicnn" or "musicnn:MTT_musicnn". Raises UnknownName."""
    name, _, variant = key.partition(":")
    variants = registry.module("backbones", name).VARIANTS
    default = next(iter(variants))
    variant = variant or default
    if variant not in variants:
        raise UnknownName(f"variant of {name}", variant, list(variants))
    return Backbone(name if variant == default else f"{name}:{variant}", name, variant, variants[variant])


def variants(name: str) -> list[str]:
    """The variants of a backbone, the default first. Raises UnknownName."""
    return list(registry.module("backbones", name).VARIANTS)


def load(
    backbone: Backbone,
    paths: tuple[Path, ...],
    device: str,
    report: Report | None = None,
    names: validation.Names | None = None,
) -> Encoder:
    """The backbone's encoder, its weights read from `paths` in the order of `spec.weights`.

    A slow one tells `report` how far it is with each wave. Whatever its reader raises is BadWeights, which
    calls the files by `names` where they lie elsewhere for now, and of another net's file says whose it is.
    """
    more = {"report": report} if report and backbone.spec.slow else {}
    with _reading(backbone, paths, names):
        return registry.module("backbones", backbone.name).load(backbone.spec, paths, device, **more)


def validate(backbone: Backbone, paths: tuple[Path, ...], names: validation.Names | None = None) -> None:
    """Loads a stranger's files in a child process, which may take what a valid file needs and no more.

    Raises BadWeights, also where a file ends its reader, never ends, or eats memory.
    """
    title = backbone.spec.title
    with validation.reading(paths, f"weights of {title}", names):
        for path in paths:
            validation.inspect(path, f"weights of {title}", bare=True)
        size = sum(min(path.stat().st_size, MAPPED) for path in paths)
        bounded.run(_import_torch, limits=ResourceLimits(64 << 30, 600))
        limits = ResourceLimits(OVERHEAD + COPIES * size, 120 + size / SLOWEST)
        bounded.run(_load, backbone, paths, names, limits=limits)


def _import_torch() -> None:
    """What a library takes is no file's fault: it is in memory before that is bounded."""
    import torch

    torch.set_num_threads(1)


def _load(backbone: Backbone, paths: tuple[Path, ...], names: validation.Names | None) -> None:
    load(backbone, paths, "cpu", names=names)


@contextmanager
def _reading(
    backbone: Backbone, paths: tuple[Path, ...], names: validation.Names | None = None
) -> Iterator[None]:
    """The door of weights files; what it refuses may be another net's."""
    with validation.reading(paths, f"weights of {backbone.spec.title}", names):
        try:
            yield
        except Exception as error:
            if isinstance(error, QuintetError) and not isinstance(error, BadWeights):
                raise
            if another := identify.foreign(paths, backbone.spec.title):
                raise BadWeights(another) from error
            raise


def control(backbone: Backbone) -> Backbone:
    """The backbone as it runs without weights: with the facts of its untrained control."""
    module = registry.module("backbones", backbone.name)
    if not hasattr(module, "untrained_spec"):
        return backbone
    return replace(backbone, spec=module.untrained_spec(backbone.spec))


def load_untrained(backbone: Backbone, device: str) -> Encoder:
    """The encoder of a `control`, its weights random and the same on every machine."""
    return registry.module("backbones", backbone.name).load_untrained(backbone.spec, device)


def has_curve(backbone: Backbone) -> bool:
    """Whether the backbone gives an embedding after each of its layers."""
    known = backbone.name in registry.names("backbones")  # values that come with a dataset are of no adapter
    return known and hasattr(registry.module("backbones", backbone.name), "curve")


def curve(backbone: Backbone, paths: tuple[Path, ...], device: str, untrained: bool = False) -> Curve:
    """What gives the embedding after every layer up to the spec's own, the last. Raises BadWeights."""
    module = registry.module("backbones", backbone.name)
    if untrained:
        return module.curve_untrained(backbone.spec, device)
    with _reading(backbone, paths):
        return module.curve(backbone.spec, paths, device)


def ready_made(found: PublishedEmbeddings) -> Backbone:
    """Embeddings that came with a dataset as a backbone: it has facts, but nothing here can compute it."""
    name, _, variant = found.key.partition(":")
    known = name in registry.names("backbones")
    like = resolve(name).spec if known else None
    spec = Spec(
        title=found.title, sample_rate=None, dim=found.dim, window=0, hop=0, layer="as published",
        trained_on=(), licence=found.licence, source=found.source, about=found.about, hand_made=True,
        mark=like.mark if like else "star", colours=like.colours if like else SPARE,
    )  # fmt: skip
    return Backbone(found.key, name, variant, spec)


def fingerprint(backbone: Backbone, weights: tuple[str, ...]) -> str:
    """16 hex digits that change when what is computed does: the spec's numbers, its version, the weights."""
    spec = backbone.spec
    named = [backbone.name, backbone.variant, spec.layer, spec.version]
    facts = [*named, spec.sample_rate, spec.dim, spec.window, spec.hop, *weights]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]
