"""Small results as JSON files: replaced in one step, and what is damaged counts as not there."""

import json
from pathlib import Path

from quintet.storage import atomic


def read(path: Path) -> dict:
    """What is stored, nothing where there is nothing or the file is damaged: it is computed again."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def write(path: Path, document: dict) -> None:
    """Stores it; others see the old file or the new one."""
    atomic.write_json(path, document)
