"""Echo Nest's timbre and pitch of a track, as statistics over its segments: an embedding that needs no audio.

114 values: the means of the 12 timbre values and the upper triangle of their covariance, 78 values by rows
(what YearPredictionMSD is made of), then the means and the standard deviations of the 12 pitch values. All
over a track's segments, each counted once however long; covariance and deviation divide by their number.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from quintet.datasets.base import PublishedEmbeddings, ReadReport
from quintet.datasets.msd.files import MsdFiles, track_files
from quintet.datasets.msd.hdf5 import Tables, opened
from quintet.errors import BadData

KEY = "echonest:timbre"
DIM = 12 + 78 + 12 + 12
BATCH = 1_024  # tracks given at a time

_UPPER = np.triu_indices(12)


def ready(msd_files: MsdFiles, licence: str, source: str) -> list[PublishedEmbeddings]:
    """The statistics, where there are files of single tracks or aggregates; a summary has no segments."""
    paths = (
        list(track_files(msd_files.root, ReadReport())) if msd_files.tracks else list(msd_files.aggregates)
    )
    if not paths:
        return []
    return [
        PublishedEmbeddings(
            key=KEY, title="Echo Nest timbre and pitch", dim=DIM, licence=licence, source=source,
            about="Means and covariance of The Echo Nest's 12 timbre values over a track's segments, means "
            "and deviations of its 12 pitch values. Tracks without segments are left out.",
            stamp=_stamp(paths), rows=lambda: _batches(paths),
        )
    ]  # fmt: skip


def statistics(timbre: np.ndarray, pitches: np.ndarray) -> np.ndarray | None:
    """(DIM,) float32 of two (segments, 12) arrays; None without segments, or where a value is none."""
    if not len(timbre) or not len(pitches) or timbre.shape[1:] != (12,) or pitches.shape[1:] != (12,):
        return None
    with np.errstate(over="ignore", invalid="ignore"):  # of a damaged file, which is left out
        mean = timbre.mean(axis=0)
        centred = timbre - mean
        covariance = centred.T @ centred / len(timbre)  # (12, 12)
        values = np.concatenate([mean, covariance[_UPPER], pitches.mean(axis=0), pitches.std(axis=0)])
        values = values.astype(np.float32)
    return values if np.isfinite(values).all() else None


def _batches(paths: list[Path]) -> Iterator[tuple[list[str], np.ndarray]]:
    ids: list[str] = []
    rows: list[np.ndarray] = []
    for path in paths:
        for i, values in _of(path):
            ids.append(i)
            rows.append(values)
        while len(ids) >= BATCH:
            yield ids[:BATCH], np.stack(rows[:BATCH])
            del ids[:BATCH], rows[:BATCH]
    if ids:
        yield ids, np.stack(rows)


def _of(path: Path) -> list[tuple[str, np.ndarray]]:
    """Id and values of a file's tracks; none from a file that cannot be read: the reader counts those."""
    try:
        with opened(path, ("analysis",)) as tables:
            return [row for first, rows in tables.blocks() for row in _rows(tables, first, rows)]
    except BadData:
        return []


def _rows(tables: Tables, first: int, rows: dict[str, np.ndarray]) -> Iterator[tuple[str, np.ndarray]]:
    timbre = tables.parts("analysis/segments_timbre", first, rows)
    pitches = tables.parts("analysis/segments_pitches", first, rows)
    for track, *segments in zip(rows["analysis"]["track_id"].tolist(), timbre, pitches, strict=False):
        values = statistics(*segments)
        if values is not None:
            yield track.decode("ascii", "replace"), values


def _stamp(paths: list[Path]) -> str:
    """A checksum of the files' names, sizes and times: reading them all would take hours."""
    digest = hashlib.sha256()
    for path in paths:
        file_stat = path.stat()
        digest.update(f"{path.name} {file_stat.st_size} {file_stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]
