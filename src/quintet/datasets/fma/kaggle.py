"""The Kaggle notebook "Genre Classification with FMA Data" (jojothepizza): its tracks, and its split.

A track without a root genre gets that of the first genre it names; International and genres of fewer than
1,000 tracks are left out; 30 % of the rest, drawn by chance, are tested. Artists are on both sides.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np

from quintet.datasets.base import Column, Protocol, ReadReport
from quintet.datasets.fma.tables import Genres

LEFT_OUT, LEAST = "International", 1000
TESTED, SEED = 0.3, 123
COLUMNS = (
    Column("kaggle_genre", shown=False, says="the genre a Kaggle notebook takes: its first genre's root"),
    Column(
        "kaggle_split",
        shown=False,
        says="the random 70/30 split of a Kaggle notebook, artists on both sides",
    ),
)
NotebookSplit = Mapping[int, tuple[str, str]]  # track id -> its genre there, and train or test


def notebook_split(rows: Iterator[tuple[int, dict[str, str]]], tree: Genres) -> NotebookSplit:
    """The tracks that the notebook keeps of `rows`, in their order. Without genres.csv fewer have a genre."""
    genres = {number: _genre(row, tree) for number, row in rows}
    sizes = Counter(genres.values())
    selected = [n for n, genre in genres.items() if genre and genre != LEFT_OUT and sizes[genre] >= LEAST]
    # as scikit-learn's train_test_split(test_size=0.3, random_state=123) draws
    order = np.random.RandomState(SEED).permutation(len(selected))
    tested = set(order[: int(np.ceil(TESTED * len(selected)))].tolist())
    return {n: (genres[n], "test" if at in tested else "train") for at, n in enumerate(selected)}


def protocol(notebook: NotebookSplit) -> tuple[Protocol, ...]:
    """The notebook's protocol; none where nothing is left to tell apart."""
    classes = tuple(sorted({genre for genre, _ in notebook.values()}))
    if len(classes) < 2:
        return ()
    rule = Protocol(
        name="fma-kaggle", split="kaggle_split", group="group", label="kaggle_genre", classes=classes,
        says="a Kaggle notebook's genres and random split, 70/30: artists are on both sides, which flatters",
    )  # fmt: skip
    return (rule,)


def _genre(row: dict[str, str], tree: Genres) -> str:
    """The root genre, else the root of the first genre named, else ""."""
    if row["track.genre_top"]:
        return row["track.genre_top"]
    titles = tree.titles_of(row["track.genres"], ReadReport())
    at, visited = titles[0] if titles else "", set()
    while tree.parents.get(at) and at not in visited:
        visited.add(at)
        at = tree.parents[at]
    return at
