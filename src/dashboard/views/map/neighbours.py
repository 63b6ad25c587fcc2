"""Who sounds most like the chosen track, to each backbone: in the original space, not on the map."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from dashboard import cache
from dashboard.cache import maps
from dashboard.components import players
from dashboard.components.players import Cell, Column
from dashboard.widgets import html, track_rows
from quintet.catalogue import query
from quintet.datasets.base import Track
from quintet.embeddings.models import Model
from quintet.maps.joined import JoinedMaps

K = 10  # neighbours shown and compared
GROWN = 5  # neighbours of each selected track that join at a growth
ONLY = "only"
ABOUT = (
    "The ten nearest by cosine in each backbone's full, standardised space, among the tracks on these maps. "
    "In bold and marked only: those no other backbone has among its ten."
)


@dataclass(frozen=True)
class Seen:
    """What one backbone takes for nearest: rows (m,) likest first, and their cosines (m,)."""

    source: Model
    rows: np.ndarray
    alike: np.ndarray


def nearest(held: JoinedMaps, sources: Sequence[Model], row: int) -> list[Seen]:
    """The K nearest of a row to every backbone; none where its neighbours are not stored."""
    found = []
    for source in sources:
        if not maps.has_graph(held.dataset, source):
            found.append(Seen(source, np.empty(0, np.int32), np.empty(0, np.float32)))
            continue
        links, graph = maps.links(held, source), maps.graph(held.dataset, source)
        at = links.into[row]
        back = links.back[graph.neighbours[at]] if at >= 0 else np.empty(0, np.int32)
        known = np.flatnonzero(back >= 0)[:K]
        alike = graph.similarity[at][known] if at >= 0 else np.empty(0, np.float32)
        found.append(Seen(source, back[known], alike))
    return found


def grown(held: JoinedMaps, source: Model, chosen: np.ndarray) -> np.ndarray:
    """Rows (m,), ascending: those chosen (k,) and the GROWN nearest of each to this backbone."""
    if not maps.has_graph(held.dataset, source):
        return chosen
    links, graph = maps.links(held, source), maps.graph(held.dataset, source)
    at = links.into[chosen]
    back = links.back[graph.neighbours[at[at >= 0]]]  # (k, K) rows of the map, -1 for those it lacks
    order = np.cumsum(back >= 0, axis=1)
    return np.union1d(chosen, back[(back >= 0) & (order <= GROWN)])


def common(a: Seen, b: Seen) -> tuple[int, int]:
    """How many neighbours two backbones share, and of how many: as many of the one as of the other."""
    k = min(len(a.rows), len(b.rows))
    return len(np.intersect1d(a.rows[:k], b.rows[:k])), k


def alone(found: Sequence[Seen], at: int) -> set[int]:
    """Rows only the backbone at this place sees among its nearest; nothing where it is the only one."""
    others = [one.rows for n, one in enumerate(found) if n != at and len(one.rows)]
    return set(found[at].rows.tolist()).difference(*map(np.ndarray.tolist, others)) if others else set()


def section(held: JoinedMaps, found: Sequence[Seen], row: int) -> None:
    """Draws whose neighbours, how many the backbones share, and a list for each backbone."""
    wanted = np.unique(np.concatenate([[row], *(one.rows for one in found)])).astype(np.int64)
    asked = cache.asked(held.dataset)
    listed = query.arranged(asked, query.EVERYTHING, held.table_rows[wanted], 0, len(wanted))
    tracks = dict(zip(wanted.tolist(), listed, strict=True))
    st.html(html.section(f"Neighbours of {track_rows.named(tracks[row])}", html.note("in the full space")))
    known = [one for one in found if len(one.rows)]
    if not known:
        st.html(html.note("Nothing is stored of who its neighbours are. To have it:"))
        st.code(f"quintet map {held.dataset}", language="bash")
        return
    if len(known) > 1:
        st.html(_shared(known) + html.note(ABOUT))
    for first in range(0, len(known), 3):
        for column, at in zip(st.columns(3), range(first, min(first + 3, len(known))), strict=False):
            with column:
                _list(held, known, at, tracks)


def _list(held: JoinedMaps, known: Sequence[Seen], at: int, tracks: dict[int, Track]) -> None:
    one, only = known[at], alone(known, at)
    st.html(html.line(html.backbone(one.source.backbone.spec.title, track_rows.sign(one.source))))
    columns = [Column("Track"), Column("Class"), Column(""), Column("Similarity", align="right")]
    pairs = track_rows.colours(held.dataset)
    listed = [
        track_rows.row(held.dataset, tracks[row], (
            Cell(track_rows.named(tracks[row]), strong=row in only), track_rows.label(tracks[row], pairs),
            Cell(ONLY if row in only else "", muted=True), f"{alike:.2f}",
        ))
        for row, alike in zip(one.rows.tolist(), one.alike, strict=True)
    ]  # fmt: skip
    players.table(listed, columns, key=f"near-{one.source.key.replace(':', '-')}", compact=True)


def _shared(known: Sequence[Seen]) -> str:
    """overlap@10 of every two backbones for this track, as a table."""
    names = [html.backbone(one.source.backbone.spec.title, track_rows.sign(one.source), 12) for one in known]
    head = "".join(f'<th scope="col">{name}</th>' for name in names[1:])
    lines = []
    for at, one in enumerate(known[:-1]):
        cells = "".join(
            f"<td>{_of(*common(one, other))}</td>" if n > at else "<td></td>"
            for n, other in enumerate(known) if n
        )  # fmt: skip
        lines.append(f"<tr><td>{names[at]}</td>{cells}</tr>")
    return (
        '<div class="q-scroll"><table class="q-table" data-table="near-shared"><thead><tr>'
        f'<th scope="col">Shared neighbours</th>{head}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _of(shared: int, k: int) -> str:
    return f"{shared} of {k}"
