"""From a file or upload to a clip: mixed down, cut at the limit while decoding, or refused with a reason."""

import io
import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import BinaryIO

import av
import numpy as np

from quintet import bounded
from quintet.audio import preamble, readers
from quintet.audio.limits import Excerpt, Limits
from quintet.audio.mixdown import SILENT, BadSample, HiddenBitstream, Mix, mix
from quintet.audio.readers import AudioStream
from quintet.bounded import ResourceLimits
from quintet.errors import BadAudio, OutOfBounds, QuintetError, UsageError

EARLY = 0.25  # s an encoder's padding may miss before a file counts as cut short
UPLOAD = ResourceLimits(memory_bytes=3 << 29, seconds=60)  # what decoding one may take: 1.5 GB, a minute
AT_ONCE = bounded.SPARE  # uploads decoded beside one another; more would start a process each, and end it
KINDS = "WAV, FLAC, Ogg, Opus, MP3, M4A, WebM or WMA"


@dataclass(frozen=True)
class Clip:
    """What was heard of one file. `notices` are plain sentences for the person who chose it."""

    samples: np.ndarray  # (N,) float32 mono at `rate`, contiguous, read-only; float files may go beyond 1
    rate: int  # Hz, the file's own
    channels: int  # of the file
    notices: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """Length of what was heard."""
        return len(self.samples) / self.rate


_Reader = Callable[[BinaryIO, Excerpt], AbstractContextManager[AudioStream]]
_log = logging.getLogger(__name__)
_slots = BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class _Decoded:
    """What a reader gave of a file: its facts, and its samples mixed down."""

    stream: AudioStream
    mix: Mix
    skipped: int = 0  # bytes before the sound that are no tag


def decode(path: Path, limits: Limits, start: float = 0.0, seconds: float | None = None) -> Clip:
    """The clip in the file at `path`, or `seconds` of it from `start` s on. Raises BadAudio.

    An excerpt has the same samples as that part of the whole. In WAV, FLAC, Ogg, Opus and MP3 what lies
    before it is not decoded; other formats are decoded from their beginning, or the samples would differ.
    Where channels cancel out, the left one is used; the excerpt decides whether they do, not the whole.
    """
    if not start >= 0 or (seconds is not None and not seconds > 0):
        raise UsageError(
            f"An excerpt of {seconds} s from {start} s was asked; expected start >= 0 and seconds > 0."
        )
    try:
        if path.is_dir():
            raise BadAudio(
                f"{path.name!r} is a folder; one audio file was expected. Choose a file inside it."
            )
        if not path.is_file():
            raise BadAudio(f"There is no file {path.name!r}; expected {KINDS}. Check its name and folder.")
        # opened again by its number: both libraries would believe the name's ending before the content
        with path.open("rb") as named, open(named.fileno(), "rb", closefd=False) as file:
            return _clip(file, path.name, Excerpt(limits, start, seconds))
    except OSError as error:
        raise BadAudio(
            f"{path.name!r} cannot be read: {error.strerror or error}. Check its permissions and disk."
        ) from error


def decode_bytes(data: bytes, name: str, limits: Limits) -> Clip:
    """The clip in an upload; nothing is written to disk. `name` only serves the messages. Raises BadAudio.

    A stranger's file is decoded in a process of its own: one that eats memory, never ends or crashes its
    decoder is refused, and nobody else notices.
    """
    name = Path(name).name
    try:
        with _slots:
            clip = bounded.run(_clip_of_bytes, data, name, limits, limits=UPLOAD)
    except OutOfBounds as error:
        raise BadAudio(
            f"{name!r} {error}; expected sound as {KINDS}. Export it again as WAV, or a part of it."
        ) from error
    except BadAudio as error:
        if causes := error.__dict__.pop("__notes__", None):
            _log.info("%s\n%s", error, "".join(causes))
        raise
    clip.samples.flags.writeable = False  # lost on the way between processes
    return clip


def _clip_of_bytes(data: bytes, name: str, limits: Limits) -> Clip:
    """Runs in the child; what caused a refusal travels as its note, since causes themselves do not."""
    try:
        return _clip(io.BytesIO(data), name, Excerpt(limits))
    except BadAudio as error:
        if isinstance(error.__cause__, MemoryError):
            raise error.__cause__ from None  # which is the limit's, not the machine's
        if error.__cause__ is not None:
            error.add_note("".join(traceback.format_exception(error.__cause__)))
        raise


def _clip(file: BinaryIO, name: str, excerpt: Excerpt) -> Clip:
    """The clip, or BadAudio for whatever a reader raises."""
    try:
        decoded = _decoded(file, name, excerpt)
    except QuintetError:
        raise
    except Exception as error:  # decoders raise anything of damaged files; the cause is logged
        _log.info("%r cannot be decoded", name, exc_info=error)
        raise BadAudio(_refusal(file, name, error, excerpt)) from error
    stream, samples = decoded.stream, decoded.mix.samples
    clip = Clip(samples, stream.rate, stream.channels, tuple(_notices(decoded, excerpt)))
    if clip.seconds < excerpt.limits.min_seconds:
        where = f" from {excerpt.start:g} s on" if excerpt.start else ""
        needed = f"at least {excerpt.limits.min_seconds:g} s are needed"
        raise BadAudio(f"{name!r} has {clip.seconds:.2f} s of sound{where}; {needed}. Choose a longer clip.")
    samples.flags.writeable = False
    return clip


def _decoded(file: BinaryIO, name: str, excerpt: Excerpt) -> _Decoded:
    """By the first reader that manages; where none does, raises what the best of them raised."""
    if not file.read(1):
        raise BadAudio(f"{name!r} is empty (0 bytes); expected {KINDS}. Save or download it again.")
    start, is_odd = preamble.sound_start(file)
    whole = preamble.Tail(file, start) if start else file
    whole.seek(0)
    failure = None
    for reader in readers.suitable(whole.read(512)):
        try:
            stream, samples = _take(reader, whole, excerpt)
            if isinstance(failure, HiddenBitstream):
                stream.notices.append(f"It holds {failure} in place of samples, which was decoded.")
                stream.stated = None  # of the samples
            return _Decoded(stream, samples, start if is_odd else 0)
        except (BadSample, readers.OutsideLimits):
            raise  # another reader would give the same
        except Exception as error:  # noqa: BLE001, whatever it is, the next reader may manage, or says why not
            failure = failure if isinstance(failure, HiddenBitstream) else error
    later = preamble.first_chain(file, 0)
    if later is None or later == start:
        raise failure
    stream, samples = _take(readers.by_av, preamble.Tail(file, later), excerpt)
    return _Decoded(stream, samples, later)


def _take(reader: _Reader, file: BinaryIO, excerpt: Excerpt) -> tuple[AudioStream, Mix]:
    stream, result = _mixed(reader, file, excerpt)
    if result.loudest is None:
        return stream, result
    channel, count = result.loudest, stream.channels
    stream, result = _mixed(reader, file, excerpt, channel)
    which = "left one" if channel == 0 else "right one"
    which = which if count == 2 else f"loudest, number {channel + 1},"
    stream.notices.append(f"The {'two' if count == 2 else count} channels cancel out; the {which} is used.")
    return stream, result


def _mixed(
    reader: _Reader, file: BinaryIO, excerpt: Excerpt, channel: int | None = None
) -> tuple[AudioStream, Mix]:
    """The mean of all channels, or one of them."""
    file.seek(0)
    with reader(file, excerpt) as stream:
        blocks = stream.blocks
        if channel is not None:
            blocks = (block[:, channel : channel + 1] for block in blocks)
        try:
            return stream, mix(blocks, excerpt.max_samples(stream.rate), excerpt.limits.max_level)
        except BadSample as error:
            error.seconds = excerpt.start + error.index / stream.rate
            raise


def _refusal(file: BinaryIO, name: str, error: Exception, excerpt: Excerpt) -> str:
    if isinstance(error, readers.Protected):
        why = "is protected (DRM), so nothing but the player it was bought for can open it"
        return f"{name!r} {why}; expected {KINDS} without protection. Choose an unprotected copy."
    if isinstance(error, readers.OutsideLimits):
        return f"{name!r} {error}"
    if isinstance(error, BadSample):
        return f"{name!r} {_bad_sample(error, excerpt.limits.max_level)}"
    if isinstance(error, HiddenBitstream):
        why = f"holds {error} in place of samples, which would be heard as noise"
        return f"{name!r} {why}; a wave was expected. Decode it with a player or FFmpeg and save that."
    if isinstance(error, OSError) and not isinstance(error, av.FFmpegError):
        why = f"cannot be read: {error.strerror or error}"
        return f"{name!r} {why}; expected sound as {KINDS}. Check its permissions and disk."
    if isinstance(error, MemoryError):
        return f"{name!r} needs more memory than there is; expected sound as {KINDS}. Choose a part of it."
    found = str(error) if isinstance(error, readers.Unreadable) else "is damaged or not a sound file"
    file.seek(0)
    found = "is a text file" if _is_text(file.read(512)) else found
    return f"{name!r} {found}; expected sound as {KINDS}. Export it again as WAV."


def _bad_sample(error: BadSample, limit: float) -> str:
    if not np.isfinite(error.value):
        found = f"holds a sample that is NaN or infinite at {error.seconds:.2f} s"
        return f"{found}; finite numbers were expected. Export it again."
    found = f"holds a sample of {error.value:g} at {error.seconds:.2f} s"
    expected = f"full scale is 1, and at most {limit:g} is taken"
    return f"{found}; {expected}. Export it again with samples from -1 to 1."


def _notices(decoded: _Decoded, excerpt: Excerpt) -> Iterator[str]:
    stream, samples, more = decoded.stream, decoded.mix.samples, decoded.mix.has_more
    limit = min(excerpt.limits.max_seconds, excerpt.limits.max_samples / stream.rate)
    end = excerpt.start + len(samples) / stream.rate
    if decoded.skipped:
        yield f"Its first {decoded.skipped} bytes are no sound and were skipped."
    if stream.channels > 2 and not any("cancel out" in notice for notice in stream.notices):
        yield f"The {stream.channels} channels were mixed down to one."
    yield from stream.notices
    if more and (excerpt.seconds is None or excerpt.seconds > limit):
        yield f"Longer than the limit: the first {_span(limit)} are used."
    if not more and stream.stated and end < min(stream.stated, excerpt.start + excerpt.max_seconds) - EARLY:
        yield f"Ends at {_span(end)}; its header states {_span(stream.stated)}. What is there is used."
    if stream.damage:
        yield f"{len(stream.damage)} damaged part{'s were' if len(stream.damage) > 1 else ' was'} left out."
    if len(samples) and max(samples.max(), -samples.min()) < SILENT:
        yield f"Silent: no sample reaches {SILENT:g} of full scale."


def _span(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    if minutes < 1:
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    return f"{minutes:.0f} min" + (f" {rest:.0f} s" if rest >= 0.5 else "")


def _is_text(head: bytes) -> bool:
    text = head.decode("utf-8", errors="ignore")  # the head may end inside a character
    return len(text.encode()) > len(head) - 4 and all(c.isprintable() or c in "\r\n\t" for c in text)
