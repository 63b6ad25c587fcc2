"""Folds and seeds: every fold's own score and every seed's: a mean alone hides how far they lie apart."""

from html import escape

import streamlit as st

from dashboard.cache import studies
from dashboard.views.benchmarks.board import NAMED, Board
from dashboard.widgets import html, tables, track_rows
from quintet import wording
from quintet.evaluation.fold_statistics import Spread

NOTE = (
    "The spread of folds is no interval of the score: folds share their training clips and differ in "
    "difficulty. More seeds are scored with"
)
HEADERS = (
    "Backbone",
    "Each fold alone",
    "Mean and deviation of folds",
    "Each seed",
    "Mean and deviation of seeds",
)


def show(shown: Board) -> None:
    """One row a backbone: its folds, its seeds."""
    if shown.many:
        st.html(html.note("Folds of tags have no spread here: a fold may lack a tag."))
        return
    metric = shown.metrics[0]
    body = "".join(_row(shown, run.source, metric) for run in shown.runs)
    with st.container(border=True, key="card-folds"):
        st.html(html.section(f"{NAMED[metric]} of every fold and every seed"))
        st.html(tables.plain(HEADERS, body) + html.note(NOTE))
        command = f"quintet benchmark {shown.dataset} --protocol {shown.rules.protocol}"
        st.code(f"{command} --seed {shown.rules.seed + 1}", language="bash")


def _row(shown: Board, source, metric: str) -> str:
    folds = studies.folds(shown.dataset, source, shown.rules, metric)
    seeds = studies.seeds(shown.dataset, source, shown.rules, metric)
    name = html.backbone(source.backbone.spec.title, track_rows.sign(source))
    cells = (each(folds), summed(folds), each(seeds), summed(seeds))
    return f"<tr><td>{name}</td>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


def each(found: Spread | None) -> str:
    """ "1: 52.4 % of 21, 2: …"; nothing where there is none."""
    if found is None:
        return "of other clips than there are now"
    return ", ".join(f"{p.name}: {wording.percent(p.value)} of {p.n:,}" for p in found.points)


def summed(found: Spread | None) -> str:
    """Mean and standard deviation, which one point alone does not have."""
    if found is None:
        return ""
    if found.deviation is None:
        return f"{wording.percent(found.mean)}, one alone"
    return f"{wording.percent(found.mean)} ± {wording.points(found.deviation)} points"
