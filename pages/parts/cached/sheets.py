"""What a map's tooltips read, held for the route of points: rows, backbones, colours."""

import math
from dataclasses import dataclass

import streamlit as st

from pages.parts.cached import drawn
from pages.parts.cached.bounded import Bounded
from pages.parts.map import joined as joining
from pages.parts.map.joined import Joined
from pages.parts.map.paint import Painted
from quintet.collection import Source

MOST = 400_000_000  # bytes of what the tooltips read: a million tracks are 30 MB


@dataclass(frozen=True)
class Sheet:
    """What a tooltip reads: rows, the backbones in the order of the panels, and the colouring."""

    rows: Joined
    sources: tuple[Source, ...]
    painted: Painted
    plain: bool = False  # coloured by the class, which every tooltip says by itself


def keep(sheet: Sheet, spelt: str) -> str:
    """Holds a sheet for the route of points; returns its digest, by which it is found until it had to go."""
    stamps = [drawn.run_stamp(sheet.rows.dataset, one) for one in sheet.sources]
    name = joining.digest(sheet.rows.digest, spelt, *stamps)
    _sheets().put(name, sheet, sheet.rows.size + sheet.painted.size)
    return name


def get(digest: str) -> Sheet | None:
    """The sheet of that digest, None where it was never here or had to go."""
    return _sheets().get(digest)


@st.cache_resource(max_entries=1, show_spinner=False)
def _sheets() -> Bounded:
    return Bounded(MOST, idle=math.inf)
