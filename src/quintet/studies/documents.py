"""Small results as JSON files: replaced in one step, and what is damaged counts as not there."""

import json
from pathlib import Path

from quintet.storage import atomic


def read(where: Path) -> dict:
    """What is stored, nothing where there is nothing or the file is damaged: it is computed again."""
    try:
        held = json.loads(where.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return held if isinstance(held, dict) else {}


def write(where: Path, held: dict) -> None:
    """Stores it; others see the old file or the new one."""
    atomic.write_json(where, held)
