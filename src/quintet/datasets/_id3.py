"""What a sound file says of itself: ID3, Vorbis, MP4, APE and ASF tags, and its length. Headers only."""

import logging
import math
import os
import re
import threading
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from quintet.audio import Limits, decode
from quintet.audio.readers import suits_soundfile
from quintet.datasets import _ogg
from quintet.errors import QuintetError
from quintet.names import display, readable

DAMAGED = "damaged header"
FOREIGN = "a kind without tags, or not the sound its name says"
UNKNOWN = "tags of a kind that is not known, or damaged"  # the sound itself is heard
INFLATED = 1 << 20  # bytes that the compressed ID3 frames of a file may hold together
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
# The same word in each family of tags: Vorbis and APE; ID3; MP4; ASF.
_KEYS = {
    "title": ("title", "TIT2", "\xa9nam", "Title"),
    "artist": ("artist", "TPE1", "\xa9ART", "Author", "albumartist", "album artist", "TPE2", "aART",
               "WM/AlbumArtist"),
    "album": ("album", "TALB", "\xa9alb", "WM/AlbumTitle"),
    "date": ("date", "year", "TDRC", "TYER", "\xa9day", "WM/Year"),
    "genre": ("genre", "TCON", "\xa9gen", "WM/Genre"),
}  # fmt: skip
_FIRST = {"title": "title", "first": "artist", "album": "album"}


@dataclass(frozen=True)
class FileTags:
    """Tags of a file; "", 0 and () where it says nothing. `trouble`: why nothing could be read."""

    title: str = ""
    artist: str = ""  # several are joined by commas
    first: str = ""  # of the artists
    album: str = ""
    year: int = 0
    genres: tuple[str, ...] = ()
    seconds: float = 0.0
    bitrate: int = 0  # kbit/s
    trouble: str = ""


def read(path: Path) -> FileTags:
    """Tags and length of a file, from its header. What cannot be read is said, never raised."""
    import mutagen

    _bound_inflation()
    try:
        with path.open("rb") as file:
            if hasattr(os, "posix_fadvise"):  # or the system reads on into music nobody asked for
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_RANDOM)
            audio_file = mutagen.File(file, options=_common_formats())
            if audio_file is None:
                file.seek(0)
                audio_file = mutagen.File(file)
            if audio_file is None:
                return FileTags(trouble=FOREIGN, seconds=_header_seconds(path) or 0.0)
            words = {name: _words(audio_file, keys) for name, keys in _KEYS.items()}
            return _with_duration(
                FileTags(**_texts(words), seconds=_length(audio_file.info)), audio_file.info, file
            )
    except Exception as error:  # noqa: BLE001, mutagen raises anything over a damaged header; it is said
        inner = error.args[0] if error.args and isinstance(error.args[0], OSError) else error
        if isinstance(inner, OSError) and inner.strerror:
            return FileTags(trouble=inner.strerror)
        logging.getLogger(__name__).info("tags of %s: %r", readable(str(path)), error)
        return _probe_audio(path)


def _with_duration(tags: FileTags, info: Any, file: BinaryIO) -> FileTags:
    """With length and bit rate. Of an Ogg the pages say how long it is, wherever its streams begin."""
    file.seek(0)
    seconds = _ogg.seconds(file) if file.read(4) == b"OggS" else None
    return replace(tags, seconds=tags.seconds if seconds is None else seconds, bitrate=_bitrate(info))


def _probe_audio(path: Path) -> FileTags:
    """Of a file whose tags could not be read: damaged, unless its beginning can be heard."""
    try:
        decode(path, Limits(max_seconds=0.5, min_seconds=0.0))
        with path.open("rb") as file:
            seconds = _ogg.seconds(file) if file.read(4) == b"OggS" else _header_seconds(path)
    except (QuintetError, OSError):
        return FileTags(trouble=DAMAGED)
    return FileTags(trouble=UNKNOWN, seconds=seconds or 0.0)


def _header_seconds(path: Path) -> float | None:
    """Seconds as libsndfile reads them in a header, of the kinds that it knows."""
    import soundfile

    with path.open("rb") as file:
        if not suits_soundfile(file.read(16)):
            return None
    try:
        return soundfile.info(path).duration
    except (soundfile.LibsndfileError, ZeroDivisionError):
        return None


class _Inflate:
    """What mutagen takes for zlib: no file's ID3 frames inflate to more than INFLATED bytes together.

    1 MB of frames can hold gigabytes of zeros. Nearly no file has compressed frames at all.
    """

    error = zlib.error

    def __init__(self) -> None:
        self._state = threading.local()

    def begin(self) -> None:
        """Begins the count of a new file."""
        self._state.left = INFLATED

    def decompress(self, data: bytes) -> bytes:
        """As zlib's. Raises zlib.error where the frame is damaged, cut short or too large."""
        machine, remaining = zlib.decompressobj(), getattr(self._state, "left", INFLATED)
        inflated = machine.decompress(data, remaining + 1) if remaining else b""
        if len(inflated) > remaining or not machine.eof:
            raise zlib.error("inflates to more than is read, or is cut short")
        self._state.left = remaining - len(inflated)
        return inflated


_INFLATE = _Inflate()


def _bound_inflation() -> None:
    """Puts _INFLATE in zlib's place where mutagen inflates; it offers no other way to bound that."""
    from mutagen.id3 import _frames

    _frames.zlib = _INFLATE
    _INFLATE.begin()


def _common_formats() -> list[type]:
    """The kinds most files are: asking them first takes two thirds of the time of asking all 24."""
    from mutagen import aiff, asf, flac, mp3, mp4, oggopus, oggvorbis, wave

    return [mp3.MP3, flac.FLAC, mp4.MP4, wave.WAVE, oggvorbis.OggVorbis, oggopus.OggOpus, aiff.AIFF, asf.ASF]


def _texts(words: dict[str, list[str]]) -> dict[str, Any]:
    """Fields of Said from lists of words: every artist and genre, the first of the rest."""
    dates = _YEAR.search(" ".join(words["date"]))
    genres = (genre.strip() for text in words["genre"] for genre in text.split(";"))
    return {name: next(iter(words[key]), "") for name, key in _FIRST.items()} | {
        "artist": ", ".join(words["artist"]),
        "year": int(dates[0]) if dates else 0,
        "genres": tuple(dict.fromkeys(genre for genre in genres if genre)),
    }


def _words(audio_file: Any, keys: tuple[str, ...]) -> list[str]:
    """Texts of the first of `keys` that says anything."""
    for key in keys if audio_file.tags is not None else ():
        try:
            value = audio_file.tags[key]
        except (KeyError, ValueError):  # not said, or a key that this family of tags cannot have
            continue
        # A frame of ID3 holds its texts in .text; of a genre the numbers are spelt out in .genres.
        values = getattr(value, "genres", None) or getattr(value, "text", value)
        texts = [_clean(str(item)) for item in (values if isinstance(values, list | tuple) else [values])]
        if non_empty := [text for text in texts if text]:
            return non_empty
    return []


def _clean(text: str) -> str:
    """One line of valid UTF-8 as it is shown: tags hold lone surrogates, NULs and line breaks."""
    return display(" ".join(text.replace("\0", " ").split()).encode("utf-8", "replace").decode("utf-8"))


def _length(info: Any) -> float:
    seconds = float(getattr(info, "length", 0.0) or 0.0)
    return seconds if math.isfinite(seconds) and seconds > 0 else 0.0


def _bitrate(info: Any) -> int:
    return max(0, round((getattr(info, "bitrate", 0) or 0) / 1000))
