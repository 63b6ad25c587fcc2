"""Labels of one class that probes doubt: perhaps the label is wrong, and not the backbone."""

import streamlit as st

from pages.parts import cached, html, players, rows
from pages.parts.benchmarks.board import Board
from pages.parts.cached import audited
from pages.parts.players import Cell, Column
from quintet import wording
from quintet.errors import MissingEmbeddings
from quintet.studies.findings import LABEL


def show(shown: Board, name: str) -> None:
    """The class's clips whose label the dataset's audit doubts, with what is heard instead."""
    st.html(html.section(f"{name.capitalize()} labels that may be wrong"))
    dataset, noun = shown.dataset, shown.facts.noun
    try:
        found = audited.audit(dataset, cached.embedded(dataset), cached.settings())
    except MissingEmbeddings as error:
        says, _, command = str(error).partition(" Run: ")
        st.html(html.note(says))
        st.code(command, language="bash")
        return
    if LABEL in found.left_out:
        st.html(html.note(found.left_out[LABEL]))
        return
    doubts = [one for one in found.of(LABEL) if cached.labels(dataset).get(one.id) == name]
    if not doubts:
        st.html(html.note(f"None of the {noun} labelled {name} is doubted. {found.by[LABEL]}"))
        return
    said = f"{wording.count(len(doubts), noun)}; hear them before the label is blamed."
    st.html(html.note(f"{said} {found.by[LABEL]}"))
    tracks, pairs = cached.some(dataset, [one.id for one in doubts]), rows.colours(dataset)
    listed = [
        rows.row(dataset, tracks[one.id], (
            rows.named(tracks[one.id]), Cell(one.short, colours=pairs.get(one.short)), one.says,
        ))
        for one in doubts if one.id in tracks
    ]  # fmt: skip
    columns = [Column("Track"), Column("Heard as"), Column("By", phone=False)]
    players.table(listed, columns, key=f"doubted-{name}")
