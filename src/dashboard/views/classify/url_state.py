"""What the Classify page keeps in the address: a reload, or a teammate with the link, sees the same."""

import hashlib
import re

import streamlit as st

HEARD = "heard"  # digest of the upload that is open
NAME = "name"  # what its visitor calls it: a link says it, the content does not
FILES = "files"  # digest of a list of uploads
TRACK = "track"  # id of a stored track
PART = "part"  # START-END in s: the part that is heard
SPACE = "space"  # the classes to answer in, where not the dataset's own

_PART = re.compile(r"(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)")


def said(key: str) -> str:
    """A word of the address, "" where it has none."""
    return str(st.query_params.get(key, ""))


def put(**words: str) -> None:
    """Writes words into the address; an empty one takes its key out."""
    for key, word in words.items():
        if word and word != said(key):
            st.query_params[key] = word
        elif not word:
            st.query_params.pop(key, None)


def show(**words: str) -> None:
    """Another sound: what the address said of the one before is taken out."""
    put(**{HEARD: "", NAME: "", FILES: "", TRACK: "", PART: ""} | words)


def part() -> tuple[float, float] | None:
    """The part the address asks for, None for the whole."""
    found = _PART.fullmatch(said(PART))
    return (float(found[1]), float(found[2])) if found else None


def put_part(start: float, end: float) -> None:
    """Keeps a part in the address, to a tenth of a second."""
    put(**{PART: f"{start:.1f}-{end:.1f}"})


def of_part(digest: str, start: float, end: float) -> str:
    """The digest of a part of a content: the same 32 hex digits for the same part, whoever asks."""
    return hashlib.sha256(f"{digest} {start:.1f} {end:.1f}".encode()).hexdigest()[:32]
