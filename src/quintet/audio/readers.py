"""Two readers of compressed and plain sound, block by block: soundfile where it is exact, PyAV for the rest.

soundfile is given only what starts like WAV, FLAC, Ogg, AIFF or CAF. MP3 goes to PyAV: libsndfile guesses the
length of an MP3 without a Xing header and drops what lies beyond its guess, and its decoder writes to stderr.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import BinaryIO

import av
import numpy as np
import soundfile
from av.audio.plane import AudioPlane

BLOCK = 65_536  # samples per channel that soundfile reads at once
FRAMES = 16  # of an MP3: 0.4 s are mixed down at once, not 26 ms
HOPELESS = 100  # more damaged than good packets (2 s of AAC): what still decodes is noise
PREROLL = 1.0  # s; an MP3 frame leans on at most 511 earlier bytes: 0.5 s at 8 kbit/s
_MAGIC = (b"RIFF", b"RIFX", b"RF64", b"riff", b"fLaC", b"OggS", b"FORM", b"caff", b".snd")
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

_SAMPLES = {"u8": "u1", "s16": "i2", "s32": "i4", "s64": "i8", "flt": "f4", "dbl": "f8"}  # FFmpeg's names


@dataclass
class Sound:
    """An open file: float32 blocks (n, channels) from the wanted start; `stated`: the header's length, s."""

    rate: int
    channels: int
    stated: float | None
    blocks: Iterator[np.ndarray]
    damage: list[str] = field(default_factory=list)  # one reason per part that had to be left out


class Unreadable(Exception):
    """The container opens and its sound does not; the text is a reason that follows the file's name."""


class Protected(Unreadable):
    """Its sound is encrypted: to export it again, as other refusals advise, would not help."""


def suits_soundfile(head: bytes) -> bool:
    """Whether soundfile should try first, by the first bytes of a file."""
    return head.startswith(_MAGIC)


@contextmanager
def by_soundfile(file: BinaryIO, start: float) -> Iterator[Sound]:
    """`file` from `start` s on. Raises soundfile.LibsndfileError, Unreadable."""
    with soundfile.SoundFile(file) as opened:
        if not opened.frames:  # a recorder that died leaves the length at 0; FFmpeg then reads on to the end
            raise Unreadable("states a length of 0")
        first = round(start * opened.samplerate)
        inside = first < opened.frames
        if inside and first:
            opened.seek(first)  # sample-exact in every format that _MAGIC lets through
        blocks = _soundfile_blocks(opened) if inside else iter(())
        yield Sound(opened.samplerate, opened.channels, _stated_by_soundfile(opened), blocks)


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
def by_av(file: BinaryIO, start: float) -> Iterator[Sound]:
    """The audio track of `file` from `start` s on. Raises av.FFmpegError, Unreadable."""
    with av.open(file, metadata_errors="ignore", options=_OPTIONS) as container:
        tracks = [track for track in container.streams.audio if track.codec_context is not None]
        if not tracks:
            raise Unreadable("has no audio track that can be decoded")
        if tracks[0].codec_context.codec_tag in _SEALED:
            raise Protected("is protected")
        stated, damage = _stated_by_av(container, tracks[0]), []
        packets = container.demux(tracks[0])
        frames = _frames(packets, damage)
        first = next(frames, None)
        if first is None:
            raise Unreadable("has an audio track of which nothing can be decoded")
        if first.pts is not None and tracks[0].codec_context.name in _FORGETFUL and start > 2 * PREROLL:
            blocks = _av_blocks_after(first, packets, start, damage)
        else:
            blocks = _av_blocks(first, frames, start)
        yield Sound(first.sample_rate, first.layout.nb_channels, stated, blocks, damage)


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
