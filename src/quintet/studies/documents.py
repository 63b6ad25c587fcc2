"""Small results as JSON files: replaced in one step, and what is damaged counts as not there."""

import json
import os
from pathlib import Path


def read(where: Path) -> dict:
    """What is stored, nothing where there is nothing or the file is damaged: it is computed again."""
    try:
        held = json.loads(where.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}


def write(where: Path, held: dict) -> None:
    """Stores it; others see the old file or the new one."""
    where.parent.mkdir(parents=True, exist_ok=True)
    new = where.with_suffix(f".{os.getpid()}")
    new.write_text(json.dumps(held, indent=1), encoding="utf-8")
    os.replace(new, where)
