"""Backbones: one card each, with its weights, what they learned from, its licence, its size and its speed."""

import streamlit as st

from pages.parts import cached, cards, html
from pages.parts.guard import guard


def page() -> None:
    """A card per backbone, the hand-made features last."""
    found = sorted(cached.sources(), key=lambda s: s.backbone.spec.hand_made)
    st.html(
        html.title("Backbones", "What each one is, what it learned from, and where its weights come from")
    )
    left, right = st.columns(2)
    for i, source in enumerate(found):
        with (left, right)[i % 2]:
            cards.backbone(source)


with guard():
    page()
