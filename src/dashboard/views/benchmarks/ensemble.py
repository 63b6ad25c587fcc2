"""Together: what the trained backbones answer as one, what each adds, what asking the dearer ones buys."""

from html import escape

import pandas as pd
import streamlit as st

from dashboard import cache
from dashboard.cache import studies as measured
from dashboard.views.benchmarks import study_job
from dashboard.views.benchmarks.board import Board
from dashboard.widgets import backbone_picker, html, tables, track_rows
from dashboard.widgets.figure_card import Figure, card
from quintet import charts, wording
from quintet.charts import Trend
from quintet.embeddings.models import Model
from quintet.evaluation import stored_ensemble
from quintet.evaluation.stored_ensemble import Ensemble
from quintet.palette import TOKENS
from quintet.stats.metrics import Interval
from quintet.stats.significance import Difference
from quintet.wording import Headline

SAYS = (
    "Averaged, by votes and stacked; what each backbone adds; and the cheapest first, the dearer when unsure."
)
ADDED = (
    "Accuracy of the average of all minus that of all but this one, 95 % interval; p after Holm's correction."
)
CASCADE = (
    "The cheapest backbone answers first; the next is asked only where no class is sure enough. No threshold "
    "is recommended: one picked on these clips would flatter itself."
)


def show(shown: Board) -> None:
    """Whether together is better as a sentence, every way, what each adds, accuracy against time."""
    sources = chosen(shown)
    if shown.many or len(sources) < 2:
        why = "clips may have several tags" if shown.many else "it takes two trained backbones"
        st.html(html.note(f"Nothing can be answered as one here: {why}. Untrained controls have no vote."))
        return
    found = measured.together(shown.dataset, sources, shown.rules)
    if found is None:
        study_job.offer(shown, "ensemble", SAYS)
        return
    st.html(html.headline(sentence(found, shown), small=True))
    left, right = st.columns([6, 6])
    with left, st.container(border=True, key="card-together"):
        st.html(html.section("Ways to answer as one") + _ways(found, shown))
        st.html(html.section("What each adds") + _added(found, shown) + html.note(ADDED))
    with right:
        _cascade(found, shown)


def chosen(shown: Board) -> list[Model]:
    """The trained backbones with a run under the board's rules, in the order the command takes them."""
    here = cache.settings()
    return stored_ensemble.default(shown.dataset, cache.embedded(shown.dataset), shown.rules, here)


def sentence(found: Ensemble, shown: Board) -> Headline:
    """The best way beside the best backbone of these clips."""
    way = max(found.gains, key=lambda name: found.scores[name]["accuracy"].value)
    gain, score = found.gains[way], found.scores[way]["accuracy"].value
    best = backbone_picker.named(cache.source(shown.dataset, found.best))
    side = "more" if gain.value >= 0 else "fewer"
    settled = "more than chance explains" if gain.p < wording.SETTLED else "too little to tell from chance"
    claim = f"Together ({way}) they name {wording.percent(score)} rightly,"
    rest = f"{wording.points(abs(gain.value))} points {side} than {best} alone, {settled}."
    span = f"95 % interval {wording.points(gain.low)} to {wording.points(gain.high)} points"
    return Headline(
        claim, rest, f"{span}, {wording.p_value(gain.p)}, {wording.count(found.n, shown.facts.noun)}"
    )


def spanned(value: Interval) -> str:
    """ "66.7 % (52.4 % to 81.0 %)"."""
    return f"{wording.percent(value.value)} ({wording.percent(value.low)} to {wording.percent(value.high)})"


def gained(gap: Difference) -> str:
    """ "4.8 (1.2 to 14)", in points."""
    return f"{wording.points(gap.value)} ({wording.points(gap.low)} to {wording.points(gap.high)})"


def _ways(found: Ensemble, shown: Board) -> str:
    body = ""
    for name, scores in found.scores.items():
        one, gain = scores["accuracy"], found.gains.get(name)
        if gain:
            title = html.term(name.capitalize(), stored_ensemble.WAYS[name])
            more = gained(gain)
        else:
            source = cache.source(shown.dataset, name)
            title, more = html.backbone(source.backbone.spec.title, track_rows.sign(source)), ""
        span = spanned(one)
        body += f"<tr><td>{title}</td><td>{escape(span)}</td><td>{escape(more)}</td></tr>"
    refused = "".join(html.note(why) for why in found.refused.values())
    return tables.plain(("Who answers", "Accuracy", "Points over the best alone"), body) + refused


def _added(found: Ensemble, shown: Board) -> str:
    body = ""
    for one in found.added:
        source, said = cache.source(shown.dataset, one.name), gained(one.difference)
        name = html.backbone(source.backbone.spec.title, track_rows.sign(source))
        p = escape(wording.p_value(one.corrected))
        body += f"<tr><td>{name}</td><td>{escape(said)}</td><td>{p}</td></tr>"
    return tables.plain(("Backbone", "Points", "p"), body)


def _cascade(found: Ensemble, shown: Board) -> None:
    if found.cascade is None:
        st.html(html.note("Accuracy against time shows here once two of them are timed on this machine."))
        return
    steps = found.cascade.steps
    line = Trend(
        "One after the other",
        TOKENS["ink"],
        tuple(s.seconds for s in steps),
        tuple(s.accuracy for s in steps),
    )
    order = ", then ".join(
        backbone_picker.named(cache.source(shown.dataset, key)) for key in found.cascade.order
    )
    card(Figure(
        "cascade", "Accuracy against seconds a clip",
        lambda dark: charts.trend([line], ("mean seconds a clip", "Accuracy"), dark),
        lambda: pd.DataFrame([
            {"Asks on below": s.threshold, "Accuracy": s.accuracy.value, "Low": s.accuracy.low,
             "High": s.accuracy.high, "Seconds a clip": s.seconds,
             **{f"Asked {name}": share for name, share in zip(found.cascade.order, s.asked, strict=True)}}
            for s in steps
        ]),
        300, f"{order}. {CASCADE}",
    ))  # fmt: skip
