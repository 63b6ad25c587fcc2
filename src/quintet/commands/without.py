"""What --without names: an exclusion list that was kept, or a file, which is kept as a list first."""

from argparse import Namespace
from pathlib import Path

from quintet.catalogue import lists, tracks
from quintet.errors import UsageError
from quintet.names import normalised
from quintet.settings import Settings
from quintet.studies import runs
from quintet.wording import count


def listed(arguments: Namespace, settings: Settings) -> str:
    """NAME@stamp of the list, "" for none; the Benchmarks page then finds it by its name.

    Raises MissingData, BadData, and UsageError for a file named like another list, or a list of other clips.
    """
    if not arguments.without:
        return ""
    dataset = arguments.dataset
    name = _kept(dataset, arguments.without, settings)
    found = runs.listed(dataset, name, settings)
    if not counted(dataset, runs.Rules("", without=found), settings):
        raise UsageError(
            f"The list {name!r} names no clip of {dataset!r}; ids of this dataset were expected. "
            "Choose another list."
        )
    return found


def counted(dataset: str, rules: runs.Rules, settings: Settings) -> int:
    """How many clips of the dataset the run leaves out; other ids on its list do nothing."""
    found = runs.left_out(dataset, rules.without, settings)
    return len(found & set(tracks.columns(dataset, ["id"], settings)["id"].to_pylist())) if found else 0


def _kept(dataset: str, given: str, settings: Settings) -> str:
    """The list's name; a file's is its own without the ending."""
    if not given.lower().endswith(".csv"):
        return given
    path = Path(given).expanduser()
    found, name = lists.from_file(path), normalised(path.stem)
    if name not in map(normalised, lists.names(lists.EXCLUSION, dataset, settings)):
        lists.save(lists.EXCLUSION, dataset, name, found, settings)
    held = lists.read(lists.EXCLUSION, dataset, name, settings)
    if lists.stamp(held) != lists.stamp(found):
        raise UsageError(
            f"{path} lists {count(len(found), 'clips')}, and another list of {len(held):,} is kept as "
            f"{name!r}. Rename the file, or write --without {name!r} for the kept one."
        )
    return name


def said(document: dict) -> str:
    """How the first line of a benchmark goes on where a list was left out."""
    if not document["without"]:
        return ""
    name = document["without"].rpartition("@")[0]
    return f"; without the {count(document['left_out'], 'clips')} on the list {name!r}"
