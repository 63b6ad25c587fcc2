"""What the backbones say of one track: the sentence, the lanes over time, and a card each."""

import numpy as np
import streamlit as st

from pages.parts import cached, html, players, rows, sidebar, tables
from pages.parts.cached import Heard
from quintet import audio, predict, wording
from quintet.collection import Source
from quintet.palette import Pair
from quintet.predict import Answer
from quintet.studies import speed

BINS = 480  # of the waveform
TAGS = 3
NOT_KEPT = "This track stays in memory and is not kept."
TRAINED_ON = "This clip is one of them, so its answer flatters; the benchmark's answers do not."


def columns(dataset: str) -> list[Source]:
    """The ticked backbones that answer within seconds here, trained ones first, then the quicker."""
    here = cached.settings()
    ticked = [cached.source(one.key) for one in sidebar.backbones()]
    quick = [source for source in ticked if not predict.takes_minutes(source, here)]

    def order(source: Source) -> tuple[bool, float]:
        timed = speed.get(dataset, source, here)
        return source.untrained, timed.seconds if timed else float("inf")

    return sorted(quick, key=order)


def left_out() -> str:
    """Which ticked backbones take minutes a clip on this machine, and how to hear them all the same."""
    here = cached.settings()
    slow = [one for one in sidebar.backbones() if predict.takes_minutes(cached.source(one.key), here)]
    names = " and ".join(one.spec.title for one in slow)
    command = f"quintet classify FILE --backbone {' '.join(one.key for one in slow)}"
    return f"{names} takes minutes a clip here, so it is not asked here. Run: {command}" if slow else ""


def card(dataset: str, source: Source, heard: Heard) -> Answer:
    """Computes and shows one backbone's answer."""
    said = cached.answer(dataset, source, heard)
    pairs, kind = rows.colours(dataset), "untrained" if said.untrained else "card"
    best = said.classes[int(said.probabilities.argmax())]
    with st.container(border=True, key=f"{kind}-{source.key.replace(':', '-')}"):
        name = html.backbone(said.title, rows.sign(source), badge=False)
        took = f'<span class="q-small q-faint" title="Time taken, once loaded">{said.seconds:.1f} s</span>'
        st.html(html.line(name, took))
        st.html(html.verdict(best, pairs[best], said.untrained))
        bars = [
            tables.Bar(c, pairs[c], float(p)) for c, p in zip(said.classes, said.probabilities, strict=True)
        ]
        st.html(tables.probabilities(bars, said.untrained))
        st.html(html.note("Sounds nearest to"))
        listed, titles = rows.alike(dataset, said.nearest)
        players.table(listed, titles, key=f"near-{source.key}", compact=True)
        if said.tags:
            st.html(html.chips([name for name, _ in said.tags[:TAGS]]))
        else:
            st.html(html.note("No tags of its own"))
        for notice in said.notices:
            st.html(html.note(notice))
    return said


def verdict(found: list[Answer], heard: Heard) -> None:
    """The answer as a sentence, and what was noticed about the file."""
    words = [wording.Answer(a.title, a.classes[int(a.probabilities.argmax())], a.untrained) for a in found]
    st.html(html.headline(wording.classify_headline(words), small=True))
    for notice in heard.clip.notices:
        st.info(notice, icon=":material/info:")


def timeline(found: list[Answer], heard: Heard, pairs: dict[str, Pair]) -> None:
    """The wave, and under it a lane per backbone: what it hears when, and how surely."""
    lanes = [_lane(answer) for answer in sorted(found, key=lambda a: a.seconds)]
    with st.container(border=True, key="card-time"):
        players.wave(
            players.Wave(
                id=heard.digest, url=heard.url, seconds=heard.clip.seconds, classes=tuple(pairs.items()),
                peaks=audio.peaks(heard.clip.samples, BINS), lanes=tuple(lanes),
            ),
            key="wave",
        )  # fmt: skip


def _lane(answer: Answer) -> players.Lane:
    index = answer.over_time.argmax(axis=1)
    strength = answer.over_time[np.arange(len(index)), index]
    mark = rows.sign(cached.source(answer.key))
    return players.Lane(answer.title, mark, answer.times, index, strength)
