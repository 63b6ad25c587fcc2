"""Confusion: what backbones take for what, the difference of two, and the clips behind the chosen cell."""

from collections.abc import Callable
from functools import partial

import numpy as np
import streamlit as st

from dashboard.views.benchmarks import clips, matrix_options
from dashboard.views.benchmarks.board import A, Board, choose, two
from dashboard.views.benchmarks.matrix_options import Way
from dashboard.widgets import backbone_picker, bars, html, matrix, track_rows, url_state
from dashboard.widgets.bars import Bar
from dashboard.widgets.matrix import Cell, Matrix
from dashboard.widgets.url_state import buttons
from quintet import wording
from quintet.evaluation import runs
from quintet.evaluation.runs import Run
from quintet.palette import TOKENS
from quintet.wording import Headline

CELL, WHICH = "cell", "which"  # in the address
WHO = {"two": "Two and their difference", "all": "Every backbone"}
ABREAST = 3  # matrices


def show(shown: Board) -> None:
    """The largest confusion as a sentence, how the same clips split, the matrices, the cell's clips."""
    if shown.many:
        st.html(html.note(
            f"{shown.rules.protocol} lets {shown.facts.noun} have several tags at once, so none is taken for "
            "another and there is no confusion to show."
        ))  # fmt: skip
        return
    head = st.container()
    every = buttons(WHICH, WHO, "Which matrices") == "all" and len(shown.runs) > 1
    compared = _every(shown) if every else two(shown)
    made = matrix_options.way(shown.runs)
    head.html(html.headline(sentence(compared[0], shown, made), small=True))
    if len(compared) > 1 and not every:
        _split(*compared, shown.facts.noun)
    cell = _chosen(compared[0], made)
    at = tuple(made.names.index(name) for name in cell)
    squares = [partial(_matrix, run, shown, made, at) for run in compared]
    if len(compared) > 1 and not every:
        squares.append(partial(_difference, compared, shown, made, at))
    for first in range(0, len(squares), ABREAST):
        for column, square in zip(st.columns(ABREAST), squares[first : first + ABREAST], strict=False):
            with column:
                square()
    _clips(cell, compared, shown, made)


def _every(shown: Board) -> list[Run]:
    """All backbones over the clips all of them answered, the chosen one first."""
    by_key = {run.source.key: run for run in shown.runs}
    order = sorted(by_key, key=lambda key: by_key[key].source.untrained)
    first = choose(A, order, "Backbone", lambda key: backbone_picker.named(by_key[key].source))
    return runs.common(sorted(shown.runs, key=lambda run: run.source.key != first))


def sentence(run: Run, shown: Board, made: Way) -> Headline:
    """What this backbone takes for what most often, out of how many."""
    title, noun = run.source.backbone.spec.title, shown.facts.noun
    wrong, (i, j) = _wrong(run, made)
    right = f"{int(run.right.sum())} of {wording.count(len(run.ids), noun)} named rightly"
    if run.source.untrained:
        right += ". Untrained: a control that has learned nothing"
    if not wrong[i, j]:
        return Headline(f"{title} takes no class for another.", "", f"{right}.")
    truth, said = made.names[i], made.names[j]
    of = wording.count(int((made.of(run.y) == truth).sum()), noun)
    claim = f"{title} most often hears {truth} as {said},"
    return Headline(claim, f"{int(wrong[i, j])} of {of}.", f"{right}.")


def _split(first: Run, second: Run, noun: str) -> None:
    a, b = first.right, second.right
    names = [run.source.backbone.spec for run in (first, second)]
    parts = [
        Bar("both right", TOKENS["mute"], int((a & b).sum())),
        Bar(f"only {names[0].title}", names[0].colours, int((a & ~b).sum())),
        Bar(f"only {names[1].title}", names[1].colours, int((~a & b).sum())),
        Bar("both wrong", TOKENS["strong"], int((~a & ~b).sum())),
    ]
    st.html(bars.split(parts, f"The same {wording.count(len(a), noun)}"))


def _wrong(run: Run, made: Way) -> tuple[np.ndarray, Cell]:
    """Counts without the diagonal, and the largest of them: what a reader would click first."""
    wrong = made.counts(run) * (1 - np.eye(len(made.groups), dtype=int))
    i, j = np.unravel_index(int(wrong.argmax()), wrong.shape)
    return wrong, (int(i), int(j))


def _chosen(run: Run, made: Way) -> tuple[str, str]:
    """True class and answer in hand: the address's or the last clicked, at first the largest confusion."""
    url_state.seed(CELL, lambda said: said[0] if said else "")
    truth, _, answer = str(st.session_state[CELL]).partition("~")
    if truth in made.names and answer in made.names:
        url_state.put(CELL, f"{truth}~{answer}")
        return truth, answer
    url_state.put(CELL, "")
    i, j = _wrong(run, made)[1]
    return made.names[i], made.names[j]


def _choose(order: tuple[str, ...]) -> Callable[[Cell], None]:
    def choose(cell: Cell) -> None:
        st.session_state[CELL] = "~".join(order[index] for index in cell)

    return choose


def counted(run: Run, made: Way) -> tuple[np.ndarray, np.ndarray | None]:
    """Counts (G, G) in the order of `made`, and the shares of each row or column, None where counts show.

    A row or column without clips has no shares: they are 0.
    """
    counts = made.counts(run)
    if made.shown == "counts":
        return counts, None
    sums = counts.sum(axis=1 if made.shown == "row" else 0, keepdims=True)
    return counts, counts / np.maximum(sums, 1)


def _matrix(run: Run, shown: Board, made: Way, at: Cell) -> None:
    spec, untrained, facts = run.source.backbone.spec, run.source.untrained, shown.facts
    kind = "untrained" if untrained else "card"
    with st.container(border=True, key=f"{kind}-confusion-{run.source.key.replace(':', '-')}"):
        right = html.aside(f"{int((made.of(run.y) == made.of(run.predicted)).sum())} of {len(run.ids)} right")
        st.html(html.line(html.backbone(spec.title, track_rows.sign(run.source)), right))
        counts, shares = counted(run, made)
        drawn = Matrix(counts, made.names, spec.title, facts.label, facts.noun, untrained, shares=shares,
                       of=made.shown, diagonal=made.diagonal, least=made.least)  # fmt: skip
        matrix.confusion(drawn, f"matrix-{run.source.key}", at, _choose(made.names))


def _difference(compared: list[Run], shown: Board, made: Way, at: Cell) -> None:
    specs = [run.source.backbone.spec for run in compared]
    sides = tuple(matrix.Side(spec.title, spec.colours) for spec in specs)
    with st.container(border=True, key="card-difference"):
        names = [html.backbone("", track_rows.sign(run.source), badge=False) for run in compared]
        st.html(html.line(f"{names[0]} {html.aside('minus')} {names[1]}", html.aside("difference")))
        (first, a), (second, b) = (counted(run, made) for run in compared)
        drawn = Matrix(
            first - second, made.names, f"{sides[0].title} minus {sides[1].title}", shown.facts.label,
            shown.facts.noun, any(run.source.untrained for run in compared), sides,
            None if a is None else a - b, made.shown, made.diagonal, made.least,
        )  # fmt: skip
        key = "-".join(["difference", *(run.source.key for run in compared)])
        matrix.confusion(drawn, key, at, _choose(made.names))


def _clips(cell: tuple[str, str], compared: list[Run], shown: Board, made: Way) -> None:
    truth, said = cell
    with st.container(border=True, key="card-cell"):
        told = f"{truth.capitalize()}, heard {'rightly' if truth == said else f'as {said}'}"
        here = [(made.of(run.y) == truth) & (made.of(run.predicted) == said) for run in compared]
        counts = ", ".join(
            f"{int(mask.sum())} by {run.source.backbone.spec.title}"
            for mask, run in zip(here, compared, strict=True)
        )
        st.html(html.section(told) + html.note(f"{shown.facts.noun.capitalize()}: {counts}"))
        held = np.any(here, axis=0)
        ids = [name for name, there in zip(compared[0].ids, held, strict=True) if there]
        own = len(made.groups) < len(shown.classes)  # a cell of several classes does not say which
        clips.table(shown, ids, "cell-clips", compared[:2], own)
