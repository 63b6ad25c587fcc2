"""The Million Song Dataset in small: 24 songs as summary, aggregate, single files, databases, list and text.

Groups, compound tables, widths and arrays are those of MSongsDB (hdf5_descriptors.py, hdf5_utils.py). Names
are made up. One song has markup in its title, one a title that is not UTF-8, one no segments.
"""

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path

import h5py
import numpy as np

from quintet.datasets.base import DatasetLocation
from quintet.datasets.msd.lists import LASTFM
from tests import sounds
from tests.datasets import million

N = 24
GENRES = ("Rock", "New Age", "Jazz")
MARKUP, LATIN = '<b>"Two" & three</b>', "Café".encode("latin-1")
SILENT = 5  # the song without segments
# array -> (its atom, the shape of one row): what create_all_arrays makes, as far as it is read
ARRAYS = {
    "metadata/similar_artists": ("S20", ()), "metadata/artist_terms": ("S256", ()),
    "metadata/artist_terms_freq": ("<f8", ()), "metadata/artist_terms_weight": ("<f8", ()),
    "analysis/segments_start": ("<f8", ()), "analysis/segments_timbre": ("<f8", (12,)),
    "analysis/segments_pitches": ("<f8", (12,)), "musicbrainz/artist_mbtags": ("S256", ()),
    "musicbrainz/artist_mbtags_count": ("<i4", ()),
}  # fmt: skip


@cache
def rows() -> dict[str, np.ndarray]:
    """The three tables of all songs."""
    rng = np.random.default_rng(3)
    pools = million.names(8, (1, 2), rng), million.names(12, (1, 3), rng), million.names(N, (1, 4), rng)
    held = million.block(0, N, pools, rng)
    held["metadata"]["title"][:2] = MARKUP.encode(), LATIN
    held["analysis"]["tempo"][2] = held["analysis"]["time_signature"][2] = 0
    held["metadata"]["artist_familiarity"][2] = np.nan
    held["musicbrainz"]["year"][:3] = 1999, 2001, 0
    held["metadata"]["track_7digitalid"][:4] = 70_001, 70_002, 70_003, -1
    return held


def arrays(n: int) -> dict[str, np.ndarray]:
    """The arrays of song `n`."""
    rng = np.random.default_rng(n)
    segments = 0 if n == SILENT else 6 + n % 5
    terms, mbtags = [b"slow", b"sad \xc3\xa9tude", b"rock"][: 1 + n % 3], [b"rock", b"american"][: n % 3]
    lengths = {"artist_terms": len(terms), "artist_mbtags": len(mbtags), "similar_artists": 2}
    held = {}
    for name, (atom, shape) in ARRAYS.items():
        last = name.rpartition("/")[2]
        length = next((k for start, k in lengths.items() if last.startswith(start)), segments)
        held[name] = np.zeros((length, *shape), atom)
    held["metadata/artist_terms"][:] = terms
    held["musicbrainz/artist_mbtags"][:] = mbtags
    held["analysis/segments_timbre"][:] = rng.normal(0, 40, (segments, 12)) + 30 * (n % 3)
    held["analysis/segments_pitches"][:] = rng.random((segments, 12))
    return held


def ids() -> list[str]:
    """The track ids, in order."""
    return [i.decode() for i in rows()["analysis"]["track_id"].tolist()]


def hdf5(path: Path, songs: list[int], with_arrays: bool = True) -> Path:
    """One file of those songs: a single track's, an aggregate, or without arrays a summary."""
    path.parent.mkdir(parents=True, exist_ok=True)
    held = {name: table[songs].copy() for name, table in rows().items()}
    with h5py.File(path, "w") as file:
        for name in ARRAYS if with_arrays else ():
            parts = [arrays(n)[name] for n in songs]
            group, last = name.split("/")
            index = f"idx_{last.removesuffix('_count').removesuffix('_freq').removesuffix('_weight')}"
            held[group][index] = np.cumsum([0, *(len(part) for part in parts)])[:-1]
            whole, most = np.concatenate(parts), (None, *ARRAYS[name][1])
            made = file.create_dataset(name, data=whole, maxshape=most, chunks=True)
            made.attrs["CLASS"] = np.bytes_("EARRAY")
        for name, table in held.items():
            million.table(file, name, len(songs))[:] = table
    return path


def tree(root: Path, songs: list[int] | None = None) -> None:
    """A file for each song: root/A/B/C/TRABC….h5, by letters 3 to 5 of its id."""
    for n, i in enumerate(ids()):
        if songs is None or n in songs:
            hdf5(root / i[2] / i[3] / i[4] / f"{i}.h5", [n])


def metadata(path: Path, subset: bool = False) -> Path:
    """track_metadata.db; the subset's lacks the last three columns."""
    held = rows()
    named = ("track_id", "title", "song_id", "release", "artist_id", "artist_mbid", "artist_name")
    words = [held["analysis" if k == "track_id" else "metadata"][k].tolist() for k in named]
    numbers = [
        held["analysis"]["duration"],
        *(held["metadata"][f"artist_{k}"] for k in ("familiarity", "hotttnesss")),
    ]
    numbers = [np.where(np.isnan(k), -1, k).tolist() for k in numbers]
    more = [held["metadata"]["track_7digitalid"].tolist(), [-1] * N, [-1] * N]
    ends = "" if subset else ", track_7digitalid int, shs_perf int, shs_work int"
    made = (
        "CREATE TABLE songs (track_id text PRIMARY KEY, title text, song_id text, release text, "
        "artist_id text, artist_mbid text, artist_name text, duration real, artist_familiarity real, "
        f"artist_hotttnesss real, year int{ends})"
    )
    cells = zip(
        *words, *numbers, held["musicbrainz"]["year"].tolist(), *([] if subset else more), strict=True
    )
    with closing(sqlite3.connect(path)) as base:
        base.execute(made)
        for row in cells:
            marks = ",".join("CAST(? AS TEXT)" if isinstance(cell, bytes) else "?" for cell in row)
            base.execute(f"INSERT INTO songs VALUES ({marks})", row)
        base.commit()
    return path


def terms(path: Path) -> Path:
    """artist_term.db: every artist is "slow" and "sad", the first of MusicBrainz's words "british"."""
    artists = sorted({a.decode() for a in rows()["metadata"]["artist_id"].tolist()})
    with closing(sqlite3.connect(path)) as base:
        base.executescript(
            "CREATE TABLE artists (artist_id text PRIMARY KEY); CREATE TABLE terms (term text PRIMARY KEY);"
            "CREATE TABLE artist_term (artist_id text, term text);"
            "CREATE TABLE mbtags (mbtag text PRIMARY KEY);"
            "CREATE TABLE artist_mbtag (artist_id text, mbtag text);"
        )
        base.executemany("INSERT INTO artists VALUES (?)", [(a,) for a in artists])
        base.executemany(
            "INSERT INTO artist_term VALUES (?, ?)", [(a, t) for a in artists for t in ("slow", "sad")]
        )
        base.executemany("INSERT INTO artist_mbtag VALUES (?, ?)", [(a, "british") for a in artists])
        base.commit()
    return path


def unique(path: Path) -> Path:
    """unique_tracks.txt."""
    held = rows()
    columns = (
        held["analysis"]["track_id"],
        *(held["metadata"][k] for k in ("song_id", "artist_name", "title")),
    )
    lines = zip(*(column.tolist() for column in columns), strict=True)
    path.write_bytes(b"".join(b"<SEP>".join(line) + b"\n" for line in lines))
    return path


def tagtraum(path: Path, minority: bool = False) -> Path:
    """A .cls file: seven lines of comment, then id and genre, with `minority` every other time two."""
    lines = [f"# comment {k}" for k in range(7)]
    for n, i in enumerate(ids()[:18]):
        second = f"\t{GENRES[(n + 1) % 3]}" if minority and n % 2 else ""
        lines.append(f"{i}\t{GENRES[n % 3]}{second}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def lastfm(path: Path) -> Path:
    """lastfm_tags.db: song n has tag n mod 4 of the 50 with weight 100, the next one with 50."""
    with closing(sqlite3.connect(path)) as base:
        base.executescript(
            "CREATE TABLE tids (tid TEXT); CREATE TABLE tags (tag TEXT);"
            "CREATE TABLE tid_tag (tid INT, tag INT, val FLOAT);"
        )
        base.executemany("INSERT INTO tids VALUES (?)", [(i,) for i in ids()])
        base.executemany("INSERT INTO tags VALUES (?)", [("seen live",), *((tag,) for tag in LASTFM)])
        rated = [(n + 1, t, v) for n in range(N) for t, v in ((2 + n % 4, 100), (3 + n % 4, 50), (1, 100))]
        base.executemany("INSERT INTO tid_tag VALUES (?, ?, ?)", rated)
        base.commit()
    return path


def lists(root: Path) -> None:
    """Both splits: every sixth song is valid, the one after it test."""
    part = {0: "valid", 1: "test"}
    for stem, songs in (("filtered_list", ids()), ("tagtraum_cd2c", ids()[:18])):
        for name in ("train", "valid", "test"):
            mine = [i for n, i in enumerate(songs) if part.get(n // 3 % 6, "train") == name]
            (root / f"{stem}_{name}.txt").write_text("\n".join(mine) + "\n", encoding="ascii")


def previews(root: Path) -> None:
    """Song 0 by 7digital id as 7digital laid them out, song 4 by its track id, and one of no song."""
    folder = root / "previews" / "7" / "0"
    folder.mkdir(parents=True)
    sounds.encode(folder / "70001.clip.mp3", "mp3", seconds=0.8)
    sounds.write_wav(root / "previews" / f"{ids()[4]}.wav", seconds=0.8)
    sounds.write_wav(root / "previews" / "123.wav", seconds=0.6)


def make(root: Path) -> DatasetLocation:
    """All of it below `root`, laid out as the subset is, with the lists in a folder of their own."""
    more, split = root / "AdditionalFiles", root / "lists"
    more.mkdir(parents=True)
    split.mkdir()
    hdf5(more / "subset_msd_summary_file.h5", list(range(N)), with_arrays=False)
    metadata(more / "subset_track_metadata.db", subset=True)
    terms(more / "subset_artist_term.db")
    unique(more / "subset_unique_tracks.txt")
    tree(root / "data")
    tagtraum(split / "msd_tagtraum_cd2c.cls")
    tagtraum(split / "msd_tagtraum_cd1.cls", minority=True)
    lastfm(split / "lastfm_tags.db")
    lists(split)
    previews(root)
    return DatasetLocation(root)
