"""A person's own music: three sub-folders and a file beside them, tagged as people's files are."""

from pathlib import Path

import mutagen
from mutagen.id3 import TALB, TCON, TDRC, TIT2, TPE1

from quintet.datasets.base import DatasetLocation
from tests.sounds import encode

SONG = {"title": "Jóga", "artist": "Björk", "album": "Homogenic", "date": "1997-09-22", "genre": "Electronic"}
_FRAMES = {"title": TIT2, "artist": TPE1, "album": TALB, "date": TDRC, "genre": TCON}


def make(root: Path) -> DatasetLocation:
    """Ten files of five kinds: some tagged, some not, one whose tags hold markup and quotes."""
    write(root / "Calm & quiet" / "one.flac", SONG)
    write(root / "Calm & quiet" / "two.mp3", SONG | {"title": "Bachelorette"})
    write(root / "Calm & quiet" / "disc 2" / "three.ogg", {"artist": "björk"})
    write(root / "Calm & quiet" / "four.wav", SONG)
    write(root / "“Loud”" / "<b>five</b>.m4a", {"title": "<script>alert('five')</script>", "artist": "A;B"})
    write(root / "“Loud”" / "six.opus", {"album": "Only an album"})
    write(root / "“Loud”" / "seven.wma")
    write(root / "“Loud”" / "eight.webm")
    write(root / "it's third" / "nine.mp3")
    write(root / "ten.flac", {"title": "Beside the folders"})
    (root / "cover.jpg").write_bytes(b"a picture")
    (root / "“Loud”" / "._six.opus").write_bytes(b"a Mac was here")
    return DatasetLocation(root)


def write(path: Path, tags: dict[str, str] | None = None) -> Path:
    """A sound file of half a second in the format of its ending, with tags where they are given."""
    path.parent.mkdir(parents=True, exist_ok=True)
    encode(path, path.suffix[1:], 0.5)
    if not tags:
        return path
    file = mutagen.File(path, easy=True)
    if file.tags is None:
        file.add_tags()
    for name, text in tags.items():
        if path.suffix == ".wav":  # mutagen has no easy names for it
            file.tags.add(_FRAMES[name](encoding=3, text=[text]))
        else:
            file[name] = text
    file.save()
    return path
