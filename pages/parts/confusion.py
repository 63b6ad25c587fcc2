"""Two backbones' confusions side by side, their difference, and the clips behind the chosen cell."""

import numpy as np
import streamlit as st

from pages.parts import cached, html, matrix, pick, players, rows, tables
from pages.parts.bench import Board
from pages.parts.tables import Bar
from quintet import wording
from quintet.datasets.base import Facts
from quintet.palette import TOKENS
from quintet.studies import runs
from quintet.studies.runs import Run


def confusions(shown: Board) -> None:
    """How the same clips split, two matrices, their difference, and the clips of the chosen cell."""
    compared = _two(shown) if len(shown.runs) > 1 else list(shown.runs)
    start = _start(compared[0])
    if len(compared) > 1:
        _split(*compared, shown.facts)
    columns = st.columns(3)
    for column, run in zip(columns, compared, strict=False):
        with column:
            cell = _matrix(run, shown.facts, start)
    if len(compared) > 1:
        with columns[2]:
            cell = _difference(*compared, shown.facts, start)
    _clips(cell, compared, shown)


def _two(shown: Board) -> list[Run]:
    by_key = {run.source.key: run for run in shown.runs}
    columns = st.columns([1, 1, 2])
    chosen = []
    for place, (column, label) in enumerate(zip(columns, ("Compare", "with"), strict=False)):
        with column:
            options = [key for key in by_key if key not in chosen]
            chosen.append(pick.among(options, f"compare-{place}", label))
    return runs.common([by_key[key] for key in chosen])


def _split(first: Run, second: Run, facts: Facts) -> None:
    a, b = first.right, second.right
    names = [run.source.backbone.spec for run in (first, second)]
    parts = [
        Bar("both right", TOKENS["mute"], int((a & b).sum())),
        Bar(f"only {names[0].title}", names[0].colours, int((a & ~b).sum())),
        Bar(f"only {names[1].title}", names[1].colours, int((~a & b).sum())),
        Bar("both wrong", TOKENS["strong"], int((~a & ~b).sum())),
    ]
    st.html(tables.split(parts, f"The same {wording.count(len(a), facts.noun)}"))


def _matrix(run: Run, facts: Facts, start: matrix.Cell) -> matrix.Cell:
    spec, untrained = run.source.backbone.spec, run.source.untrained
    kind = "untrained" if untrained else "card"
    with st.container(border=True, key=f"{kind}-confusion-{run.source.key.replace(':', '-')}"):
        right = html.aside(f"{int(run.right.sum())} of {len(run.ids)} right")
        st.html(html.line(html.backbone(spec.title, rows.sign(run.source)), right))
        counts = runs.confusion(run)
        shown = matrix.Matrix(counts, run.classes, spec.title, facts.label, facts.noun, untrained)
        return matrix.confusion(shown, f"matrix-{run.source.key}", "cell", start)


def _difference(first: Run, second: Run, facts: Facts, start: matrix.Cell) -> matrix.Cell:
    specs = [run.source.backbone.spec for run in (first, second)]
    sides = tuple(matrix.Side(spec.title, spec.colours) for spec in specs)
    with st.container(border=True, key="card-difference"):
        names = [html.backbone("", rows.sign(run.source)) for run in (first, second)]
        st.html(html.line(f"{names[0]} {html.aside('minus')} {names[1]}", html.aside("difference")))
        counts = runs.confusion(first) - runs.confusion(second)
        title = f"{sides[0].title} minus {sides[1].title}"
        untrained = first.source.untrained or second.source.untrained
        shown = matrix.Matrix(counts, first.classes, title, facts.label, facts.noun, untrained, sides)
        key = f"difference-{first.source.key}-{second.source.key}"
        return matrix.confusion(shown, key, "cell", start)


def _start(run: Run) -> matrix.Cell:
    """The largest confusion: what a reader would click first."""
    wrong = runs.confusion(run) * (1 - np.eye(len(run.classes), dtype=int))
    i, j = np.unravel_index(int(wrong.argmax()), wrong.shape)
    return int(i), int(j)


def _clips(cell: matrix.Cell, compared: list[Run], shown: Board) -> None:
    truth, said = shown.facts.classes[cell[0]], shown.facts.classes[cell[1]]
    with st.container(border=True, key="card-cell"):
        told = f"{truth.capitalize()}, heard {'rightly' if truth == said else f'as {said}'}"
        here = {run.source.key: (run.y == truth) & (run.predicted == said) for run in compared}
        counts = ", ".join(
            f"{int(here[r.source.key].sum())} by {r.source.backbone.spec.title}" for r in compared
        )
        st.html(html.section(told) + html.note(f"{shown.facts.noun}: {counts}"))
        ids = [i for n, i in enumerate(compared[0].ids) if any(mask[n] for mask in here.values())]
        if not ids:
            st.html(html.note(f"No {shown.facts.noun} in this cell."))
            return
        listed, columns = _answers(shown.runs[0].dataset, ids, shown)
        players.table(listed, columns, key="cell-clips")


def _answers(dataset: str, ids: list[str], shown: Board) -> tuple[list[players.Row], list[players.Column]]:
    """Each clip with what every backbone of the board says of it."""
    tracks, pairs = cached.some(dataset, ids), rows.colours(dataset)
    said = [dict(zip(run.ids, run.predicted, strict=True)) for run in shown.runs]
    columns = [players.Column("Track"), *(
        players.Column(run.source.backbone.spec.title, phone=n == 0, mark=rows.sign(run.source))
        for n, run in enumerate(shown.runs)
    )]  # fmt: skip
    listed = []
    for name in ids:
        words = tuple(
            rows.said(str(one[name]), pairs, run.source.untrained) if name in one else ""
            for one, run in zip(said, shown.runs, strict=True)
        )
        place = rows.place(tracks[name])
        title = tracks[name].title + (f", {place}" if place else "")
        listed.append(rows.row(dataset, tracks[name], (title, *words)))
    return listed, columns
