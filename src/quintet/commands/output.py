"""Where a command writes: checked before anything is computed, so that no answer and no file is lost."""

import os
from collections.abc import Sequence
from pathlib import Path

from quintet.errors import StoreError, UsageError
from quintet.storage import atomic


def check(out: Path, inputs: Sequence[Path] = (), flag: str = "--out") -> None:
    """Raises UsageError where `out` cannot be written or is one of the files that are read.

    By whatever name: a link, another path, a hard link to the same file.
    """
    for path in inputs:
        if _same(out, path):
            raise UsageError(
                f"{flag} {str(out)!r} is the file that is read ({str(path)!r}); it would be overwritten. "
                "Nothing was changed. Choose another name."
            )
    try:
        atomic.check_replaceable(out)
        there = out.parent.is_dir()
    except StoreError as error:
        raise UsageError(f"{flag}: {error}") from error
    if not there:
        raise UsageError(f"The folder {str(out.parent)!r} for {flag} does not exist. Make it first.")
    if not os.access(out.parent, os.W_OK):
        raise UsageError(f"The folder {str(out.parent)!r} for {flag} may not be written. Choose another.")


def _same(out: Path, path: Path) -> bool:
    try:
        return os.path.samefile(out, path)
    except OSError:  # one of them is not there
        return False
