"""A clip that is on no map, such as an upload: where it would lie on each, and what is said about it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from dashboard import cache
from dashboard.cache import Heard
from dashboard.components import linked_maps as canvas
from dashboard.views.classify import trim, uploads
from dashboard.views.classify import url_state as linked
from dashboard.views.map import url_state
from quintet import names
from quintet.embeddings.models import Model
from quintet.errors import BadAudio, QuintetError
from quintet.maps import placement
from quintet.maps.joined import JoinedMaps
from quintet.prediction import classifier
from quintet.prediction import nearest as near

MOST = 150_000_000  # values of a backbone's matrix that are held to search it: 600 MB as float32


@dataclass(frozen=True)
class Yours:
    """The sign on the maps, None where it lies on none, and a sentence for each thing that kept it off."""

    marker: canvas.Marker | None
    says: tuple[str, ...]


def clip(held: JoinedMaps, sources: Sequence[Model]) -> Yours | None:
    """The upload the address names, on every map whose backbone can hear it; None where it names none."""
    digest = url_state.said(url_state.HEARD)
    if not digest:
        return None
    try:
        heard = uploads.heard(uploads.File(names.display(url_state.said(linked.NAME)), digest))
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


def _place(held: JoinedMaps, panel: int, source: Model, heard: Heard) -> tuple[float, float] | None:
    """The mean place of its nearest tracks to this backbone. Raises QuintetError where it has none."""
    title = source.backbone.spec.title
    if cache.count(held.dataset) * source.backbone.spec.dim > MOST:
        raise QuintetError(
            f"{title}: {cache.count(held.dataset):,} tracks are too many to search for its place."
        )
    made = cache.known(source, heard.digest)
    if made is None and classifier.takes_minutes(source, cache.settings()):
        raise QuintetError(f"{title} has not heard it yet. Start that on Classify; it takes minutes.")
    if made is None:
        with st.spinner(f"{title} is hearing {heard.name}"):
            made = cache.values(source, heard)
    found = near.nearest(cache.directions(held.dataset, source), made.encoding.embedding, classifier.NEAREST)
    rows = held.rows([name for name, _ in found])
    xy = held.xy[panel]
    both = zip(rows.tolist(), (alike for _, alike in found), strict=True)
    at = placement.weighted_mean(
        xy, [(row, alike) for row, alike in both if row >= 0 and np.isfinite(xy[row]).all()]
    )
    if at is None:
        raise QuintetError(f"None of the tracks nearest to it by {title} is on these maps.")
    return float(at[0]), float(at[1])
