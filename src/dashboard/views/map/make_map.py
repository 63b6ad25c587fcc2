"""Another map: a method and its parameters, made by a job beside the server, told as it goes, then shown."""

from dataclasses import replace
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import cache
from dashboard.widgets import backbone_picker, html, job_progress
from dashboard.widgets.markdown import plain
from quintet.commands import map as mapping
from quintet.embeddings.models import Model
from quintet.jobs.progress import Status
from quintet.maps import make_maps, memory
from quintet.maps.config import LIMITS, METHODS, TITLES, USED, MapConfig

ALIGN = {
    "procrustes": "Turned to lie like the reference",
    "aligned": "All drawn together (AlignedUMAP)",
    "none": "Each as it falls",
}
SAYS = "The same seed draws the same map. It is made beside the server, kept, and listed under Map."
NAMES = {
    "n_neighbors": "Neighbours (n_neighbors)",
    "min_dist": "Minimum distance (min_dist)",
    "perplexity": "Perplexity",
    "seed": "Seed",
}
STEPS = {"min_dist": 0.05}


def show(dataset: str, sources: list[Model]) -> None:
    """Draws the job that runs, or the form that starts one."""
    found = mapping.read_status(dataset, cache.settings())
    if found and found.state == "running":
        job = dataset, cache.settings()
        with st.container(border=True, key="card-mapping"):
            job_progress.watch(
                partial(mapping.read_status, *job), partial(mapping.stop, *job), "map-stop", counted=False
            )
        return
    with st.expander(
        "Make another map", icon=":material/add_chart:", key="map-making", on_change="rerun"
    ) as box:
        if box.open:
            _ended(found)
            _form(dataset, sources)


def _ended(found: Status | None) -> None:
    if found and found.state == "failed":
        st.error(plain(found.message or "The last map could not be made."), icon=":material/error:")
    elif found and found.state == "stopped":
        st.html(html.note("The last one was stopped: what it had finished is kept."))


def _form(dataset: str, sources: list[Model]) -> None:
    """The method, the parameters it reads, and how the maps are brought together."""
    usual = MapConfig()
    columns = st.columns(3)
    method = columns[0].selectbox("Method", METHODS, key="new-method", format_func=TITLES.__getitem__)
    for column, name in zip(columns[1:], USED[method], strict=False):
        _number(column, name, getattr(usual, name))
    left, middle, right = st.columns(3)
    _number(left, "seed", usual.seed)
    ways = [way for way in ALIGN if way != "aligned" or method == "umap"]
    align = middle.selectbox("Placed", ways, key="new-align", format_func=ALIGN.__getitem__)
    if align != "none":
        named = {"": "The first trained one"} | {one.key: backbone_picker.named(one) for one in sources}
        right.selectbox("Reference", list(named), key="new-reference", format_func=named.__getitem__)
    need = before(dataset, asked())
    if need:
        st.html(html.note(need))

    def start() -> None:
        mapping.start(dataset, asked(), cache.settings())

    job_progress.begin("Make it", start, "new-make", icon=":material/play_arrow:")
    st.html(html.note(SAYS))


def asked() -> MapConfig:
    """What the form says now, also where it was changed in the moment of the click."""
    usual = MapConfig()

    def said(name: str) -> object:
        return st.session_state.get(f"new-{name}", getattr(usual, name))

    names = ["seed", "align", *USED[said("method")]]
    if said("align") != "none":
        names.append("reference")
    return replace(usual, method=said("method"), **{name: said(name) for name in names})


def before(dataset: str, recipe: MapConfig) -> str:
    """How much memory making these maps needs, "" where that is little."""
    return memory.describe_need(*make_maps.needed(dataset, cache.embedded(dataset), recipe, cache.settings()))


def _number(column: DeltaGenerator, name: str, usual: float) -> None:
    low, high, why = LIMITS[name]
    kind = type(usual)
    column.number_input(
        NAMES[name], kind(low), kind(high), usual, kind(STEPS.get(name, 1)), key=f"new-{name}",
        help=f"{low:,} to {high:,}: {why}.",
    )  # fmt: skip
