"""Weights on their way in: fetched or copied beside their place, verified, and only then moved into it."""

import errno
import os
import shutil
import zipfile
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from quintet.errors import BadWeights, StoreError
from quintet.settings import Settings
from quintet.storage import atomic
from quintet.weights import connection, door, download, sums, zips
from quintet.weights.files import WeightFile

WAITING = ".new"  # how the names of files end that wait beside their place
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
    with door.reading((given,), "weights"):
        door.check_regular(given, "weights")
        if file.member and zipfile.is_zipfile(given) and _member(given, file):
            return _out_of(given, file, settings)
    new = _new(file, settings)
    try:
        new.parent.mkdir(parents=True, exist_ok=True)
        _copy(given, new)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise StoreError(
            f"{given} cannot be copied to {new.parent}: {error.strerror}. Nothing was changed. "
            "Make room, or name another folder: weights in quintet.toml."
        ) from error
    return new


def sweep(files: tuple[WeightFile, ...], settings: Settings) -> None:
    """Removes what a run that was killed left waiting beside these files' places."""
    for folder in {_place(file, settings).parent for file in files}:
        with suppress(OSError):
            for path in folder.glob(f".*{WAITING}"):
                path.unlink(missing_ok=True)


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
        with atomic.replacing(_place(file, settings)) as temporary:
            os.replace(path, temporary)
        download.discard(path)


def discard(staged: Staged) -> None:
    """Removes what waits."""
    for path in staged.values():
        download.discard(path)


def _out_of(archive: Path, file: WeightFile, settings: Settings) -> Path:
    """The one member of that name, written under our own name: a path inside the zip leads nowhere else."""
    new = _new(file, settings)
    found = _member(archive, file)
    name = archive.name.removesuffix(".part")
    if found is None:
        raise BadWeights(f"{name} is no zip that holds {_last(file.member)}.")
    try:
        new.parent.mkdir(parents=True, exist_ok=True)
        with zips.opened(archive) as held, held.open(found) as source, new.open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
    except OSError as error:
        new.unlink(missing_ok=True)
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES):
            raise StoreError(
                f"{new.parent} cannot be written: {error.strerror}. Make room, then run this again."
            ) from error
        raise BadWeights(f"{file.member} cannot be taken out of {name}: {error}.") from error
    except Exception as error:  # zipfile and zlib raise of everything
        new.unlink(missing_ok=True)
        reason = door.cleaned(str(error), 300)
        raise BadWeights(f"{file.member} cannot be taken out of {name}: {reason}.") from error
    return new


def _member(archive: Path, file: WeightFile) -> zipfile.ZipInfo | None:
    """The member by its file name, in whatever folder; None where the zip is none, has none or several."""
    if not zipfile.is_zipfile(archive):
        return None
    try:
        with zips.opened(archive) as held:
            members = held.infolist()
    except Exception as error:
        raise BadWeights(
            f"{archive.name.removesuffix('.part')} is a damaged zip ({door.cleaned(str(error), 300)})."
        ) from error
    named = [i for i in members if _last(i.filename) == _last(file.member) and not i.is_dir()]
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
    return _place(file, settings).with_name(f".{uuid4().hex}{WAITING}")


def _last(path: str) -> str:
    return Path(urlsplit(path).path).name
