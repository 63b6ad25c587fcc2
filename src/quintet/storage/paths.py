"""Paths a person gave: what lies there, asked so that no name, however long or odd, ends the program."""

import stat
from contextlib import suppress
from pathlib import Path

from quintet.names import readable


def is_folder(path: Path) -> bool:
    """Whether a folder lies there; no where the system refuses to say, as `trouble` then tells."""
    mode = _mode(path)
    return isinstance(mode, int) and stat.S_ISDIR(mode)


def is_file(path: Path) -> bool:
    """Whether a regular file lies there; no where the system refuses to say, as `trouble` then tells."""
    mode = _mode(path)
    return isinstance(mode, int) and stat.S_ISREG(mode)


def instead(path: Path) -> str:
    """What follows the sentence that no file lies there: ": it is a folder", or an empty string."""
    if reason := trouble(path):
        return "" if reason == "No such file or directory" else f": {reason.lower()}"
    return ": it is a folder" if is_folder(path) else ": it is a device or pipe"


def trouble(path: Path) -> str:
    """Why nothing can be opened there: "File name too long"; "" where something lies there."""
    mode = _mode(path)
    return mode if isinstance(mode, str) else ""


def expanded(path: Path) -> Path:
    """The absolute path; ~ is the home folder, and stays a letter where there is none of that user."""
    with suppress(RuntimeError):  # ~nobody-of-that-name
        path = path.expanduser()
    return path.absolute()


def shortened(path: Path, longest: int = 160) -> str:
    """A path in a sentence: its middle left out where it is longer than a line or two."""
    text = readable(str(path))
    return text if len(text) <= longest else f"{text[: longest // 2]}…{text[-longest // 2 :]}"


def _mode(path: Path) -> int | str:
    try:
        return path.stat().st_mode
    except OSError as error:  # pathlib's own is_dir lets ENAMETOOLONG, EACCES and EIO through
        return error.strerror or str(error)
    except ValueError:
        return "The name holds a NUL byte"
