"""What a map's tooltips read, held for the route of points: rows, backbones, colours."""

import math
from dataclasses import dataclass

import streamlit as st

from dashboard.cache import maps
from dashboard.runtime.lru import Bounded
from quintet.embeddings.models import Model
from quintet.maps import joined as joining
from quintet.maps.colouring import PointColours
from quintet.maps.joined import JoinedMaps

MOST = 400_000_000  # bytes of what the tooltips read: a million tracks are 30 MB


@dataclass(frozen=True)
class Sheet:
    """What a tooltip reads: rows, the backbones in the order of the panels, and the colouring."""

    rows: JoinedMaps
    sources: tuple[Model, ...]
    painted: PointColours
    plain: bool = False  # coloured by the class, which every tooltip says by itself


def keep(sheet: Sheet, spelt: str) -> str:
    """Holds a sheet for the route of points; returns its digest, by which it is found until it had to go."""
    stamps = [maps.run_stamp(sheet.rows.dataset, one) for one in sheet.sources]
    name = joining.digest(sheet.rows.digest, spelt, *stamps)
    _sheets().put(name, sheet, sheet.rows.size + sheet.painted.size)
    return name


def get(digest: str) -> Sheet | None:
    """The sheet of that digest, None where it was never here or had to go."""
    return _sheets().get(digest)


@st.cache_resource(max_entries=1, show_spinner=False)
def _sheets() -> Bounded:
    return Bounded(MOST, idle=math.inf)
