"""Lint of our own: the names of backbones and datasets are typed only where they live.

What differs between two entries is a field of their facts, so a sixth backbone is one new file. Run by
`make check`; prints each place and ends with status 1 where there is one.
"""

import ast
import sys
from pathlib import Path

from quintet import registry

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "src" / "quintet"
# A variant named after the people whose recipe it is, who gave a dataset their name too.
MAY_NAME = {("datasets", "librosa518"), ("backbones", "cli"), ("datasets", "cli")}


def strings(path: Path) -> set[str]:
    """Every string constant of a file."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def places() -> list[str]:
    """Files that name an entry of a kind they do not belong to."""
    code = [ROOT / "app.py", *ROOT.glob("pages/*.py"), *ROOT.glob("src/**/*.py")]
    listed = []
    for kind in ("backbones", "datasets"):
        entries = set(registry.names(kind))
        for path in code:
            exempt = path.is_relative_to(LIBRARY / kind) or (kind, path.stem) in MAY_NAME
            exempt = exempt or any((kind, part) in MAY_NAME for part in path.parts)
            if not exempt and (named := entries & strings(path)):
                listed.append(f"{path.relative_to(ROOT)} names {', '.join(sorted(named))} of {kind}")
    return listed


if __name__ == "__main__":
    found = places()
    sys.stdout.write("".join(f"{line}\n" for line in found))
    sys.exit(bool(found))
