"""A small dataset with every fault an audit can find, each planted once, and one without any."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soundfile

from quintet import settings as configuration
from quintet.datasets.base import Track
from quintet.embeddings import models
from quintet.evaluation import benchmark, runs
from quintet.settings import Settings
from quintet.storage import tables as store
from tests.tables import put_tracks

NAME = "gtzan"  # its protocols: a given split, and ten folds drawn without regard to groups
GENRES = ("blues", "jazz", "rock")
HEARD = ("musicnn", "librosa518")  # trained here, the control below is not
CONTROL = "vggish"
N, RATE, SECONDS, DIM = 60, 8_000, 3.0, 48

EXACT, NEAR = ("clip32", "clip02"), ("clip07", "clip04")  # the later one first, of one genre
BY_ONE_ARTIST = ("clip33", "clip06")  # tested, trained on
SWAPPED = ("clip08", "clip09")
SILENT, CLIPPED, SHORT, UNREADABLE, FAILED, FLAGGED = (f"clip{n}" for n in (10, 11, 12, 13, 14, 15))


@dataclass(frozen=True)
class Clips:
    """Tracks, their waves (n, samples), and one matrix (n, DIM) for each of HEARD."""

    tracks: list[Track]
    waves: list[np.ndarray]
    matrices: list[np.ndarray]


def clean(folder: Path) -> Clips:
    """60 clips of three genres that can be told apart, each by its own artist: 30, 12 and 18 a side."""
    lots = np.random.default_rng(5)
    genre = np.arange(N) % len(GENRES)
    sides = ["train"] * 30 + ["test"] * 18 + ["valid"] * 12
    tracks = [
        Track(
            f"clip{n:02}", folder / f"clip{n:02}.wav", f"Clip {n:02}", f"artist {n:02}",
            (GENRES[genre[n]],), split=sides[n], seconds=SECONDS,
        )
        for n in range(N)
    ]  # fmt: skip
    waves = [0.1 * lots.normal(size=round(RATE * SECONDS)).clip(-4, 4) for _ in range(N)]
    centres = 1.5 * lots.normal(size=(len(HEARD), len(GENRES), DIM))
    return Clips(tracks, waves, [c[genre] + lots.normal(size=(N, DIM)) for c in centres])


def faulty(folder: Path) -> Clips:
    """The same with one fault each, and two labels swapped."""
    found = clean(folder)
    tracks, waves = {t.id: t for t in found.tracks}, found.waves
    copy, first = map(_row, EXACT)
    waves[copy] = waves[first]
    version, other = map(_row, NEAR)
    waves[version] = 0.5 * waves[other]
    tracks[BY_ONE_ARTIST[0]] = replace(tracks[BY_ONE_ARTIST[0]], artist=tracks[BY_ONE_ARTIST[1]].artist)
    tracks[FLAGGED] = replace(tracks[FLAGGED], flags=("noise in the last second",))
    a, b = SWAPPED
    tracks[a], tracks[b] = (replace(tracks[i], labels=tracks[j].labels) for i, j in ((a, b), (b, a)))
    waves[_row(SILENT)] = np.zeros(round(RATE * SECONDS))
    waves[_row(CLIPPED)] = (8 * waves[_row(CLIPPED)]).clip(-0.9, 0.9)
    waves[_row(SHORT)] = waves[_row(SHORT)][:RATE]
    for matrix in found.matrices:
        matrix[copy] = matrix[first]
        matrix[version] = matrix[other] + 0.05 * matrix[-1]
    return replace(found, tracks=list(tracks.values()))


def plant(clips: Clips, settings: Settings, scored: bool = True) -> None:
    """Writes the files and stores tracks, embeddings and runs; a control finds all clips of one spot."""
    for track, wave in zip(clips.tracks, clips.waves, strict=True):
        track.path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(track.path, wave, RATE, subtype="PCM_16")
    put_tracks(settings, NAME, clips.tracks)
    ids = [t.id for t in clips.tracks]
    for key, matrix in zip(HEARD, clips.matrices, strict=False):
        source = models.resolve_model(key, settings)
        assert not source.untrained
        store.append_embeddings(
            models.model_table_path(NAME, source, settings), source.fingerprint, ids, matrix
        )
        if scored:
            benchmark.again(NAME, [source], runs.Rules("gtzan-10fold"), settings)
    control = models.resolve_model(CONTROL, settings)
    assert control.untrained
    table = models.model_table_path(NAME, control, settings)
    store.append_embeddings(table, control.fingerprint, ids, np.ones((N, 4), np.float32))
    benchmark.again(NAME, [control], runs.Rules("gtzan-10fold"), settings)


def spoil(clips: Clips, settings: Settings) -> None:
    """A file that is no sound, and one a backbone could not hear."""
    next(t for t in clips.tracks if t.id == UNREADABLE).path.write_text("no sound at all " * 3_000)
    source = models.resolve_model(HEARD[0], settings)
    where = models.model_table_path(NAME, source, settings)
    store.append_failures(where, source.fingerprint, {FAILED: "'x.wav' is damaged."})


def machine(folder: Path) -> Settings:
    """Settings of a machine of its own."""
    names = ("cache", "data", "weights")
    own = {f"QUINTET_{name.upper()}": str(folder / name) for name in names}
    return configuration.load(own | {"QUINTET_CONFIG": str(folder / "none.toml")})


def broken(folder: Path) -> Settings:
    """A machine with the faulty dataset, its files spoilt, not audited yet."""
    here, clips = machine(folder), faulty(folder / "audio")
    plant(clips, here)
    spoil(clips, here)
    return here


def _row(track_id: str) -> int:
    return int(track_id.removeprefix("clip"))
