"""The tracks whose held-out answers lie furthest apart, with what each backbone says of them."""

import numpy as np
import streamlit as st

from dashboard import cache
from dashboard.cache import Disputes
from dashboard.components import players
from dashboard.components.players import Cell, Column
from dashboard.views.agreement import sentences
from dashboard.views.agreement.board import Board
from dashboard.widgets import html, track_rows
from quintet.errors import MissingData, MissingEmbeddings

LISTED = 10
HOW = (
    "Mean Jensen-Shannon divergence of every two trained backbones' probabilities, in bits: 0 the same "
    "answer, 1 nothing in common. Each answer is of a probe that never saw the clip's fold."
)


def show(shown: Board) -> None:
    """The list, or in one sentence why there is none."""
    noun = shown.facts.noun
    st.html(html.section(f"The {noun} they dispute most"))
    try:
        found = cache.disputes(shown.dataset, tuple(shown.sources.values()))
    except (MissingData, MissingEmbeddings) as error:
        says, _, command = str(error).partition(" Run: ")
        st.html(html.note(says))
        if command:
            st.code(command, language="bash")
        return
    order = np.argsort(-found.values, kind="stable")[:LISTED]
    st.html(html.note(
        f"Of {len(found.ids):,} {noun} they were all scored on. Untrained controls have no say in the order."
    ))  # fmt: skip
    players.table(*_answers(shown, found, order), key="disputed")


def _answers(shown: Board, found: Disputes, order: np.ndarray) -> tuple[list, list]:
    ids = [found.ids[row] for row in order]
    tracks, pairs = cache.some(shown.dataset, ids), track_rows.colours(shown.dataset)
    answers = [dict(zip(run.ids, run.predicted, strict=True)) for run in found.runs]
    columns = [
        Column("Track"), Column(shown.facts.label.capitalize(), says="its own class"),
        *(Column(run.source.backbone.spec.title, phone=False, mark=track_rows.sign(run.source))
          for run in found.runs),
        Column("Apart", align="right", says=HOW),
    ]  # fmt: skip
    listed = []
    for row, name in zip(order, ids, strict=True):
        words = (
            track_rows.said(str(one[name]), pairs, run.source.untrained) if name in one else Cell("")
            for one, run in zip(answers, found.runs, strict=True)
        )
        track, apart = tracks[name], sentences.number(float(found.values[row]))
        cells = (track_rows.named(track), track_rows.label(track, pairs), *words, apart)
        listed.append(track_rows.row(shown.dataset, track, cells))
    return listed, columns
