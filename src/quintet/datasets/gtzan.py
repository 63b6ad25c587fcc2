"""GTZAN: 1,000 clips of 30 s in ten genres, as the original archive or the Kaggle copy unpacks them."""

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from quintet.datasets import _files
from quintet.datasets.base import DatasetLocation, Facts, Protocol, ReadReport, ReadResult, Track
from quintet.errors import MissingData

GENRES = ("blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock")
SPLIT = Path(__file__).parent / "data" / "gtzan_split.csv"
SECONDS = 30.0  # the clips last 29.93 to 30.65 s
KAGGLE = "genres_original"
UNREADABLE = {"jazz.00054": "unreadable in the Kaggle copy"}  # MARBLE-Benchmark, download_gtzan.sh
# Clips whose embeddings are equal to 1e-4, by genre and number. Sturm (2013), "The GTZAN dataset: Its
# contents, its faults", lists more; these are the ones that need no ear.
REPEATS = {
    "disco": ((98, 99),),
    "hiphop": ((39, 45), (76, 78)),
    "metal": ((34, 94), (40, 61), (41, 62), (42, 63), (43, 64), (44, 65), (45, 66)),
    "pop": ((54, 60),),
    "reggae": ((81, 82),),
}

_FF = Protocol(
    name="gtzan-ff",
    split="split",
    says="fault-filtered split: 443 clips to train, 197 to choose, 290 to test, no artist on two sides",
)
_TENFOLD = Protocol(
    name="gtzan-10fold",
    folds=10,
    says="ten folds of all clips, stratified by genre; artists and repeats are on both sides, which flatters",
)
_ARTIST = Protocol(
    name="gtzan-artist",
    folds=10,
    group="group",
    says="ten folds of all clips, stratified by genre, each artist in one fold, as the artist table says",
)

FACTS = Facts(
    title="GTZAN",
    noun="clips",
    label="genre",
    classes=GENRES,
    about="1,000 clips of 30 s, 100 per genre, gathered in 2000 and 2001. Some repeat, some are mislabelled; "
    "the fault-filtered split leaves 70 out.",
    licence="none given",
    source="Tzanetakis & Cook 2002; split: Kereliuk et al. 2015 (jongpillee/music_dataset_split, MIT)",
    protocols=(_FF, _TENFOLD),
    expects={"tracks": 1000, "split train": 443, "split valid": 197, "split test": 290}
    | {f"class {genre}": 100 for genre in GENRES},
    missing=("Artists: the files name none, pass --artists FILE.csv (columns clip, artist).",),
)

_CLIP = re.compile(rf"({'|'.join(GENRES)})\.000\d\d")
_RUN = "Run: quintet datasets add gtzan --root DIR"


def read(location: DatasetLocation, notes: ReadReport) -> ReadResult:
    """Every clip there is, by genre and number; `artist` and `group` from the user's table.

    Raises MissingData, and BadData for a damaged table of artists.
    """
    folder = _folder(location.root)
    artists = _files.artists(location.artists, notes)
    paths = _paths(folder, notes)
    splits = _splits()
    for lacking in sorted(splits.keys() - paths.keys()):
        notes.add("in the fault-filtered split, not on disk", lacking)
    for unknown in sorted(artists.keys() - paths.keys()):
        notes.add("in the artist table, not on disk", unknown)
    faults = _repeats() | (UNREADABLE if folder.resolve().name == KAGGLE else {})
    tracks = []
    for clip, path in sorted(paths.items()):
        artist = artists.get(clip, "")
        if artists and not artist:
            notes.add("not in the artist table, taken as an artist of its own", clip)
        tracks.append(
            Track(id=clip, path=path, title=clip, artist=artist, labels=(clip.partition(".")[0],),
                  split=splits.get(clip, ""), seconds=SECONDS, group=artist,
                  flags=(faults[clip],) if clip in faults else ())
        )  # fmt: skip
    return ReadResult(_facts(any(track.artist for track in tracks)), tracks)


def _facts(artists: bool) -> Facts:
    if not artists:
        return FACTS
    return replace(FACTS, protocols=(replace(_FF, group="group"), _TENFOLD, _ARTIST), missing=())


def _splits() -> dict[str, str]:
    """Clip -> train, valid or test: 930 of the 1,000."""
    lines = SPLIT.read_text(encoding="utf-8").splitlines()
    return {row["clip"]: row["split"] for row in csv.DictReader(s for s in lines if not s.startswith("#"))}


def _repeats() -> dict[str, str]:
    """Clip -> which other clip it repeats, both ways."""
    pairs = [(f"{g}.{a:05d}", f"{g}.{b:05d}") for g, repeats in REPEATS.items() for a, b in repeats]
    return {clip: f"exact repeat of {duplicate}" for a, b in pairs for clip, duplicate in ((a, b), (b, a))}


def _paths(folder: Path, notes: ReadReport) -> dict[str, Path]:
    """Clip -> its file. What else lies there is counted."""
    paths: dict[str, Path] = {}
    for path in _lying(folder, notes):
        clip, ending = path.stem, path.suffix.lower()
        if path.name.startswith("."):
            notes.add("hidden file, left out", _files.readable(path.name))
        elif ending not in (".wav", ".au") or not _is_clip(path) or path.is_dir():
            notes.add("file of another name, left out", _files.readable(path.name))
        elif clip in paths:
            notes.add("there as .wav and .au, the .wav taken", clip)
            if ending == ".wav":
                paths[clip] = path
        else:
            paths[clip] = path
    return paths


def _lying(folder: Path, notes: ReadReport) -> Iterator[Path]:
    """Files of the genres' folders, in order; other folders are counted."""
    for genre in sorted(folder.iterdir()):
        if genre.name not in GENRES:
            kind = (
                "folder of no GTZAN genre, left out" if genre.is_dir() else "file of another name, left out"
            )
            notes.add(kind, _files.readable(genre.name))
            continue
        try:
            yield from sorted(genre.iterdir())
        except OSError as error:
            notes.add(f"folder that cannot be read: {error.strerror}", genre.name)


def _is_clip(path: Path) -> bool:
    match = _CLIP.fullmatch(path.stem)
    return match is not None and match[1] == path.parent.name


def _folder(root: Path) -> Path:
    """The folder that holds blues/ to rock/: `root` or one below it. Raises MissingData."""
    folder = _within(root)
    if folder is not None:
        return folder
    around = [root.parent, root.parent.parent, *_files.folders(root), *_files.folders(root.parent)]
    right = next((candidate for candidate in map(_within, around) if candidate is not None), None)
    hint = f" It seems to be {right}: give that one." if right else ""
    raise MissingData(
        f"No GTZAN audio under {root}: expected genres/, genres_original/ or Data/genres_original/ with "
        "<genre>/<genre>.00000.wav or .au. "
        f"{_files.contents_hint(root)}{_files.archive_hint(root)}{hint} {_RUN}"
    )


def _within(root: Path) -> Path | None:
    ways = (root, root / "genres", root / KAGGLE, root / "Data" / KAGGLE)
    return next(
        (candidate for candidate in ways if any(map(_holds, (candidate / genre for genre in GENRES)))), None
    )


def _holds(folder: Path) -> bool:
    """Whether a genre's folder holds a clip of it."""
    try:
        return any(_is_clip(path) and path.suffix.lower() in (".wav", ".au") for path in folder.iterdir())
    except OSError:  # not there, or not to be read: it counts as empty
        return False
