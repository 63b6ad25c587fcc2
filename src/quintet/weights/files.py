"""Where a backbone's weights lie on this machine, and whether they are the official ones."""

import hashlib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Protocol

from quintet import registry
from quintet.errors import BadWeights, MissingWeights, UsageError
from quintet.settings import Settings


@dataclass(frozen=True)
class WeightFile:
    """One file a net needs: where it comes from and how to know it. `wheel` is "distribution==version"."""

    name: str  # its path below the weights folder, or inside the wheel
    sha256: str
    bytes: int
    licence: str
    wheel: str = ""
    url: str = ""


class Needs(Protocol):
    """What a backbone's spec says of its weights."""

    title: str
    weights: tuple[WeightFile, ...]


@dataclass(frozen=True)
class Located:
    """The files in the order of `spec.weights`; "official" when every checksum is the declared one."""

    paths: tuple[Path, ...]
    state: str  # official or custom
    sha256: tuple[str, ...]


def locate(spec: Needs, settings: Settings, given: tuple[Path, ...] = ()) -> Located:
    """The weights of one backbone: the files given, else the weights folder, else the installed wheel.

    Raises MissingWeights with what is missing and the command that gets it, UsageError for the wrong number
    of given files, BadWeights where the wheel's file is not the one its publisher made.
    """
    if given:
        paths = _given(spec, given)
    else:
        found = [find(file, settings) for file in spec.weights]
        missing = [file for file, path in zip(spec.weights, found, strict=True) if path is None]
        if missing:
            raise MissingWeights(_missing(spec, missing, settings))
        paths = tuple(path for path in found if path)
    sums = tuple(map(sha256, paths))
    state = "official" if sums == tuple(file.sha256 for file in spec.weights) else "custom"
    return Located(paths, state, sums)


def find(file: WeightFile, settings: Settings) -> Path | None:
    """The file in the weights folder, else in the installed wheel, else None."""
    path = settings.weights / file.name
    return path if path.is_file() else _in_wheel(file)


def status(settings: Settings) -> list[dict]:
    """One row per weights file of every backbone and variant: state is official, custom or missing."""
    rows = []
    for name in registry.names("backbones"):
        for variant, spec in registry.module("backbones", name).VARIANTS.items():
            rows += [_row(f"{name}:{variant}", file, settings) for file in spec.weights]
    return rows


def sha256(path: Path) -> str:
    """The file's SHA-256 in hexadecimal, a piece at a time. Raises MissingWeights if it is unreadable."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise MissingWeights(
            f"{path} cannot be read: {error.strerror}. Name a file that can: --weights FILE."
        ) from error


def _given(spec: Needs, given: tuple[Path, ...]) -> tuple[Path, ...]:
    if len(given) != len(spec.weights):
        wanted = ", then ".join(Path(file.name).name for file in spec.weights) or "no file at all"
        raise UsageError(
            f"{spec.title} was given {len(given)} weights file(s); it reads {len(spec.weights)}: {wanted}. "
            f"Name them in that order: --weights {' '.join(['FILE'] * len(spec.weights))}"
        )
    for path in given:
        if not path.is_file():
            raise MissingWeights(f"There is no weights file {path}. Name one that exists: --weights FILE.")
    return given


def _missing(spec: Needs, missing: list[WeightFile], settings: Settings) -> str:
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


def _row(backbone: str, file: WeightFile, settings: Settings) -> dict:
    path = find(file, settings)
    return {
        "backbone": backbone,
        "file": file.name,
        "source": file.wheel or file.url,
        "bytes": file.bytes,
        "licence": file.licence,
        "state": _state(file, path),
        "path": str(path or ""),
    }


def _state(file: WeightFile, path: Path | None) -> str:
    if path is None:
        return "missing"
    return "official" if sha256(path) == file.sha256 else "custom"
