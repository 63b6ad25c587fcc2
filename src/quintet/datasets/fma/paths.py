"""Where FMA's metadata and its MP3s lie below, beside or around the folder a user names."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

from quintet.datasets._files import archive_hint
from quintet.datasets.base import DatasetLocation
from quintet.datasets.fma.facts import SIZES
from quintet.errors import MissingData

LARGEST_FIRST = tuple(reversed(SIZES))
TABLE = "tracks.csv"


@dataclass(frozen=True)
class Layout:
    """What was found: the folder of tracks.csv, which size is meant, and the folder of its MP3s if any."""

    metadata: Path
    size: str
    audio: Path | None
    hint: str  # about archives of the audio that were not unpacked; "" without any

    def mp3(self, number: int) -> Path | None:
        """000/000002.mp3 below the folder of the size, whether or not it is there."""
        name = f"{number:06d}"
        return self.audio / name[:3] / f"{name}.mp3" if self.audio else None


def layout(location: DatasetLocation) -> Layout:
    """The layout around a root: the folder of both, either of them, or a copy nested in itself.

    Raises MissingData with the folder that would be right where that can be told.
    """
    try:
        return _layout(location.root, location.variant)
    except OSError as error:
        raise MissingData(
            f"{error.filename or location.root} cannot be read: {error.strerror or error}. Expected a folder "
            f"with fma_metadata/{TABLE}. Correct its rights, then run: quintet datasets add fma --root DIR"
        ) from error


def _layout(root: Path, variant: str) -> Layout:
    named_size = _size_named(root)
    inside = [root.parent] if named_size or root.name == "fma_metadata" else []
    bases = [root, *inside]
    metadata = next((folder for folder in _metadata_folders(bases) if (folder / TABLE).is_file()), None)
    if metadata is None:
        raise MissingData(_wrong_folder_message(root))
    requested = variant or named_size
    size = requested or next((s for s in LARGEST_FIRST if _audio(bases, s)), "full")
    audio = next(filter(None, (_audio(bases, s) for s in _with_its_clips(size))), None)
    return Layout(
        metadata, size, audio, "" if audio else _unpacked(bases, (requested,) if requested else LARGEST_FIRST)
    )


def _metadata_folders(bases: list[Path]) -> list[Path]:
    names = ("fma_metadata", "fma_metadata/fma_metadata", ".")
    return [base / name for base in bases for name in names]


def _with_its_clips(size: str) -> tuple[str, ...]:
    """The size, then larger ones that hold the same clips; full holds whole tracks instead."""
    return SIZES[SIZES.index(size) : -1] or (size,)


def _audio(bases: list[Path], size: str) -> Path | None:
    name = f"fma_{size}"
    candidates = [base / n for base in bases for n in (name, f"{name}/{name}")]
    candidates += [base for base in bases if base.name == name]
    return next((folder for folder in candidates if _holds_numbers(folder)), None)


def _holds_numbers(folder: Path) -> bool:
    """Whether it has a folder 000 to 155, as every size has."""
    if not folder.is_dir():
        return False
    return any(p.name.isdigit() and len(p.name) == 3 and p.is_dir() for p in folder.iterdir())


def _size_named(root: Path) -> str:
    """The size a root is itself the folder of: fma_medium -> medium."""
    size = root.name.removeprefix("fma_")
    return size if root.name.startswith("fma_") and size in SIZES else ""


def _unpacked(bases: list[Path], sizes: tuple[str, ...]) -> str:
    """A sentence about an archive of these sizes where it lies there instead of its folder."""
    archives = (base / f"fma_{size}.zip" for size in sizes for base in bases)
    archive = next((path for path in archives if path.is_file()), None)
    if archive is None:
        return ""
    if zipfile.is_zipfile(archive):
        return f" {archive.name} is there: unpack it first (7z can, some builds of unzip cannot)."
    return f" {archive.name} is there but is no whole zip ({archive.stat().st_size:,} bytes): fetch it again."


def _wrong_folder_message(root: Path) -> str:
    """What was expected, what is there instead, and the right folder where it can be told."""
    expected = f"No FMA metadata under {root}: expected fma_metadata/{TABLE}."
    end = "Run: quintet datasets add fma --root DIR"
    if not root.is_dir():
        return f"No folder {root}: expected one with fma_metadata/{TABLE} in it. {end}"
    right = _suggestion(root)
    if right:
        return f"{expected} It lies in {right}. Run: quintet datasets add fma --root {right}"
    empty = next((p for p in (root / "fma_metadata", root) if p.name == "fma_metadata" and p.is_dir()), None)
    if empty:
        return f"{expected} {empty.name} is there, but holds {_listed(empty)}.{archive_hint(empty)} {end}"
    return f"{expected} There is {_listed(root)}.{archive_hint(root)} Its archive is fma_metadata.zip. {end}"


def _suggestion(root: Path) -> Path | None:
    """A folder near a wrong root that has fma_metadata in it."""
    above = [parent for parent in root.parents[:3] if (parent / "fma_metadata" / TABLE).is_file()]
    depths = ("*/fma_metadata", "*/*/fma_metadata")
    below = [path for depth in depths for path in sorted(root.glob(f"{depth}/{TABLE}"))]
    return next(iter([*above, *(table.parents[1] for table in below)]), None)


def _listed(folder: Path) -> str:
    names = sorted(p.name for p in folder.iterdir())
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return (", ".join(names[:5]) + more) if names else "nothing"
