"""Leaderboard: who is ahead and whether that is settled, what each costs, and what it was trained on."""

from html import escape
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from dashboard import cache
from dashboard.views.benchmarks import across_datasets, cost, published
from dashboard.views.benchmarks.board import NAMED, A, Board
from dashboard.widgets import html, tables, track_rows
from dashboard.widgets.tables import Standing
from quintet import wording
from quintet.audit import train_test_leaks
from quintet.catalogue import export
from quintet.embeddings import speed
from quintet.evaluation import runs
from quintet.evaluation.runs import Run
from quintet.prediction import classifier
from quintet.stats.metrics import Interval
from quintet.wording import Gap, Headline

HOW = (
    "Both answered the same clips. The interval draws whole groups of related clips again; p flips, group by "
    "group, which of the two was better, and is corrected for all comparisons (Holm)."
)


def show(shown: Board) -> None:
    """The sentence, the table with its intervals, score against cost, facts of each, what was published."""
    first, second = shown.metrics
    st.html(html.headline(verdict(shown), small=True, definition=HOW))
    headers = (NAMED[second], "Values", "Parameters", "Seconds a clip")
    standings = [_standing(shown, run) for run in shown.runs]
    st.html(tables.leaderboard(standings, shown.chance, headers, NAMED[first]))
    st.html(html.note(_foot(shown)))
    _leaks(shown)
    left, right = st.columns([6, 6])
    with left:
        cost.show(shown)
    with right, st.container(border=True, key="card-origins"):
        st.html(html.section("Where each comes from") + _origins(shown))
    published.show(shown)
    across_datasets.show(shown)


def csv(shown: Board) -> bytes:
    """One row per backbone: every metric with its interval, and the word untrained where it is true."""
    found = []
    for run in shown.runs:
        facts = {"backbone": run.source.key, "untrained": run.source.untrained,
                 "protocol": run.rules.protocol, "probe": run.rules.probe, "seed": run.rules.seed,
                 "n": len(run.ids), "fingerprint": run.source.fingerprint}  # fmt: skip
        if run.rules.without:
            facts["without"] = run.rules.without
        if shown.among:
            facts["only"] = shown.among
        for name, value in shown.study.scores[run.source.key].items():
            facts |= {name: value.value, f"{name}_low": value.low, f"{name}_high": value.high}
        found.append(facts)
    return export.frame_as_csv(pd.DataFrame(found))


def verdict(shown: Board) -> Headline:
    """The two best trained backbones; an untrained control is never named here."""
    trained = [run for run in shown.runs if not run.source.untrained]
    if not trained:
        text = "Untrained controls are shown, not ranked."
        return Headline("No trained backbone has been scored.", "", text)
    if len(trained) < 2:
        return _alone(shown, trained[0])
    a, b = trained[:2]
    pair = shown.pair(a.source.key, b.source.key)
    sign = 1 if pair.a == a.source.key else -1
    low, high = sorted((sign * pair.difference.low, sign * pair.difference.high))
    many = len(shown.study.pairs)
    said = wording.compare_headline(Gap(
        ahead=a.source.backbone.spec.title, behind=b.source.backbone.spec.title, p=pair.corrected,
        difference=sign * pair.difference.value, low=low, high=high,
        n=pair.difference.n, noun=shown.facts.noun,
        correction="" if many == 1 else f"after correction for {wording.word(many)} comparisons",
    ))  # fmt: skip
    scored = f"Macro ROC-AUC of {wording.count(len(shown.classes), 'tags')}, " if shown.many else ""
    return Headline(said.claim, said.rest, f"{scored}{said.evidence}")


def _alone(shown: Board, run: Run) -> Headline:
    score = shown.study.scores[run.source.key][shown.metrics[0]]
    title, many = run.source.backbone.spec.title, wording.count(len(run.ids), shown.facts.noun)
    span = f"95 % interval {wording.percent(score.low)} to {wording.percent(score.high)}, {many}"
    value = wording.percent(score.value)
    claim = f"{title} has a macro ROC-AUC of {value}." if shown.many else f"{title} names {value} rightly."
    return Headline(claim, "It is the only trained backbone here.", span)


def _standing(shown: Board, run: Run) -> Standing:
    spec, found = run.source.backbone.spec, shown.study.scores[run.source.key]
    score, beside = (found[name] for name in shown.metrics)
    timed = speed.get(shown.dataset, run.source, cache.settings())
    return Standing(
        title=spec.title, sign=track_rows.sign(run.source), rank=shown.study.ranks.get(run.source.key),
        score=score.value, low=score.low, high=score.high,
        cells=(_spanned(beside), f"{spec.dim:,}", cost.size(spec.parameters),
               f"{timed.seconds:.2f}" if timed else ""),
        link="?" + urlencode({**st.query_params.to_dict(), **_opens(shown), A: run.source.key}),
    )  # fmt: skip


def _opens(shown: Board) -> dict[str, str]:
    """The view that shows one backbone's answers; those of tags have no confusion."""
    return {"view": "class" if shown.many else "confusion", "dataset": shown.dataset}


def _spanned(value: Interval) -> str:
    return f"{value.value:.2f} ({value.low:.2f} to {value.high:.2f})"


def _foot(shown: Board) -> str:
    silent = runs.silent(shown.runs[0])
    told = f"Dotted line: chance, {wording.percent(shown.chance)}. Lines: 95 % bootstrap over groups of " \
           f"related {shown.facts.noun}. Overlapping ranks mean the order is not settled. " \
           f"{shown.protocol.says.capitalize()}."  # fmt: skip
    told += _answered(shown)
    if silent:
        told += f" {wording.count(len(silent), 'tags')} that none or all of the {shown.facts.noun} have "
        told += f"are in no score: {', '.join(silent[:5])}{', …' if len(silent) > 5 else ''}."
    return told


def _answered(shown: Board) -> str:
    """That scores are of the clips all answered, where some answered more."""
    held, n = shown.study.answered, len(shown.runs[0].ids)
    if set(held.values()) == {n}:
        return ""
    titles = {run.source.key: run.source.backbone.spec.title for run in shown.runs}
    each = ", ".join(f"{titles[key]} {many:,}" for key, many in held.items())
    return f" Scored on the {n:,} {shown.facts.noun} that all of them answered (answered: {each})."


def _leaks(shown: Board) -> None:
    """What is on both sides of the split, or that nothing is, as the benchmark looked for it."""
    judge = train_test_leaks.judge([run.source for run in shown.runs])
    found = train_test_leaks.kept(shown.dataset, judge, shown.rules, cache.settings()) if judge else None
    if found is None:
        return
    said = " ".join(found.sentences) or (
        f"No {found.column} and no recording is on both sides: looked for among all {found.n:,} tested "
        f"{shown.facts.noun}, repeats by {judge.backbone.spec.title}'s embeddings."
    )
    flag = html.badge("leak", "Such clips were trained on: the score is higher than for music never heard.")
    st.html(html.line(f"{flag if found.sentences else ''}{html.aside(said)}"))


def _origins(shown: Board) -> str:
    """What each was trained on, its licence, and whether this dataset was among it."""
    body = "".join(_origin(shown, run) for run in shown.runs)
    return tables.plain(("Backbone", "Trained on", "Licence"), body)


def _origin(shown: Board, run: Run) -> str:
    spec, source = run.source.backbone.spec, run.source
    learned = "nothing: random weights" if source.untrained else ", ".join(spec.trained_on) or "no training"
    said = escape(learned)
    if classifier.contaminated(source, shown.facts.title):
        text = f"{spec.title} was trained on {shown.facts.title}: its score here is no fair test."
        said += " " + html.badge("seen in training", text)
    return (
        f"<tr><td>{html.backbone(spec.title, track_rows.sign(source), badge=False)}</td>"
        f"<td>{said}</td><td>{escape(spec.licence)}</td></tr>"
    )
