"""Lists of tracks a user made: selections to come back to, and exclusions a benchmark leaves out.

A CSV with the column id, and a reason where there is one, in the user's own folder; never in cache/.
"""

import csv
import io
import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from quintet.catalogue.export import formula_safe, formula_unescaped
from quintet.errors import BadData, MissingData, UsageError
from quintet.settings import Settings
from quintet.storage import atomic

SELECTION, EXCLUSION = "selections", "exclusions"
_NAME = re.compile(r"[^\W_][\w .,()+-]{0,79}")


def names(kind: str, dataset: str, settings: Settings) -> list[str]:
    """Names of the lists of one kind, sorted."""
    return sorted(path.stem for path in (settings.data / kind / dataset).glob("*.csv"))


def save(kind: str, dataset: str, name: str, found: Mapping[str, str], settings: Settings) -> Path:
    """Keeps ids with the reason each is listed for ("" for none). Raises UsageError for a name or no id."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} cannot name a list: expected letters, digits, spaces and . , ( ) + - _, at most 80. "
            "Choose another."
        )
    if not found:
        raise UsageError(f"The list {name!r} would be empty: at least one track was expected.")
    path = _path(kind, dataset, name, settings)
    atomic.write_text(path, as_csv(found))
    return path


def as_csv(reasons: Mapping[str, str]) -> str:
    """A list as a file: what `from_file` reads, and no spreadsheet runs."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(("id", "reason"))
    writer.writerows(map(formula_safe, row) for row in reasons.items())
    return file.getvalue()


def read(kind: str, dataset: str, name: str, settings: Settings) -> dict[str, str]:
    """Id -> reason of a kept list. Raises MissingData with those there are, BadData."""
    path = _path(kind, dataset, name, settings)
    if not path.is_file():
        known = ", ".join(names(kind, dataset, settings)) or "none"
        raise MissingData(f"No list {name!r} among the {kind} of {dataset!r}. Known: {known}.")
    return from_file(path)


def from_file(path: Path) -> dict[str, str]:
    """Id -> reason of a CSV with the column id. Raises MissingData, BadData."""
    if not path.is_file():
        raise MissingData(f"No list of tracks at {path}: expected a CSV with the column id.")
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = csv.DictReader(file)
        if "id" not in (rows.fieldnames or ()):
            raise BadData(
                f"{path} has the columns {', '.join(rows.fieldnames or ()) or 'none'}; expected one "
                "named id, and reason if you like."
            )
        return {
            formula_unescaped(row["id"]): formula_unescaped(row.get("reason") or "")
            for row in rows
            if row["id"]
        }


def delete(kind: str, dataset: str, name: str, settings: Settings) -> None:
    """Takes a list away; one that is not there is no error."""
    _path(kind, dataset, name, settings).unlink(missing_ok=True)


def stamp(found: Mapping[str, str]) -> str:
    """8 hex digits that change when the ids do: part of the name of what was computed without them."""
    return sha256("\n".join(sorted(found)).encode()).hexdigest()[:8]


def _path(kind: str, dataset: str, name: str, settings: Settings) -> Path:
    return settings.data / kind / dataset / f"{name}.csv"
