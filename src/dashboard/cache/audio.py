"""Sound in memory, held once for all visitors: uploads by their content, decoded clips, how they look."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from dashboard.cache import stored
from dashboard.runtime.byte_store import Held
from dashboard.runtime.lru import Bounded
from quintet import audio
from quintet.datasets.base import Track
from quintet.errors import BadAudio

_CLIPS = 250_000_000  # bytes of decoded sound: two of 10 min at 48 kHz, or forty of 30 s
_TRACKS = 4_096  # whose cut clips are remembered


@dataclass(frozen=True)
class Upload:
    """What a visitor gave: its name as they call it, its content's digest, its bytes."""

    name: str
    digest: str
    data: bytes


def keep(data: bytes, media_type: str) -> str:
    """Holds an upload in memory; returns its digest, by which it is found until it had to go.

    Its name is not kept with it: two people with the same bytes would read each other's.
    """
    return held().put(data, media_type)


def upload(digest: str, name: str = "") -> Upload | None:
    """The upload of that content under the name its visitor gives it; None where it is gone."""
    found = held().get(digest)
    if found is None:
        return None
    return Upload(name or "upload", digest, found[0])


def keep_list(files: list[tuple[str, str]]) -> str:
    """Holds (name, digest) of several uploads that belong together; returns the list's own digest."""
    return held().put(json.dumps(files).encode(), "application/json")


def listed(digest: str) -> list[tuple[str, str]] | None:
    """What `keep_list` held, None where it is gone or is no such list."""
    found = held().get(digest)
    if found is None or found[1] != "application/json":
        return None
    return [(name, one) for name, one in json.loads(found[0])]


def clip(given: Upload) -> audio.Clip:
    """An upload decoded. Raises BadAudio."""
    key = (given.digest, given.name)  # a refusal says the name, so one content may have several
    return _decoded(key, lambda: audio.decode_bytes(given.data, given.name, limits()))


def length(digest: str, name: str) -> float | None:
    """Seconds of an upload that was decoded before, None of one that was not. Raises BadAudio."""
    found = _lengths().get((digest, name))
    if isinstance(found, str):
        raise BadAudio(found)
    return found


def track_clip(dataset: str, track: Track) -> tuple[str, audio.Clip]:
    """A stored track decoded, and its content's digest: as an upload it has the same. Raises BadAudio."""
    digest = _content(track.path)
    if not track.whole:
        digest = hashlib.sha256(f"{digest}@{track.start}@{track.seconds}".encode()).hexdigest()[:32]
    seconds = None if track.whole else track.seconds
    return digest, _decoded((digest, ""), lambda: audio.decode(track.path, limits(), track.start, seconds))


def _content(path: Path) -> str:
    """The digest of a file's bytes, read once; of its name where it is gone, so that decoding says so."""
    try:
        stamp = (str(path), path.stat().st_mtime_ns)
        found = _digests().get(stamp)
        if found is None:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()[:32]
            _digests().put(stamp, found, 1)
    except OSError:
        return hashlib.sha256(bytes(path)).hexdigest()[:32]
    return found


def _decoded(key: tuple[str, str], decode: Callable[[], audio.Clip]) -> audio.Clip:
    """From memory, or decoded now. What cannot be heard is not tried again: its sentence is held."""
    length(*key)
    found = _clips().get(key)
    if found is None:
        try:
            found = decode()
        except BadAudio as error:
            _lengths().put(key, str(error), 1)
            raise
        _clips().put(key, found, found.samples.nbytes)
        _lengths().put(key, found.seconds, 1)
    return found


@dataclass(frozen=True)
class Picture:
    """What a track looks like: peaks (n,) 0 to 1, mel spectrogram uint8 (bands, columns), length in s."""

    seconds: float
    peaks: np.ndarray
    mel: np.ndarray


def picture(dataset: str, track: Track) -> Picture:
    """Waveform and spectrogram of a stored track. Raises BadAudio."""
    stamp, found = track_clip(dataset, track)
    return _picture(stamp, found)


@st.cache_resource(max_entries=64, show_spinner=False)
def _picture(stamp: str, _clip: audio.Clip) -> Picture:
    return Picture(_clip.seconds, audio.peaks(_clip.samples, 480), audio.mel_image(_clip.samples, _clip.rate))


def limits() -> audio.Limits:
    """How long a clip may be on this server."""
    return audio.Limits(stored.settings().max_seconds, stored.settings().min_seconds)


@st.cache_resource(max_entries=1, show_spinner=False)
def _clips() -> Bounded:
    return Bounded(_CLIPS)


@st.cache_resource(max_entries=1, show_spinner=False)
def _lengths() -> Bounded:
    return Bounded(_TRACKS)


@st.cache_resource(max_entries=1, show_spinner=False)
def _digests() -> Bounded:
    return Bounded(_TRACKS)


@st.cache_resource(max_entries=1, show_spinner=False)
def held() -> Held:
    """Uploads, cut clips and maps in memory, 256 MB at most."""
    return Held(256_000_000)


@st.cache_resource(max_entries=1, show_spinner=False)
def cuts() -> dict[tuple[str, str], str]:
    """Under which name each cut clip is held: (dataset, track id) -> name."""
    return {}
