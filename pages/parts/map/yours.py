"""A clip that is on no map, such as an upload: where it would lie on each, and what is said about it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from pages.parts import cached
from pages.parts.cached import Heard
from pages.parts.classify import address as linked
from pages.parts.classify import files, trim
from pages.parts.components import map as canvas
from pages.parts.map import placed, where
from pages.parts.map.joined import Joined
from quintet import names, predict
from quintet.collection import Source
from quintet.errors import BadAudio, QuintetError
from quintet.studies import near

MOST = 150_000_000  # values of a backbone's matrix that are held to search it: 600 MB as float32


@dataclass(frozen=True)
class Yours:
    """The sign on the maps, None where it lies on none, and a sentence for each thing that kept it off."""

    marker: canvas.Marker | None
    says: tuple[str, ...]


def clip(held: Joined, sources: Sequence[Source]) -> Yours | None:
    """The upload the address names, on every map whose backbone can hear it; None where it names none."""
    digest = where.said(where.HEARD)
    if not digest:
        return None
    try:
        heard = files.heard(files.File(names.display(where.said(linked.NAME)), digest))
        part = linked.part()
        heard = trim.of(heard, *part) if part else heard
    except BadAudio as error:
        return Yours(None, (str(error),))
    places, says = [], []
    for source in sources:
        try:
            places.append(_place(held, len(places), source, heard))
        except QuintetError as error:
            places.append(None)
            says.append(str(error))
    if not any(places):
        return Yours(None, (*says, f"{heard.name!r} has a place on none of these maps."))
    return Yours(canvas.Marker(heard.name, heard.url, tuple(places)), tuple(says))


def _place(held: Joined, panel: int, source: Source, heard: Heard) -> tuple[float, float] | None:
    """The mean place of its nearest tracks to this backbone. Raises QuintetError where it has none."""
    title = source.backbone.spec.title
    if cached.count(held.dataset) * source.backbone.spec.dim > MOST:
        raise QuintetError(
            f"{title}: {cached.count(held.dataset):,} tracks are too many to search for its place."
        )
    made = cached.known(source, heard.digest)
    if made is None and predict.takes_minutes(source, cached.settings()):
        raise QuintetError(f"{title} has not heard it yet. Start that on Classify; it takes minutes.")
    if made is None:
        with st.spinner(f"{title} is hearing {heard.name}"):
            made = cached.values(source, heard)
    found = near.nearest(cached.directions(held.dataset, source), made.encoding.embedding, predict.NEAREST)
    rows = held.rows([name for name, _ in found])
    xy = held.xy[panel]
    both = zip(rows.tolist(), (alike for _, alike in found), strict=True)
    at = placed.weighted(xy, [(row, alike) for row, alike in both if row >= 0 and np.isfinite(xy[row]).all()])
    if at is None:
        raise QuintetError(f"None of the tracks nearest to it by {title} is on these maps.")
    return float(at[0]), float(at[1])
