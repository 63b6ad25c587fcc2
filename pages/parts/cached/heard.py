"""What was heard, held once for all visitors: nets, what they made of a clip, and their answers."""

import gc
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import streamlit as st

from pages.parts.cached import stored
from pages.parts.cached.bounded import Bounded
from pages.parts.gate import Gate
from quintet import audio, collection, predict
from quintet.backbones.base import Encoder, Encoding
from quintet.collection import Source
from quintet.datasets.base import Track
from quintet.predict import Answer, Judge
from quintet.studies import encodings, spaces, speed
from quintet.studies.spaces import Space

_VALUES = 300_000_000  # bytes of encodings: frames of 10 min are 2 to 12 MB a backbone
_ANSWERS = 50_000_000


@dataclass(frozen=True)
class Content:
    """What was heard, without its sound: its digest, and which track of which dataset it is, if it is one."""

    digest: str
    track: Track | None = None
    dataset: str = ""


@dataclass(frozen=True)
class Heard:
    """One clip to answer: its name for people, its content's digest, the sound, where it plays.

    `track` of `dataset` where it is a stored one; `start` (s) is where the clip begins in what the url plays.
    """

    name: str
    digest: str
    clip: audio.Clip
    url: str
    track: Track | None = None
    dataset: str = ""
    start: float = 0.0

    @property
    def content(self) -> Content:
        """The same without its sound."""
        return Content(self.digest, self.track, self.dataset)


def answer(dataset: str, found: Source, heard: Heard) -> Answer:
    """What a backbone says of a clip in a dataset's classes. The net runs once per content."""
    return _answered(dataset, found, heard.content, values(found, heard))


def said(space: Space, found: Source, content: Content) -> Answer | None:
    """The same in any space, of a clip this backbone has heard; None where it has not. No net runs.

    In a shared space there is no tested set, and the nearest tracks are those of its first dataset.
    Raises MissingEmbeddings where the backbone has not heard one of its datasets.
    """
    made = known(found, content.digest)
    if made is None:
        return None
    parts = [_answered(dataset, found, content, made) for dataset in space.datasets]
    if not space.shared:
        return parts[0]
    total = spaces.merged(space, [part.probabilities[None] for part in parts])[0]
    over_time = spaces.merged(space, [part.over_time for part in parts])
    return replace(parts[0], classes=space.classes, probabilities=total, over_time=over_time, members=None)


def _answered(dataset: str, found: Source, content: Content, made: predict.Heard) -> Answer:
    reader, stamp = judge(dataset, found), _judged(dataset, found)
    own = content.track is not None and content.dataset in ("", dataset)
    key = (dataset, found.key, stamp, content.digest)
    held = _answers().get(key)
    if held is None:
        apart = stored.mix(dataset, content.track) if own else frozenset()
        held = predict.answer(reader, made, apart)
        _answers().put(key, held, held.over_time.nbytes + held.times.nbytes + 4_000)
    return held


def values(found: Source, heard: Heard, show: Callable[[int], None] | None = None) -> predict.Heard:
    """A backbone's own values of a clip: computed once per content, one net at a time on the whole server.

    While others are before it `show(place)` is called; what it raises takes the visitor out of the queue.
    """
    made = known(found, heard.digest)
    if made is not None:
        return made
    net = encoder(found)
    with gate().turn(show or _unseen):
        made = known(found, heard.digest)  # whoever was before may have heard the same
        if made is None:
            made = gate().apart(lambda: predict.hear(found, net, heard.clip))
            _values().put(_named(found, heard.digest), made, _size(made.encoding))
    return made


def known(found: Source, digest: str) -> predict.Heard | None:
    """What the backbone made of this content, from memory, or from disk where it takes minutes; else None."""
    made = _values().get(_named(found, digest))
    if made is None and predict.takes_minutes(found, stored.settings()):
        kept = encodings.kept(found, digest, stored.settings())
        if kept is not None:
            made = predict.Heard(kept.encoding, kept.seconds)
            _values().put(_named(found, digest), made, _size(made.encoding))
    return made


def _named(found: Source, digest: str) -> tuple[str, str, str]:
    return found.key, found.fingerprint, digest


def _size(made: Encoding) -> int:
    arrays = (made.frames, made.times, made.embedding, made.tags)
    return sum(array.nbytes for array in arrays if array is not None)


def _unseen(place: int) -> None:
    """Nobody watches: a command, a warm-up."""


def judge(dataset: str, found: Source) -> Judge:
    """What reads a backbone's values in a dataset's classes. Raises MissingEmbeddings, MissingData."""
    return _judge(dataset, found.key, _judged(dataset, found))


def _judged(dataset: str, found: Source) -> str:
    """Changes with the embeddings, the labels, and the benchmark whose held-out answers set the sets."""
    runs = stored.settings().cache / dataset / "predictions"
    scored = runs.stat().st_mtime_ns if runs.is_dir() else 0
    return f"{stored.stamp_of(dataset, found)}@{stored.tracks_stamp(dataset)}@{scored}"


@st.cache_resource(max_entries=12, show_spinner=False)
def _judge(dataset: str, key: str, stamp: str) -> Judge:
    return predict.judge(dataset, stored.source(dataset, key), stored.settings())


def encoder(found: Source) -> Encoder:
    """A backbone's net; loading it takes a second or two once. Raises BadWeights."""
    return _encoder(found.key, found.fingerprint)


@st.cache_resource(max_entries=8, show_spinner=False)
def _encoder(key: str, fingerprint: str) -> Encoder:
    found = next(s for s in stored.sources() if s.key == key)
    return collection.encoder(found, predict.device(stored.settings()))


def warm() -> None:
    """Loads the first dataset's quick backbones, so that the first visitor need not wait for PyTorch.

    Each net's first run is slow, so it is done here.
    """
    for dataset, *_ in stored.datasets()[:1]:
        for found in stored.embedded(dataset):
            spec = found.backbone.spec
            if not spec.hand_made and not spec.slow:
                judge(dataset, found)
                net = encoder(found)
                with gate().turn(_unseen):
                    gate().apart(partial(net, np.zeros(spec.sample_rate, np.float32), spec.sample_rate))
    # Streamlit collects garbage after every run; what lives as long as the server need not be looked at.
    gc.collect()
    gc.freeze()


def timed(found: Source) -> speed.Speed | None:
    """How fast the backbone is here, as it was measured on any dataset; looked up again after a minute."""
    return _timed(found.key, found.fingerprint, str(stored.settings().cache))


@st.cache_resource(ttl=60, max_entries=32, show_spinner=False)
def _timed(key: str, fingerprint: str, cache: str) -> speed.Speed | None:
    here = stored.settings()
    found = next((s for s in stored.sources() if s.key == key), None)
    known = (speed.get(name, found, here) for name, *_ in stored.datasets()) if found else ()
    return next((one for one in known if one), None)


def label_spaces() -> list[Space]:
    """Every space a clip can be answered in on this server: datasets that some backbone has heard."""
    heard = [name for name, *_ in stored.datasets() if stored.embedded(name)]
    return _spaces(tuple(heard), "|".join(stored.tracks_stamp(name) for name in heard))


@st.cache_resource(max_entries=4, show_spinner=False)
def _spaces(datasets: tuple[str, ...], stamp: str) -> list[Space]:
    return spaces.offered(datasets, stored.settings())


@st.cache_resource(max_entries=1, show_spinner=False)
def gate() -> Gate:
    """The server's one inference gate: nets run one at a time, each with all cores."""
    return Gate()


@st.cache_resource(max_entries=1, show_spinner=False)
def _values() -> Bounded:
    return Bounded(_VALUES)


@st.cache_resource(max_entries=1, show_spinner=False)
def _answers() -> Bounded:
    return Bounded(_ANSWERS)
