"""More tests of the same backbones: few clips to learn from, deformed sound, together, by layer, by fold."""

import streamlit as st

from dashboard.views.benchmarks import ensemble, fewshot, folds, layers, robustness
from dashboard.views.benchmarks.board import Board
from dashboard.widgets import html
from dashboard.widgets.url_state import buttons

ASK = "ask"  # in the address
WHOLE = "These tests are made with all clips. Choose nothing to leave out, and all clips, to see them."
ASKED = {
    "few": ("Few clips", fewshot.show),
    "sound": ("Deformed sound", robustness.show),
    "together": ("Together", ensemble.show),
    "layers": ("By layer", layers.show),
    "folds": ("Folds and seeds", folds.show),
}


def show(shown: Board) -> None:
    """Only the question that is asked is answered, and of all clips alone."""
    if shown.among or shown.rules.without:
        st.html(html.note(WHOLE))
        return
    asked = buttons(ASK, {word: title for word, (title, _) in ASKED.items()}, "Which test")
    ASKED[asked][1](shown)
