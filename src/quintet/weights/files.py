"""Where a backbone's weights lie on this machine, and whether they are the official ones."""

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Protocol

from quintet import registry
from quintet.errors import BadWeights, MissingWeights, UsageError
from quintet.settings import Settings
from quintet.storage import paths
from quintet.weights import recognise, sums

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


class Needs(Protocol):
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


def locate(spec: Needs, settings: Settings, given: tuple[Path, ...] = ()) -> Located:
    """The weights of one backbone: the files given, else the weights folder, else the installed wheel.

    Raises MissingWeights with what is missing and the command that gets it, UsageError for the wrong number
    of given files, BadWeights where the wheel's file is not the one its publisher made.
    """
    if given:
        found = list(zip(spec.weights, _given(spec, given), strict=False))
    else:
        looked = [(file, find(file, settings)) for file in spec.weights]
        missing = [file for file, path in looked if path is None and not file.optional]
        if missing:
            raise MissingWeights(_missing(spec, missing, settings))
        found = [(file, path) for file, path in looked if path]
    needed = [(file, path) for file, path in found if not file.optional]
    states = {state(file, path, settings) for file, path in needed}
    held = tuple(sums.of(path, settings) for _, path in needed)
    return Located(tuple(path for _, path in found), "custom" if "custom" in states else "official", held)


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
    if any(sums.of(path, settings).startswith(digits) for digits in file.also):
        return "published"
    if file.sha256:
        return "published" if sums.of(path, settings) == file.sha256 else "other"
    if file.md5 and sums.of(path, settings, "md5") == file.md5:
        return "published"
    return "recorded" if sums.of(path, settings) == sums.recorded(file.name, settings) else "other"


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


def _given(spec: Needs, given: tuple[Path, ...]) -> tuple[Path, ...]:
    needed = sum(not file.optional for file in spec.weights)
    if not needed <= len(given) <= len(spec.weights):
        wanted = ", then ".join(Path(file.name).name for file in spec.weights) or "no file at all"
        reads = f"{needed}" if needed == len(spec.weights) else f"{needed} to {len(spec.weights)}"
        raise UsageError(
            f"{spec.title} was given {len(given)} weights file(s); it reads {reads}: {wanted}. "
            f"Name them in that order: --weights {' '.join(['FILE'] * needed)}"
        )
    for path in given:
        if not paths.is_file(path):
            raise MissingWeights(
                f"There is no weights file {paths.shortened(path)}{paths.instead(path)}. "
                "Name one that exists: --weights FILE."
            )
    return _in_order(spec, given)


def _in_order(spec: Needs, given: tuple[Path, ...]) -> tuple[Path, ...]:
    """The files given in the order of `spec.weights`, where their content tells which is which."""
    if len(given) < 2 or not all(file.holds for file in spec.weights):
        return given
    told = [recognise.what(path) for path in given]
    wanted = [
        next((g for g, t in zip(given, told, strict=True) if t.startswith(f.holds)), None)
        for f in spec.weights
    ]
    found = tuple(path for path in wanted if path)
    return found if len(set(found)) == len(given) else given


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
