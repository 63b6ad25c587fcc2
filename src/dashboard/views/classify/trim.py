"""Which part of a long track is heard: two handles on its wave; the whole until one is moved."""

from dataclasses import replace

import streamlit as st

from dashboard.cache import Heard
from dashboard.components import players
from dashboard.views.classify import sentences, url_state
from quintet import audio, wording

SHORTEST = 0.5  # s; below, audio is refused
LONG = 60.0  # s; what is shorter is always heard as a whole
BINS = 480


def part(heard: Heard) -> Heard:
    """The part the handles or the address cut out, drawn only for long tracks; else the whole."""
    seconds = heard.clip.seconds
    if seconds <= LONG:
        return heard
    sound = players.Wave(
        id=heard.digest, url=heard.url, seconds=seconds, start=heard.start, trim=True,
        peaks=audio.peaks(heard.clip.samples, BINS),
    )  # fmt: skip
    key = f"trim-{st.session_state.get('whole', 0)}"
    start, end = _moved(sound, key) or url_state.part() or (0.0, seconds)
    start, end = min(start, seconds), min(end, seconds)
    cut = SHORTEST <= end - start < seconds
    says = sentences.span(start, end) if cut else f"the whole {wording.clock(seconds, tenths=False)}"
    with st.expander(f"What is heard: {says}", icon=":material/content_cut:"):
        players.wave(sound, key=key)
        if cut:
            st.button("Hear the whole track", key="hear-whole", on_click=_whole)
    if not cut:
        url_state.put(part="")
        return heard
    url_state.put_part(start, end)
    return of(heard, *map(float, url_state.said(url_state.PART).split("-")))


def of(heard: Heard, start: float, end: float) -> Heard:
    """That part of the sound, with a digest of its own."""
    clip = heard.clip
    samples = clip.samples[round(start * clip.rate) : round(end * clip.rate)]
    notices = (*clip.notices, f"Only {sentences.span(start, end)} is heard.")
    return replace(
        heard, digest=url_state.of_part(heard.digest, start, end), start=heard.start + start,
        clip=audio.Clip(samples, clip.rate, clip.channels, notices),
    )  # fmt: skip


def _moved(sound: players.Wave, key: str) -> tuple[float, float] | None:
    """Where the handles were put; None where nobody has touched them."""
    found = players.trimmed(sound, key)
    return found if found != (0.0, sound.seconds) else None


def _whole() -> None:
    """A new wave: the old one's handles stay where they are."""
    st.session_state["whole"] = st.session_state.get("whole", 0) + 1
    url_state.put(part="")
