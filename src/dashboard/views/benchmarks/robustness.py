"""Deformed sound: how many points noise, mp3, pitch or a room cost each backbone, clip by clip."""

from html import escape

import streamlit as st

from dashboard.cache import studies as measured
from dashboard.views.benchmarks import study_job
from dashboard.views.benchmarks.board import Board
from dashboard.widgets import backbone_picker, html, track_rows
from quintet import wording
from quintet.evaluation.robustness import Drop, Robustness
from quintet.wording import Headline

SAYS = "The probe trained on clean sound answers noisy, quieter, shifted, filtered and compressed copies."
NOTE = (
    "Points lost against the same clips clean, with the 95 % interval of the paired difference over groups; "
    "a minus is a gain. In bold: more than chance explains, corrected for the eight deformations (Holm)."
)


def show(shown: Board) -> None:
    """What costs most as a sentence, a table of all drops, and what was not measured yet."""
    if shown.many:
        st.html(html.note("Drops are of one answer a clip, and clips may have several tags here."))
        return
    found = measurements(shown)
    if found:
        st.html(html.headline(sentence(found, shown), small=True))
        with st.container(border=True, key="card-deformed"):
            st.html(table(found) + html.note(NOTE))
    able = [run for run in shown.runs if run.source.state != "ready-made"]
    if len(found) < len(able):
        study_job.offer(shown, "robust", SAYS)


def measurements(shown: Board) -> list[Robustness]:
    """The stored drops of the board's backbones, in its order."""
    return study_job.stored(shown, measured.deformed)


def sentence(found: list[Robustness], shown: Board) -> Headline:
    """The deformation that costs the best trained backbone most."""
    trained = [one for one in found if not one.source.untrained]
    if not trained:
        return study_job.NONE_TRAINED
    one = trained[0]
    worst = max(one.drops, key=lambda drop: drop.difference.value)
    gap, noun = worst.difference, shown.facts.noun
    name = backbone_picker.named(one.source)
    claim = f"{name} loses most by “{worst.title}”, {wording.points(gap.value)} points."
    span = f"95 % interval {wording.points(gap.low)} to {wording.points(gap.high)}"
    settled = f"{wording.p_value(worst.corrected)} after correction, {wording.count(gap.n, noun)}"
    return Headline(claim, "", f"{span}, {settled}")


def table(found: list[Robustness]) -> str:
    """Deformations down, backbones across: the accuracy left, the points lost and their interval."""
    head = "".join(
        f"<th>{html.backbone(one.source.backbone.spec.title, track_rows.sign(one.source))}</th>"
        for one in found
    )
    clean = "".join(f"<td>{wording.percent(one.drops[0].clean)}{_heard(one)}</td>" for one in found)
    body = "".join(
        f"<tr><td>{html.term(drop.title, drop.says)}</td>"
        + "".join(f"<td>{_cell(one.drops[at])}</td>" for one in found) + "</tr>"
        for at, drop in enumerate(found[0].drops)
    )  # fmt: skip
    return (
        '<div class="q-scroll"><table class="q-table q-wrapped" data-table="deformed"><thead><tr>'
        f"<th>Sound</th>{head}</tr></thead><tbody><tr><td>Clean</td>{clean}</tr>{body}</tbody></table></div>"
    )


def lost(drop: Drop) -> str:
    """ "48.8 %, lost 7.1 (2.4 to 12)"."""
    gap = drop.difference
    span = f"{wording.points(gap.value)} ({wording.points(gap.low)} to {wording.points(gap.high)})"
    return f"{wording.percent(drop.deformed)}, lost {span}"


def _cell(drop: Drop) -> str:
    text = escape(lost(drop))
    return f'<span class="strong">{text}</span>' if drop.corrected < wording.SETTLED else text


def _heard(one: Robustness) -> str:
    out = f", {len(one.failed):,} unheard" if one.failed else ""
    return " " + html.aside(f"of {one.drops[0].difference.n:,}{out}")
