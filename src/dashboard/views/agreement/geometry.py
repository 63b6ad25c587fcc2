"""The shape of each backbone's embeddings: hubs, dimensions, classes, every number with its interval."""

import streamlit as st

from dashboard.views.agreement import sentences
from dashboard.views.agreement.board import Board
from dashboard.widgets import html, interval_plots, track_rows
from dashboard.widgets.interval_plots import Line
from quintet.similarity.disagreement import K

BESIDE = 3  # cards on one line

# measure -> title, exact definition
MEASURES = {
    "purity": (
        "Neighbours of its own class",
        f"kNN purity: the share of a track's {K} nearest that are of its class. Neighbours of its own group "
        "(the same mix, the same artist) are passed over. Dotted: the share by chance.",
    ),
    "silhouette": (
        "Silhouette",
        "How much nearer a track is to its own class than to the next, by cosine in the full space: 1 far "
        "nearer, 0 between the two, below 0 nearer to the next.",
    ),
    "hubness": (
        "Hubness",
        f"Skewness of how often a track is among the {K} nearest of others: 0 even, above 1 a few hubs are "
        "everybody's neighbours.",
    ),
    "orphans": (
        "Nobody's neighbour",
        f"The share of tracks that are among the {K} nearest of no other track.",
    ),
    "two_nn": (
        "Dimensions, TwoNN",
        "Intrinsic dimension by the ratio of the distances to the second and the first neighbour (Facco "
        "2017).",
    ),
    "levina_bickel": (
        "Dimensions, nearest 20",
        "Intrinsic dimension by maximum likelihood over the 20 nearest (Levina and Bickel 2004).",
    ),
}


def show(shown: Board, table: bool) -> None:
    """A card a measure with a line a backbone; with `table` the numbers instead."""
    st.html(html.section("How each arranges them"))
    if table:
        _twin(shown)
        return
    for start in range(0, len(MEASURES), BESIDE):
        three = list(MEASURES.items())[start : start + BESIDE]
        for column, (name, (title, says)) in zip(st.columns(BESIDE), three, strict=True):
            with column, st.container(border=True, key=f"card-{name.replace('_', '-')}"):
                st.html(html.line(html.term(title, says)) + interval_plots.plot(lines(shown, name)))
    st.html(html.note(_foot(shown)))


def lines(shown: Board, name: str) -> list[Line]:
    """One measure of every backbone that has been measured, in the sidebar's order."""
    found = {one.key: one for one in shown.found.shapes}
    return [
        Line(
            interval_plots.named(shown.title(key), track_rows.sign(source)), track_rows.sign(source),
            found[key].measures.get(name), found[key].chance.get(name), found[key].reasons.get(name, ""),
        )
        for key, source in shown.sources.items() if key in found
    ]  # fmt: skip


def _twin(shown: Board) -> None:
    st.dataframe(
        [
            {"Backbone": shown.title(one.key),
             "Untrained": "untrained" if shown.sources[one.key].untrained else "", "Tracks": one.n,
             **{title: f"{sentences.number(one.measures[name].value)} ({sentences.span(one.measures[name])})"
                if name in one.measures else one.reasons.get(name, "")
                for name, (title, _) in MEASURES.items()}}
            for one in shown.found.shapes
        ],
        hide_index=True, key="shapes-table",
    )  # fmt: skip


def _foot(shown: Board) -> str:
    noun = shown.facts.noun
    drawn = [
        f"{n:,}" for one in shown.found.shapes for n in [one.judged.get("silhouette", one.n)] if n < one.n
    ]
    silhouette = f" The silhouette is taken of {drawn[0]} of them." if drawn else ""
    return (
        f"Taken in the full space, on all {noun} each has heard. Lines: 95 % of draws of whole groups of "
        f"related {noun}. Hollow mark: untrained.{silhouette}"
    )
