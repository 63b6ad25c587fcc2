"""The selection counted: how many of each class, of how many, and what each backbone says of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from dashboard.cache import maps
from dashboard.views.map import colouring as colourings
from dashboard.views.map.colouring import LABEL, Wanted
from dashboard.widgets import html, track_rows
from quintet.embeddings.models import Model
from quintet.maps import colouring as paint
from quintet.maps.joined import JoinedMaps
from quintet.palette import OTHERS

MOST = 16  # classes listed
SAYS = "Selected by class, and how often each backbone's probe, which never saw their fold, says it of them."


@dataclass(frozen=True)
class Counted:
    """One class: how many are selected, of how many on the map, how often each backbone says it of them."""

    name: str
    selected: int
    total: int
    said: tuple[int | None, ...]  # None where a backbone was not scored


def counted(held: JoinedMaps, sources: Sequence[Model], chosen: np.ndarray) -> list[Counted]:
    """Every class, in label order; nothing where the dataset has none. `chosen` (k,) are rows."""
    label = colourings.painted(held, list(sources), Wanted(LABEL))
    if not label.names:
        return []
    total = np.bincount(label.values, minlength=256)
    picked = np.bincount(label.values[chosen], minlength=256)
    said = [_said(maps.said(held, source), chosen) for source in sources]
    return [
        Counted(name, int(picked[at]), int(total[at]), tuple(one and one.get(name, 0) for one in said))
        for at, name in enumerate(label.names)
    ]


def table(held: JoinedMaps, sources: Sequence[Model], found: Sequence[Counted]) -> str:
    """The counts as HTML, the classes most selected first where there are too many for all to be listed."""
    shown = list(found)
    if len(found) > MOST:
        shown = sorted(found, key=lambda one: -max(one.selected, *(n or 0 for n in one.said)))[:MOST]
    at = [n for n, _ in enumerate(sources) if found and found[0].said[n] is not None]
    named = [html.backbone(one.backbone.spec.title, track_rows.sign(one), 12) for one in sources]
    head = "".join(f'<th scope="col" class="n">{named[n]}</th>' for n in at)
    pairs = track_rows.colours(held.dataset)
    lines = "".join(_line(one, at, sources, pairs.get(one.name, OTHERS)) for one in shown)
    more = len(found) - len(shown)
    note = html.note(f"And {more:,} classes more, of which fewer are selected.") if more else ""
    return (
        f'<div class="q-small q-mute">{SAYS}</div>'
        '<div class="q-scroll"><table class="q-table" data-table="selected-classes"><thead><tr>'
        f'<th scope="col">Class</th><th scope="col" class="n">Selected</th>{head}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div>{note}"
    )


def _line(one: Counted, at: Sequence[int], sources: Sequence[Model], pair: paint.Pair) -> str:
    said = "".join(
        f'<td class="n{" q-mute" if sources[n].untrained else ""}">{one.said[n]:,}</td>' for n in at
    )
    return (
        f'<tr data-class="{escape(one.name)}"><td>{html.answer(one.name, pair)}</td>'
        f'<td class="n">{one.selected:,} of {one.total:,}</td>{said}</tr>'
    )


def _said(found: maps.Said | None, chosen: np.ndarray) -> dict[str, int] | None:
    if found is None:
        return None
    index = found.index[chosen]
    many = np.bincount(index[index >= 0], minlength=len(found.classes))
    return dict(zip(found.classes, many.tolist(), strict=True))
