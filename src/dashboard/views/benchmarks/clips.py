"""Clips behind a number: they play, with what every backbone says of each and how sure it is."""

from collections.abc import Sequence

import streamlit as st

from dashboard import cache
from dashboard.components import players
from dashboard.components.players import Cell, Column, Row
from dashboard.views.benchmarks.board import Board
from dashboard.views.map import highlight
from dashboard.widgets import backbone_picker, html, track_rows
from quintet.evaluation.runs import Run

MOST = 50  # clips of one list
TAUGHT = 4  # nearest clips trained on
HELD = 150_000_000  # values of a backbone's matrix that are searched for them: 600 MB as float32
NEAREST = (
    "The likest by cosine in the backbone's full, standardised space, among the clips that the probe behind "
    "this answer was trained or chosen on."
)


def table(shown: Board, ids: Sequence[str], key: str, by: Sequence[Run], own: bool = True) -> None:
    """The clips `ids`, at most MOST of them, with `own` their class; all of them lit on the map.

    Of the chosen one its place on the map, and what each run of `by` was trained on that is most like it.
    """
    noun = shown.facts.noun
    if not ids:
        st.html(html.note(f"No {noun} here."))
        return
    if len(ids) > MOST:
        st.html(html.note(f"The first {MOST} of {len(ids):,} {noun}."))
    listed, columns = answers(shown, ids[:MOST], own)
    chosen = players.table(listed, columns, key=key, chosen=listed[0].id if listed else None)
    words = highlight.words(shown.dataset, ids)
    many = len(words) - 1
    with st.container(horizontal=True):
        label = (
            f"Light all {many:,} on the map" if many == len(ids) else f"Light the first {many:,} on the map"
        )
        st.page_link("map.py", label=label, icon=":material/flare:", query_params=words)
        if chosen:
            said = {"dataset": shown.dataset, "track": chosen}
            st.page_link(
                "map.py", label="Show it on the map", icon=":material/scatter_plot:", query_params=said
            )
    if chosen:
        _taught(shown, by, chosen, key)


def _taught(shown: Board, by: Sequence[Run], track_id: str, key: str) -> None:
    """What each of `by` learned from that sounds most like this clip."""
    track = cache.track(shown.dataset, track_id)
    if track is None:
        return
    st.html(html.section("What it was taught that is most like it", html.note(track_rows.named(track))))
    for column, run in zip(st.columns(max(len(by), 1)), by, strict=True):
        with column:
            _nearest(shown, run, track_id, key)
    st.html(html.note(NEAREST))


def _nearest(shown: Board, run: Run, track_id: str, key: str) -> None:
    source = run.source
    st.html(html.line(html.backbone(source.backbone.spec.title, track_rows.sign(source))))
    if cache.count(shown.dataset) * source.backbone.spec.dim > HELD:
        st.html(html.note("Too many clips to search in this server's memory."))
        return
    found = cache.taught(shown.dataset, source.key, shown.rules, track_id, TAUGHT)
    if not found:
        st.html(html.note(f"{backbone_picker.named(source)} was not tested on it."))
        return
    players.table(*track_rows.near(shown.dataset, found), key=f"{key}-taught-{source.key}", compact=True)


def answers(shown: Board, ids: Sequence[str], own: bool = True) -> tuple[list[Row], list[Column]]:
    """Each clip, with `own` its class, and every backbone's answer with its probability."""
    tracks, pairs = cache.some(shown.dataset, ids), track_rows.colours(shown.dataset)
    said = [_said(run, ids) for run in shown.runs]
    truth = {name: str(y) for run in shown.runs for name, y in zip(run.ids, run.y, strict=True)}
    columns = [
        Column("Track"),
        *([Column(shown.facts.label.capitalize(), phone=False, says="its own class")] if own else []),
        *(Column(run.source.backbone.spec.title, phone=n == 0, mark=track_rows.sign(run.source))
          for n, run in enumerate(shown.runs)),
    ]  # fmt: skip
    listed = []
    for name in (one for one in ids if one in tracks):
        cells = (
            _cell(one.get(name), truth[name], pairs, run.source.untrained)
            for one, run in zip(said, shown.runs, strict=True)
        )
        named = [track_rows.named(tracks[name])]
        if own:
            named.append(Cell(truth[name], colours=pairs.get(truth[name])))
        listed.append(track_rows.row(shown.dataset, tracks[name], (*named, *cells)))
    return listed, columns


def _said(run: Run, ids: Sequence[str]) -> dict[str, tuple[str, float]]:
    """What a run answers to these clips, and with which probability."""
    place = {name: row for row, name in enumerate(run.ids)}
    there = [name for name in ids if name in place]
    most = run.probabilities.max(axis=1)
    words = run.predicted
    return {name: (str(words[place[name]]), float(most[place[name]])) for name in there}


def _cell(said: tuple[str, float] | None, truth: str, pairs: dict, untrained: bool) -> Cell:
    if said is None:
        return Cell("")
    word, sure = said
    right = word == truth
    return Cell(f"{word} {sure * 100:.0f} %", colours=pairs.get(word), hollow=untrained, muted=untrained,
                strong=right)  # fmt: skip
