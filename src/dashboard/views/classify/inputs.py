"""What is to be answered: files, a recording, one of the dataset's tracks, or an example."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard import cache
from dashboard.cache import Heard
from dashboard.components import players
from dashboard.routes import audio
from dashboard.views.classify import uploads, url_state
from dashboard.views.classify.uploads import File
from dashboard.widgets import html, track_rows
from dashboard.widgets.markdown import plain
from quintet import names, wording
from quintet.datasets.base import Track
from quintet.errors import BadAudio

UPLOAD, _, DATASET = WAYS = ("Upload", "Record", "From the dataset")
WAY = "way"
TOO_LARGE = "A file of more than {} MB is marked red and not taken: save it as MP3 or FLAC, or cut it."
FOUND = 6  # tracks listed at once; a search finds the others


@dataclass(frozen=True)
class Chosen:
    """What is open: one sound, or several files of which none, or one, is open."""

    heard: Heard | None = None
    files: tuple[File, ...] = ()


def way() -> str:
    """Draws the choice between the ways to bring a sound."""
    asked = st.session_state.setdefault(WAY, DATASET if url_state.said(url_state.TRACK) else UPLOAD)
    return st.segmented_control("Track", WAYS, default=asked, key=WAY, required=True, on_change=_other_way)


def choose(dataset: str, way: str) -> Chosen:
    """Draws the chosen way's control; what is open is what the address says. What cannot be heard is said."""
    try:
        return _chosen(dataset, way)
    except BadAudio as error:  # another file is one click away, so the page goes on
        st.error(plain(str(error)), icon=":material/error:")
        return Chosen()


def _chosen(dataset: str, way: str) -> Chosen:
    if way == DATASET:
        return Chosen(_from_dataset(dataset, url_state.said(url_state.TRACK)))
    if way == UPLOAD:
        limit = cache.settings().max_upload_mb
        st.file_uploader("Tracks of any common format", key="upload", label_visibility="collapsed",
                         accept_multiple_files=True, max_upload_size=limit, on_change=_uploaded)  # fmt: skip
        # said before it happens: the browser refuses such a file itself, shows only a mark, and tells nobody
        st.html(f'<div class="q-too-large">{html.note(TOO_LARGE.format(limit))}</div>')
    else:
        st.audio_input("Record", key="record", label_visibility="collapsed", on_change=_recorded)
    return _uploads("upload" if way == UPLOAD else "record")


def examples(dataset: str) -> None:
    """One clip of each class to try, a button each."""
    found = cache.one_a_class(dataset, 5)
    if not found:
        return
    st.html(html.section("Or try one of these"))
    for column, track in zip(st.columns(5), found, strict=False):
        column.button(plain(track.title or track.id), key=f"try-{track.id}", width="stretch",
                      icon=":material/play_arrow:", on_click=_try, args=(track.id,))  # fmt: skip


def _try(track_id: str) -> None:
    st.session_state[WAY] = DATASET
    url_state.show(track=track_id)


def _other_way() -> None:
    """Another way to choose begins with nothing chosen."""
    url_state.show()


def _uploaded() -> None:
    found = [uploads.given(one.name, one.getvalue()) for one in st.session_state["upload"] or []]
    if len(found) > 1:
        url_state.show(files=uploads.several(found))
    else:
        _show(found[0] if found else None)


def _recorded() -> None:
    found = st.session_state["record"]
    _show(uploads.given("recording.wav", found.getvalue()) if found else None)


def _show(file: File | None) -> None:
    url_state.show(heard=file.digest if file else "", name=file.name if file else "")


def _uploads(key: str) -> Chosen:
    """What the address says of files in memory."""
    uploads.clicked()
    one, several = url_state.said(url_state.HEARD), url_state.said(url_state.FILES)
    uploads.again([name for name in (one, several) if name], key)
    if several:
        found = uploads.together(several)
        if not found:
            st.warning(uploads.GONE, icon=":material/history:")
        return Chosen(_opened(found, one), tuple(found))
    if not one:
        return Chosen()
    if cache.upload(one) is None:
        st.warning(uploads.GONE, icon=":material/history:")
        return Chosen()
    return Chosen(uploads.heard(File(names.display(url_state.said(url_state.NAME)), one)))


def _opened(found: Sequence[File], digest: str) -> Heard | None:
    """The one of several files that is open; None also where it cannot be heard: their table says why."""
    opened = next((file for file in found if file.digest == digest), None)
    try:
        return uploads.heard(opened) if opened else None
    except BadAudio:
        return None


def _from_dataset(dataset: str, linked: str) -> Heard | None:
    linked = _clicked(dataset) or linked
    track = cache.track(dataset, linked) if linked else None
    track = track or next(iter(cache.audible(dataset, FOUND)), None)
    if track is None:
        st.html(html.note("None of its tracks has audio on this machine."))
        return None
    if track.id != url_state.said(url_state.TRACK):
        url_state.show(track=track.id)
    with st.popover(plain(_named(track)), icon=":material/search:", width="stretch"):
        _search(dataset, track)
    if track.path is None:
        st.html(html.note("There is no audio for this track on this machine."))
        return None
    return of_track(dataset, track)


def _clicked(dataset: str) -> str:
    """The row a visitor has just clicked on; an older click does not lead, or no link could."""
    said = st.session_state.get(_key(dataset), {}).get("chosen") or ""
    before, st.session_state["picked"] = st.session_state.get("picked", ""), said
    return said if said != before else ""


def of_track(dataset: str, track: Track) -> Heard:
    """A stored track, decoded. Raises BadAudio."""
    digest, clip = cache.track_clip(dataset, track)
    return Heard(_named(track), digest, clip, audio.of_track(dataset, track), track, dataset)


def _search(dataset: str, track: Track) -> None:
    """Draws the search and what it finds; a click on a row is read at the next run."""
    text = st.text_input("Find", key="find-track", placeholder="Title, artist, class or id",
                         icon=":material/search:", label_visibility="collapsed")  # fmt: skip
    found = cache.audible(dataset, FOUND, text or "")
    if not text and track.id not in {one.id for one in found}:
        found = [track, *found[: FOUND - 1]]
    if not found:
        st.html(html.note("No track matches all of these words."))
        return
    pairs = track_rows.colours(dataset)
    listed = [
        track_rows.row(dataset, t, (t.title or t.id, track_rows.place(t), track_rows.label(t, pairs)))
        for t in found
    ]
    columns = [players.Column("Track"), players.Column("Part", phone=False), players.Column("Class")]
    players.table(listed, columns, key=_key(dataset), chosen=track.id)


def _key(dataset: str) -> str:
    return f"pick-{dataset}"


def _named(track: Track) -> str:
    length = f", {wording.clock(track.seconds, tenths=False)}" if track.seconds else ""
    return track_rows.named(track) + length
