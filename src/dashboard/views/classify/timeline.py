"""The answer as a sentence, how far the trained backbones agree, and their answers over time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from dashboard.cache import Heard
from dashboard.components import players
from dashboard.views.classify import sentences
from dashboard.views.classify.trim import BINS
from dashboard.widgets import html
from quintet import audio, wording
from quintet.palette import Pair
from quintet.prediction import agreement as accord
from quintet.prediction.agreement import Piece
from quintet.prediction.classifier import Answer

Signs = Mapping[str, players.Mark]  # by the backbone's key


def trained(answers: Sequence[Answer]) -> list[Answer]:
    """Those whose answers count: an untrained control has learned nothing."""
    return [answer for answer in answers if not answer.untrained]


def headline(answers: Sequence[Answer], heard: Heard) -> None:
    """What most say, who hears something else, and where in the track they part most."""
    if not answers:
        st.html(html.headline(wording.Headline("Listening.", heard.name, ""), small=True))
        return
    said = wording.classify_headline([wording.Answer(a.title, a.best, a.untrained) for a in answers])
    stretch = accord.most_apart(pieces(answers, heard))
    if stretch and len(trained(answers)) > 1:
        said = replace(
            said, evidence=f"They part most from {sentences.span(*stretch)}. {said.evidence}".strip()
        )
    st.html(html.headline(said, small=True))


def agreement(answers: Sequence[Answer], signs: Signs) -> None:
    """How many of the trained backbones agree, and how alike their probabilities are; nothing for one."""
    told = trained(answers)
    if len(told) < 2:
        return
    best = [answer.best for answer in told]
    most = max(best, key=best.count)
    agree = [answer.key for answer in told if answer.best == most and best.count(most) > 1]
    away = {answer.key: "" if answer.key in agree else ' class="q-away"' for answer in told}
    marks = "".join(f"<span{away[answer.key]}>{html.mark(signs[answer.key], 13)}</span>" for answer in told)
    many = f"{len(agree)} of {len(told)}"
    alike = 1 - accord.divergence(np.stack([answer.probabilities for answer in told]))
    term = html.term(f"{alike:.2f} alike", sentences.ALIKE)
    st.html(
        f'<div class="q-agree"><div class="q-row"><b>{many}</b>{marks}</div>'
        f'<div class="q-small q-mute">trained backbones agree; their answers are {term}, from 0 to 1</div>'
        "</div>"
    )


def lanes(answers: Sequence[Answer], heard: Heard, pairs: dict[str, Pair], signs: Signs) -> None:
    """The wave, under it a lane per backbone, and what each hears in the segment a visitor chose."""
    with st.container(border=True, key="card-time"):
        span = players.wave(
            players.Wave(
                id=heard.digest, url=heard.url, seconds=heard.clip.seconds, start=heard.start,
                peaks=audio.peaks(heard.clip.samples, BINS), classes=tuple(pairs.items()),
                lanes=tuple(_lane(answer, signs[answer.key]) for answer in answers),
            ),
            key="wave",
        )  # fmt: skip
        if span:
            moment(answers, span, pairs, signs)


def _lane(answer: Answer, mark: players.Mark) -> players.Lane:
    index = answer.over_time.argmax(axis=1)
    strength = answer.over_time[np.arange(len(index)), index]
    return players.Lane(answer.title, mark, answer.times, index, strength, key=answer.key)


def moment(answers: Sequence[Answer], span: players.Span, pairs: dict[str, Pair], signs: Signs) -> None:
    """What every backbone hears in the chosen segment, the mean of its frames there."""
    lines = []
    for answer in answers:
        share = within(answer, span)
        best = answer.classes[int(share.argmax())]
        name = html.backbone(answer.title, signs[answer.key], 12, badge=False)
        word = html.answer(best, pairs[best], hollow=answer.untrained)
        much = html.aside(f"{share.max() * 100:.0f} %")
        lines.append(f"<span>{name} {word} {much}</span>")
    ends = f"{wording.clock(span.start)} to {wording.clock(span.end)}"
    head = f'<b class="q-ink">{ends}</b>'
    st.html(f'<div class="q-row q-small q-moment" role="status">{head}{"".join(lines)}</div>')


def within(answer: Answer, span: players.Span) -> np.ndarray:
    """Mean probability of each class (C,) over the frames that touch the span; the nearest one's if none."""
    start, end = answer.times[:, 0], answer.times[:, 1]
    touching = (start < span.end) & (end > span.start)
    if not touching.any():
        touching = np.arange(len(start)) == np.abs((start + end) / 2 - (span.start + span.end) / 2).argmin()
    return answer.over_time[touching].mean(axis=0)


def pieces(answers: Sequence[Answer], heard: Heard) -> list[Piece]:
    """The track cut wherever a trained backbone changes its answer; lanes in the order of `trained`."""
    told = [(answer.times, answer.over_time.argmax(axis=1)) for answer in trained(answers)]
    return accord.pieces(told, heard.clip.seconds)
