"""What was heard, held once for all visitors: decoded clips, pictures, nets, answers, bytes for players."""

import hashlib
import threading
from dataclasses import dataclass

import numpy as np
import streamlit as st

from pages.parts.cached import stored
from pages.parts.held import Held
from quintet import audio, predict
from quintet.collection import Source
from quintet.datasets.base import Track
from quintet.predict import Answer, Listener, listener


@dataclass(frozen=True)
class Heard:
    """One clip to answer: its name for people, its content's digest, the sound, where it plays, if stored."""

    name: str
    digest: str
    clip: audio.Clip
    url: str
    track: Track | None = None


def listening(dataset: str, found: Source) -> Listener:
    """One backbone ready to answer; loading it takes a second or two once. Raises MissingEmbeddings."""
    return _listening(dataset, found.key, stored.stamp_of(dataset, found))


@st.cache_resource(max_entries=8, show_spinner=False)
def _listening(dataset: str, key: str, stamp: str) -> Listener:
    return listener(dataset, stored.source(key), stored.settings())


def warm() -> None:
    """Loads the first dataset's quick backbones, so that the first visitor need not wait for PyTorch."""
    for dataset, *_ in stored.datasets()[:1]:
        for found in stored.embedded(dataset):
            spec = found.backbone.spec
            if not spec.hand_made and not spec.slow:
                ear = listening(dataset, found)
                with gate():
                    ear.encoder(np.zeros(spec.sample_rate, np.float32), spec.sample_rate)  # its first is slow


def clip(data: bytes, name: str) -> tuple[str, audio.Clip]:
    """An upload decoded, with its content's digest. Raises BadAudio."""
    digest = hashlib.sha256(data).hexdigest()[:32]
    return digest, _clip(digest, name.rpartition(".")[2], data, name)


@st.cache_resource(max_entries=3, show_spinner=False)  # 10 min of 48 kHz are 115 MB
def _clip(digest: str, suffix: str, _data: bytes, _name: str) -> audio.Clip:
    return audio.decode_bytes(_data, _name, limits())


def track_clip(dataset: str, track: Track) -> tuple[str, audio.Clip]:
    """A stored track decoded, with a name that stands for its content. Raises BadAudio."""
    stamp = f"{track.path}@{track.path.stat().st_mtime_ns if track.path.exists() else 0}@{track.start}"
    return hashlib.sha256(stamp.encode()).hexdigest()[:32], _track_clip(dataset, track.id, stamp)


@st.cache_resource(max_entries=3, show_spinner=False)
def _track_clip(dataset: str, track_id: str, stamp: str) -> audio.Clip:
    track = stored.by_id(dataset)[track_id]
    return audio.decode(track.path, limits(), track.start, None if track.whole else track.seconds)


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


def answer(dataset: str, found: Source, heard: Heard) -> Answer:
    """What a backbone says of a clip: computed once per content, one net at a time on the whole server."""
    return _answer(dataset, found.key, f"{stored.stamp_of(dataset, found)}@{heard.digest}", heard)


@st.cache_resource(max_entries=256, show_spinner=False)
def _answer(dataset: str, key: str, stamp: str, _heard: Heard) -> Answer:
    ear = listening(dataset, stored.source(key))
    apart = stored.mix(dataset, _heard.track) if _heard.track else frozenset()
    with gate():
        return predict.answer(ear, _heard.clip, apart)


def limits() -> audio.Limits:
    """How long a clip may be on this server."""
    return audio.Limits(stored.settings().max_seconds, stored.settings().min_seconds)


@st.cache_resource(max_entries=1, show_spinner=False)
def gate() -> threading.Lock:
    """The server's one inference gate: nets run one at a time, each with all cores."""
    return threading.Lock()


@st.cache_resource(max_entries=1, show_spinner=False)
def held() -> Held:
    """Uploads, cut clips and maps in memory, 256 MB at most."""
    return Held(256_000_000)


@st.cache_resource(max_entries=1, show_spinner=False)
def cuts() -> dict[tuple[str, str], str]:
    """Under which name each cut clip is held: (dataset, track id) -> name."""
    return {}
