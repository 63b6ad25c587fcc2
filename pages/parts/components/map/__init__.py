"""Up to six linked maps of one collection on one canvas: hovered, heard and selected together."""

import base64
from dataclasses import asdict, dataclass

import numpy as np
import streamlit as st

from pages.parts.components import declare
from pages.parts.components.map.payload import pack
from pages.parts.components.map.selection import Stroke, inside, selected, strokes
from quintet.errors import UsageError

__all__ = ["Classes", "MapEvent", "Panel", "Point", "Stroke", "View", "inside", "linked_maps", "pack"]

_MAP = declare("map")

Colours = tuple[str, str]  # light, dark
MOST_POINTS = 2_000  # with titles and sounds sent along; a larger map shows its points without them


@dataclass(frozen=True)
class Panel:
    """One backbone's map: xy (n, 2) in [-1, 1], and what stands above it, `figure` at the right."""

    key: str
    title: str
    mark: str
    colours: Colours
    xy: np.ndarray
    untrained: bool = False
    term: str = ""  # "overlap@10": dotted, with `about` on hover
    figure: str = ""  # "0.47"
    about: str = ""


@dataclass(frozen=True)
class Point:
    """One clip in the tooltip; "2 of 3" is a note. `answers`: class indices, one per panel, -1 for none."""

    id: str
    title: str
    note: str = ""
    url: str = ""
    start: float = 0.0
    end: float | None = None
    answers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Classes:
    """What the points are coloured by ("Mood"): names and colours in the order of the payload's indices."""

    label: str
    names: tuple[str, ...]
    colours: tuple[Colours, ...]


@dataclass(frozen=True)
class View:
    """Everything a map shows. `payload_url` serves `pack([p.xy for p in panels], classes)`, in this order.

    tool: lasso, box or pan. listen: hover, click or off. `reset` is a number; another one resets the camera.
    `found` are rows lit in place of what was drawn: those a search found.
    """

    payload_url: str
    panels: tuple[Panel, ...]
    classes: Classes
    points: tuple[Point, ...] = ()
    noun: str = "clips"
    tool: str = "lasso"
    listen: str = "hover"
    reset: int = 0
    found: tuple[int, ...] | None = None


@dataclass(frozen=True)
class MapEvent:
    """The rows selected (ascending), and the panel the last stroke was drawn on ("" without a selection)."""

    rows: np.ndarray
    panel: str


def linked_maps(view: View, *, key: str) -> MapEvent:
    """Mount the maps and return what is selected on them.

    The browser sends what was drawn, never which points: they are found here and sent back, so that every
    panel lights them. The selection lives in the browser under `key`: another collection takes another key.
    Raises UsageError for points that are not one per row.
    """
    n = len(view.panels[0].xy)
    if view.points and len(view.points) != n:
        raise UsageError(
            f"{len(view.points)} points were described; {n} were expected, one per row of the map."
        )
    maps = {panel.key: panel.xy for panel in view.panels}
    drawn = tuple(s for s in strokes(_sent(key)) if s.panel in maps)
    mask = selected(drawn, maps, n)
    if view.found is not None:
        drawn, mask = (), np.isin(np.arange(n), view.found)
    _MAP(data=_data(view, drawn, mask), key=key, on_selection_change=_noted)
    return MapEvent(np.flatnonzero(mask), drawn[-1].panel if drawn else "")


def _noted() -> None:
    """Streamlit keeps a component's state only where somebody listens for it."""


def _sent(key: str) -> object:
    held = st.session_state.get(key)
    return held.get("selection") if held else None


def _data(view: View, drawn: tuple[Stroke, ...], mask: np.ndarray) -> dict:
    facts = [{name: value for name, value in vars(panel).items() if name != "xy"} for panel in view.panels]
    described = [asdict(point) for point in view.points] if len(view.points) <= MOST_POINTS else []
    lit = base64.b64encode(np.packbits(mask, bitorder="little")).decode("ascii")
    return {
        "payload": view.payload_url,
        "panels": facts,
        "classes": asdict(view.classes),
        "points": described,
        "strokes": [{"panel": s.panel, "polygon": s.polygon.tolist(), "mode": s.mode} for s in drawn],
        "selected": lit if mask.any() or drawn else "",
        "noun": view.noun,
        "tool": view.tool,
        "listen": view.listen,
        "reset": view.reset,
    }
