"""What a map shows and what comes back from it: facts, made by a page and read by the component."""

from dataclasses import dataclass

import numpy as np

from dashboard.components.linked_maps.selection import Op

Colours = tuple[str, str]  # light, dark
Camera = tuple[float, float, float]  # x, y in half extents from home, zoom


@dataclass(frozen=True)
class Panel:
    """One backbone's map: xy (n, 2) in [-1, 1], NaN for points it lacks; what stands above it and below."""

    key: str
    title: str
    mark: str
    colours: Colours
    xy: np.ndarray
    untrained: bool = False
    term: str = ""  # "overlap@10": dotted, with `about` on hover
    figure: str = ""  # "0.47"
    about: str = ""
    foot: str = ""  # "trustworthiness 0.93, continuity 0.95"


@dataclass(frozen=True)
class Coloured:
    """What the points are coloured by ("Mood"): classes with a name each, or a scale between two ends.

    `url` serves `pack_colours(...)`. `colours` are those of the classes, in the order of the indices, or the
    stops (two or more) of the scale from low to high. `none` names what has no value.
    """

    label: str
    url: str
    names: tuple[str, ...] = ()
    colours: tuple[Colours, ...] = ()
    low: float = 0.0
    high: float = 1.0
    unit: str = ""
    about: str = ""
    none: str = "no value"


@dataclass(frozen=True)
class Marker:
    """A clip that is none of the points ("your clip"): its title, its sound, one place per panel or None."""

    title: str
    url: str
    xy: tuple[tuple[float, float] | None, ...]


@dataclass(frozen=True)
class Near:
    """The chosen point and the rows of its neighbours, per panel."""

    row: int
    rows: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class View:
    """Everything a map shows. `payload_url` serves `pack([p.xy for p in panels])`, in this order.

    The browser asks `points_url`/row for what is said of a point. tool: lasso, box or pan. listen: hover,
    click or off. `reset` is a number; another one resets the camera. `found`: rows a search found, lit before
    anything is drawn. `camera` and `ops` are what an address asked for. `title` names files taken away,
    `made` says in them how the maps were made.
    """

    payload_url: str
    n: int
    panels: tuple[Panel, ...]
    coloured: Coloured
    points_url: str
    noun: str = "clips"
    tool: str = "lasso"
    listen: str = "hover"
    linked: bool = True
    reset: int = 0
    found: np.ndarray | None = None
    marker: Marker | None = None
    near: Near | None = None
    camera: Camera | None = None
    ops: tuple[Op, ...] | None = None
    can_grow: bool = False
    title: str = ""
    made: str = ""


@dataclass(frozen=True)
class MapEvent:
    """What the visitor did: the rows selected (ascending), and by which operations, for the address.

    `panel`: where the last stroke was drawn, "" without one. `focus`: the row clicked, -1 for none. `camera`:
    None at rest. `drawn`: False once the browser said that it has no WebGL2 and shows nothing.
    """

    rows: np.ndarray
    panel: str = ""
    ops: tuple[Op, ...] = ()
    focus: int = -1
    camera: Camera | None = None
    drawn: bool = True
