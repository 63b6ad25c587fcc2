"""Readers of compressed and plain sound, block by block: soundfile where it is exact, PyAV for the rest.

soundfile is given only what starts like WAV, FLAC, Ogg, AIFF or CAF, and Ogg link by link. MP3 goes to PyAV:
libsndfile guesses the length of an MP3 without a Xing header and drops what lies beyond its guess, and its
decoder writes to stderr.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import accumulate, chain
from typing import BinaryIO

import av
import numpy as np
import soundfile
import soxr
from av.audio.plane import AudioPlane
from av.stream import Disposition

from quintet.audio import ogg
from quintet.audio.limits import Excerpt, Limits

BLOCK = 65_536  # samples per channel that soundfile reads at once
FRAMES = 16  # of an MP3: 0.4 s are mixed down at once, not 26 ms
HOPELESS = 100  # more damaged than good packets (2 s of AAC): what still decodes is noise
PREROLL = 1.0  # s; an MP3 frame leans on at most 511 earlier bytes: 0.5 s at 8 kbit/s
_MAGIC = (b"RIFF", b"RIFX", b"RF64", b"riff", b"fLaC", b"FORM", b"caff", b".snd")
_UNSTATED = (
    0x7FFF0000  # bytes; recorders that cannot go back write 0x7fffffff or 0xffffffff as the data length
)

# Demuxers FFmpeg may choose. Playlists (hls, concat, dash) are left out: they open other files and addresses.
_FORMATS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,dsf,eac3,flac,flv,matroska,mov,mp3,mpc,mpc8,mpeg,mpegts,"
    "ogg,tak,tta,w64,wav,wv"
)
_OPTIONS = {"format_whitelist": _FORMATS, "protocol_whitelist": ""}

# Decoders that give the same samples again soon after a gap. AAC's do not: the noise it fills in depends on
# all that went before. Nor can the millisecond clocks of WebM and WMA place a sample.
_FORGETFUL = ("mp3", "mp3float")

# Sample entries of protected sound: iTunes' FairPlay, Audible. FFmpeg takes such bytes for plain AAC.
_SEALED = ("drms", "aavd")

# In Ogg, codecs whose decoder tells how long a link is.
_SEEKABLE = ("Vorbis", "Opus")

_SAMPLES = {"u8": "u1", "s16": "i2", "s32": "i4", "s64": "i8", "flt": "f4", "dbl": "f8"}  # FFmpeg's names


@dataclass
class AudioStream:
    """An open file: float32 blocks (n, channels) from the wanted start; `stated`: the header's length, s."""

    rate: int
    channels: int
    stated: float | None
    blocks: Iterator[np.ndarray]
    damage: list[str] = field(default_factory=list)  # one reason per part that had to be left out
    notices: list[str] = field(default_factory=list)  # sentences about how it lies in the file


class Unreadable(Exception):
    """The container opens and its sound does not; the text is a reason that follows the file's name."""


class Protected(Unreadable):
    """Its sound is encrypted: to export it again, as other refusals advise, would not help."""


class OutsideLimits(Unreadable):
    """Its rate or channels are not those of music; the text goes on after the file's name to the end."""


def check_format(rate: int, channels: int, limits: Limits) -> None:
    """Raises OutsideLimits."""
    if not limits.min_rate <= rate <= limits.max_rate:
        expected = f"{limits.min_rate} to {limits.max_rate} Hz are expected"
        raise OutsideLimits(f"has a sample rate of {rate} Hz; {expected}. Convert it to 44100 Hz.")
    if not 1 <= channels <= limits.max_channels:
        expected = f"1 to {limits.max_channels} are expected"
        raise OutsideLimits(f"has {channels} channels; {expected}. Mix it down to two.")


def suits_soundfile(head: bytes) -> bool:
    """Whether soundfile should try first, by the first bytes of a file."""
    return head.startswith(_MAGIC)


def suitable(head: bytes) -> Iterator[Callable[[BinaryIO, Excerpt], AbstractContextManager[AudioStream]]]:
    """The readers to try, in this order, by the first bytes of a file.

    PyAV comes last for all: it reads damaged files further, and says why where it cannot.
    """
    if head.startswith(b"OggS"):
        yield by_ogg
    elif suits_soundfile(head):
        yield by_soundfile
    yield by_av


@contextmanager
def by_soundfile(file: BinaryIO, excerpt: Excerpt) -> Iterator[AudioStream]:
    """`file` from the excerpt's start on. Raises soundfile.LibsndfileError, Unreadable."""
    if excerpt.start and not _begins(file):
        raise Unreadable("begins with sound that cannot be decoded")
    with soundfile.SoundFile(file) as opened:
        check_format(opened.samplerate, opened.channels, excerpt.limits)
        if not opened.frames:  # a recorder that died leaves the length at 0; FFmpeg then reads on to the end
            raise Unreadable("states a length of 0")
        first = round(excerpt.start * opened.samplerate)
        inside = first < opened.frames
        if inside and first:
            opened.seek(first)  # sample-exact in every format that _MAGIC lets through
        blocks = _soundfile_blocks(opened) if inside else iter(())
        yield AudioStream(opened.samplerate, opened.channels, _stated_by_soundfile(opened), blocks)


def _begins(file: BinaryIO) -> bool:
    """Whether the first sample can be decoded: where it cannot, libsndfile's seek would end the process.

    In an opening of its own, since a decoder that was read before it seeks gives other samples.
    """
    with soundfile.SoundFile(file) as opened:
        begins = len(opened.read(1)) > 0
    file.seek(0)
    return begins


def _soundfile_blocks(opened: soundfile.SoundFile) -> Iterator[np.ndarray]:
    while len(block := opened.read(BLOCK, dtype="float32", always_2d=True)):
        yield block


def _stated_by_soundfile(opened: soundfile.SoundFile) -> float | None:
    if opened.frames > 2**62:  # a FLAC stream that was never finished
        return None
    seconds = opened.frames / opened.samplerate
    # libsndfile corrects a wrong data length and tells only its log
    wrong = re.search(r"^(?:data|SSND)\s*: (\d+) \(should be (\d+)\)", opened.extra_info, re.MULTILINE)
    if wrong is None or int(wrong[2]) == 0:
        return seconds
    stated, real = int(wrong[1]), int(wrong[2])
    return seconds * stated / real if stated < _UNSTATED else None


@contextmanager
def by_ogg(file: BinaryIO, excerpt: Excerpt) -> Iterator[AudioStream]:
    """Every link of an Ogg file, one after the other, from the excerpt's start on, at the rate of the first.

    Raises Unreadable where none is sound, and what the reader of a lone link raises.
    """
    links = ogg.links(file, excerpt.start + excerpt.max_seconds)
    if not links:
        raise Unreadable("has no link in which sound begins")
    for link in links:
        check_format(link.rate, link.channels, excerpt.limits)
    if len(links) == 1:
        with _by_link(links[0], excerpt) as stream:
            stream.notices += _ogg_notices(links, excerpt)
            yield stream
        return
    damage, notices = [], _ogg_notices(links, excerpt)
    blocks = _joined(links, excerpt, damage, notices)
    channels = max(link.channels for link in links)
    try:
        yield AudioStream(links[0].rate, channels, None, blocks, damage, notices)
    finally:
        blocks.close()


@contextmanager
def _by_link(link: ogg.Link, excerpt: Excerpt) -> Iterator[AudioStream]:
    """One link: by soundfile where it is whole, else by FFmpeg, which neither repeats nor drops a part."""
    with ExitStack() as stack:
        try:
            if not link.is_regular:
                raise Unreadable("is not whole")
            stream = stack.enter_context(by_soundfile(link.file(), excerpt))
        except (soundfile.LibsndfileError, Unreadable):
            stream = stack.enter_context(by_av(link.file(), excerpt))
            stream.stated = None  # of the last page, which does not know what is missing
        yield stream


def _joined(
    links: list[ogg.Link], excerpt: Excerpt, damage: list[str], notices: list[str]
) -> Iterator[np.ndarray]:
    rate = links[0].rate
    skip = round(excerpt.start * rate)  # samples still to be left out, at `rate`
    for number, link in enumerate(links, 1):
        seeks = link.rate == rate and link.is_regular and link.codec in _SEEKABLE
        part = replace(excerpt, start=skip / rate if seeks else 0.0)
        try:
            with _by_link(link, part) as stream:
                if seeks and stream.stated is not None:
                    yield from stream.blocks
                    skip = max(skip - round(stream.stated * rate), 0)
                    continue
                if part.start:
                    raise Unreadable("has no stated length")
                for block in _at_rate(stream.blocks, link.rate, rate):
                    yield block[min(skip, len(block)) :]
                    skip = max(skip - len(block), 0)
                damage += stream.damage
        except (soundfile.LibsndfileError, av.FFmpegError, Unreadable):
            notices.append(f"Part {number} of {len(links)} cannot be decoded and is left out.")


def _at_rate(blocks: Iterator[np.ndarray], rate: int, to: int) -> Iterator[np.ndarray]:
    """Blocks (n, channels) at `rate` Hz as blocks at `to` Hz."""
    if rate == to:
        yield from blocks
        return
    stream, empty = None, None
    for block in blocks:
        if stream is None:
            stream = soxr.ResampleStream(rate, to, block.shape[1], dtype="float32", quality="HQ")
            empty = block[:0]
        yield stream.resample_chunk(np.ascontiguousarray(block)).reshape(-1, block.shape[1])
    if stream is not None:
        yield stream.resample_chunk(empty, last=True).reshape(-1, empty.shape[1])


def _ogg_notices(links: list[ogg.Link], excerpt: Excerpt) -> list[str]:
    kinds = list(dict.fromkeys(f"{link.rate} Hz, {_channels(link.channels)}" for link in links))
    result = []
    if len(kinds) > 1:
        parts = f"{len(links)} parts of {' and '.join(kinds)}"
        result.append(f"It is joined from {parts}; all are used at {links[0].rate} Hz.")
    begins = list(accumulate((link.seconds for link in links), initial=0.0))
    gaps = [begin + gap for begin, link in zip(begins, links, strict=False) for gap in link.gaps]
    gaps = [gap for gap in gaps if excerpt.start <= gap + 1 and gap <= excerpt.start + excerpt.max_seconds]
    if gaps:
        where = f" at {len(gaps)} places, first" if len(gaps) > 1 else ""
        result.append(
            f"Pages are missing or damaged{where} near {gaps[0]:.1f} s; what they held is left out."
        )
    if repeated := sum(link.repeated for link in links):
        result.append(f"{_pages(repeated)} there twice; what they hold is used once.")
    if strangers := sum(link.strangers for link in links):
        result.append(f"{_pages(strangers)} of a part whose beginning is missing; they are left out.")
    if (streams := max(link.streams for link in links)) > 1:
        result.append(_tracks(streams, "first"))
    return result


def _pages(count: int) -> str:
    return "1 page is" if count == 1 else f"{count} pages are"


def _channels(count: int) -> str:
    return {1: "mono", 2: "stereo"}.get(count, f"{count} channels")


def _tracks(count: int, which: str) -> str:
    return f"It has {count} audio tracks; the {which} is used."


@contextmanager
def by_av(file: BinaryIO, excerpt: Excerpt) -> Iterator[AudioStream]:
    """The default audio track of `file` from the excerpt's start on. Raises av.FFmpegError, Unreadable."""
    with av.open(file, metadata_errors="ignore", options=_OPTIONS) as container:
        track, notices = _default_track(container)
        if _is_sealed(container, track):
            raise Protected("is protected")
        stated, damage = _stated_by_av(container, track), []
        packets = _packets(container, track)
        frames = _frames(packets, damage)
        first = next(frames, None)
        if first is None:
            raise Unreadable("has an audio track of which nothing can be decoded")
        check_format(first.sample_rate, first.layout.nb_channels, excerpt.limits)
        start = excerpt.start
        if first.pts is not None and track.codec_context.name in _FORGETFUL and start > 2 * PREROLL:
            blocks = _av_blocks_after(first, packets, start, damage)
        else:
            blocks = _av_blocks(first, frames, start)
        yield AudioStream(first.sample_rate, first.layout.nb_channels, stated, blocks, damage, notices)


def _default_track(container: av.container.InputContainer) -> tuple[av.AudioStream, list[str]]:
    """The track its container calls the default, else the first; and a notice where there are several."""
    tracks = [track for track in container.streams.audio if track.codec_context is not None]
    if not tracks:
        raise Unreadable("has no audio track that can be decoded")
    number = next((n for n, track in enumerate(tracks) if track.disposition & Disposition.default), 0)
    which = f"default, number {number + 1}," if tracks[number].disposition & Disposition.default else "first"
    return tracks[number], [_tracks(len(tracks), which)] if len(tracks) > 1 else []


def _is_sealed(container: av.container.InputContainer, track: av.AudioStream) -> bool:
    """Whether an MP4 says that only its shop's player opens it.

    PyAV reads tags as ASCII, which those of AVI, WAV and MPEG-TS need not be.
    """
    if "mp4" not in container.format.name:
        return False
    try:
        return track.codec_context.codec_tag in _SEALED
    except UnicodeDecodeError:
        return False


def _packets(container: av.container.InputContainer, track: av.AudioStream) -> Iterator[av.Packet]:
    """A track's packets. PyAV raises IndexError for a track that appears later; that one is left out."""
    while True:
        try:
            yield from container.demux(track)
        except IndexError:
            continue
        return


def _stated_by_av(container: av.container.InputContainer, track: av.AudioStream) -> float | None:
    if track.duration:
        seconds = float(track.duration * track.time_base)
    elif container.duration and len(container.streams) == 1:  # beside a picture it is the longer one's
        seconds = container.duration / av.time_base
    else:
        return None
    guess = container.size * 8 / track.bit_rate if track.bit_rate else 0.0
    return (
        None if abs(guess - seconds) < 0.01 * seconds else seconds
    )  # FFmpeg's guess from the size, not the header


def _frames(packets: Iterator[av.Packet], damage: list[str]) -> Iterator[av.AudioFrame]:
    good = 0
    while len(damage) <= good + HOPELESS:
        try:
            packet = next(packets, None)
            if packet is not None and packet.has_sidedata("encryption_info"):  # some decodes, to noise
                raise Protected("is protected")
            frames = packet.decode() if packet is not None else None
        except av.FFmpegError as error:
            damage.append(str(error))
            continue
        if frames is None:
            return
        good += len(frames)
        yield from frames
    raise Unreadable("has an audio track that is mostly damaged")


def _av_blocks(first: av.AudioFrame, rest: Iterator[av.AudioFrame], start: float) -> Iterator[np.ndarray]:
    skip, held = round(start * first.sample_rate), []
    for frame in chain([first], rest):
        if frame.sample_rate != first.sample_rate:
            raise Unreadable(f"changes its sample rate from {first.sample_rate} to {frame.sample_rate} Hz")
        if skip < frame.samples:
            block = _floats(frame)[max(skip, 0) :]
            if len(held) == FRAMES or (held and held[-1].shape[1] != block.shape[1]):
                yield np.concatenate(held)
                held = []
            held.append(block)
        skip -= frame.samples
    if held:
        yield np.concatenate(held)


def _av_blocks_after(
    first: av.AudioFrame, packets: Iterator[av.Packet], start: float, damage: list[str]
) -> Iterator[np.ndarray]:
    """The same samples, with the packets between the first one and PREROLL before `start` left undecoded."""
    resume = first.pts + (start - PREROLL) / first.time_base
    frames = _frames((packet for packet in packets if packet.pts is None or packet.pts >= resume), damage)
    landed = next(frames, None)
    if landed is not None:
        gone = float((landed.pts - first.pts) * landed.time_base)
        yield from _av_blocks(landed, frames, start - gone)


def _floats(frame: av.AudioFrame) -> np.ndarray:
    """Samples of one frame as float32 (n, channels); integers are scaled to [-1, 1).

    The planes are taken one by one: frame.planes and frame.to_ndarray() of PyAV 18 read past the last of 8 or
    more and end the process.
    """
    channels, planar = frame.layout.nb_channels, frame.format.is_planar
    kind = np.dtype(_SAMPLES[frame.format.name.removesuffix("p")])
    count = frame.samples if planar else frame.samples * channels
    planes = (np.frombuffer(AudioPlane(frame, i), kind, count) for i in range(channels if planar else 1))
    values = np.empty((frame.samples, channels), np.float32)
    for i, plane in enumerate(planes):
        values[:, slice(i, i + 1) if planar else slice(None)] = plane.reshape(frame.samples, -1)
    if kind == np.uint8:
        return (values - 128) / 128
    return values / 2.0 ** (8 * kind.itemsize - 1) if kind.kind == "i" else values
