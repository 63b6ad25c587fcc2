"""By layer: the same probe on what a net holds after each of its layers."""

import pandas as pd
import streamlit as st

from dashboard.cache import studies as measured
from dashboard.views.benchmarks import study_job
from dashboard.views.benchmarks.board import NAMED, Board
from dashboard.widgets import backbone_picker, html
from dashboard.widgets.figure_card import Figure, card
from quintet import charts, wording
from quintet.charts import Trend
from quintet.evaluation import layer_curve
from quintet.evaluation.layer_curve import Curve
from quintet.wording import Headline

SAYS = "Where in the net this dataset's classes are told apart best: every clip is heard once for all layers."
NOTE = (
    "The last layer is the embedding every other page shows. The best of many layers flatters itself: it was "
    "picked on the clips it is scored on."
)


def show(shown: Board) -> None:
    """The layer that tells most as a sentence, the curves, and what was not measured yet."""
    able = layer_curve.able([run.source for run in shown.runs])
    if not able:
        st.html(html.note("None of the ticked backbones has layers of which each could be an embedding."))
        return
    found = [one for source in able if (one := measured.layered(shown.dataset, source, shown.rules))]
    if found:
        name = shown.metrics[0]
        st.html(html.headline(sentence(found, name, shown), small=True))
        card(Figure(
            "layers", f"{NAMED[name]} after each layer",
            lambda dark: charts.trend(trends(found, name), ("layer", NAMED[name]), dark),
            lambda: table(found, name), 300, NOTE, "; ".join(_said(one, name) for one in found),
        ))  # fmt: skip
    if len(found) < len(able) or any(len(one.layers) < one.total for one in found):
        study_job.offer(shown, "layers", SAYS)


def sentence(found: list[Curve], name: str, shown: Board) -> Headline:
    """Of the first trained net, else of the first control: its best layer beside its last."""
    one = next((one for one in found if not one.source.untrained), found[0])
    best = max(one.layers, key=lambda layer: one.layers[layer][name].value)
    value, last = one.layers[best][name], one.layers[max(one.layers)][name]
    claim = f"{backbone_picker.named(one.source)} tells most after layer {best} of {one.total},"
    rest = f"{wording.percent(value.value)} against {wording.percent(last.value)} after the last."
    span = f"95 % interval {wording.percent(value.low)} to {wording.percent(value.high)}"
    control = ". Untrained: what the shape of the net alone makes of sound" if one.source.untrained else ""
    return Headline(claim, rest, f"{span}, {wording.count(one.n, shown.facts.noun)}{control}")


def trends(found: list[Curve], name: str) -> list[Trend]:
    """A line a backbone."""
    return [
        Trend(one.source.backbone.spec.title, one.source.backbone.spec.colours, tuple(one.layers),
              tuple(scores[name] for scores in one.layers.values()), one.source.untrained)
        for one in found
    ]  # fmt: skip


def table(found: list[Curve], name: str) -> pd.DataFrame:
    """The drawing's table twin."""
    return pd.DataFrame([
        {"Backbone": one.source.backbone.spec.title,
         "Untrained": "untrained" if one.source.untrained else "", "Layer": layer, "Of": one.total,
         NAMED[name]: scores[name].value, "Low": scores[name].low, "High": scores[name].high}
        for one in found for layer, scores in one.layers.items()
    ])  # fmt: skip


def _said(one: Curve, name: str) -> str:
    values = ", ".join(f"{n}: {wording.percent(scores[name].value)}" for n, scores in one.layers.items())
    return f"{backbone_picker.named(one.source)} {values}"
