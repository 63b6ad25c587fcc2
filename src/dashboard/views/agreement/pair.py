"""Where two backbones differ: the tracks with the fewest shared neighbours, and the chosen one's by each."""

import numpy as np
import streamlit as st

from dashboard import cache
from dashboard.components import players
from dashboard.components.players import Cell, Column
from dashboard.views.agreement import sentences
from dashboard.views.agreement.board import TRACK, Board
from dashboard.widgets import html, interval_plots, track_rows, url_state
from quintet import wording
from quintet.similarity.disagreement import K
from quintet.similarity.pairs import Pair
from quintet.similarity.stored_similarity import PAIRED

LISTED = 10  # tracks with the fewest shared neighbours
NEAR = 5  # neighbours shown of each


def measures(shown: Board, pair: Pair) -> None:
    """Every measure of the pair with its interval, dotted where chance is."""
    names = [html.backbone(shown.title(k), track_rows.sign(shown.sources[k])) for k in shown.order(pair)]
    st.html(html.line(" ".join(names)))
    for name, measure in PAIRED.items():
        low = min(measure.low, pair.measures[name].low, pair.chance[name])
        named = html.term(measure.title, measure.says)
        line = interval_plots.Line(named, interval_plots.INK, pair.measures[name], pair.chance[name])
        st.html(interval_plots.plot([line], (low, measure.high)))
    st.html(html.note(sentences.where(shown, pair)))


def show(shown: Board, pair: Pair) -> None:
    """The tracks they hear most differently, and the chosen one's neighbours by each."""
    first, second = (shown.sources[key] for key in shown.order(pair))
    ids, apart = cache.parted(shown.dataset, first, second)
    names = " and ".join(map(shown.title, shown.order(pair)))
    st.html(html.section(f"Where {names} differ"))
    worst = [(ids[row], float(apart[row])) for row in np.argsort(-apart, kind="stable")[:LISTED]]
    left, right = st.columns([5, 7])
    with left:
        track_id = _tracks(shown, pair, worst)
    with right:
        _neighbours(shown, pair, track_id)


def _tracks(shown: Board, pair: Pair, worst: list[tuple[str, float]]) -> str:
    """The list of tracks; returns the chosen one."""
    held = [name for name, _ in worst]
    noun = shown.facts.noun
    st.html(html.note(f"The {wording.count(len(worst), noun)} with the fewest neighbours in common."))
    tracks, pairs = cache.some(shown.dataset, held), track_rows.colours(shown.dataset)
    listed = [
        track_rows.row(shown.dataset, tracks[name], (
            track_rows.named(tracks[name]), track_rows.label(tracks[name], pairs),
            f"{round((1 - apart) * K)} of {K}",
        ))
        for name, apart in worst if name in tracks
    ]  # fmt: skip
    key = f"differ-{pair.a}-{pair.b}"
    asked = st.query_params.get(TRACK, "")
    start = asked if asked in held else held[0]
    columns = [Column("Track"), Column(shown.facts.label.capitalize(), phone=False),
               Column("Shared", align="right", says=f"Of its {K} nearest, those both see")]  # fmt: skip
    chosen = players.table(listed, columns, key=key, chosen=start) or start
    url_state.put(TRACK, chosen if chosen != held[0] else "")
    return chosen


def _neighbours(shown: Board, pair: Pair, track_id: str) -> None:
    """The nearest by each, those the other does not have among its K marked as only its own."""
    keys = shown.order(pair)
    found = cache.track(shown.dataset, track_id)
    with st.container(border=True, key="card-neighbours"):
        title = track_rows.named(found) if found else track_id
        st.html(html.section(f"Nearest to {title}"))
        for place, (key, column) in enumerate(zip(keys, st.columns(2), strict=True)):
            other = keys[1 - place]
            with column:
                st.html(html.line(html.backbone(shown.title(key), track_rows.sign(shown.sources[key]))))
                _list(shown, key, other, track_id)
        st.html(html.note(f"Only: not among the {K} nearest by the other."))
        _map(shown, pair, track_id)


def _map(shown: Board, pair: Pair, track_id: str) -> None:
    """The map, coloured by how much the two neighbourhoods differ, with this track chosen."""
    keys = shown.order(pair)
    said = {"dataset": shown.dataset, "colour": "parted", "of": "~".join(keys), "track": track_id}
    if any(shown.sources[key].backbone.spec.hand_made for key in keys):
        said["hand"] = "1"
    st.page_link("map.py", label="Show it on the map", icon=":material/scatter_plot:", query_params=said)


def _list(shown: Board, key: str, other: str, track_id: str) -> None:
    own, against = shown.sources[key], shown.sources[other]
    alone = set(cache.only(shown.dataset, own, [against], track_id, K))
    near = cache.nearest(shown.dataset, own, against, track_id, NEAR)
    tracks, sign = cache.some(shown.dataset, [name for name, _ in near]), track_rows.sign(own)
    listed = [
        track_rows.row(shown.dataset, tracks[name], (
            Cell(track_rows.named(tracks[name]), strong=name in alone),
            Cell("only", mark=sign) if name in alone else Cell("both", muted=True),
        ))
        for name, _ in near if name in tracks
    ]  # fmt: skip
    players.table(listed, [Column("Track"), Column("Seen by")], key=f"near-{key}", compact=True)
