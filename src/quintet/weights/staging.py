"""Weights on their way in: fetched or copied beside their place, verified, and only then moved into it."""

import os
import shutil
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from quintet.errors import BadWeights
from quintet.settings import Settings
from quintet.weights import connection, download, sums
from quintet.weights.files import WeightFile

Staged = dict[WeightFile, Path]  # each file and where it waits


def address(file: WeightFile, settings: Settings) -> str:
    """Where the file is fetched from: its own mirror, the mirror of all, or the official source."""
    if file.name in settings.mirrors:
        return settings.mirrors[file.name]
    if settings.mirror:
        return f"{settings.mirror.rstrip('/')}/{Path(file.name).parent}/{_last(file.url)}"
    return file.url


def fetch(
    group: tuple[WeightFile, ...],
    url: str,
    settings: Settings,
    show: download.Show,
    patience: connection.Patience,
) -> Staged:
    """The files of one address, verified: one file, or several out of one zip.

    Raises NotFetched (what came is kept), BadWeights (nothing is kept) where a checksum is another.
    """
    first = _place(group[0], settings)
    part = first.with_name((_last(url) if group[0].member else first.name) + ".part")
    download.fetch(url, part, show, patience)
    staged: Staged = {}
    try:
        for file in group:
            staged[file] = _out_of(part, file, settings) if file.member else part
            verify(file, staged[file], settings)
    except BadWeights as error:
        discard(staged)
        download.discard(part)
        raise BadWeights(f"{error} Nothing was kept.") from error
    if group[0].member:
        download.discard(part)
    return staged


def take(file: WeightFile, given: Path, settings: Settings) -> Path:
    """A copy of the user's own file beside its place; of a zip that holds the file, the file."""
    new = _new(file, settings)
    new.parent.mkdir(parents=True, exist_ok=True)
    try:
        if file.member and zipfile.is_zipfile(given) and _member(given, file):
            return _out_of(given, file, settings)
        _copy(given, new)
    except OSError as error:
        raise BadWeights(f"{given} cannot be copied to {new.parent}: {error.strerror}.") from error
    return new


def verify(file: WeightFile, path: Path, settings: Settings) -> None:
    """Raises BadWeights with both checksums unless the file is the published one, or the first downloaded."""
    expected, kind = file.sha256 or sums.recorded(file.name, settings), "sha256"
    if not expected and file.md5:
        expected, kind = file.md5, "md5"
    found = sums.digest(path, kind) if expected else ""
    if found == expected:
        return
    which = "published file" if file.sha256 or kind == "md5" else "file that was downloaded first"
    raise BadWeights(
        f"{_last(file.name)} is not the {which}: {kind} {found} instead of {expected}, "
        f"{path.stat().st_size:,} bytes instead of about {file.bytes:,}."
    )


def move_in(staged: Staged, settings: Settings, downloaded: bool) -> None:
    """Puts every file in its place in one step each, and holds checksums that are unknown upstream."""
    for file, path in staged.items():
        if downloaded and not file.sha256 and not sums.recorded(file.name, settings):
            sums.record(file.name, sums.digest(path), settings)
        os.replace(path, _place(file, settings))
        download.discard(path)


def discard(staged: Staged) -> None:
    """Removes what waits."""
    for path in staged.values():
        download.discard(path)


def _out_of(archive: Path, file: WeightFile, settings: Settings) -> Path:
    """The one member of that name, written under our own name: a path inside the zip leads nowhere else."""
    new = _new(file, settings)
    found = _member(archive, file)
    if found is None:
        raise BadWeights(f"{archive.name} is no zip that holds {_last(file.member)}.")
    try:
        with zipfile.ZipFile(archive) as held, held.open(found) as source, new.open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        new.unlink(missing_ok=True)
        raise BadWeights(f"{file.member} cannot be taken out of {archive.name}: {error}.") from error
    return new


def _member(archive: Path, file: WeightFile) -> zipfile.ZipInfo | None:
    """The member by its file name, in whatever folder; None where the zip is none, has none or several."""
    if not zipfile.is_zipfile(archive):
        return None
    with zipfile.ZipFile(archive) as held:
        named = [i for i in held.infolist() if _last(i.filename) == _last(file.member) and not i.is_dir()]
    found = [i for i in named if not i.filename.startswith(("__MACOSX/", "/")) and ".." not in i.filename]
    return found[0] if len(found) == 1 else None


def _copy(given: Path, new: Path) -> None:
    """Shares the blocks where the disk can (Btrfs, XFS), else copies them."""
    with given.open("rb") as source, new.open("wb") as target:
        left = given.stat().st_size
        with suppress(OSError, AttributeError):  # another file system, or a system without this call
            while left and (done := os.copy_file_range(source.fileno(), target.fileno(), left)):
                left -= done
        if left:
            source.seek(0)
            target.seek(0)
            shutil.copyfileobj(source, target, 1 << 20)


def _place(file: WeightFile, settings: Settings) -> Path:
    return settings.weights / file.name


def _new(file: WeightFile, settings: Settings) -> Path:
    place = _place(file, settings)
    return place.with_name(place.name + ".new")


def _last(path: str) -> str:
    return Path(urlsplit(path).path).name
