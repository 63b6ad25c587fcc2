"""What went wrong and is none of our errors: its traceback, kept in a file that a sentence can point to."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

_BYTES = 1 << 20  # of one file; the one before it is kept


def record(error: BaseException, doing: str, folder: Path) -> Path | None:
    """Writes the traceback of `error` to errors.log in `folder`. None where that cannot be written."""
    path = folder / "errors.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=_BYTES, backupCount=1, encoding="utf-8",
                                      errors="backslashreplace")  # fmt: skip
    except OSError:
        return None
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    try:
        handler.emit(logging.LogRecord(__name__, logging.ERROR, "", 0, doing, None,
                                       (type(error), error, error.__traceback__)))  # fmt: skip
    finally:
        handler.close()
    return path
