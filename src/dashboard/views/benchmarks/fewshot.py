"""Few clips: how each backbone's score grows with the clips of each class it may learn from."""

import pandas as pd
import streamlit as st

from dashboard.cache import studies as measured
from dashboard.views.benchmarks import study_job
from dashboard.views.benchmarks.board import Board
from dashboard.widgets import backbone_picker, html
from dashboard.widgets.figure_card import Figure, card
from quintet import charts, wording
from quintet.charts import Trend
from quintet.evaluation.fewshot import ALL, REPEATS, Point
from quintet.evaluation.stored_fewshot import Curve
from quintet.stats.metrics import Interval
from quintet.wording import Headline

SAYS = "With 1, 2, 5, 10 … clips of each class to learn from, and the same clips to be tested on."
NOTE = (
    f"Mean of {REPEATS} draws of the training clips; the lines are the 95 % interval of that mean, which "
    "tells of other training clips, not of other clips to test. Clips of different groups are drawn first."
)


def show(shown: Board) -> None:
    """Who learns fastest as a sentence, the curves, and what was not measured yet."""
    if shown.many:
        st.html(html.note("Shots are counted of one class a clip, and clips may have several tags here."))
        return
    found = curves(shown)
    if found:
        st.html(html.headline(sentence(found, shown), small=True))
        card(Figure(
            "learning", "Accuracy by clips of each class", lambda dark: charts.trend(trends(found), (
                "clips of each class to learn from", "Accuracy"), dark, True),
            lambda: table(found), 300, NOTE, "; ".join(_said(one) for one in found),
        ))  # fmt: skip
    if len(found) < len(shown.runs) or any(one.done < one.total for one in found):
        study_job.offer(shown, "fewshot", SAYS)


def curves(shown: Board) -> list[Curve]:
    """The stored curves of the board's backbones, in its order."""
    return study_job.stored(shown, measured.learning)


def sentence(found: list[Curve], shown: Board) -> Headline:
    """The trained backbone that is best with the fewest clips, and what it has with all."""
    trained = [one for one in found if not one.source.untrained]
    if not trained:
        return study_job.NONE_TRAINED
    best = max(trained, key=lambda one: one.points["accuracy"][0].mean)
    first, last = best.points["accuracy"][0], best.points["accuracy"][-1]
    many = wording.count(first.shots, shown.facts.noun)
    claim = f"With {many} of each {shown.facts.label}, {backbone_picker.named(best.source)} names"
    span = f"95 % interval {_span(first)}; " if first.low is not None else ""
    tested = f"{wording.percent(last.mean)} with all, {wording.count(best.tested, shown.facts.noun)} tested"
    evidence = f"{span}{tested}"
    return Headline(f"{claim} {wording.percent(first.mean)} rightly.", "", evidence)


def trends(found: list[Curve]) -> list[Trend]:
    """A line a backbone; a point drawn once has no interval, and is its own ends."""
    return [
        Trend(one.source.backbone.spec.title, one.source.backbone.spec.colours,
              tuple(shots(p) for p in one.points["accuracy"]),
              tuple(_interval(p) for p in one.points["accuracy"]), one.source.untrained)
        for one in found
    ]  # fmt: skip


def table(found: list[Curve]) -> pd.DataFrame:
    """The drawing's table twin."""
    return pd.DataFrame([
        {"Backbone": one.source.backbone.spec.title,
         "Untrained": "untrained" if one.source.untrained else "", "Clips of each class": shots(point),
         "Accuracy": point.mean, "Low": point.low, "High": point.high, "Draws": len(point.values)}
        for one in found for point in one.points["accuracy"]
    ])  # fmt: skip


def shots(point: Point) -> str:
    """ "5", or "all"."""
    return "all" if point.shots == ALL else str(point.shots)


def _interval(point: Point) -> Interval:
    if point.low is None:
        return Interval(point.mean, point.mean, point.mean)
    return Interval(point.mean, max(point.low, 0.0), min(point.high, 1.0))


def _span(point: Point) -> str:
    return f"{wording.percent(max(point.low, 0))} to {wording.percent(min(point.high, 1))} over draws"


def _said(one: Curve) -> str:
    points = ", ".join(f"{shots(p)}: {wording.percent(p.mean)}" for p in one.points["accuracy"])
    return f"{backbone_picker.named(one.source)} {points}"
