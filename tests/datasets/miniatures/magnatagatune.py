"""MagnaTagATune in small: both tables with their real columns, 27 clips, and short mp3s made on the spot.

The tag columns stand in another order than the classes, as in the real file. Two of the three known bad
files are there without being mp3, the third has no file; one clip of clip_info_final.csv has no annotation.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from quintet.datasets.base import DatasetLocation
from quintet.datasets.magnatagatune import TOP
from tests import sounds

OTHERS = tuple(f"other word {n}" for n in range(138))  # with TOP the 188 columns of the real file
TAGS = tuple(reversed(TOP)) + OTHERS
INFO = (
    "clip_id", "track_number", "title", "artist", "album", "url", "segmentStart", "segmentEnd",
    "original_url", "mp3_path",
)  # fmt: skip
ARTISTS = {
    "0": "Ashgrove",
    "4": "Bellwether",
    "b": "Corvid Trio",
    "c": "Dune",
    "d": "Ashgrove",
    "f": 'Elm & "Oak"',
}
BAD = {"6": "35644", "8": "55753", "9": "57881"}


@dataclass(frozen=True)
class Clip:
    """One clip as both tables tell it."""

    id: str
    folder: str
    artist: str
    tags: tuple[str, ...]
    start: int = 30  # seconds

    @property
    def path(self) -> str:
        """As mp3_path has it: folder, artist, album, number, title, start, end."""
        slug = "".join(c if c.isalnum() else "_" for c in self.artist.lower())
        return f"{self.folder}/{slug}-an_album-01-title_{self.id}-{self.start}-{self.start + 29}.mp3"


def clips() -> list[Clip]:
    """Four clips in each of six folders, one of the four without a top-50 tag; and the three bad ones."""
    found = [
        Clip(str(10 * n + k), folder, artist, _tags(n, k), 30 + 29 * k)
        for n, (folder, artist) in enumerate(ARTISTS.items(), start=1)
        for k in range(4)
    ]
    return [*found, *(Clip(i, folder, "Ashgrove", ("rock",)) for folder, i in BAD.items())]


def _tags(n: int, k: int) -> tuple[str, ...]:
    if k == 3:
        return (OTHERS[n],)
    return (TOP[n], TOP[(n + k) % 50], OTHERS[k])


def make(root: Path) -> DatasetLocation:
    """Writes the tree below `root`."""
    rows = clips()
    tables(root, rows)
    sound = sounds.encode(root / "one.mp3", "mp3", seconds=0.7).read_bytes()
    (root / "one.mp3").unlink()
    for clip in rows:
        if clip.id != "35644":
            path = root / clip.path
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"no mp3" if clip.id in BAD.values() else sound)
    return DatasetLocation(root)


def tables(root: Path, rows: list[Clip], delimiter: str = "\t") -> None:
    """Both tables, every cell in quotes; clip_info_final.csv has one clip that nobody annotated."""
    with (root / "annotations_final.csv").open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL)
        write.writerow(("clip_id", *TAGS, "mp3_path"))
        write.writerows((c.id, *(int(t in c.tags) for t in TAGS), c.path) for c in rows)
    with (root / "clip_info_final.csv").open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL)
        write.writerow(INFO)
        write.writerows(
            (c.id, "01", f"Title {c.id}", c.artist, "An album", "http://example.org/", c.start, c.start + 29,
             f"http://example.org/{c.id}.mp3", c.path)
            for c in [*rows, Clip("999", "0", "Ashgrove", ())]
        )  # fmt: skip
