"""The page of test_wave.py: a wave with made-up lanes, told by the address, and what it says to Python."""

import numpy as np
import streamlit as st

from dashboard.components import players
from quintet.palette import CLASSES

WORDS = ("calm", "energetic", "happy", "nostalgic", "tender")
NAMES = ("VGGish", "musicnn", "CLMR", "OpenJMLA", "Jukebox")
SHAPES = ("square", "circle", "triangle-up", "diamond", "plus")
COLOURS = (("#0f6a3a", "#62dba6"), ("#e0700f", "#ff9f45"), ("#c2336a", "#f5517a"), ("#4a84ec", "#92b4ff"),
           ("#5429b8", "#8c68f8"))  # fmt: skip
UNTRAINED = 3  # the first that is: those after it are too


def number(name: str, default: int) -> int:
    """A number in the address."""
    return int(st.query_params.get(name, default))


def lane(i: int, seconds: float, frames: int) -> players.Lane:
    """Runs of six frames: the second lane parts in every second run, the third in every fifth.

    Untrained: another class in each frame.
    """
    starts, trained = np.arange(frames) * seconds / frames, i < UNTRAINED
    run = np.arange(frames) // 6
    parts = (run % 2) * 3 * (i == 1) + (run % 5 == 4) * 2 * (i == 2)
    index = (run % 3 + parts) % len(WORDS) if trained else (np.arange(frames) + i) % len(WORDS)
    strength = (0.55 + 0.4 * np.sin(starts / seconds * 40 + i)) * (1 if trained else 0.25)
    times = np.stack([starts, starts + seconds / frames], axis=1)
    mark = players.Mark(SHAPES[i], COLOURS[i], untrained=not trained)
    return players.Lane(NAMES[i], mark, times, index, strength, f"key-{i}")


seconds, frames = float(number("seconds", 30)), number("frames", 60)
lanes = tuple(lane(i, seconds, frames) for i in range(number("lanes", 5) - st.checkbox("One lane less")))
limit = float(number("limit", 0)) or None
sound = players.Wave(
    id="other" if st.checkbox("Another track") else "hum", url=f"/hum/{seconds:.0f}", lanes=lanes,
    peaks=0.3 + 0.3 * np.abs(np.sin(np.arange(480) / 9)), classes=tuple(zip(WORDS, CLASSES, strict=False)),
    seconds=seconds, trim=bool(number("trim", 0)), limit=limit,
)  # fmt: skip
with st.container(border=True):
    span = players.wave(sound, key="wave")
st.text(f"span {span.start:.2f} {span.end:.2f} {span.lane or 'strip'}" if span else "span none")
st.text("part {:.2f} {:.2f}".format(*players.trimmed(sound, "wave")))
