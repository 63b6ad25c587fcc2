"""Where a backbone's weights lie on this machine, and whether they are the official ones."""

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Protocol

from quintet import registry
from quintet.backbones.base import WeightFile
from quintet.checkpoints import identify
from quintet.errors import BadWeights, MissingWeights, UsageError
from quintet.settings import Settings
from quintet.storage import paths
from quintet.weights import checksums


class HasWeights(Protocol):
    """What a backbone's spec says of its weights."""

    @property
    def title(self) -> str:
        """The backbone's name for people."""

    @property
    def weights(self) -> tuple[WeightFile, ...]:
        """Its files, those it needs first."""


@dataclass(frozen=True)
class Located:
    """The files found, in the order of `spec.weights`; "official" when every checksum is the known one.

    `sha256` are those of the files the embedding depends on, so an optional head changes no fingerprint.
    """

    paths: tuple[Path, ...]
    state: str  # official or custom
    sha256: tuple[str, ...]


def locate(spec: HasWeights, settings: Settings, weight_paths: tuple[Path, ...] = ()) -> Located:
    """The weights of one backbone: the files given, else the weights folder, else the installed wheel.

    Raises MissingWeights with what is missing and the command that gets it, UsageError for the wrong number
    of given files, BadWeights where the wheel's file is not the one its publisher made.
    """
    if weight_paths:
        located = list(zip(spec.weights, _checked_paths(spec, weight_paths), strict=False))
    else:
        looked = [(file, find(file, settings)) for file in spec.weights]
        missing = [file for file, path in looked if path is None and not file.optional]
        if missing:
            raise MissingWeights(_missing(spec, missing, settings))
        located = [(file, path) for file, path in looked if path]
    needed = [(file, path) for file, path in located if not file.optional]
    states = {state(file, path, settings) for file, path in needed}
    hashes = tuple(checksums.cached(path, settings) for _, path in needed)
    return Located(tuple(path for _, path in located), "custom" if "custom" in states else "official", hashes)


def find(file: WeightFile, settings: Settings) -> Path | None:
    """The file in the weights folder, else in the installed wheel, else None."""
    path = settings.weights / file.name
    return path if path.is_file() else _in_wheel(file)


def state(file: WeightFile, path: Path | None, settings: Settings) -> str:
    """Official (its checksum is the published one, or that of its first download), custom or missing."""
    if path is None:
        return "missing"
    return "official" if checksum(file, path, settings) in ("published", "recorded") else "custom"


def checksum(file: WeightFile, path: Path, settings: Settings) -> str:
    """Which checksum the file at `path` has: published, recorded (at its first download), or other."""
    if any(checksums.cached(path, settings).startswith(digits) for digits in file.also):
        return "published"
    if file.sha256:
        return "published" if checksums.cached(path, settings) == file.sha256 else "other"
    if file.md5 and checksums.cached(path, settings, "md5") == file.md5:
        return "published"
    return (
        "recorded" if checksums.cached(path, settings) == checksums.recorded(file.name, settings) else "other"
    )


def status(settings: Settings) -> list[dict]:
    """One row per weights file of every backbone and variant: state is official, custom or missing."""
    rows = []
    for name in registry.names("backbones"):
        for variant, spec in registry.module("backbones", name).VARIANTS.items():
            rows += [row(f"{name}:{variant}", file, settings) for file in spec.weights]
    return rows


def row(backbone: str, file: WeightFile, settings: Settings) -> dict:
    """What there is to say of one weights file on this machine."""
    path = find(file, settings)
    return {
        "backbone": backbone,
        "file": file.name,
        "source": file.wheel or file.url,
        "bytes": path.stat().st_size if path else file.bytes,
        "licence": file.licence,
        "licence_note": file.licence_note,
        "free": file.free,
        "optional": file.optional,
        "state": state(file, path, settings),
        "checksum": checksum(file, path, settings) if path else "",
        "path": str(path or ""),
    }


def _checked_paths(spec: HasWeights, weight_paths: tuple[Path, ...]) -> tuple[Path, ...]:
    needed = sum(not file.optional for file in spec.weights)
    if not needed <= len(weight_paths) <= len(spec.weights):
        expected_names = ", then ".join(Path(file.name).name for file in spec.weights) or "no file at all"
        reads = f"{needed}" if needed == len(spec.weights) else f"{needed} to {len(spec.weights)}"
        raise UsageError(
            f"{spec.title} was given {len(weight_paths)} weights file(s); it reads {reads}: "
            f"{expected_names}. "
            f"Name them in that order: --weights {' '.join(['FILE'] * needed)}"
        )
    for path in weight_paths:
        if not paths.is_file(path):
            raise MissingWeights(
                f"There is no weights file {paths.shortened(path)}{paths.instead(path)}. "
                "Name one that exists: --weights FILE."
            )
    return _in_order(spec, weight_paths)


def _in_order(spec: HasWeights, weight_paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """The files given in the order of `spec.weights`, where their content tells which is which."""
    if len(weight_paths) < 2 or not all(file.holds for file in spec.weights):
        return weight_paths
    kinds = [identify.what(path) for path in weight_paths]
    ordered = [
        next((g for g, t in zip(weight_paths, kinds, strict=True) if t.startswith(f.holds)), None)
        for f in spec.weights
    ]
    complete = tuple(path for path in ordered if path)
    return complete if len(set(complete)) == len(weight_paths) else weight_paths


def _missing(spec: HasWeights, missing: list[WeightFile], settings: Settings) -> str:
    names = ", ".join(file.name for file in missing)
    wheels = sorted({file.wheel for file in missing if file.wheel})
    run = f"make data (it installs {', '.join(wheels)} for its data)" if wheels else "quintet weights"
    return (
        f"{spec.title} has no weights here: {names} found neither in {settings.weights} nor in a wheel. "
        f"Run: {run}, or name your own with --weights FILE."
    )


def _in_wheel(file: WeightFile) -> Path | None:
    """The file inside the installed wheel, which is never imported. Raises BadWeights if it is damaged."""
    name, _, version = file.wheel.partition("==")
    if not name:
        return None
    try:
        wheel = distribution(name)
    except PackageNotFoundError:
        return None
    path = Path(str(wheel.locate_file(file.name)))
    if wheel.version != version or not path.is_file():
        return None
    if path.stat().st_size != file.bytes:
        raise BadWeights(
            f"{path} has {path.stat().st_size:,} bytes; {file.wheel} ships {file.bytes:,}. "
            f"The installation is damaged. Run: make data"
        )
    return path
