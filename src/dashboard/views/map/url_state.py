"""What the address says of a map: recipe, colours, camera, selection, chosen point, a clip of the visitor's.

The controls' words lead as they do on Datasets. Camera and selection live in the browser: the address is
written after them, and read only when they are not there yet, so that neither drives the other in circles.
"""

import math

import streamlit as st

from dashboard.components import linked_maps as canvas
from dashboard.widgets import url_state
from quintet.maps.stored_maps import MapConfig

RECIPE, COLOUR, OF, CLUSTERS, FIND, LINKED, HAND = "map", "colour", "of", "clusters", "find", "linked", "hand"
EVERY = "every"  # track, of those only some of the backbones have
CAMERA, DRAWN, TRACK, HEARD = "camera", "sel", "track", "heard"


def said(key: str) -> str:
    """A word of the address, "" where it has none."""
    return str(st.query_params.get(key, ""))


def put(key: str, word: str) -> None:
    """Writes a word into the address if it is another one."""
    if word != said(key):
        url_state.put(key, word)


def of_recipe(recipe: MapConfig) -> str:
    """A recipe as one word, "" for the standard one."""
    if recipe == MapConfig():
        return ""
    parts = [recipe.method, f"s{recipe.seed}"]
    if recipe.method in ("umap", "densmap"):
        parts += [f"n{recipe.n_neighbors}", f"d{recipe.min_dist:g}"]
    if recipe.method == "tsne":
        parts.append(f"p{recipe.perplexity:g}")
    return "-".join([*parts, recipe.align, *([recipe.reference] if recipe.reference else [])])


def of_camera(camera: canvas.Camera | None) -> str:
    """A camera as "x,y,zoom", "" at rest."""
    return ",".join(f"{value:.4g}" for value in camera) if camera else ""


def camera(text: str) -> canvas.Camera | None:
    """The camera of a link, None for none and for what is none."""
    try:
        x, y, zoom = (float(part) for part in text.split(","))
    except ValueError:
        return None
    return (x, y, zoom) if all(map(math.isfinite, (x, y, zoom))) else None


def linked_camera() -> canvas.Camera | None:
    """Where the link that was opened points; what the visitor did since is left alone."""
    return camera(str(url_state.seed(CAMERA, lambda found: found[0] if found else "")))


def linked_ops() -> tuple[canvas.Op, ...]:
    """The selection of the address: it counts only until something is drawn."""
    return canvas.from_text(said(DRAWN))


def note(event: canvas.MapEvent, key: str) -> None:
    """Keeps camera and selection in the address."""
    put(DRAWN, canvas.to_text(event.ops))
    state = st.session_state.get(key) or {}
    if state.get("camera") is not None:  # else the browser has not moved: the link's holds
        put(CAMERA, of_camera(event.camera))
