"""The Classify page's input: an upload, a recording or one of the dataset's clips, as bytes or a track."""

import streamlit as st

from pages.parts import cached, html, rows, sounds
from pages.parts.cached import Heard
from quintet import collection

WAYS = ("Upload", "Record", "From the dataset")
FORMATS = [
    "wav",
    "flac",
    "ogg",
    "oga",
    "opus",
    "mp3",
    "m4a",
    "mp4",
    "webm",
    "wma",
    "aac",
    "aif",
    "aiff",
    "au",
]


def examples(dataset: str) -> None:
    """One clip of each class to try, a button each."""
    st.html(html.section("Or try one of these"))
    first = {t.labels[0]: t for t in reversed(cached.tracks(dataset)) if t.labels and t.path}
    known = collection.facts(dataset).classes
    for column, track in zip(st.columns(5), [first[c] for c in known if c in first], strict=False):
        column.button(track.title, key=f"try-{track.id}", icon=":material/play_arrow:", width="stretch",
                      on_click=_try, args=(track.id,))  # fmt: skip


def _try(track_id: str) -> None:
    st.session_state["way"] = WAYS[2]
    st.session_state["clip"] = track_id


def choose(dataset: str) -> Heard | None:
    """Draws the choice; None until something was chosen. Raises BadAudio for what cannot be heard."""
    linked = st.query_params.get("track")
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    with left:
        way = st.segmented_control("Track", WAYS, key="way", required=True,
                                   default=WAYS[2] if linked else WAYS[0])  # fmt: skip
    with right:
        if way == WAYS[2]:
            return _from_dataset(dataset, linked)
        return _upload() if way == WAYS[0] else _record()


def _upload() -> Heard | None:
    _forget_link()
    limit = cached.settings().max_upload_mb
    given = st.file_uploader("A track of any common format", key="upload", label_visibility="collapsed",
                             max_upload_size=limit)  # fmt: skip
    return _bytes(given.getvalue(), given.name) if given else None


def _record() -> Heard | None:
    _forget_link()
    given = st.audio_input("Record", key="record", label_visibility="collapsed")
    return _bytes(given.getvalue(), "recording.wav") if given else None


def _bytes(data: bytes, name: str) -> Heard:
    digest, clip = cached.clip(data, name)
    return Heard(name, digest, clip, sounds.of_upload(data, name, clip))


def _from_dataset(dataset: str, linked: str | None) -> Heard | None:
    tracks = {t.id: t for t in cached.tracks(dataset) if t.path}
    ids = list(tracks)

    def named(name: str) -> str:
        place = rows.place(tracks[name])
        return tracks[name].title + (f", {place}" if place else "")

    name = st.selectbox("Clip", ids, index=ids.index(linked) if linked in ids else 0, format_func=named,
                        key="clip", label_visibility="collapsed")  # fmt: skip
    st.query_params["track"] = name
    track = tracks[name]
    digest, clip = cached.track_clip(dataset, track)
    return Heard(named(name), digest, clip, sounds.of_track(dataset, track), track)


def _forget_link() -> None:
    st.query_params.pop("track", None)
