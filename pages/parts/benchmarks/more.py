"""More tests of the same backbones: few clips to learn from, deformed sound, together, by layer, by fold."""

import streamlit as st

from pages.parts import html
from pages.parts.benchmarks import deformed, folds, layered, learning, together
from pages.parts.benchmarks.board import Board
from pages.parts.datasets.address import buttons

ASK = "ask"  # in the address
WHOLE = "These tests are made with all clips. Choose nothing to leave out, and all clips, to see them."
ASKED = {
    "few": ("Few clips", learning.show),
    "sound": ("Deformed sound", deformed.show),
    "together": ("Together", together.show),
    "layers": ("By layer", layered.show),
    "folds": ("Folds and seeds", folds.show),
}


def show(shown: Board) -> None:
    """Only the question that is asked is answered, and of all clips alone."""
    if shown.among or shown.rules.without:
        st.html(html.note(WHOLE))
        return
    asked = buttons(ASK, {word: title for word, (title, _) in ASKED.items()}, "Which test")
    ASKED[asked][1](shown)
