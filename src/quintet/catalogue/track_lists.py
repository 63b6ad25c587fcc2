"""Lists of tracks a user made: selections to come back to, and exclusions a benchmark leaves out.

A CSV with the column id, and a reason where there is one, in the user's own folder; never in cache/.
"""

import csv
import io
import logging
import re
from collections.abc import Collection, Mapping
from hashlib import sha256
from pathlib import Path

from quintet.catalogue import tracks
from quintet.catalogue.export import formula_safe, formula_unescaped
from quintet.errors import MissingData, UsageError
from quintet.names import normalised
from quintet.settings import Settings
from quintet.storage import atomic, tables, text
from quintet.storage.paths import is_file, shortened

SELECTION, EXCLUSION = "selections", "exclusions"
_NAME = re.compile(r"[^\W_][\w .,()+-]{0,79}")


def names(kind: str, dataset: str, settings: Settings) -> list[str]:
    """Names of the lists of one kind, sorted."""
    return sorted(path.stem for path in (settings.data / kind / dataset).glob("*.csv"))


def save(kind: str, dataset: str, name: str, found: Mapping[str, str], settings: Settings) -> Path:
    """Keeps ids with the reason each is listed for ("" for none). Raises UsageError for a name or no id."""
    if not _NAME.fullmatch(normalised(name)):
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
    if not is_file(path):
        raise MissingData(f"No list of tracks at {shortened(path)}: expected a CSV with the column id.")
    rows = text.table(path, text.ANY, ("id",), _logged, by_hand=True)
    return {formula_unescaped(r["id"]): formula_unescaped(r.get("reason", "")) for _, r in rows if r["id"]}


def _logged(what: str, example: str) -> None:
    logging.getLogger(__name__).warning("%s: %s", example, what)


def spelt(ids: Collection[str], dataset: str, settings: Settings) -> frozenset[str]:
    """`ids` and the dataset's own spelling of each: a list names a track in whichever of Unicode's forms.

    A CSV that went through a spreadsheet has é as one letter, a name from macOS as two.
    """
    wanted = {normalised(i) for i in ids}
    if not tables.exists(tracks.path(dataset, settings)) or all(map(str.isascii, ids)):
        return frozenset(ids)
    every = tracks.columns(dataset, ["id"], settings)["id"].to_pylist()
    return frozenset(ids) | {i for i in every if normalised(i) in wanted}


def delete(kind: str, dataset: str, name: str, settings: Settings) -> None:
    """Takes a list away; one that is not there is no error."""
    _path(kind, dataset, name, settings).unlink(missing_ok=True)


def stamp(found: Mapping[str, str]) -> str:
    """8 hex digits that change when the ids do: part of the name of what was computed without them."""
    return sha256("\n".join(sorted(found)).encode()).hexdigest()[:8]


def _path(kind: str, dataset: str, name: str, settings: Settings) -> Path:
    folder, name = settings.data / kind / dataset, normalised(name)
    kept = (path for path in folder.glob("*.csv") if normalised(path.stem) == name)
    return next(kept, folder / f"{name}.csv")
