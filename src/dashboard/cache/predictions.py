"""What was heard, held once for all visitors: nets, what they made of a clip, and their answers."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from dashboard.cache import stored, track_tables
from dashboard.runtime.inference_gate import Gate
from dashboard.runtime.lru import Bounded
from quintet import audio
from quintet.backbones.base import Encoder, Encoding
from quintet.datasets.base import Track
from quintet.embeddings import clip_cache, models, speed
from quintet.embeddings.models import Model
from quintet.errors import MissingData
from quintet.prediction import classifier, conformal, label_space
from quintet.prediction.classifier import Answer, Judge
from quintet.prediction.label_space import Part, Space

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


def said(space: Space, found: Model, content: Content) -> Answer | None:
    """What a backbone says of a clip it has heard; None where it has not. No net runs.

    Raises MissingEmbeddings where the backbone has not heard one of the space's datasets, and MissingData
    where it has no tags that mean anything.
    """
    if space.native:
        _tagger(found)
    made = known(found, content.digest)
    if made is None:
        return None
    parts = [_answered(part, found, content, made) for part in space.parts]
    if space.native:
        return classifier.in_tags(space, parts[0], made.encoding, found.backbone.spec.tags)
    cut = _cut(space, found, "|".join(_judged(name, found) for name in space.datasets))
    return classifier.joined(space, parts, cut)


def _tagger(found: Model) -> None:
    spec = found.backbone.spec
    if not spec.tags:
        raise MissingData(f"{spec.title} has no tags of its own.")
    if found.untrained:
        raise MissingData(f"{spec.title} runs untrained: its tags would mean nothing.")


def _cut(space: Space, found: Model, stamp: str) -> conformal.Cut | None:
    """What sets of shared classes go by; a lone dataset's answer brings its own."""
    return _shared_cut(space.name, found.key, stamp, space) if space.shared else None


@st.cache_resource(max_entries=24, show_spinner=False)
def _shared_cut(name: str, key: str, stamp: str, _space: Space) -> conformal.Cut | None:
    return label_space.cut(_space, stored.source(_space.datasets[0], key), stored.settings())


def _answered(part: Part, found: Model, content: Content, made: classifier.Heard) -> Answer:
    dataset = part.dataset
    reader, stamp = judge(dataset, found, part.protocol), _judged(dataset, found)
    own = content.track is not None and content.dataset in ("", dataset)
    # The same file may have been uploaded: only as a track of this dataset it has neighbours to leave out.
    key = (dataset, part.protocol, found.key, stamp, content.digest, content.track.id if own else "")
    held = _answers().get(key)
    if held is None:
        apart = track_tables.mix(dataset, content.track) if own else frozenset()
        held = classifier.answer(reader, made, apart)
        _answers().put(key, held, held.over_time.nbytes + held.times.nbytes + 4_000)
    return held


def values(
    found: Model,
    heard: Heard,
    show: Callable[[int], None] | None = None,
    tell: Callable[[float], None] | None = None,
) -> classifier.Heard:
    """A backbone's own values of a clip: computed once per content, one net at a time on the whole server.

    While others are before it `show(place)` is called, then `tell(seconds so far)`; what they raise takes the
    visitor out. A net that has begun goes on to its end, and what it made is kept for who asks next.
    """
    made = known(found, heard.digest)
    if made is not None:
        return made
    net, held, key = encoder(found), _values(), _named(found, heard.digest)

    def work() -> classifier.Heard:
        made = held.get(key)  # whoever was before may have heard the same, and left
        if made is None:
            made = classifier.hear(found, net, heard.clip)
            held.put(key, made, _size(made.encoding))
        return made

    with gate().turn(show or _unseen):
        return gate().apart(work, tell)


def known(found: Model, digest: str) -> classifier.Heard | None:
    """What the backbone made of this content, from memory, or from disk where it takes minutes; else None."""
    made = _values().get(_named(found, digest))
    if made is None and classifier.takes_minutes(found, stored.settings()):
        kept = clip_cache.get_cached(found, digest, stored.settings())
        if kept is not None:
            made = classifier.Heard(kept.encoding, kept.seconds)
            _values().put(_named(found, digest), made, _size(made.encoding))
    return made


def _named(found: Model, digest: str) -> tuple[str, str, str]:
    return found.key, found.fingerprint, digest


def _size(made: Encoding) -> int:
    arrays = (made.frames, made.times, made.embedding, made.tags)
    return sum(array.nbytes for array in arrays if array is not None)


def _unseen(place: int) -> None:
    """Nobody watches: a command, a warm-up."""


def judge(dataset: str, found: Model, protocol: str = "") -> Judge:
    """What reads a backbone's values in a dataset's classes, or in the tags of a protocol.

    Raises MissingEmbeddings, MissingData.
    """
    return _judge(dataset, found.key, protocol, _judged(dataset, found))


def _judged(dataset: str, found: Model) -> str:
    """Changes with the embeddings, the labels, and the benchmark whose held-out answers set the sets."""
    runs = stored.settings().cache / dataset / "predictions"
    scored = runs.stat().st_mtime_ns if runs.is_dir() else 0
    return f"{stored.stamp_of(dataset, found)}@{stored.tracks_stamp(dataset)}@{scored}"


@st.cache_resource(max_entries=12, show_spinner=False)
def _judge(dataset: str, key: str, protocol: str, stamp: str) -> Judge:
    return classifier.judge(dataset, stored.source(dataset, key), stored.settings(), protocol)


def encoder(found: Model) -> Encoder:
    """A backbone's net; loading it takes a second or two once. Raises BadWeights."""
    return _encoder(found.key, found.fingerprint)


@st.cache_resource(max_entries=8, show_spinner=False)
def _encoder(key: str, fingerprint: str) -> Encoder:
    found = next(s for s in stored.sources() if s.key == key)
    return models.encoder(found, classifier.device(stored.settings()))


def timed(found: Model) -> speed.Speed | None:
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
    return label_space.offered(datasets, stored.settings())


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
