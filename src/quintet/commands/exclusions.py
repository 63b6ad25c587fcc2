"""What --without names: an exclusion list that was kept, or a file, which is kept as a list first."""

from argparse import Namespace
from pathlib import Path

from quintet.catalogue import track_lists, tracks
from quintet.errors import UsageError
from quintet.evaluation import runs
from quintet.names import normalised
from quintet.settings import Settings
from quintet.wording import count


def resolve_list(arguments: Namespace, settings: Settings) -> str:
    """NAME@stamp of the list, "" for none; the Benchmarks page then finds it by its name.

    Raises MissingData, BadData, and UsageError for a file named like another list, or a list of other clips.
    """
    if not arguments.without:
        return ""
    dataset = arguments.dataset
    name = _save_list(dataset, arguments.without, settings)
    exclusion_list = runs.listed(dataset, name, settings)
    if not count_excluded(dataset, runs.Rules("", without=exclusion_list), settings):
        raise UsageError(
            f"The list {name!r} names no clip of {dataset!r}; ids of this dataset were expected. "
            "Choose another list."
        )
    return exclusion_list


def count_excluded(dataset: str, rules: runs.Rules, settings: Settings) -> int:
    """How many clips of the dataset the run leaves out; other ids on its list do nothing."""
    excluded_ids = runs.left_out(dataset, rules.without, settings)
    return (
        len(excluded_ids & set(tracks.columns(dataset, ["id"], settings)["id"].to_pylist()))
        if excluded_ids
        else 0
    )


def _save_list(dataset: str, name_or_path: str, settings: Settings) -> str:
    """The list's name; a file's is its own without the ending."""
    if not name_or_path.lower().endswith(".csv"):
        return name_or_path
    path = Path(name_or_path).expanduser()
    ids, name = track_lists.from_file(path), normalised(path.stem)
    if name not in map(normalised, track_lists.names(track_lists.EXCLUSION, dataset, settings)):
        track_lists.save(track_lists.EXCLUSION, dataset, name, ids, settings)
    stored_ids = track_lists.read(track_lists.EXCLUSION, dataset, name, settings)
    if track_lists.stamp(stored_ids) != track_lists.stamp(ids):
        raise UsageError(
            f"{path} lists {count(len(ids), 'clips')}, and another list of {len(stored_ids):,} is kept as "
            f"{name!r}. Rename the file, or write --without {name!r} for the kept one."
        )
    return name


def exclusion_text(document: dict) -> str:
    """How the first line of a benchmark goes on where a list was left out."""
    if not document["without"]:
        return ""
    name = document["without"].rpartition("@")[0]
    return f"; without the {count(document['left_out'], 'clips')} on the list {name!r}"
