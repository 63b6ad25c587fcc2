"""Choosing one backbone of those ticked in the sidebar."""

import streamlit as st

from pages.parts import cached, sidebar
from quintet.collection import Source


def backbone(dataset: str, key: str, label: str, hand_made: bool = True) -> Source:
    """A select box of the ticked backbones; *untrained* stands behind the name of those that are."""
    return cached.source(among([one.key for one in sidebar.backbones(hand_made)], key, label))


def among(keys: list[str], key: str, label: str) -> str:
    """A select box of these backbones; returns the key of the chosen one."""
    found = {name: cached.source(name) for name in keys}

    def named(name: str) -> str:
        mark = " (untrained)" if found[name].untrained else ""
        return f"{label} {found[name].backbone.spec.title}{mark}"

    return st.selectbox(label, keys, format_func=named, key=key, label_visibility="collapsed")
