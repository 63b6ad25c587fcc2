"""From a file or upload to a clip: mixed down, cut at the limit while decoding, or refused with a reason."""

import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np
import soundfile

from quintet.audio import readers
from quintet.audio.readers import Sound
from quintet.errors import BadAudio, UsageError

SILENT = 1e-4  # of full scale, -80 dB: below what 16-bit dither leaves
EARLY = 0.25  # s an encoder's padding may miss before a file counts as cut short
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


@dataclass(frozen=True)
class Limits:
    """How much of a file is heard at most, and how little is refused, in seconds."""

    max_seconds: float = 600.0
    min_seconds: float = 0.5


@dataclass(frozen=True)
class _Cut:
    """Which part is asked for. `seconds` is None where everything up to the limit is."""

    limits: Limits
    start: float
    seconds: float | None

    @property
    def most(self) -> float:
        return min(self.limits.max_seconds, np.inf if self.seconds is None else self.seconds)


_Reader = Callable[[BinaryIO, float], AbstractContextManager[Sound]]
_Taken = tuple[Sound, np.ndarray, bool]  # the closed file's facts, samples (N,), whether there was more


def decode(path: Path, limits: Limits, start: float = 0.0, seconds: float | None = None) -> Clip:
    """The clip in the file at `path`, or `seconds` of it from `start` s on. Raises BadAudio.

    An excerpt has the same samples as that part of the whole. In WAV, FLAC, Ogg, Opus and MP3 what lies
    before it is not decoded; other formats are decoded from their beginning, or the samples would differ.
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
            return _clip(file, path.name, _Cut(limits, start, seconds))
    except OSError as error:
        raise BadAudio(
            f"{path.name!r} cannot be read: {error.strerror}. Check its permissions and disk."
        ) from error


def decode_bytes(data: bytes, name: str, limits: Limits) -> Clip:
    """The clip in an upload; nothing is written to disk. `name` only serves the messages. Raises BadAudio."""
    return _clip(io.BytesIO(data), Path(name).name, _Cut(limits, 0.0, None))


def _clip(file: BinaryIO, name: str, cut: _Cut) -> Clip:
    sound, samples, more = _heard(file, name, cut)
    if not np.isfinite(samples).all():
        at = np.argmin(np.isfinite(samples)) / sound.rate + cut.start
        found = f"{name!r} holds a sample that is NaN or infinite at {at:.2f} s"
        raise BadAudio(f"{found}; finite numbers were expected. Export it again.")
    clip = Clip(samples, sound.rate, sound.channels, tuple(_notices(sound, samples, more, cut)))
    if clip.seconds < cut.limits.min_seconds:
        where = f" from {cut.start:g} s on" if cut.start else ""
        needed = f"at least {cut.limits.min_seconds:g} s are needed"
        raise BadAudio(f"{name!r} has {clip.seconds:.2f} s of sound{where}; {needed}. Choose a longer clip.")
    samples.flags.writeable = False
    return clip


def _heard(file: BinaryIO, name: str, cut: _Cut) -> _Taken:
    head = file.read(512)
    if not head:
        raise BadAudio(f"{name!r} is empty (0 bytes); expected {KINDS}. Save or download it again.")
    if readers.suits_soundfile(head):
        try:
            return _take(readers.by_soundfile, file, cut)
        except (soundfile.LibsndfileError, readers.Unreadable):
            pass  # not lost: PyAV reads damaged files further, and says why where it cannot
    try:
        return _take(readers.by_av, file, cut)
    except (av.FFmpegError, readers.Unreadable) as error:
        raise BadAudio(_refusal(name, head, error)) from error


def _refusal(name: str, head: bytes, error: Exception) -> str:
    if isinstance(error, readers.Protected):
        why = "is protected (DRM), so nothing but the player it was bought for can open it"
        return f"{name!r} {why}; expected {KINDS} without protection. Choose an unprotected copy."
    found = str(error) if isinstance(error, readers.Unreadable) else "is damaged or not a sound file"
    found = "is a text file" if _is_text(head) else found
    return f"{name!r} {found}; expected sound as {KINDS}. Export it again as WAV."


def _take(reader: _Reader, file: BinaryIO, cut: _Cut) -> _Taken:
    file.seek(0)
    with reader(file, cut.start) as sound:
        samples, more = _mono(sound.blocks, int(min(cut.most * sound.rate + 0.5, 2**40)))
    return sound, samples, more


def _mono(blocks: Iterator[np.ndarray], most: int) -> tuple[np.ndarray, bool]:
    """The channels' mean over `blocks` (n, channels): float32 (at most `most`,), and whether there was more.

    Takes no block beyond `most`, so decoding stops there; grows in place, so the wave is never held twice.
    """
    kept, n = np.empty(min(most, 1 << 20), np.float32), 0
    for block in blocks:
        if n == most and len(block):
            return kept, True
        new = min(n + len(block), most)
        if new > len(kept):
            kept.resize(min(max(new, 2 * len(kept)), most), refcheck=False)
        with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is refused later
            block[: new - n].mean(axis=1, out=kept[n:new])
        n, cut = new, len(block) > new - n
        if cut:
            return kept, True
    kept.resize(n, refcheck=False)
    return kept, False


def _notices(sound: Sound, samples: np.ndarray, more: bool, cut: _Cut) -> Iterator[str]:
    limit, end = cut.limits.max_seconds, cut.start + len(samples) / sound.rate
    if sound.channels > 2:
        yield f"The {sound.channels} channels were mixed down to one."
    if more and (cut.seconds is None or cut.seconds > limit):
        yield f"Longer than the limit: the first {_span(limit)} are used."
    if not more and sound.stated and end < min(sound.stated, cut.start + cut.most) - EARLY:
        yield f"Ends at {_span(end)}; its header states {_span(sound.stated)}. What is there is used."
    if sound.damage:
        yield f"{len(sound.damage)} damaged part{'s were' if len(sound.damage) > 1 else ' was'} left out."
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
