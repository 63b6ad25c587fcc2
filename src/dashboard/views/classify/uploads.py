"""Files a visitor gave, in memory: kept by content, found again by the address, one or several."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

import streamlit as st

from dashboard import cache
from dashboard.cache import Heard, Upload
from dashboard.routes import audio as sounds
from dashboard.runtime import byte_store
from dashboard.views.classify import url_state
from quintet import audio, names
from quintet.errors import BadAudio

GONE = (
    "This upload is no longer in the server's memory: it stays only while there is room, never on disk. "
    "Choose the file again; the answer will be the same."
)
# What browsers play by themselves, by the content's first bytes: a name may end in anything.
_PLAYED = (
    (b"RIFF", "audio/wav"), (b"fLaC", "audio/flac"), (b"OggS", "audio/ogg"), (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"), (b"\xff\xf3", "audio/mpeg"), (b"\xff\xf2", "audio/mpeg"),
)  # fmt: skip
_BOXED = {".m4a": "audio/mp4", ".webm": "audio/webm"}  # boxes that may hold a film too: the name decides
_UNKNOWN = "application/octet-stream"


@dataclass(frozen=True)
class File:
    """One of the files given: its name as shown, unlike any other's here, and its content's digest."""

    name: str
    digest: str


def given(name: str, data: bytes) -> File:
    """Keeps a file's bytes in memory, under its name as it can be shown."""
    name = names.display(name)
    return File(name, cache.keep(data, media_type(name, data)))


def several(found: Sequence[File]) -> str:
    """Keeps which files were given together; returns what the address says for them."""
    return cache.keep_list([(one.name, one.digest) for one in found])


def together(digest: str) -> list[File]:
    """The files given together, names made unlike where two are the same. [] where the list is gone."""
    seen: dict[str, int] = {}
    found = []
    for name, one in cache.listed(digest) or []:
        seen[name] = seen.get(name, 0) + 1
        found.append(File(f"{name} ({seen[name]})" if seen[name] > 1 else name, one))
    return found


def heard(file: File) -> Heard:
    """The file decoded, ready to be answered. Raises BadAudio, also where it is no longer in memory."""
    upload = _upload(file)
    clip = cache.clip(upload)
    if media_type(upload.name, upload.data) == _UNKNOWN and not url(upload.digest):
        made = cache.held().put(audio.as_wav(clip.samples, clip.rate), sounds.PLAYABLE[".wav"])
        cache.cuts()["", upload.digest] = made
    return Heard(upload.name, upload.digest, clip, url(upload.digest))


def length(file: File) -> float:
    """Seconds that can be heard of it, without its sound. Raises BadAudio."""
    known = cache.length(file.digest, file.name)
    return known if known is not None else heard(file).clip.seconds


def _upload(file: File) -> Upload:
    upload = cache.upload(file.digest, file.name)
    if upload is None:
        raise BadAudio(f"{file.name!r}: {GONE}" if file.name else GONE)
    return upload


def url(digest: str) -> str:
    """Where the browser plays an upload: as it came where it can, else as WAV; "" until that was made."""
    found = cache.held().get(digest)
    if found and found[1] != _UNKNOWN:
        return byte_store.address(digest)
    made = cache.cuts().get(("", digest))
    return byte_store.address(made) if made and cache.held().get(made) else ""


def media_type(name: str, data: bytes) -> str:
    """The type a browser plays these bytes as; bytes of no kind where it cannot."""
    head = bytes(data[:12])
    for start, kind in _PLAYED:
        if head.startswith(start):
            return kind
    boxed = head[4:8] == b"ftyp" or head.startswith(b"\x1aE\xdf\xa3")  # MP4, Matroska
    return _BOXED.get(PurePath(name).suffix.lower(), _UNKNOWN) if boxed else _UNKNOWN


def rows_key() -> str:
    """The name of the table of the files that are given now."""
    return f"files-{url_state.said(url_state.FILES)[:8]}"


def clicked() -> None:
    """Opens the row a visitor has just clicked on; an older click does not lead, or no link could."""
    said = (st.session_state.get(rows_key()) or {}).get("chosen") or ""
    before, st.session_state["opened"] = st.session_state.get("opened", ""), said
    if said and said != before:
        url_state.put(heard=said.partition("-")[2], part="")


def again(digests: Sequence[str], key: str) -> None:
    """Keeps a control's files once more where memory let go of them: the visitor still has them open."""
    if all(cache.held().get(one) for one in digests):
        return
    found = st.session_state.get(key) or []
    for one in found if isinstance(found, list) else [found]:
        given(one.name, one.getvalue())
