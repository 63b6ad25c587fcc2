"""Listening for silence, clipping and cut clips: a job that decodes each file once, keeps numbers, resumes.

What is kept are measures; where a finding begins is decided when they are read, so another bound needs no
second listening.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

import pandas as pd
import pyarrow as pa

from quintet import audio
from quintet.audit import detectors
from quintet.audit.findings import CLIPPED, SHORT, SILENT, UNREADABLE, Finding
from quintet.catalogue import tracks
from quintet.datasets.base import Track
from quintet.embeddings import runner
from quintet.errors import BadAudio
from quintet.settings import Settings
from quintet.storage import tables
from quintet.wording import clock, percent

VERSION = "1"  # of the measures
BATCH = 64  # files a commit: what a stopped job hears again at most

QUIET = 1e-3  # peak, -60 dB of full scale: the quietest music's loudest sample lies 20 dB above it
STRETCH = 5.0  # s without a sound: longer than the pause between two movements
HALF = 0.5  # of a clip without a sound, however short the clip
SHARE = 1e-3  # of samples on plateaus: a 30 s clip then has 30 ms of them, enough to be heard as a rasp
ROUNDED, SLACK = 1.0, 0.02  # s and share a clip may lack: lengths are stated in whole seconds, cut by frames

Report = Callable[[int, int, int], None]  # clips done, of, failed
_SCHEMA = pa.schema({"id": pa.string(), "sound": pa.string(), "error": pa.string(), **{
    name: pa.float64() for name in ("seconds", "peak", "clipped", "silence", "silent_from")}})  # fmt: skip


def path(dataset: str, settings: Settings) -> Path:
    """Where the measures lie."""
    return settings.cache / dataset / "audit" / "sound.lance"


def measure(dataset: str, settings: Settings, report: Report) -> int:
    """Hears what has not been measured as it sounds now; returns how many clips it heard. Raises Busy."""
    todo = _todo(dataset, settings)
    limits = audio.Limits(settings.max_seconds, min_seconds=0.0)
    total, done, failed = sum(len(found) for _, found in todo), 0, 0
    with tables.write_lock(settings.cache, dataset), ThreadPoolExecutor(os.cpu_count() or 1) as ears:
        for at in range(0, len(todo), BATCH):
            rows = []
            for heard in ears.map(lambda one: _hear(*one, limits), todo[at : at + BATCH]):
                rows += heard
                done += len(heard)
                failed += sum(bool(row["error"]) for row in heard)
                report(done, total, failed)
            _keep(path(dataset, settings), rows)
    return done


def _todo(dataset: str, settings: Settings) -> list[tuple[Path, tuple[tuple[Track, str], ...]]]:
    """(file, its tracks with the stamp of their sound) that are not measured, in the order of the files."""
    held = _held(dataset, settings)
    known = set(zip(held["id"], held["sound"], strict=True))
    wanted = {i: stamp for i, stamp in _stamps(dataset, settings).items() if (i, stamp) not in known}
    found = [t for t in tracks.read(dataset, settings) if t.id in wanted] if wanted else []
    found.sort(key=lambda t: (str(t.path), t.start))
    files = groupby(found, key=lambda t: t.path)
    return [(where, tuple((t, wanted[t.id]) for t in group)) for where, group in files]


def _stamps(dataset: str, settings: Settings) -> dict[str, str]:
    """Id -> stamp of the sound of every track that has a file with something in it."""
    held = tracks.columns(dataset, ["id", "path", "bytes", "sound"], settings).to_pandas()
    held = held[held["path"].notna() & (held["bytes"] > 0)]
    return dict(zip(held["id"], held["sound"], strict=True))


def _hear(where: Path, found: tuple[tuple[Track, str], ...], limits: audio.Limits) -> list[dict]:
    clips = runner.decode_clips(where, tuple(t for t, _ in found), limits)
    return [_row(track.id, stamp, clip) for (track, stamp), clip in zip(found, clips, strict=True)]


def _row(track_id: str, stamp: str, clip: audio.Clip | BadAudio) -> dict:
    if isinstance(clip, BadAudio):
        return {"id": track_id, "sound": stamp, "error": str(clip)}
    return {"id": track_id, "sound": stamp, "error": "", **asdict(detectors.sound(clip.samples, clip.rate))}


def _keep(where: Path, rows: list[dict]) -> None:
    """Adds measures in place of those of an earlier sound."""
    import lance

    facts = {"version": VERSION}
    table = pa.Table.from_pylist(rows, schema=_SCHEMA).replace_schema_metadata(facts)
    if not tables.exists(where) or tables.facts(where) != facts:
        tables.write(where, table, facts)
        return
    tables.delete_rows(where, [row["id"] for row in rows])
    lance.write_dataset(table, str(where), mode="append")


def _held(dataset: str, settings: Settings) -> pd.DataFrame:
    where = path(dataset, settings)
    if not tables.exists(where) or tables.facts(where).get("version") != VERSION:
        return _SCHEMA.empty_table().to_pandas()
    return tables.read(where)[0]


def left(dataset: str, settings: Settings) -> tuple[int, int]:
    """How many clips with audio there are, and how many of them are not measured."""
    stamps, held = _stamps(dataset, settings), _held(dataset, settings)
    known = set(zip(held["id"], held["sound"], strict=True))
    return len(stamps), sum((i, stamp) not in known for i, stamp in stamps.items())


def findings(dataset: str, settings: Settings) -> list[Finding]:
    """What the measures say of the clips as they sound now."""
    held = _held(dataset, settings)
    now = tracks.columns(dataset, ["id", "sound", "seconds"], settings).to_pandas()
    both = held.merge(now, on=["id", "sound"], suffixes=("", "_stated"))
    stated = both["seconds_stated"].clip(upper=settings.max_seconds)
    return [f for row, most in zip(both.itertuples(), stated, strict=True) for f in _found(row, most)]


def _found(row: tuple, stated: float) -> Iterator[Finding]:
    if row.error:
        yield Finding(UNREADABLE, row.id, "", 0.0, "when listening", row.error)
        return
    lacks, lasts = stated - row.seconds, f"{row.seconds:.1f} s"
    if stated and lacks > max(ROUNDED, SLACK * stated):
        says = f"Lasts {lasts}; {stated:.1f} s are stated."
        yield Finding(SHORT, row.id, "", lacks, f"{lasts} of {stated:.1f} s", says)
    if row.peak < QUIET:
        says = "Silent throughout: no sample reaches −60 dB."  # noqa: RUF001
        yield Finding(SILENT, row.id, "", row.seconds, "all of it", says)
    elif row.silence >= min(STRETCH, HALF * row.seconds):
        where = f"{row.silence:.1f} s from {clock(row.silent_from, tenths=False)}"
        yield Finding(SILENT, row.id, "", row.silence, where, f"Without a sound for {where} on.")
    if row.clipped >= SHARE:
        share = percent(row.clipped)
        yield Finding(CLIPPED, row.id, "", row.clipped, share, f"{share} of its samples are cut off.")


BY = {
    SILENT: f"No sample above −60 dB, or {STRETCH:g} s (in shorter clips half of them) below −80 dB, "  # noqa: RUF001
            "as heard in mono.",
    CLIPPED: f"{percent(SHARE)} of samples or more lie on plateaus of {detectors.RUN} or more equal ones at "
             "the clip's own peak, or beyond full scale.",
    SHORT: f"Lasts over {ROUNDED:g} s less than stated, in long clips over {percent(SLACK)} less.",
    UNREADABLE: "Files that could not be decoded, here or when a backbone was to hear them.",
}  # fmt: skip
