"""Per class or tag: how well each is found, its curves by every backbone, and the clips it is missed on."""

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import cache
from dashboard.components import players
from dashboard.components.players import Cell, Column, Row
from dashboard.views.agreement.sentences import number, span
from dashboard.views.benchmarks import label_errors
from dashboard.views.benchmarks.board import A, Board, choose
from dashboard.widgets import backbone_picker, html, interval_plots, track_rows
from dashboard.widgets.figure_card import Figure, card
from dashboard.widgets.interval_plots import Line
from dashboard.widgets.url_state import buttons
from quintet import charts, wording
from quintet.charts import Traced
from quintet.evaluation import curves, outcomes
from quintet.evaluation.per_class import ClassScore
from quintet.evaluation.runs import Run, common
from quintet.wording import Headline

BY, CLASS, CURVE = "by", "class", "curve"  # in the address
MEASURES = {False: {"f1": "F1", "precision": "Precision", "recall": "Recall"},
            True: {"ap": "AP", "roc_auc": "ROC-AUC"}}  # fmt: skip
CURVES = {"pr": "Precision and recall", "roc": "ROC", "reliability": "Reliability"}
AXES = {"pr": ("recall", "precision"), "roc": ("false positive rate", "true positive rate"),
        "reliability": ("probability given", "share that is")}  # fmt: skip
LISTED = 10  # hardest clips


def show(shown: Board) -> None:
    """The best and the least found class, all of them with intervals, one's curves, its hardest clips."""
    head, by_key = st.container(), {run.source.key: run for run in shown.runs}
    order = sorted(by_key, key=lambda key: by_key[key].source.untrained)
    with st.container(horizontal=True, vertical_alignment="center", key="class-rules"):
        key = choose(A, order, "Backbone", lambda key: backbone_picker.named(by_key[key].source))
        name = choose(CLASS, shown.classes, "Class", lambda name: f"{_label(shown).capitalize()}: {name}")
    found = cache.by_class(shown.dataset, key, shown.rules, shown.among)
    left, right = st.columns([6, 6])
    with left, st.container(border=True, key="card-classes"):
        title = backbone_picker.named(by_key[key].source)
        st.html(html.section(f"{title}, by {_label(shown)}"))
        measure = buttons(BY, MEASURES[shown.many], "Measure")
        st.html(interval_plots.plot(lines(shown, by_key[key], found, measure), (0, 1)))
        st.html(html.note("Lines: 95 % bootstrap over groups of related " + shown.facts.noun + "."))
    head.html(interval_plots.sheet() + html.headline(sentence(title, found, measure, shown), small=True))
    with right:
        _curves(shown, name)
    _hardest(shown, name)
    if not shown.many:
        label_errors.show(shown, name)


def sentence(title: str, found: tuple[ClassScore, ...], measure: str, shown: Board) -> Headline:
    """Which class is found best and which least by a measure, with both intervals."""
    there = [one for one in found if one.measures[measure]]
    word = MEASURES[shown.many][measure]
    if not there:
        return Headline(f"{title} has no {word} for any {_label(shown)} here.", "", "")
    best, least = (end(there, key=lambda one: one.measures[measure].value) for end in (max, min))
    told = [f"{one.name} {number(one.measures[measure].value)} ({span(one.measures[measure])}), "
            f"{wording.count(one.rows, shown.facts.noun)}" for one in (best, least)]  # fmt: skip
    return Headline(f"{title} finds {best.name} best", f"and {least.name} least.",
                    f"{word} and 95 % interval: {'; '.join(told)}")  # fmt: skip


def lines(shown: Board, run: Run, found: tuple[ClassScore, ...], measure: str) -> list[Line]:
    """A line for each class in its order; a measure without a value says why."""
    colours, sign = track_rows.colours(shown.dataset), track_rows.sign(run.source)
    drawn = []
    for one in found:
        name = html.answer(one.name, colours[one.name]) if one.name in colours else html.aside(one.name)
        why = "never the answer" if measure == "precision" else "none or all of those tested have it"
        drawn.append(Line(name, sign, one.measures[measure], None, why))
    return drawn


def traces(shown: Board, name: str, kind: str) -> list[Traced]:
    """Every backbone's curve of one class against the rest; none where all or no tested clips have it."""
    at, found = shown.classes.index(name), []
    for run in shown.runs:
        true, score = run.truth[:, at], run.probabilities[:, at]
        if not true.any() or true.all():
            continue
        if kind == "reliability":
            bins = [one for one in curves.reliability(true, score) if one.n]
            x, y = (np.array([getattr(one, side) for one in bins]) for side in ("confidence", "right"))
        else:
            curve = (curves.precision_recall if kind == "pr" else curves.roc)(true, score)
            x, y = curve.x, curve.y
        spec = run.source.backbone.spec
        found.append(Traced(spec.title, spec.colours, x, y, run.source.untrained))
    return found


def areas(shown: Board, name: str) -> pd.DataFrame:
    """Average precision and ROC-AUC of one class by every backbone: the curves' table twin."""
    at, found = shown.classes.index(name), []
    for run in shown.runs:
        true, score = run.truth[:, at], run.probabilities[:, at]
        if true.any() and not true.all():
            found.append({"Backbone": run.source.backbone.spec.title,
                          "Untrained": "untrained" if run.source.untrained else "", "Clips": int(true.sum()),
                          "AP": curves.precision_recall(true, score).area,
                          "ROC-AUC": curves.roc(true, score).area})  # fmt: skip
    return pd.DataFrame(found)


def _curves(shown: Board, name: str) -> None:
    kind = buttons(CURVE, CURVES, "Curve")
    drawn = traces(shown, name, kind)
    if not drawn:
        st.html(html.note(f"None or all of the tested {shown.facts.noun} are {name}: there is no curve."))
        return
    note = "Each clip is answered by a probe that never saw its fold. Dashed: untrained."
    card(Figure(
        f"curve-{kind}", f"{name.capitalize()} against the rest",
        lambda dark: charts.traced(drawn, AXES[kind], dark, kind != "pr", kind == "reliability"),
        lambda: areas(shown, name), 380, note, f"{CURVES[kind]} of {name} by {len(drawn)} backbones",
    ))  # fmt: skip


def _hardest(shown: Board, name: str) -> None:
    """The clips of a class that the trained backbones give it least."""
    ids = hardest(shown, name)
    noun = shown.facts.noun
    st.html(html.section(f"The hardest {name} {noun}"))
    if not ids:
        st.html(html.note(f"None of the {noun} that every trained backbone answered is {name}."))
        return
    st.html(html.note(f"Those to which the trained backbones together give {name} the least."))
    players.table(*_given(shown, name, ids), key=f"hardest-{name}")


def hardest(shown: Board, name: str) -> list[str]:
    """At most LISTED ids, the hardest first; controls have no say where there is a trained backbone."""
    trained = [run for run in shown.runs if not run.source.untrained]
    held = common(trained or list(shown.runs))
    at = shown.classes.index(name)
    own = np.flatnonzero(held[0].truth[:, at])
    every = np.stack([run.probabilities[own] for run in held])
    places, _ = outcomes.hardest(np.full(len(own), at), every, LISTED)
    return [held[0].ids[own[place]] for place in places]


def _given(shown: Board, name: str, ids: list[str]) -> tuple[list[Row], list[Column]]:
    """Each clip with the probability that every backbone gives to the class."""
    tracks, at = cache.some(shown.dataset, ids), shown.classes.index(name)
    given = [dict(zip(run.ids, run.probabilities[:, at], strict=True)) for run in shown.runs]
    columns = [Column("Track"), *(
        Column(run.source.backbone.spec.title, "right", phone=n == 0, mark=track_rows.sign(run.source))
        for n, run in enumerate(shown.runs)
    )]  # fmt: skip
    listed = []
    for one in (one for one in ids if one in tracks):
        cells = (
            Cell(f"{said[one] * 100:.0f} %" if one in said else "", muted=run.source.untrained)
            for said, run in zip(given, shown.runs, strict=True)
        )
        listed.append(track_rows.row(shown.dataset, tracks[one], (track_rows.named(tracks[one]), *cells)))
    return listed, columns


def _label(shown: Board) -> str:
    return "tag" if shown.many else shown.facts.label
