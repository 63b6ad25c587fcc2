"""The matrix of every two backbones, its numbers as a table, and the file to take along."""

import pandas as pd
import streamlit as st

from dashboard.views.agreement import sentences
from dashboard.views.agreement.board import Board, choose
from dashboard.widgets import html, matrix, track_rows
from dashboard.widgets.matrix import Paired, Square
from quintet.catalogue import export
from quintet.similarity import stored_similarity as study
from quintet.similarity.pairs import Pair
from quintet.similarity.stored_similarity import PAIRED


def show(shown: Board, measure: str, chosen: Pair | None) -> None:
    """The matrix with the chosen pair outlined; a click chooses another."""
    keys = list(shown.sources)
    places = {(keys.index(a), keys.index(b)): pair for pair in shown.pairs for a, b in [shown.order(pair)]}
    squares = {cell: square(shown, pair, measure) for cell, pair in places.items()}
    less = "" if PAIRED[measure].more else " A smaller number is more alike."
    drawn = Paired(
        titles=tuple(map(shown.title, keys)), signs=tuple(map(track_rows.sign, shown.sources.values())),
        squares=squares, title=PAIRED[measure].title,
        caption=f"The stronger the ground, the more alike.{less} Hatched: with an untrained control.",
    )  # fmt: skip
    at = next((cell for cell, pair in places.items() if pair is chosen), None)
    matrix.paired(drawn, f"pairs-{measure}", at, lambda cell: choose(places[cell]))


def square(shown: Board, pair: Pair, measure: str) -> Square:
    """One pair as the matrix shows it: the darker, the further from chance towards alike."""
    value, chance = pair.measures[measure], pair.chance[measure]
    best = PAIRED[measure].high if PAIRED[measure].more else PAIRED[measure].low
    strength = min(max((value.value - chance) / (best - chance), 0), 1) if best != chance else 0
    a, b = shown.order(pair)
    controls = shown.untrained(a, b)
    says = (
        f"{shown.title(a)} and {shown.title(b)}: {sentences.number(value.value)}, 95 % interval "
        f"{sentences.span(value)}, by chance {sentences.number(chance)}, {pair.n:,} {shown.facts.noun}"
    )
    if controls:
        says += f". Untrained: {', '.join(controls)}"
    name = study.name(a, b)
    return Square(name, sentences.number(value.value), says, float(strength), bool(controls))


def twin(shown: Board) -> None:
    """The same as a table, every measure with its interval."""
    st.dataframe(
        [
            {"Backbones": " and ".join(shown.title(k) for k in shown.order(pair)),
             "Untrained": ", ".join(shown.untrained(*shown.order(pair))), "Tracks": pair.n,
             **{PAIRED[name].title: f"{sentences.number(v.value)} ({sentences.span(v)})"
                for name, v in pair.measures.items()}}
            for pair in shown.pairs
        ],
        hide_index=True, key="pairs-table",
    )  # fmt: skip


def csv(shown: Board) -> bytes:
    """A row per pair and a row per backbone: each measure with its interval, and who is untrained."""
    found = [
        {"a": a, "b": b, "untrained": " ".join(k for k in (a, b) if shown.sources[k].untrained), "n": pair.n,
         "judged": pair.judged, "cka_debiased": pair.debiased, "exact_neighbours": pair.exact,
         **_columns(pair.measures, pair.chance)}
        for pair in shown.pairs for a, b in [shown.order(pair)]
    ]  # fmt: skip
    found += [
        {"a": one.key, "b": "", "untrained": one.key if shown.sources[one.key].untrained else "", "n": one.n,
         **_columns(one.measures, one.chance)}
        for one in shown.found.shapes
    ]  # fmt: skip
    return export.frame_as_csv(pd.DataFrame(found))


def _columns(measures: dict, chance: dict[str, float]) -> dict[str, float]:
    found = {}
    for name, value in measures.items():
        found |= {name: value.value, f"{name}_low": value.low, f"{name}_high": value.high}
        if name in chance:
            found[f"{name}_chance"] = chance[name]
    return found


def legend(measure: str) -> str:
    """The measure's name with its exact definition on hover."""
    return html.term(PAIRED[measure].title, PAIRED[measure].says)
