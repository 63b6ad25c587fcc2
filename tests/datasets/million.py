"""A generated summary file of the Million Song Dataset's shape and size; every name in it is made up.

Tables, fields and widths are those of MSongsDB's descriptors (hdf5_descriptors.py @ 83ed783), sorted by name
as PyTables lays them out: rows of 5,320, 220 and 8 bytes. By itself: python tests/datasets/million.py FILE
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zlib import compress

import h5py
import numpy as np

WIDE = "S1024"  # MAXSTRLEN of the descriptors
ARTISTS, RELEASES, TITLES = (
    44_745,
    149_288,
    300_000,
)  # distinct artists are the real number, the others near it
BLOCK = 100  # rows of a chunk: about what PyTables takes for a million rows of this width

METADATA = np.dtype(
    [
        ("analyzer_version", "S32"), ("artist_7digitalid", "<i4"), ("artist_familiarity", "<f8"),
        ("artist_hotttnesss", "<f8"), ("artist_id", "S32"), ("artist_latitude", "<f8"),
        ("artist_location", WIDE), ("artist_longitude", "<f8"), ("artist_mbid", "S40"),
        ("artist_name", WIDE), ("artist_playmeid", "<i4"), ("genre", WIDE), ("idx_artist_terms", "<i4"),
        ("idx_similar_artists", "<i4"), ("release", WIDE), ("release_7digitalid", "<i4"),
        ("song_hotttnesss", "<f8"), ("song_id", "S32"), ("title", WIDE), ("track_7digitalid", "<i4"),
    ]
)  # fmt: skip
_INDICES = (
    "bars_confidence", "bars_start", "beats_confidence", "beats_start", "sections_confidence",
    "sections_start", "segments_confidence", "segments_loudness_max", "segments_loudness_max_time",
    "segments_loudness_start", "segments_pitches", "segments_start", "segments_timbre",
    "tatums_confidence", "tatums_start",
)  # fmt: skip
ANALYSIS = np.dtype(
    [
        ("analysis_sample_rate", "<i4"), ("audio_md5", "S32"), ("danceability", "<f8"), ("duration", "<f8"),
        ("end_of_fade_in", "<f8"), ("energy", "<f8"), *((f"idx_{name}", "<i4") for name in _INDICES),
        ("key", "<i4"), ("key_confidence", "<f8"), ("loudness", "<f8"), ("mode", "<i4"),
        ("mode_confidence", "<f8"), ("start_of_fade_out", "<f8"), ("tempo", "<f8"),
        ("time_signature", "<i4"), ("time_signature_confidence", "<f8"), ("track_id", "S32"),
    ]
)  # fmt: skip
MUSICBRAINZ = np.dtype([("idx_artist_mbtags", "<i4"), ("year", "<i4")])
TABLES = {"metadata": METADATA, "analysis": ANALYSIS, "musicbrainz": MUSICBRAINZ}


def track_ids(first: int, n: int) -> np.ndarray:
    """Ids `first` to `first + n`, (n,) S18: TR, five letters, eleven hex digits; no two of 26^5 alike."""
    number = np.arange(first, first + n, dtype=np.int64) * 7_368_787 % 26**5  # a prime: every number once
    letters = np.stack([65 + number // 26**k % 26 for k in (4, 3, 2, 1, 0)], axis=1)
    digits = np.frombuffer(b"0123456789ABCDEF", np.uint8)
    seed = number.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    hexes = np.stack([digits[(seed >> np.uint64(4 * k + 16)) & np.uint64(15)] for k in range(11)], axis=1)
    head = np.tile(np.frombuffer(b"TR", np.uint8), (n, 1))
    return np.ascontiguousarray(np.hstack([head, letters.astype(np.uint8), hexes])).view("S18")[:, 0]


def names(n: int, words: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """(n,) S96: invented names of so many words, some with letters outside ASCII."""
    syllables = [
        "ba",
        "ka",
        "lo",
        "mi",
        "ren",
        "tu",
        "sol",
        "via",
        "dor",
        "né",
        "ü",
        "ska",
        "pel",
        "zo",
        "ørn",
    ]
    stock = [f"{a}{b}{c}".capitalize() for a in syllables for b in syllables for c in ("", *syllables)]
    counts = rng.integers(words[0], words[1] + 1, n)
    picks = rng.integers(0, len(stock), (n, words[1]))
    made = (" ".join(stock[k] for k in row[:c]) for row, c in zip(picks, counts, strict=True))
    return np.array([name.encode()[:96] for name in made], "S96")


def write_summary(path: Path, n: int = 1_000_000, seed: int = 0) -> Path:
    """Writes msd_summary_file.h5 with `n` rows; chunks are packed on all cores."""
    rng = np.random.default_rng(seed)
    words = ((ARTISTS, (1, 3)), (RELEASES, (1, 4)), (TITLES, (1, 6)))
    pools = tuple(names(min(n, count), lengths, rng) for count, lengths in words)
    with h5py.File(path, "w") as file, ThreadPoolExecutor() as pool:
        tables = {name: table(file, name, n, BLOCK) for name in TABLES}
        for first in range(0, n, 40 * BLOCK):
            rows = block(first, min(40 * BLOCK, n - first), pools, rng)
            for name, values in rows.items():
                parts = [_whole(values[k : k + BLOCK]) for k in range(0, len(values), BLOCK)]
                for k, packed in enumerate(pool.map(_pack, parts)):
                    tables[name].id.write_direct_chunk((first + k * BLOCK,), packed)
    return path


def table(file: h5py.File, name: str, n: int, chunk: int = 1) -> h5py.Dataset:
    """A table of `n` rows of zeros, packed with zlib 1 as MSongsDB has it, with the marks of PyTables."""
    group = file.require_group(name)
    made = group.create_dataset(
        "songs", (n,), TABLES[name], maxshape=(None,), chunks=(chunk,), compression="gzip", compression_opts=1
    )
    marks = {"CLASS": "TABLE", "VERSION": "2.6", "TITLE": f"table of {name}", "NROWS": np.int64(n)}
    for key, value in marks.items():
        made.attrs[key] = np.bytes_(value) if isinstance(value, str) else value
    for k, field in enumerate(TABLES[name].names):
        made.attrs[f"FIELD_{k}_NAME"] = np.bytes_(field)
    return made


def block(first: int, n: int, pools: tuple, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """`n` rows of each table: what is unknown in the real one is here too, about as often."""
    rows = {name: np.zeros(n, dtype) for name, dtype in TABLES.items()}
    metadata, analysis = rows["metadata"], rows["analysis"]
    artist = (len(pools[0]) * rng.random(n) ** 2).astype(np.int64)  # a few have very many tracks
    metadata["artist_name"], metadata["artist_id"] = pools[0][artist], _numbered(b"AR", artist)
    metadata["release"] = pools[1][rng.integers(0, len(pools[1]), n)]
    metadata["title"] = pools[2][rng.integers(0, len(pools[2]), n)]
    metadata["song_id"] = _numbered(b"SO", np.arange(first, first + n))
    metadata["track_7digitalid"] = np.where(rng.random(n) < 0.01, -1, np.arange(first, first + n) + 1_000)
    metadata["artist_familiarity"], metadata["artist_hotttnesss"] = rng.random((2, n))
    metadata["song_hotttnesss"] = np.where(rng.random(n) < 0.42, np.nan, rng.random(n))
    metadata["artist_latitude"] = metadata["artist_longitude"] = np.nan
    analysis["track_id"] = track_ids(first, n)
    analysis["analysis_sample_rate"] = 22_050
    analysis["duration"] = np.round(rng.gamma(8, 31, n) + 10, 5)
    analysis["tempo"], analysis["loudness"] = np.round(rng.normal(124, 35, (1, n)), 3), -rng.gamma(4, 2.5, n)
    analysis["key"], analysis["mode"] = rng.integers(0, 12, n), rng.integers(0, 2, n)
    analysis["time_signature"] = rng.choice([0, 1, 3, 4, 5, 7], n)
    rows["musicbrainz"]["year"] = np.where(rng.random(n) < 0.48, 0, rng.integers(1922, 2011, n))
    return rows


def _numbered(head: bytes, numbers: np.ndarray) -> np.ndarray:
    return np.array([head + b"%016X" % k for k in numbers.tolist()], "S18")


def _whole(values: np.ndarray) -> np.ndarray:
    """A chunk is always full: the last one is filled up with zeros."""
    return (
        values
        if len(values) == BLOCK
        else np.concatenate([values, np.zeros(BLOCK - len(values), values.dtype)])
    )


def _pack(values: np.ndarray) -> bytes:
    return compress(values.tobytes(), 1)


if __name__ == "__main__":
    write_summary(Path(sys.argv[1]))
