"""Features that come with FMA's metadata: features.csv, 518 hand-made values, and echonest.csv, 232."""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from quintet.datasets import _door
from quintet.datasets.base import PublishedEmbeddings
from quintet.errors import BadData
from quintet.storage import text

CHUNK = 5_000  # rows held at a time: 10 MB of the 518 values
HAND_MADE = {  # feature -> how many curves; mdeff/fma@1207f87, features.py
    "chroma_cens": 12, "chroma_cqt": 12, "chroma_stft": 12, "mfcc": 20, "rmse": 1, "spectral_bandwidth": 1,
    "spectral_centroid": 1, "spectral_contrast": 7, "spectral_rolloff": 1, "tonnetz": 6, "zcr": 1,
}  # fmt: skip
STATISTICS = ("kurtosis", "max", "mean", "median", "min", "skew", "std")
AUDIO = (
    "acousticness", "danceability", "energy", "instrumentalness", "liveness", "speechiness", "tempo",
    "valence",
)  # fmt: skip
# What the Kaggle notebook "Genre Classification with FMA Data" leaves out of the 518.
UNUSED = ("chroma_cens", "chroma_stft", "spectral_bandwidth", "spectral_rolloff")
TEMPORAL = 224  # temporal_features 000 to 223
Names = list[tuple[str, str, str]]  # one name per value, a part on each of the three lines of header


def handcrafted_columns() -> Names:
    """The 518 columns of features.csv, in the order that our own hand-made features have too: sorted."""
    return [(f, s, f"{n + 1:02d}") for f, size in HAND_MADE.items() for s in STATISTICS for n in range(size)]


def echo_nest() -> Names:
    """The 232 numeric columns of echonest.csv that tell of the sound: 8 audio and 224 temporal features."""
    temporal = [("echonest", "temporal_features", f"{n:03d}") for n in range(TEMPORAL)]
    return [*(("echonest", "audio_features", name) for name in AUDIO), *temporal]


def ready(metadata: Path, ids: Callable[[], set[str]]) -> list[PublishedEmbeddings]:
    """What lies in fma_metadata, for the tracks of `ids`. Raises BadData for a file of another make."""
    sets = []
    for make in (_handcrafted, _notebook, _echo_nest):
        item = make(metadata, ids)
        if item is not None:
            sets.append(item)
    return sets


def _handcrafted(metadata: Path, ids: Callable[[], set[str]]) -> PublishedEmbeddings | None:
    about = (
        "7 statistics of 74 curves, computed with librosa by FMA's authors on the whole tracks, not on "
        "the clips of 30 s (mdeff/fma, issue 8). A track with an undefined value has none."
    )
    identity = "librosa518:features.csv", "Hand-made 518, as published", about
    return _table(metadata / "features.csv", handcrafted_columns(), identity, ids)


def _notebook(metadata: Path, ids: Callable[[], set[str]]) -> PublishedEmbeddings | None:
    about = (
        "features.csv without the chroma of CENS and STFT, bandwidth and roll-off: what the Kaggle "
        "notebook behind fma-kaggle keeps of it."
    )
    identity = "librosa518:kaggle", "Hand-made 336, as a notebook takes them", about
    names = [name for name in handcrafted_columns() if name[0] not in UNUSED]
    return _table(metadata / "features.csv", names, identity, ids)


def _echo_nest(metadata: Path, ids: Callable[[], set[str]]) -> PublishedEmbeddings | None:
    about = (
        "8 audio features (tempo, energy, valence …) and 224 temporal ones, computed by the Echo Nest, "
        "now Spotify, for 13,129 tracks. How is not published. A track with an undefined value has none."
    )
    identity = "echonest:features", "Echo Nest features", about
    return _table(metadata / "echonest.csv", echo_nest(), identity, ids)


def _table(
    path: Path, names: Names, identity: tuple[str, str, str], ids: Callable[[], set[str]]
) -> PublishedEmbeddings | None:
    """The columns `names` of a table, where it is there; `named`: key, title and what it is."""
    if not path.is_file():
        return None
    columns, (key, title, about) = _columns(path, names), identity
    return PublishedEmbeddings(
        key=key, title=title, about=about, licence="CC BY 4.0",
        source=f"arXiv:1612.01840; fma_metadata.zip, {path.name}", dim=len(columns), stamp=_stamp(path),
        rows=lambda: _rows(path, columns, ids()),
    )  # fmt: skip


def _columns(path: Path, expected: Names) -> list[int]:
    """Where each expected value stands in a row. The three lines of header are matched by name."""
    again = "Take it out of fma_metadata.zip again."
    try:
        lines = text.records(path)
        *header, last = [next(lines, (0, []))[1] for _ in range(4)]
        lines.close()
        with path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            ends_header = file.read() == b"\n"
    except OSError as error:
        raise BadData(f"{path} cannot be read: {error}. {again}") from error
    positions = {names: at for at, names in enumerate(zip(*header, strict=False)) if at}
    lacking = [names for names in expected if names not in positions]
    if lacking or last[:1] != ["track_id"]:
        first = f"the first {' '.join(lacking[0])}" if lacking else "and its fourth line is not track_id"
        raise BadData(
            f"{path} lacks {len(lacking)} of {len(expected)} columns, {first}; expected three lines of "
            f"column names with commas between, then a line track_id. {again}"
        )
    if not ends_header:
        raise BadData(f"{path} ends within a line, after {path.stat().st_size:,} bytes. {again}")
    return [positions[names] for names in expected]


def _stamp(path: Path) -> str:
    """sha256 of the whole file: 0.6 s for the 950 MB of features.csv."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BadData(f"{path} cannot be read: {error}. Correct its rights, or fetch it again.") from error


def _rows(path: Path, columns: list[int], track_ids: set[str]) -> Iterator[tuple[list[str], np.ndarray]]:
    """(ids, matrix (n, dim) float32) of the wanted tracks; each id once, rows with undefined values out."""
    import pandas as pd

    remaining = {int(track_id) for track_id in track_ids}
    by_place = sorted(columns)  # pandas gives columns in the file's order, whatever order is asked for
    order = [by_place.index(at) for at in columns]
    try:
        chunks = pd.read_csv(
            path, header=None, skiprows=4, usecols=[0, *by_place], chunksize=CHUNK, encoding_errors="replace",
            dtype={0: np.int64} | dict.fromkeys(by_place, np.float32),
        )  # fmt: skip
        for chunk in chunks:
            ids, matrix = chunk[0].to_numpy(), chunk[by_place].to_numpy()[:, order]
            keep = (
                np.isin(ids, list(remaining)) & np.isfinite(matrix).all(1) & ~chunk[0].duplicated().to_numpy()
            )
            remaining.difference_update(ids[keep].tolist())
            if keep.any():
                yield [str(track_id) for track_id in ids[keep]], np.ascontiguousarray(matrix[keep])
    except (OSError, ValueError) as error:  # pandas' ParserError is a ValueError
        raise BadData(
            f"{path} is damaged: {_door.reason(error)}. Take it out of fma_metadata.zip again."
        ) from error
