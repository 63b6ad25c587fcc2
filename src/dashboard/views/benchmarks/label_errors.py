"""Labels of one class that probes doubt: perhaps the label is wrong, and not the backbone."""

import streamlit as st

from dashboard import cache
from dashboard.cache import audits
from dashboard.components import players
from dashboard.components.players import Cell, Column
from dashboard.views.benchmarks.board import Board
from dashboard.widgets import html, track_rows
from quintet import wording
from quintet.audit.findings import LABEL
from quintet.errors import MissingEmbeddings


def show(shown: Board, name: str) -> None:
    """The class's clips whose label the dataset's audit doubts, with what is heard instead."""
    st.html(html.section(f"{name.capitalize()} labels that may be wrong"))
    dataset, noun = shown.dataset, shown.facts.noun
    try:
        found = audits.audit(dataset, cache.embedded(dataset), cache.settings())
    except MissingEmbeddings as error:
        says, _, command = str(error).partition(" Run: ")
        st.html(html.note(says))
        st.code(command, language="bash")
        return
    if LABEL in found.left_out:
        st.html(html.note(found.left_out[LABEL]))
        return
    doubts = [one for one in found.of(LABEL) if cache.labels(dataset).get(one.id) == name]
    if not doubts:
        st.html(html.note(f"None of the {noun} labelled {name} is doubted. {found.by[LABEL]}"))
        return
    said = f"{wording.count(len(doubts), noun)}; hear them before the label is blamed."
    st.html(html.note(f"{said} {found.by[LABEL]}"))
    tracks, pairs = cache.some(dataset, [one.id for one in doubts]), track_rows.colours(dataset)
    listed = [
        track_rows.row(dataset, tracks[one.id], (
            track_rows.named(tracks[one.id]), Cell(one.short, colours=pairs.get(one.short)), one.says,
        ))
        for one in doubts if one.id in tracks
    ]  # fmt: skip
    columns = [Column("Track"), Column("Heard as"), Column("By", phone=False)]
    players.table(listed, columns, key=f"doubted-{name}")
