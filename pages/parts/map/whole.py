"""The Map page in one fragment: a lasso, a click or a colour draws this part again, not the sidebar."""

import numpy as np
import streamlit as st

from pages.parts import cached, html, pick
from pages.parts.cached import drawn
from pages.parts.components import map as canvas
from pages.parts.guard import empty, guard
from pages.parts.map import (
    chosen,
    colourings,
    controls,
    flat,
    lit,
    making,
    neighbours,
    panels,
    selection,
    where,
    yours,
)
from pages.parts.map.panels import Drawing
from quintet import wording
from quintet.collection import Source
from quintet.errors import QuintetError

ABOUT = "The same {}, as each backbone arranges them"


@st.fragment
def page(dataset: str, keys: list[str]) -> None:
    """Everything of the page for these backbones."""
    with guard():
        title, line = st.container(), st.container()
        shown = [cached.source(dataset, key) for key in keys]
        more = controls.hand_made(dataset, shown)
        if more and controls.ticked(where.HAND):
            shown += more
        sources = sorted(shown, key=lambda one: one.untrained)[: controls.MOST]  # trained ones first
        recipe = controls.recipe(dataset, sources)
        if recipe is None:
            title.html(html.title("Map"))
            _none_made(dataset, sources)
            return
        held = drawn.joined(dataset, sources, recipe, controls.ticked(where.EVERY))
        with line:
            said = controls.line(dataset, sources, more, held.differ)
        noun = cached.facts(dataset).noun
        title.html(html.title("Map", ABOUT.format(wording.count(len(held.ids), noun))))
        painted, failed = _painted(held, sources, said)
        _maps(Drawing(held, tuple(sources), recipe, painted), said, failed)
        making.show(dataset, sources)


def _painted(held, sources: list[Source], said: controls.Said):
    """The colouring asked for; where it cannot be made, one colour and why."""
    try:
        return colourings.painted(held, sources, said.wanted), ""
    except QuintetError as error:
        return colourings.painted(held, sources, colourings.Wanted(colourings.NOTHING)), str(error)


def _maps(made: Drawing, said: controls.Said, failed: str) -> None:
    """The canvas, and below it what is selected and chosen on it."""
    held, sources = made.held, made.sources
    for note in filter(None, (failed, panels.counts(made))):
        st.html(html.note(note))
    row = chosen.row(held, made.key, selection.TABLE)
    if strange := chosen.strange(held):
        st.html(html.note(f"The link names {strange!r}, which is on none of these maps."))
    seen = neighbours.nearest(held, sources, row) if row != chosen.NONE else []
    found = drawn.found(held, said.find) if said.find.strip() else lit.rows(held)
    lit.note(held)
    given = yours.clip(held, sources)
    for note in given.says if given else ():
        st.html(html.note(note))
    facts = panels.view(made, said, found, panels.near_of(row, seen) if seen else None)
    view = canvas.View(
        **facts, marker=given and given.marker, camera=where.linked_camera(), ops=where.linked_ops()
    )
    event = canvas.linked_maps(view, key=made.key, grow=lambda key, rows: _grown(made, key, rows))
    where.note(event, made.key)
    if not event.drawn:
        flat.show(made, event.rows, st.context.theme.type == "dark")
    st.html(panels.foot(made))
    if seen:
        neighbours.section(held, seen, row)
    selection.show(held, sources, event, said.find)


def _grown(made: Drawing, key: str, rows: np.ndarray) -> np.ndarray:
    source = next((one for one in made.sources if one.key == key), None)
    return neighbours.grown(made.held, source, rows) if source else rows


def _none_made(dataset: str, sources: list[Source]) -> None:
    """No recipe all these backbones have a map by: who lacks one, and what makes it."""
    lacking = [pick.named(one) for one in sources if not drawn.recipes(dataset, [one])]
    who = f"{' and '.join(lacking)} {'has' if len(lacking) == 1 else 'have'} no map of {dataset!r} yet."
    if not lacking:
        who = f"These backbones have no map of {dataset!r} made in the same way."
    empty(f"{who} Run: quintet map {dataset}")
    making.show(dataset, sources)
