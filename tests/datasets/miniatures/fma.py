"""FMA as it lies on a disk: real header lines and columns, invented rows, MP3s made on the spot.

fma_genres.csv is the real genres.csv of fma_metadata.zip (mdeff/fma, CC BY 4.0): 163 genres, 16 roots.
"""

import csv
import hashlib
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from quintet.datasets.base import DatasetLocation
from tests.sounds import encode

GENRES = Path(__file__).with_name("fma_genres.csv")
GROUPS = {
    "album": "comments date_created date_released engineer favorites id information listens producer tags "
    "title tracks type",
    "artist": "active_year_begin active_year_end associated_labels bio comments date_created favorites id "
    "latitude location longitude members name related_projects tags website wikipedia_page",
    "set": "split subset",
    "track": "bit_rate comments composer date_created date_recorded duration favorites genre_top genres "
    "genres_all information interest language_code license listens lyricist number publisher tags title",
}
COLUMNS = [f"{group}.{name}" for group, names in GROUPS.items() for name in names.split()]  # 52
FEATURES = {  # in the order of mdeff/fma, features.py, before it sorts them
    "chroma_stft": 12, "chroma_cqt": 12, "chroma_cens": 12, "tonnetz": 6, "mfcc": 20, "rmse": 1, "zcr": 1,
    "spectral_centroid": 1, "spectral_bandwidth": 1, "spectral_contrast": 7, "spectral_rolloff": 1,
}  # fmt: skip
MOMENTS = ("mean", "std", "skew", "kurtosis", "median", "min", "max")
ECHONEST = {
    "audio_features": ["acousticness", "danceability", "energy", "instrumentalness", "liveness",
                       "speechiness", "tempo", "valence"],
    "metadata": ["album_date", "album_name", "artist_latitude", "artist_location", "artist_longitude",
                 "artist_name", "release"],
    "ranks": ["artist_discovery_rank", "artist_familiarity_rank", "artist_hotttnesss_rank",
              "song_currency_rank", "song_hotttnesss_rank"],
    "social_features": ["artist_discovery", "artist_familiarity", "artist_hotttnesss", "song_currency",
                        "song_hotttnesss"],
    "temporal_features": [f"{n:03d}" for n in range(224)],
}  # fmt: skip
USUAL = {  # one row of the real table's kind, where nothing else is said
    "album.comments": "0", "album.date_created": "2008-11-26 01:44:45",
    "album.date_released": "2009-01-05 00:00:00",
    "album.favorites": "4", "album.id": "1", "album.information": "<p></p>", "album.listens": "6073",
    "album.tags": "[]", "album.title": "A Way, Of \"Life\"", "album.tracks": "7", "album.type": "Album",
    "artist.active_year_begin": "2006-01-01 00:00:00", "artist.bio": "<p>Two lines,\nand a \"quote\"</p>",
    "artist.comments": "0", "artist.favorites": "9", "artist.id": "1", "artist.latitude": "40.0583238",
    "artist.name": "Björk & Söhne", "artist.tags": "['awol']", "set.split": "training", "set.subset": "small",
    "track.bit_rate": "256000", "track.comments": "0", "track.date_created": "2008-11-26 01:48:12",
    "track.date_recorded": "2008-11-26 00:00:00", "track.duration": "168", "track.favorites": "2",
    "track.genre_top": "Hip-Hop", "track.genres": "[539]", "track.genres_all": "[21, 539]",
    "track.interest": "4656", "track.language_code": "en",
    "track.license": "Attribution-NonCommercial-ShareAlike 3.0 International", "track.listens": "1293",
    "track.number": "3", "track.tags": "[]", "track.title": "Food",
}  # fmt: skip
ROOTS = {"Electronic": 15, "Experimental": 38, "Folk": 17, "Hip-Hop": 21, "Instrumental": 1235,
         "International": 2, "Pop": 10, "Rock": 12, "Blues": 3, "Jazz": 4}  # fmt: skip
SMALL = ("Electronic", "Experimental", "Folk", "Hip-Hop", "Instrumental", "International", "Pop", "Rock")


def make(root: Path) -> DatasetLocation:
    """24 tracks: 16 small, 4 medium, 4 large, of which fma_medium has 19 as MP3; known faults among them."""
    base = root / 'Free Music Archive\'s "copy"'
    rows = list(_few())
    write_metadata(base / "fma_metadata", rows)
    write_features(base / "fma_metadata", [number for number, _ in rows])
    sound = encode(root / "one.mp3", "mp3", seconds=0.6)
    lines = []
    for number, row in rows:
        if row.get("set.subset") == "large" or number == 5:
            continue  # 5: absent, as after a broken unpacking
        name = f"{number // 1000:03d}/{number:06d}.mp3"
        path = base / "fma_medium" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(sound, path)
        lines.append(f"{hashlib.sha1(path.read_bytes()).hexdigest()}  {name}\n")
    sound.unlink()
    (base / "fma_medium" / "checksums").write_text("".join(lines), encoding="utf-8")
    return DatasetLocation(base)


def _few() -> Iterator[tuple[int, dict[str, str]]]:
    """Ids 2 to 25, three of which give way to clips with a known fault; an artist has one split."""
    faulty = {6: 1486, 10: 98565, 14: 107535}  # no audio, cut short, reported as nearly silent
    splits = ("training", "training", "validation", "test")
    for n in range(24):
        genre = SMALL[n % 8] if n < 16 else ("Blues", "Jazz")[n % 2] if n < 20 else ""
        artist = n % 4 + 10 * (n // 12)
        yield faulty.get(n + 2, n + 2), {
            "set.split": splits[n % 4], "set.subset": "small" if n < 16 else "medium" if n < 20 else "large",
            "track.genre_top": genre,
            "track.genres_all": f"[{ROOTS[genre]}]" if genre else "[107, 1235, 25, 12]",
            "track.title": f"Track {n}", "artist.id": str(artist), "artist.name": f"Björk & Söhne {artist}",
        }  # fmt: skip


def write_metadata(folder: Path, rows: Iterable[tuple[int, dict[str, str]]]) -> Path:
    """fma_metadata with tracks.csv and genres.csv; a row says what differs from USUAL."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(GENRES, folder / "genres.csv")
    path = folder / "tracks.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file, lineterminator="\n")
        write.writerow(["", *(name.split(".")[0] for name in COLUMNS)])
        write.writerow(["", *(name.split(".")[1] for name in COLUMNS)])
        write.writerow(["track_id", *("" for _ in COLUMNS)])
        for number, row in rows:
            held = USUAL | row
            write.writerow([number, *(held.get(name, "") for name in COLUMNS)])
    return path


def write_features(folder: Path, ids: list[int], undefined: tuple[int, ...] = ()) -> np.ndarray:
    """features.csv of all ids but `undefined`, whose first value is empty, and echonest.csv of every other.

    Returns what stands in features.csv, (n, 518) in its order.
    """
    names = sorted(
        (f, m, f"{n + 1:02d}") for f, size in FEATURES.items() for m in MOMENTS for n in range(size)
    )
    values = np.random.default_rng(5).normal(size=(len(ids), len(names)))
    cells = [[f"{v:.10e}" for v in row] for row in values]
    for row, number in zip(cells, ids, strict=True):
        row[0] = "" if number in undefined else row[0]
    _three_lines(
        folder / "features.csv",
        ("feature", "statistics", "number"),
        names,
        dict(zip(ids, cells, strict=True)),
    )
    names = [("echonest", kind, name) for kind, held in ECHONEST.items() for name in held]
    texts = {"metadata": 'A "quoted",\nbroken line'}
    some = {i: [texts.get(kind, f"{i + n / 8}") for n, (_, kind, _) in enumerate(names)] for i in ids[::2]}
    _three_lines(folder / "echonest.csv", ("", "", ""), names, some)
    return values


def _three_lines(path: Path, corner: tuple[str, ...], names: list[tuple], rows: dict[int, list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file, lineterminator="\n")
        for level in range(3):
            write.writerow([corner[level], *(name[level] for name in names)])
        write.writerow(["track_id", *("" for _ in names)])
        write.writerows([number, *cells] for number, cells in rows.items())
