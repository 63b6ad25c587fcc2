"""How confusions are drawn: counts or shares, the order of classes, several as one, what is left blank."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from dashboard.views.benchmarks.board import choose
from dashboard.widgets import url_state
from dashboard.widgets.url_state import buttons
from quintet.evaluation import runs
from quintet.evaluation.runs import Run
from quintet.stats import confusion as confusions

CELLS, ORDER, DIAGONAL, LEAST, GROUP = "cells", "order", "diagonal", "least", "group"  # in the address
SHOWN = {"counts": "Counts", "row": "By row", "column": "By column"}
ORDERS = {"list": "As listed", "size": "Largest first", "cluster": "Alike together"}
STEPS = (1, 2, 3, 5, 10, 20, 50, 100, 200, 500)  # clips a cell must have to be drawn
AND = " + "  # between the classes that are taken as one
_APART = "~"  # the same in the address


@dataclass(frozen=True)
class Way:
    """What the matrices show: `groups` are their rows and columns, most of them one class alone."""

    shown: str
    groups: tuple[tuple[str, ...], ...]
    diagonal: bool
    least: int = 1

    @property
    def names(self) -> tuple[str, ...]:
        """What stands at each row and column."""
        return tuple(map(AND.join, self.groups))

    def of(self, words: np.ndarray) -> np.ndarray:
        """The row or column of each class (n,) str."""
        place = {word: name for name, group in zip(self.names, self.groups, strict=True) for word in group}
        return np.array([place[str(word)] for word in words], dtype=str)

    def counts(self, run: Run) -> np.ndarray:
        """Counts (G, G) of a run: rows truth, columns answer."""
        groups = [[run.classes.index(word) for word in group] for group in self.groups]
        return confusions.merged(runs.confusion(run), groups)


def way(shown: Sequence[Run]) -> Way:
    """The controls, all in the address; the order is the same for every matrix that is shown."""
    with st.container(horizontal=True, vertical_alignment="center", key="confusion-way"):
        cells = buttons(CELLS, SHOWN, "Cells")
        order = ordered(shown, buttons(ORDER, ORDERS, "Order of classes"))
        asked = bool(url_state.seed(DIAGONAL, lambda said: said == ["hidden"]))
        hidden = st.toggle("Hide the diagonal", asked, key=DIAGONAL)
        url_state.put(DIAGONAL, "hidden" if hidden else "")
        groups = grouped(order, _groups(shown[0].classes))
        made = Way(cells, groups, not hidden)
        least = int(choose(LEAST, steps(shown, made), "Cells drawn", _said))
    return Way(cells, groups, not hidden, least)


def ordered(shown: Sequence[Run], order: str) -> tuple[str, ...]:
    """The classes as listed, by how many clips have them, or so that those taken for one another touch.

    The trained among the runs say what is taken for what; without any all of them do.
    """
    names = shown[0].classes
    if order == "size":
        sizes = {name: int((shown[0].y == name).sum()) for name in names}
        return tuple(sorted(names, key=lambda name: -sizes[name]))
    if order == "cluster":
        trained = [run for run in shown if not run.source.untrained] or shown
        counts = np.sum([runs.confusion(run) for run in trained], axis=0)
        return tuple(names[at] for at in confusions.clustered(counts))
    return names


def grouped(order: Sequence[str], groups: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """The classes in their order, those of a group together where its first one stands."""
    found: list[tuple[str, ...]] = []
    for name in order:
        own = next((group for group in groups if name in group), (name,))
        members = tuple(word for word in order if word in own)
        if members not in found:
            found.append(members)
    return tuple(found)


def steps(shown: Sequence[Run], made: Way) -> list[str]:
    """How many clips a cell may be asked to have, up to the largest confusion."""
    most = max(int((made.counts(run) * (1 - np.eye(len(made.groups), dtype=int))).max()) for run in shown)
    return [str(step) for step in STEPS if step <= max(most, 1)]


def _said(word: str) -> str:
    return "Every cell" if word == "1" else f"Cells of {word} or more"


def _groups(classes: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The classes taken as one, one list after another as long as two more are left to group."""
    found: list[tuple[str, ...]] = []
    with st.popover("Group classes", icon=":material/join:", key="confusion-groups"):
        while (left := [c for c in classes if not any(c in group for group in found)]) and len(left) > 1:
            at = len(found)
            key = f"{GROUP}-{at}"
            url_state.seed(key, lambda said, left=left: [w for w in _split(said) if w in left])
            held = st.session_state[key] = [word for word in st.session_state[key] if word in left]
            group = st.multiselect("Take as one" if not at else "And these as one", left, held, key=key)
            url_state.put(key, _APART.join(group))
            if len(group) < 2:
                break
            found.append(tuple(group))
    return found


def _split(said: list[str]) -> list[str]:
    return said[0].split(_APART) if said else []
