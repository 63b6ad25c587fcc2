"""The chosen track of the Datasets page: wave, mel spectrogram, facts, and what lies nearest to it."""

import streamlit as st

from pages.parts import cached, html, players, rows, sounds, tables
from pages.parts.pick import backbone
from quintet import collection, wording
from quintet.datasets.base import Track
from quintet.errors import BadAudio
from quintet.studies import near

NEAR = 4


def card(dataset: str, track_id: str) -> None:
    """Everything about one track; it stays while the table scrolls."""
    track = cached.by_id(dataset)[track_id]
    with st.container(border=True, key="card-chosen"):
        _sound(dataset, track)
        facts = collection.facts(dataset)
        st.html(tables.facts(_facts(track, facts.columns)))
        if cached.embedded(dataset):
            _nearest(dataset, track)
        st.page_link("classify.py", label="Classify this track", icon=":material/graphic_eq:",
                     query_params={"dataset": dataset, "track": track.id})  # fmt: skip


def _sound(dataset: str, track: Track) -> None:
    pairs = rows.colours(dataset)
    if track.path is None:
        st.html(html.section(track.title) + html.note("There is no audio for this track on this machine."))
        return
    try:
        picture = cached.picture(dataset, track)
    except BadAudio as error:
        st.error(str(error))
        return
    place = rows.place(track)
    ends = (track.start, track.start + picture.seconds)
    span = " to ".join(wording.clock(second, tenths=False) for second in ends)
    players.wave(
        players.Wave(
            id=track.id, url=sounds.of_track(dataset, track), seconds=picture.seconds, peaks=picture.peaks,
            image=picture.mel, title=track.title, note=f"{place}, {span}" if place else span,
            label=rows.label(track, pairs),
        ),
        key="wave",
    )  # fmt: skip


def _facts(track: Track, names: tuple[str, ...]) -> list[tuple[str, str]]:
    own = [(name.capitalize(), str(track.columns[name])) for name in names if name in track.columns]
    file = [("File", track.path.name)] if track.path else []
    return [("Artist", track.artist), *own, *file, *([("Split", track.split)] if track.split else [])]


def _nearest(dataset: str, track: Track) -> None:
    left, right = st.columns([1, 1], vertical_alignment="center")
    left.html(html.section("Nearest tracks"))
    with right:
        found = backbone(dataset, "near-by", "by")
    mix = cached.mix(dataset, track)
    alike = near.nearest_to(cached.directions(dataset, found), track.id, NEAR, mix)
    if not alike:
        st.html(html.note(f"{found.backbone.spec.title} has not heard this track."))
        return
    listed, columns = rows.near(dataset, alike)
    players.table(listed, columns, key="near", compact=True)
