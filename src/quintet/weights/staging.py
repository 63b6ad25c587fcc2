"""Weights on their way in: fetched or copied beside their place, verified, and only then moved into it."""

import errno
import os
import shutil
import zipfile
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from quintet.backbones.base import WeightFile
from quintet.checkpoints import validation, zip_archive
from quintet.errors import BadWeights, StoreError
from quintet.settings import Settings
from quintet.storage import atomic
from quintet.weights import checksums, connection, download

WAITING = ".new"  # how the names of files end that wait beside their place
Staged = dict[WeightFile, Path]  # each file and where it waits


def address(file: WeightFile, settings: Settings) -> str:
    """Where the file is fetched from: its own mirror, the mirror of all, or the official source."""
    if file.name in settings.mirrors:
        return settings.mirrors[file.name]
    if settings.mirror:
        return f"{settings.mirror.rstrip('/')}/{Path(file.name).parent}/{_basename(file.url)}"
    return file.url


def fetch(
    group: tuple[WeightFile, ...],
    url: str,
    settings: Settings,
    progress: download.ProgressCallback,
    timeouts: connection.Timeouts,
) -> Staged:
    """The files of one address, verified: one file, or several out of one zip.

    Raises NotFetched (what came is kept), BadWeights (nothing is kept) where a checksum is another.
    """
    first = _target(group[0], settings)
    part = first.with_name((_basename(url) if group[0].member else first.name) + ".part")
    download.fetch(url, part, progress, timeouts)
    staged: Staged = {}
    try:
        for file in group:
            staged[file] = _extract(part, file, settings) if file.member else part
            verify(file, staged[file], settings)
    except BadWeights as error:
        abort(staged)
        download.discard(part)
        raise BadWeights(f"{error} Nothing was kept.") from error
    if group[0].member:
        download.discard(part)
    return staged


def import_file(file: WeightFile, path: Path, settings: Settings) -> Path:
    """A copy of the user's own file beside its place; of a zip that holds the file, the file."""
    with validation.reading((path,), "weights"):
        validation.check_regular(path, "weights")
        if file.member and zipfile.is_zipfile(path) and _find_member(path, file):
            return _extract(path, file, settings)
    new = _temporary_path(file, settings)
    try:
        new.parent.mkdir(parents=True, exist_ok=True)
        _copy(path, new)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise StoreError(
            f"{path} cannot be copied to {new.parent}: {error.strerror}. Nothing was changed. "
            "Make room, or name another folder: weights in quintet.toml."
        ) from error
    return new


def sweep(files: tuple[WeightFile, ...], settings: Settings) -> None:
    """Removes what a run that was killed left waiting beside these files' places."""
    for folder in {_target(file, settings).parent for file in files}:
        with suppress(OSError):
            for path in folder.glob(f".*{WAITING}"):
                path.unlink(missing_ok=True)


def verify(file: WeightFile, path: Path, settings: Settings) -> None:
    """Raises BadWeights with both checksums unless the file is the published one, or the first downloaded."""
    expected, kind = file.sha256 or checksums.recorded(file.name, settings), "sha256"
    if not expected and file.md5:
        expected, kind = file.md5, "md5"
    actual = checksums.compute(path, kind) if expected else ""
    if actual == expected:
        return
    which = "published file" if file.sha256 or kind == "md5" else "file that was downloaded first"
    raise BadWeights(
        f"{_basename(file.name)} is not the {which}: {kind} {actual} instead of {expected}, "
        f"{path.stat().st_size:,} bytes instead of about {file.bytes:,}."
    )


def commit(staged: Staged, settings: Settings, downloaded: bool) -> None:
    """Puts every file in its place in one step each, and holds checksums that are unknown upstream."""
    for file, path in staged.items():
        if downloaded and not file.sha256 and not checksums.recorded(file.name, settings):
            checksums.record(file.name, checksums.compute(path), settings)
        with atomic.replacing(_target(file, settings)) as temporary:
            os.replace(path, temporary)
        download.discard(path)


def abort(staged: Staged) -> None:
    """Removes what waits."""
    for path in staged.values():
        download.discard(path)


def _extract(archive: Path, file: WeightFile, settings: Settings) -> Path:
    """The one member of that name, written under our own name: a path inside the zip leads nowhere else."""
    new = _temporary_path(file, settings)
    member = _find_member(archive, file)
    name = archive.name.removesuffix(".part")
    if member is None:
        raise BadWeights(f"{name} is no zip that holds {_basename(file.member)}.")
    try:
        new.parent.mkdir(parents=True, exist_ok=True)
        opened = zip_archive.opened(archive)
        with opened as zip_file, zip_file.open(member) as source, new.open("wb") as target:
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
        reason = validation.clean_text(str(error), 300)
        raise BadWeights(f"{file.member} cannot be taken out of {name}: {reason}.") from error
    return new


def _find_member(archive: Path, file: WeightFile) -> zipfile.ZipInfo | None:
    """The member by its file name, in whatever folder; None where the zip is none, has none or several."""
    if not zipfile.is_zipfile(archive):
        return None
    try:
        with zip_archive.opened(archive) as zip_file:
            members = zip_file.infolist()
    except Exception as error:
        reason = validation.clean_text(str(error), 300)
        raise BadWeights(f"{archive.name.removesuffix('.part')} is a damaged zip ({reason}).") from error
    matches = [i for i in members if _basename(i.filename) == _basename(file.member) and not i.is_dir()]
    safe_matches = [
        i for i in matches if not i.filename.startswith(("__MACOSX/", "/")) and ".." not in i.filename
    ]
    return safe_matches[0] if len(safe_matches) == 1 else None


def _copy(path: Path, new: Path) -> None:
    """Shares the blocks where the disk can (Btrfs, XFS), else copies them."""
    with path.open("rb") as source, new.open("wb") as target:
        remaining = path.stat().st_size
        with suppress(OSError, AttributeError):  # another file system, or a system without this call
            while remaining and (copied := os.copy_file_range(source.fileno(), target.fileno(), remaining)):
                remaining -= copied
        if remaining:
            source.seek(0)
            target.seek(0)
            shutil.copyfileobj(source, target, 1 << 20)


def _target(file: WeightFile, settings: Settings) -> Path:
    return settings.weights / file.name


def _temporary_path(file: WeightFile, settings: Settings) -> Path:
    return _target(file, settings).with_name(f".{uuid4().hex}{WAITING}")


def _basename(path: str) -> str:
    return Path(urlsplit(path).path).name
