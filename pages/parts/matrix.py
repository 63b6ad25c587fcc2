"""Confusion matrices whose cells can be chosen: one backbone's, or the difference of two."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from pages.parts.components import declare
from pages.parts.players import Colours
from quintet.errors import UsageError

Cell = tuple[int, int]  # true class, answer


@dataclass(frozen=True)
class Side:
    """One of two compared backbones."""

    title: str
    colours: Colours


@dataclass(frozen=True)
class Matrix:
    """Counts (k, k), rows the true class, columns the answer; with `sides` first minus second.

    `title` names it for a screen reader, `label` is what the classes are ("mood"), `noun` what is counted.
    """

    counts: np.ndarray
    classes: tuple[str, ...]
    title: str
    label: str = "class"
    noun: str = "clips"
    untrained: bool = False
    sides: tuple[Side, Side] | None = None


def confusion(matrix: Matrix, key: str, choice: str, chosen: Cell | None = None) -> Cell | None:
    """Show the matrix with the chosen cell outlined, and return that cell: `chosen` until one is clicked.

    `choice` names the choice; matrices side by side that name the same one share it. A cell chosen earlier
    that the matrix does not have falls back to `chosen`.
    """

    def keep() -> None:
        clicked = st.session_state[key]["cell"]
        st.session_state[choice] = (int(clicked[0]), int(clicked[1]))

    current = st.session_state.get(choice, chosen)
    if current is not None and max(current) >= len(matrix.classes):
        current = chosen
    declare("matrix")(data=matrix_data(matrix, current), key=key, on_cell_change=keep)
    return current


def matrix_data(matrix: Matrix, chosen: Cell | None) -> dict:
    """What the component reads. Raises UsageError where counts and classes do not fit."""
    k = len(matrix.classes)
    if matrix.counts.shape != (k, k):
        raise UsageError(f"The counts are {matrix.counts.shape}; ({k}, {k}) was expected for {k} classes.")
    sides = [{"title": side.title, "colours": side.colours} for side in matrix.sides or ()]
    return {
        "counts": matrix.counts.astype(int).tolist(),
        "classes": list(matrix.classes),
        "title": matrix.title,
        "caption": f"rows: true {matrix.label}, columns: answer",
        "noun": matrix.noun,
        "untrained": matrix.untrained,
        "chosen": None if chosen is None else list(chosen),
        "difference": {"more": sides[0], "less": sides[1]} if sides else None,
    }
