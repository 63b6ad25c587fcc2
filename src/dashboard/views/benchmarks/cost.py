"""What a score costs: each backbone's score against its seconds a clip, or against its size."""

from functools import lru_cache

import altair as alt
import pandas as pd
import streamlit as st

from dashboard import cache
from dashboard.views.benchmarks.board import NAMED, Board
from dashboard.widgets import html, track_rows
from dashboard.widgets.figure_card import Figure, card
from dashboard.widgets.url_state import buttons
from quintet import charts, wording
from quintet.charts import Axis, Dot
from quintet.embeddings import speed
from quintet.evaluation.runs import Run

AGAINST = "against"  # in the address
COSTS: dict[str, Axis] = {"seconds": charts.SECONDS, "parameters": charts.PARAMETERS}
NOTES = {
    "seconds": "Timed on this machine; the marks are those of the table above. Hollow: untrained.",
    "parameters": "Of what is computed of each net; the hand-made features have none. Hollow: untrained.",
}


def show(shown: Board) -> None:
    """A switch between the two costs and the drawing; what is missing for it is said."""
    kind = buttons(AGAINST, {name: axis.title.capitalize() for name, axis in COSTS.items()}, "Score against")
    dots, name = found(shown, kind), NAMED[shown.metrics[0]]
    axis = COSTS[kind]
    if len(dots) < 2:
        why = "are timed on this machine" if kind == "seconds" else "of known size are scored"
        st.html(html.note(f"Score against {axis.title} shows here once two backbones {why}."))
        return
    card(Figure(
        f"cost-{kind}", f"{name} against {axis.title}", lambda dark: _drawn(dots, name, dark, axis),
        lambda: table(dots, axis, name), 300, NOTES[kind],
        "; ".join(f"{d.title}: {wording.percent(d.score.value)}, {_said(d, kind)}" for d in dots),
    ))  # fmt: skip


def found(shown: Board, kind: str) -> tuple[Dot, ...]:
    """The backbones whose cost is known, in the order of the board."""
    dots = []
    for run in shown.runs:
        paid, spec = _cost(shown, run, kind), run.source.backbone.spec
        if paid:
            score = shown.study.scores[run.source.key][shown.metrics[0]]
            sign = track_rows.sign(run.source)
            dots.append(Dot(spec.title, paid, score, sign.shape, spec.colours, run.source.untrained))
    return tuple(dots)


def table(dots: tuple[Dot, ...], axis: Axis, name: str) -> pd.DataFrame:
    """The drawing's table twin."""
    return pd.DataFrame([
        {"Backbone": d.title, "Untrained": "untrained" if d.untrained else "",
         axis.title.capitalize(): d.cost, name: d.score.value, "Low": d.score.low, "High": d.score.high}
        for d in dots
    ])  # fmt: skip


def size(parameters: float) -> str:
    """ "86.4 M"; nothing where the net's size is not known."""
    if not parameters:
        return ""
    if parameters >= 1_000_000:
        return f"{parameters / 1e6:,.1f} M".replace(".0 M", " M")
    return f"{parameters / 1e3:,.0f} k"


@lru_cache(maxsize=16)  # drawing it anew was nearly half of a turn to Benchmarks
def _drawn(dots: tuple[Dot, ...], name: str, dark: bool, axis: Axis) -> alt.LayerChart:
    return charts.cost(dots, name, dark, axis)


def _cost(shown: Board, run: Run, kind: str) -> float:
    if kind == "parameters":
        return float(run.source.backbone.spec.parameters)
    timed = speed.get(shown.dataset, run.source, cache.settings())
    return timed.seconds if timed else 0.0


def _said(dot: Dot, kind: str) -> str:
    return f"{dot.cost:.2f} s a clip" if kind == "seconds" else f"{size(dot.cost)} parameters"
