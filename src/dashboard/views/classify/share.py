"""What can be done with a result: send its link, keep the track, see it on the map."""

from urllib.parse import urlencode

import streamlit as st

from dashboard import cache
from dashboard.cache import Heard
from dashboard.views.classify import url_state
from dashboard.widgets import html
from dashboard.widgets.markdown import plain
from quintet import wording
from quintet.catalogue import user_tracks
from quintet.errors import QuintetError

NOT_KEPT = "This track stays in memory and is not kept."
TRAINED_ON = (
    "This clip is one of those the probes were trained on, so the answers flatter; a benchmark's do not."
)
LINK = (
    "Whoever reaches this server sees the same with this link, and can hear the track, while it is in memory."
)
STORED = "Whoever reaches this server sees the same with this link."


def link(anything: bool) -> None:
    """The address of what is open, to be copied."""
    with st.popover("Share", icon=":material/link:", width="stretch", disabled=not anything):
        found = {key: st.query_params.get_all(key) for key in st.query_params}
        st.code(f"{str(st.context.url).partition('?')[0]}?{urlencode(found, doseq=True)}", language=None)
        st.html(html.note(STORED if url_state.said(url_state.TRACK) else LINK))


def foot(heard: Heard, dataset: str, of_space: bool) -> None:
    """What happens to the track, and what to do next with it."""
    left, middle, right = st.columns([4, 2, 2], vertical_alignment="center")
    with left:
        if heard.track is None:
            st.html(html.note(NOT_KEPT))
        elif of_space:
            st.html(html.note(TRAINED_ON))
    if heard.track is None and url_state.said(url_state.HEARD):
        middle.button("Add to my tracks", key="add-mine", icon=":material/library_add:", width="stretch",
                      on_click=_add, args=(heard.name,))  # fmt: skip
    with right:
        st.page_link("map.py", label="Show it on the map", icon=":material/scatter_plot:",
                     query_params=_on_the_map(heard, dataset))  # fmt: skip
    _said()


def _on_the_map(heard: Heard, dataset: str) -> dict[str, str]:
    """What the Map's address says of this track: a stored one by its id, an upload by its content."""
    if heard.track:
        return {"dataset": heard.dataset, "track": heard.track.id}
    said = {key: url_state.said(key) for key in (url_state.HEARD, url_state.NAME, url_state.PART)}
    return {"dataset": dataset} | {key: word for key, word in said.items() if word}


def _add(name: str) -> None:
    """Keeps the bytes as they came; what happened is said at the next run."""
    upload = cache.upload(url_state.said(url_state.HEARD), name)
    if upload is None:  # the page says so when it looks for it
        return
    try:
        found = user_tracks.add(upload.data, upload.name, cache.settings())
    except QuintetError as error:
        st.session_state["added"] = ("", str(error))
        return
    what = "is there already" if found.before else "is kept"
    count = wording.count(found.tracks, "tracks")
    st.session_state["added"] = (
        f"quintet embed {user_tracks.NAME}",
        f"{plain(found.path.name)} {what}, in {plain(str(found.path.parent))}: {count} now. "
        "To have the backbones hear them, run",
    )


def _said() -> None:
    command, says = st.session_state.pop("added", ("", ""))
    if command:
        st.success(says, icon=":material/check:")
        st.code(command, language="bash")
    elif says:
        st.error(plain(says), icon=":material/error:")
