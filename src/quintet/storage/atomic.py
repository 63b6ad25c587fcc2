"""Files that are replaced in one step: whoever reads sees the old one or the new one, never a part.

A new file is written beside the old one under a name nobody else uses, forced to disk, and moved into place.
"""

import errno
import json
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from filelock import FileLock, Timeout

from quintet.errors import Busy, StoreError

_TEMPORARY = re.compile(r"\.(\d{1,9})\.[0-9a-f]{32}")
_CANNOT_WRITE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENAMETOOLONG,
                 errno.ENOENT, errno.ENOTDIR, errno.EIO, errno.EFBIG)  # fmt: skip


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """The name of a temporary file to write; it takes the place of `path` where the block ends well.

    A link is followed. Raises StoreError where `path` is no regular file (a folder, a device, a pipe) and
    where its disk refuses: full, read-only, not permitted. Then nothing has changed.
    """
    target = Path(os.path.realpath(path))
    check_replaceable(target)
    suffix = target.suffix if len(target.suffix) <= 16 else ""
    temporary = target.with_name(f".{os.getpid()}.{uuid4().hex}{suffix}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        sweep(target.parent)
        yield temporary
        _force_to_disk(temporary)
        os.replace(temporary, target)
        _force_to_disk(target.parent)
    except OSError as error:
        if error.errno not in _CANNOT_WRITE:
            raise
        raise StoreError(
            f"{path} cannot be written: {error.strerror}. Nothing was changed. "
            "Make room or choose another place, then run this again."
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def sweep(folder: Path) -> None:
    """Removes the temporary files in `folder` of processes that were killed while they wrote them."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            match = _TEMPORARY.match(entry.name)
            if match and not is_alive(int(match[1])):
                os.unlink(entry.path)


def is_alive(pid: int) -> bool:
    """Whether there is a process of that number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # another user's
    return True


def check_replaceable(path: Path) -> None:
    """Raises StoreError where something other than a regular file lies at `path`, or its name is too long."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}. Choose another name.") from error
    if not stat.S_ISREG(mode):
        kind = "a folder" if stat.S_ISDIR(mode) else "a device or pipe"
        raise StoreError(f"{path} is {kind}; only a regular file is replaced. Choose another name.")


def write_text(path: Path, text: str) -> None:
    """Replaces `path` by `text` in UTF-8. Raises StoreError as `replacing` does."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_json(path: Path, document: Any) -> None:
    """Replaces `path` by `document` as JSON. Raises StoreError as `replacing` does."""
    write_text(path, json.dumps(document, indent=1))


@contextmanager
def locked(path: Path, seconds: float = 30.0) -> Iterator[None]:
    """Holds a lock beside `path` between processes and threads: for reading, changing and writing it again.

    Raises Busy where another holds it for longer than `seconds`, StoreError where the folder refuses.
    """
    busy = f"{path.name} has been in use for {seconds:g} s by another program. Try again."
    with exclusive(path.with_name(f".{path.name}.lock"), busy, seconds):
        yield


@contextmanager
def exclusive(lock: Path, busy: str, seconds: float = 0.0) -> Iterator[None]:
    """Holds the file `lock` for this process alone, as long as the block lasts or the process lives.

    Raises Busy with the sentence `busy` where another holds it for longer than `seconds`, StoreError where
    the folder refuses.
    """
    file_lock = FileLock(lock, timeout=seconds)
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        file_lock.acquire()
    except Timeout as error:
        raise Busy(busy) from error
    except OSError as error:
        raise StoreError(
            f"{lock.parent} cannot be written: {error.strerror}. Nothing was changed. "
            "Make room, or name another folder: QUINTET_CACHE, QUINTET_DATA or QUINTET_WEIGHTS"
        ) from error
    try:
        yield
    finally:
        file_lock.release()


def _force_to_disk(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some file systems cannot, for folders
            raise
    finally:
        os.close(number)
