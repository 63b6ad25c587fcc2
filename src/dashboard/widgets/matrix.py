"""Matrices whose cells can be chosen: a backbone's confusion, the difference of two, every two backbones."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
import streamlit as st

from dashboard.components import declare
from dashboard.components.players import Colours, Mark
from quintet.errors import UsageError

Cell = tuple[int, int]  # row, column: true class and answer, or two backbones


@dataclass(frozen=True)
class Side:
    """One of two compared backbones."""

    title: str
    colours: Colours


@dataclass(frozen=True)
class Matrix:
    """Counts (k, k), rows the true class, columns the answer; with `sides` first minus second.

    `title` names it for a screen reader, `label` is what the classes are ("mood"), `noun` what is counted.
    `shares` (k, k) are shown instead of the counts, as percent of each `of`: "row" or "column". Without its
    `diagonal` only confusions can be chosen, and the strongest of them is as dark as a cell gets. A cell of
    fewer than `least` is left blank; it can be chosen all the same.
    """

    counts: np.ndarray
    classes: tuple[str, ...]
    title: str
    label: str = "class"
    noun: str = "clips"
    untrained: bool = False
    sides: tuple[Side, Side] | None = None
    shares: np.ndarray | None = None
    of: str = "counts"
    diagonal: bool = True
    least: int = 1


def confusion(matrix: Matrix, key: str, chosen: Cell | None, on: Callable[[Cell], None]) -> None:
    """Show the matrix with the chosen cell outlined; `on` hears a click, as (row, column)."""

    def keep() -> None:
        clicked = st.session_state[key].get("cell")
        if clicked and max(map(int, clicked)) < len(matrix.classes):
            on((int(clicked[0]), int(clicked[1])))

    declare("confusion_matrix")(data=matrix_data(matrix, chosen), key=key, on_cell_change=keep)


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
        "shares": None if matrix.shares is None else matrix.shares.astype(float).tolist(),
        "diagonal": matrix.diagonal,
        "least": matrix.least,
        "caption": _caption(matrix),
        "noun": matrix.noun,
        "untrained": matrix.untrained,
        "chosen": None if chosen is None else list(chosen),
        "difference": {"more": sides[0], "less": sides[1]} if sides else None,
    }


def _caption(matrix: Matrix) -> str:
    text = f"rows: true {matrix.label}, columns: answer"
    if matrix.least > 1:
        text += f"; blank: fewer than {matrix.least} {matrix.noun}"
    if matrix.shares is None:
        return text
    return f"{text}; {'points' if matrix.sides else 'percent'} of each {matrix.of}"


@dataclass(frozen=True)
class Square:
    """One cell of `paired`: `name` is the pair's in addresses, `strength` 0 to 1 how dark its ground is.

    `says` is what a screen reader hears and a pointer shows; one of an untrained control is hatched.
    """

    name: str
    text: str
    says: str
    strength: float
    untrained: bool = False


@dataclass(frozen=True)
class Paired:
    """Every two of k backbones: a square for (i, j), i < j, each; those not measured are left out."""

    titles: tuple[str, ...]
    signs: tuple[Mark, ...]
    squares: dict[Cell, Square]
    title: str
    caption: str


def paired(shown: Paired, key: str, chosen: Cell | None, on: Callable[[Cell], None]) -> None:
    """Show the matrix with the chosen pair outlined; `on` hears a click, as (i, j) with i < j."""

    def keep() -> None:
        clicked = st.session_state[key].get("cell")
        cell = tuple(sorted(map(int, clicked))) if clicked else None
        if cell in shown.squares:
            on(cell)

    declare("confusion_matrix")(data=paired_data(shown, chosen), key=key, on_cell_change=keep)


def paired_data(shown: Paired, chosen: Cell | None) -> dict:
    """What the component reads: the squares on both sides of an empty diagonal."""
    k = range(len(shown.titles))
    squares = {cell: asdict(square) for cell, square in shown.squares.items()}
    return {
        "classes": list(shown.titles),
        "marks": [asdict(sign) for sign in shown.signs],
        "cells": [[squares.get((min(i, j), max(i, j))) for j in k] for i in k],
        "title": shown.title,
        "caption": shown.caption,
        "chosen": None if chosen is None else list(chosen),
    }
