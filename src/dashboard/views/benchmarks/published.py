"""What others published under the same protocol, beside our runs, with what they measured otherwise."""

from html import escape

import streamlit as st

from dashboard.views.benchmarks.board import NAMED, Board
from dashboard.widgets import html, tables, track_rows
from quintet import wording
from quintet.evaluation import published_scores
from quintet.evaluation.published_scores import Beside

NOTE = (
    "Published scores come without intervals. They stand here only under the protocol they were measured "
    "with, and are never ranked with ours."
)
HEADERS = ("Backbone", "Score", "Published", "Here", "Measured with", "What differs", "Source")


def show(shown: Board) -> None:
    """A table, where anything was published of these backbones under this protocol; else nothing."""
    found = [] if shown.among else published_scores.beside(shown.runs)
    if not found:
        return
    with st.container(border=True, key="card-published"):
        st.html(html.section("What others published") + table(shown, found) + html.note(NOTE))


def table(shown: Board, found: list[Beside]) -> str:
    """One row a published score."""
    return tables.plain(HEADERS, "".join(_row(shown, one) for one in found))


def _row(shown: Board, one: Beside) -> str:
    source, said = one.run.source, one.said
    here = shown.study.scores[source.key][said.metric].value
    differs = "; ".join(one.differs) or "nothing that is known"
    cells = (NAMED[said.metric], wording.percent(said.value), wording.percent(here), said.recipe,
             f"{differs[:1].upper()}{differs[1:]}", said.source)  # fmt: skip
    name = html.backbone(source.backbone.spec.title, track_rows.sign(source))
    return f"<tr><td>{name}</td>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
