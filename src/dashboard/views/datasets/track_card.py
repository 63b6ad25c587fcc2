"""The chosen track of the Datasets page: wave, mel spectrogram, facts, answers, nearest tracks."""

import streamlit as st

from dashboard import cache
from dashboard.cache import track_queries
from dashboard.components import players
from dashboard.routes import audio
from dashboard.views.datasets import facts as about
from dashboard.widgets import html, track_rows
from dashboard.widgets.backbone_picker import backbone
from dashboard.widgets.markdown import plain
from quintet import wording
from quintet.datasets.base import Track
from quintet.errors import BadAudio
from quintet.prediction import nearest

NEAR = 4
MOST = 150_000_000  # values of a backbone's matrix that are held to search it: 600 MB as float32
HELD_OUT = "Said by a probe that was fitted without this track: its answer counts as a test."
FITTED = "No test covers this track: it may be one of those the probe was fitted on, which flatters."


def card(dataset: str, track_id: str) -> None:
    """Everything about one track; it stays while the table scrolls."""
    track = cache.track(dataset, track_id)
    if track is None:
        st.html(html.note("This track is not in the dataset any more."))
        return
    facts = cache.facts(dataset)
    with st.container(border=True, key="card-chosen"):
        _sound(dataset, track)
        st.html(about.lines(track, facts))
        if track.tags:
            st.html(html.chips(list(track.tags)))
        st.html(about.flags(track))
        if cache.embedded(dataset):
            _answers(dataset, track)
            _nearest(dataset, track)
        with st.container(horizontal=True):
            named = {"dataset": dataset, "track": track.id}
            if track.path:
                st.page_link("classify.py", label="Classify this track", icon=":material/graphic_eq:",
                             query_params=named)  # fmt: skip
            st.page_link(
                "map.py", label="Show it on the map", icon=":material/scatter_plot:", query_params=named
            )


def _sound(dataset: str, track: Track) -> None:
    pairs = track_rows.colours(dataset)
    title = track.title or track.id
    if track.path is None:
        st.html(html.section(title) + html.note("There is no audio for this track on this machine."))
        return
    try:
        picture = cache.picture(dataset, track)
    except BadAudio as error:
        st.html(html.section(title))
        st.error(plain(str(error)), icon=":material/error:")
        return
    place = track_rows.place(track)
    ends = (track.start, track.start + picture.seconds)
    span = " to ".join(wording.clock(second, tenths=False) for second in ends)
    players.wave(
        players.Wave(
            id=track.id, url=audio.of_track(dataset, track), seconds=picture.seconds, peaks=picture.peaks,
            image=picture.mel, title=title, note=f"{place}, {span}" if place else span,
            label=track_rows.label(track, pairs),
        ),
        key="wave",
    )  # fmt: skip


def _answers(dataset: str, track: Track) -> None:
    """One line a backbone; an untrained one stays in its place, hollow and muted."""
    pairs = track_rows.colours(dataset)
    lines = []
    for source in cache.embedded(dataset):
        said = track_queries.told(dataset, source, track.id)
        if said is None:
            continue
        name = html.backbone(source.backbone.spec.title, track_rows.sign(source))
        word = html.answer(said.word, pairs[said.word], hollow=source.untrained)
        share = html.term(wording.percent(said.share), HELD_OUT if said.held_out else FITTED)
        mute = ' class="q-mute"' if source.untrained else ""
        lines.append(html.line(name, f"<span{mute}>{word} {share}</span>"))
    if lines:
        st.html(html.section("What each backbone's probe says") + "".join(lines))


def _nearest(dataset: str, track: Track) -> None:
    left, right = st.columns([1, 1], vertical_alignment="center")
    left.html(html.section("Nearest tracks"))
    with right:
        found = backbone(dataset, "near-by", "by")
    values = cache.count(dataset) * found.backbone.spec.dim
    if values > MOST:
        st.html(html.note(f"{cache.count(dataset):,} tracks are too many to hold in this server's memory."))
        return
    mix = cache.mix(dataset, track)
    alike = nearest.nearest_to(cache.directions(dataset, found), track.id, NEAR, mix)
    if not alike:
        st.html(html.note(f"{found.backbone.spec.title} has not heard this track."))
        return
    listed, columns = track_rows.near(dataset, alike)
    players.table(listed, columns, key="near", compact=True)
