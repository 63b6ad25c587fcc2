"""Backbones: one card each, with its weights, what they learned from, its licence, its size and its speed."""

import streamlit as st

from dashboard import cache
from dashboard.views.backbones import card
from dashboard.widgets import html
from dashboard.widgets.error_boundary import guard


def page() -> None:
    """A card per backbone, the hand-made features last."""
    found = sorted(cache.sources(), key=lambda s: s.backbone.spec.hand_made)
    st.html(
        html.title("Backbones", "What each one is, what it learned from, and where its weights come from")
    )
    left, right = st.columns(2)
    for i, source in enumerate(found):
        with (left, right)[i % 2]:
            card.backbone(source)


with guard():
    page()
