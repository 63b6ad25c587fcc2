"""Choosing one backbone of those ticked in the sidebar."""

import streamlit as st

from dashboard import cache
from dashboard.widgets import sidebar
from quintet.embeddings.models import Model


def backbone(dataset: str, key: str, label: str, hand_made: bool = True) -> Model:
    """A select box of the ticked backbones; *untrained* stands behind the name of those that are."""
    return cache.source(dataset, among([one.key for one in sidebar.backbones(hand_made)], key, label))


def among(keys: list[str], key: str, label: str) -> str:
    """A select box of these backbones, on the first trained one; returns the key of the chosen one."""
    found = {name: cache.source(sidebar.dataset(), name) for name in keys}
    first = next((i for i, name in enumerate(keys) if not found[name].untrained), 0)

    def line(name: str) -> str:
        return f"{label} {named(found[name])}"

    return st.selectbox(label, keys, first, line, key=key, label_visibility="collapsed")


def named(source: Model) -> str:
    """A backbone's title in plain text, *(untrained)* behind it where that is true."""
    return source.backbone.spec.title + (" (untrained)" if source.untrained else "")
