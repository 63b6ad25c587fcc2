"""The Map page in one fragment: a lasso, a click or a colour draws this part again, not the sidebar."""

import numpy as np
import streamlit as st

from dashboard import cache
from dashboard.cache import maps
from dashboard.components import linked_maps as canvas
from dashboard.views.map import (
    colouring,
    controls,
    fallback_chart,
    highlight,
    make_map,
    neighbours,
    own_clip,
    panels,
    selected_tracks,
    selection,
    url_state,
)
from dashboard.views.map.panels import Drawing
from dashboard.widgets import backbone_picker, html
from dashboard.widgets.error_boundary import empty, guard
from quintet import wording
from quintet.embeddings.models import Model
from quintet.errors import QuintetError

ABOUT = "The same {}, as each backbone arranges them"


@st.fragment
def page(dataset: str, keys: list[str]) -> None:
    """Everything of the page for these backbones."""
    with guard():
        title, line = st.container(), st.container()
        shown = [cache.source(dataset, key) for key in keys]
        more = controls.hand_made(dataset, shown)
        if more and controls.ticked(url_state.HAND):
            shown += more
        sources = sorted(shown, key=lambda one: one.untrained)[: controls.MOST]  # trained ones first
        recipe = controls.recipe(dataset, sources)
        if recipe is None:
            title.html(html.title("Map"))
            _none_made(dataset, sources)
            return
        held = maps.joined(dataset, sources, recipe, controls.ticked(url_state.EVERY))
        with line:
            said = controls.line(dataset, sources, more, held.has_different_tracks)
        noun = cache.facts(dataset).noun
        title.html(html.title("Map", ABOUT.format(wording.count(len(held.ids), noun))))
        painted, failed = _painted(held, sources, said)
        _maps(Drawing(held, tuple(sources), recipe, painted), said, failed)
        make_map.show(dataset, sources)


def _painted(held, sources: list[Model], said: controls.Said):
    """The colouring asked for; where it cannot be made, one colour and why."""
    try:
        return colouring.painted(held, sources, said.wanted), ""
    except QuintetError as error:
        return colouring.painted(held, sources, colouring.Wanted(colouring.NOTHING)), str(error)


def _maps(made: Drawing, said: controls.Said, failed: str) -> None:
    """The canvas, and below it what is selected and chosen on it."""
    held, sources = made.held, made.sources
    for note in filter(None, (failed, panels.counts(made))):
        st.html(html.note(note))
    row = selected_tracks.row(held, made.key, selection.TABLE)
    if strange := selected_tracks.strange(held):
        st.html(html.note(f"The link names {strange!r}, which is on none of these maps."))
    seen = neighbours.nearest(held, sources, row) if row != selected_tracks.NONE else []
    found = maps.found(held, said.find) if said.find.strip() else highlight.rows(held)
    highlight.note(held)
    given = own_clip.clip(held, sources)
    for note in given.says if given else ():
        st.html(html.note(note))
    facts = panels.view(made, said, found, panels.near_of(row, seen) if seen else None)
    view = canvas.View(
        **facts, marker=given and given.marker, camera=url_state.linked_camera(), ops=url_state.linked_ops()
    )
    event = canvas.linked_maps(view, key=made.key, grow=lambda key, rows: _grown(made, key, rows))
    url_state.note(event, made.key)
    if not event.drawn:
        fallback_chart.show(made, event.rows, st.context.theme.type == "dark")
    st.html(panels.foot(made))
    if seen:
        neighbours.section(held, seen, row)
    selection.show(held, sources, event, said.find)


def _grown(made: Drawing, key: str, rows: np.ndarray) -> np.ndarray:
    source = next((one for one in made.sources if one.key == key), None)
    return neighbours.grown(made.held, source, rows) if source else rows


def _none_made(dataset: str, sources: list[Model]) -> None:
    """No recipe all these backbones have a map by: who lacks one, and what makes it."""
    lacking = [backbone_picker.named(one) for one in sources if not maps.recipes(dataset, [one])]
    who = f"{' and '.join(lacking)} {'has' if len(lacking) == 1 else 'have'} no map of {dataset!r} yet."
    if not lacking:
        who = f"These backbones have no map of {dataset!r} made in the same way."
    empty(f"{who} Run: quintet map {dataset}")
    make_map.show(dataset, sources)
