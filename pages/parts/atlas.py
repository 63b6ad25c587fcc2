"""What the Map page shows of a dataset: the panels, the points, and the table of what is selected."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from pages.parts import cached, html, pick, rows, sidebar, sounds
from pages.parts.components import map as canvas
from pages.parts.held import address
from pages.parts.players import Column, table
from quintet import wording
from quintet.collection import Source
from quintet.datasets.base import Track
from quintet.errors import MissingEmbeddings
from quintet.studies import maps, near, runs
from quintet.studies.table import protocol

METHODS = {"umap": "UMAP, aligned", "pca": "PCA, aligned"}
TOOLS = {"lasso": "Lasso", "box": "Box", "pan": "Move"}
LISTEN = {"hover": "Hover", "click": "Click", "off": "Off"}
OVERLAP = (
    "Mean share of common nearest neighbours with the other backbones, ten of each clip, in the full space."
)


@dataclass(frozen=True)
class Atlas:
    """Maps of the clips all shown backbones heard: ids and tracks (n,), xy (n, 2) of each source."""

    dataset: str
    ids: tuple[str, ...]
    tracks: tuple[Track, ...]
    sources: tuple[Source, ...]
    xy: tuple[np.ndarray, ...]
    foot: str


@dataclass(frozen=True)
class Controls:
    """What the line above the maps says."""

    tool: str
    listen: str
    reset: int
    find: str


def atlas(dataset: str) -> Atlas:
    """The stored maps of the ticked backbones. Raises MissingEmbeddings with the command that draws them."""
    ticked = [cached.source(dataset, one.key) for one in sidebar.arranged()]
    sources = sorted(ticked, key=lambda s: s.untrained)  # trained ones first
    method = st.session_state.get("method", "umap")
    recipe = maps.Recipe(method=method)
    held = {}
    for source in sources:
        try:
            held[source.key] = cached.map_(dataset, source, recipe)
        except MissingEmbeddings as error:
            name = source.backbone.spec.title
            command = f"quintet map {dataset}" + ("" if method == "umap" else f" --method {method}")
            raise MissingEmbeddings(
                f"{name} has no {method.upper()} map of {dataset!r}. Run: {command}"
            ) from error
    shared = set.intersection(*(set(m.ids) for m in held.values()))
    tracks = tuple(t for t in cached.tracks(dataset) if t.id in shared)
    ids = tuple(t.id for t in tracks)
    xy = tuple(_in_order(held[s.key], ids) for s in sources)
    trust = ", ".join(f"{pick.named(s)} {held[s.key].trustworthiness:.2f}" for s in sources)
    if method == "umap":
        made = (
            f"UMAP, {recipe.n_neighbors} neighbours, minimum distance {recipe.min_dist}, seed {recipe.seed}"
        )
    else:
        made = f"PCA, seed {recipe.seed}"
    return Atlas(dataset, ids, tracks, tuple(sources), xy, f"{made}. Trustworthiness at 10: {trust}.")


def controls(dataset: str) -> Controls:
    """Draws the line of controls."""
    made = [m for m in METHODS if all(
        maps.path(dataset, cached.source(dataset, one.key), maps.Recipe(method=m), cached.settings()).exists()
        for one in sidebar.arranged()
    )]  # fmt: skip
    columns = st.columns([2, 2, 2, 3, 1.2], vertical_alignment="bottom")
    with columns[0]:
        st.selectbox("Map", made, format_func=METHODS.__getitem__, key="method")
    with columns[1]:
        listen = st.segmented_control("Listen", list(LISTEN), format_func=LISTEN.__getitem__, default="hover",
                                      required=True, key="listen")  # fmt: skip
    with columns[2]:
        tool = st.segmented_control("Select", list(TOOLS), format_func=TOOLS.__getitem__, default="lasso",
                                    required=True, key="tool")  # fmt: skip
    with columns[3]:
        find = st.text_input("Find", key="find", placeholder="Title, class or id", icon=":material/search:")
    with columns[4]:
        clicks = st.session_state.setdefault("resets", 0)
        if st.button("Reset view"):
            clicks = st.session_state["resets"] = clicks + 1
    return Controls(tool, listen, clicks, find or "")


def show(made: Atlas, said: Controls) -> canvas.MapEvent:
    """The canvas with a panel per backbone; returns the rows selected on it, or found by name."""
    facts = cached.facts(made.dataset)
    classes = facts.classes
    pairs = rows.colours(made.dataset)
    index = np.array([classes.index(t.labels[0]) if t.labels else 255 for t in made.tracks])
    view = canvas.View(
        payload_url=address(cached.held().put(canvas.pack(made.xy, index), "application/octet-stream")),
        panels=tuple(_panel(made, n) for n in range(len(made.sources))),
        classes=canvas.Classes(facts.label.capitalize(), classes, tuple(pairs.values())),
        points=tuple(_point(made, track) for track in made.tracks), noun=facts.noun,
        tool=said.tool, listen=said.listen, reset=said.reset, found=_found(made, said.find),
    )  # fmt: skip
    return canvas.linked_maps(view, key=f"maps-{made.dataset}")


def _found(made: Atlas, text: str) -> tuple[int, ...] | None:
    """Rows of the clips whose id, title and class hold every word; None where nothing is searched for."""
    words = text.casefold().split()
    if not words:
        return None
    names = [f"{t.id} {t.title} {' '.join(t.labels)}".casefold() for t in made.tracks]
    return tuple(n for n, name in enumerate(names) if all(word in name for word in words))


def selection(made: Atlas, event: canvas.MapEvent) -> None:
    """The table twin of the selection: what each backbone says of every selected clip."""
    facts = cached.facts(made.dataset)
    if not len(event.rows):
        st.html(html.section(f"No {facts.noun} selected") + html.note(
            "Draw around points on any map; the same clips light up on all, and are listed here."
        ))  # fmt: skip
        return
    where = {s.key: s.backbone.spec.title for s in made.sources}.get(event.panel)
    drawn = f"drawn on {where}, shown on every map" if where else "found by name"
    st.html(html.section(f"{wording.count(len(event.rows), facts.noun)} selected", html.note(drawn)))
    said = {s.key: _answers(made.dataset, s) for s in made.sources}
    pairs = rows.colours(made.dataset)
    titles = [Column("Track"), Column("Part", phone=False), Column(facts.label.capitalize())]
    titles += [Column(s.backbone.spec.title, mark=rows.sign(s)) for s in made.sources if said[s.key]]
    listed = []
    for track in (made.tracks[n] for n in event.rows):
        words = tuple(
            rows.said(said[s.key][track.id], pairs, s.untrained) if track.id in said[s.key] else ""
            for s in made.sources if said[s.key]
        )  # fmt: skip
        cells = (track.title, rows.place(track), rows.label(track, pairs), *words)
        listed.append(rows.row(made.dataset, track, cells))
    table(listed, titles, key="selected")


def _answers(dataset: str, source: Source) -> dict[str, str]:
    """What a probe that never saw the clip says of each; empty where the backbone was not scored."""
    try:
        run = cached.run(dataset, source, runs.Rules(protocol(dataset, cached.settings()).name))
    except MissingEmbeddings:
        return {}
    return dict(zip(run.ids, map(str, run.predicted), strict=True))


def _panel(made: Atlas, n: int) -> canvas.Panel:
    source = made.sources[n]
    spec = source.backbone.spec
    others = [other for other in made.sources if other is not source]
    figure = {}
    if others:
        shares = [cached.overlap(made.dataset, *_pair(source, other)) for other in others]
        figure = {"term": f"overlap@{near.K}", "figure": f"{np.mean(shares):.2f}", "about": OVERLAP}
    return canvas.Panel(key=source.key, title=spec.title, mark=spec.mark, colours=spec.colours, xy=made.xy[n],
                        untrained=source.untrained, **figure)  # fmt: skip


def _pair(a: Source, b: Source) -> tuple[Source, Source]:
    """Either order is the same overlap, computed once."""
    return (a, b) if a.key < b.key else (b, a)


def _point(made: Atlas, track: Track) -> canvas.Point:
    note = rows.place(track)
    return canvas.Point(id=track.id, title=track.title, note=note, url=sounds.of_track(made.dataset, track))


def _in_order(held: maps.Map, ids: tuple[str, ...]) -> np.ndarray:
    place = {name: row for row, name in enumerate(held.ids)}
    return held.xy[[place[i] for i in ids]]
