"""Compare two: who is better and whether that is settled, class by class, and clips only one is right on."""

import streamlit as st

from dashboard import cache
from dashboard.views.agreement.sentences import number, span
from dashboard.views.benchmarks import clips
from dashboard.views.benchmarks.board import NAMED, Board, two
from dashboard.widgets import backbone_picker, html, interval_plots, tables, track_rows
from dashboard.widgets.interval_plots import Line
from dashboard.widgets.url_state import buttons
from quintet import wording
from quintet.evaluation.compare_runs import Comparison
from quintet.evaluation.runs import Run
from quintet.wording import Headline

BY, WHO = "by", "who"  # in the address
MEASURES = {"f1": "F1", "precision": "Precision", "recall": "Recall"}
HOW = (
    "Both answered the same clips. The interval draws whole groups of related clips again; p swaps, group by "
    "group, whose answers are whose. With groups of one clip, p of accuracy is McNemar's exact test."
)
KAPPA = "Cohen's kappa: 1 where both give the same answers, 0 where they agree as often as by chance."
EQUAL = "where they are equal"  # what the dotted line says


def show(shown: Board) -> None:
    """The verdict, both in numbers, each class's difference, and three lists to listen to."""
    head = st.container()
    compared = two(shown)
    if len(compared) < 2:
        st.html(html.note("Only one ticked backbone was scored so. Two can be compared; score or tick more."))
        st.code(f"quintet benchmark {shown.dataset} --protocol {shown.rules.protocol}", language="bash")
        return
    names = tuple(backbone_picker.named(run.source) for run in compared)
    named = {run.source.key: name for run, name in zip(compared, names, strict=True)}
    found = cache.compared(shown.dataset, named, shown.rules, shown.among)
    head.html(interval_plots.sheet() + html.headline(verdict(found), small=True, definition=HOW))
    left, right = st.columns([7, 5])
    with right, st.container(border=True, key="card-numbers"):
        st.html(html.section("In numbers") + tables.facts(numbers(shown, compared, found)))
        st.html(html.note(KAPPA if found.kappa else HOW))
    with left, st.container(border=True, key="card-differences"):
        _classes(shown, compared, found)
    _lists(shown, compared, found)


def verdict(found: Comparison) -> Headline:
    """The comparison's sentence as a headline: claim, whether it is settled, interval and p below."""
    text = found.sentence
    for name, title in NAMED.items():
        text = text.replace(f" of {name}", f" of macro {title}")
    claim, _, evidence = text.partition(", 95 % ")
    claim, _, rest = claim.partition(", too ")
    evidence = f"95 % interval {evidence.removesuffix('.')}"
    return Headline(f"{claim},", f"too {rest}.", evidence) if rest else Headline(f"{claim}.", "", evidence)


def numbers(shown: Board, compared: list[Run], found: Comparison) -> list[tuple[str, str]]:
    """Each score of both and their difference with its p, kappa, and how many clips that rests on."""
    told = []
    for name, gap in found.differences.items():
        a, b = (found.scores[side][name] for side in (found.a, found.b))
        points = f"{wording.points(gap.low)} to {wording.points(gap.high)}"
        told.append((NAMED[name], f"{wording.percent(a.value)} and {wording.percent(b.value)}"))
        told.append((f"{NAMED[name]}, difference",
                     f"{wording.points(gap.value)} points ({points}), {wording.p_value(gap.p)}"))  # fmt: skip
    told.append(("p after correction", _corrected(shown, compared)))
    if found.kappa:
        told.append(("Kappa", f"{number(found.kappa.value)} ({span(found.kappa)})"))
    many = wording.count(len(found.ids), shown.facts.noun)
    told.append(("Tested on", f"{many} in {wording.count(found.groups, 'groups')}"))
    if any(found.alone):
        told.append(("Left out", f"{found.alone[0]} and {found.alone[1]} that only one answered"))
    if found.silent:
        told.append(("In no score", ", ".join(found.silent)))
    return told


def _corrected(shown: Board, compared: list[Run]) -> str:
    pair = shown.pair(*(run.source.key for run in compared))
    if pair is None:
        return "none: an untrained control takes part in no claim"
    many = wording.count(len(shown.study.pairs), "comparisons")
    return f"{wording.p_value(pair.corrected)}, Holm over {many}"


def _classes(shown: Board, compared: list[Run], found: Comparison) -> None:
    label = "tag" if shown.many else shown.facts.label
    if not found.classes:
        st.html(html.section(f"By {label}"))
        st.html(html.note("Clips may have several tags at once, so no clip is simply right or wrong "
                          "and no tag has a precision of its own here."))  # fmt: skip
        return
    st.html(html.section(f"By {label}: {found.a} minus {found.b}"))
    measure = buttons(BY, MEASURES, "Measure")
    drawn = lines(shown, compared, found, measure)
    far = max(map(abs, interval_plots.axis(drawn)))
    st.html(interval_plots.plot(drawn, (-far, far)))  # alike in the middle
    st.html(html.note(f"Right of the dotted line {found.a} has more, left of it {found.b}. Lines: 95 %, both "
                      "from the same draws; not corrected for the number of classes."))  # fmt: skip


def lines(shown: Board, compared: list[Run], found: Comparison, measure: str) -> list[Line]:
    """A line for each class, its mark that of the backbone with more there."""
    colours, signs = track_rows.colours(shown.dataset), [track_rows.sign(run.source) for run in compared]
    drawn = []
    for one in found.classes:
        value = one.measures[measure]
        sign = signs[1] if value and value.value < 0 else signs[0]
        name = html.answer(one.name, colours[one.name])
        drawn.append(Line(name, sign, value, 0.0, f"{MEASURES[measure]} is undefined here", EQUAL))
    return drawn


def _lists(shown: Board, compared: list[Run], found: Comparison) -> None:
    if found.outcomes is None:
        return
    held = {"a": found.outcomes.only_a, "b": found.outcomes.only_b, "neither": found.outcomes.neither}
    words = {"a": f"Only {found.a} right", "b": f"Only {found.b} right", "neither": "Both wrong"}
    st.html(html.section("Listen to where they part"))
    who = buttons(WHO, {key: f"{words[key]}, {len(held[key]):,}" for key in held}, "Which clips")
    clips.table(shown, [found.ids[row] for row in held[who]], f"parted-{who}", compared)
