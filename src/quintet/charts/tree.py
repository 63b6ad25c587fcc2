"""A tree as rings: roots inside, what lies below each around it, in tints of the root's class colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from quintet.charts.look import FONT, SIZE, mix, token
from quintet.palette import OTHERS, Pair

if TYPE_CHECKING:
    import plotly.graph_objects as go

LEVELS = 3  # rings at a time; a click on one opens what lies deeper
_SLACK = 1 - 1e-6  # children that sum to a hair more than their parent are not drawn at all
TINTS = (0.42, 0.3, 0.22, 0.16, 0.12)  # of the root's colour over the card, ring by ring: ink stays readable


@dataclass(frozen=True)
class Node:
    """A word, the word above it ("" at a root), and how many tracks lie at it or below."""

    word: str
    above: str
    n: int


def rings(nodes: Sequence[Node], colours: Mapping[str, Pair], dark: bool) -> go.Figure:
    """Roots are as wide as their counts; below each, its words share its width by theirs.

    A track may carry two words of one root, so that counts below can sum to more than the root's: widths are
    shares, and the number that is shown is the count.
    """
    import plotly.graph_objects as go

    widths = arcs(nodes)
    nodes = [node for node in nodes if widths.get(node.word)]
    known = {node.word: node for node in nodes}
    figure = go.Figure(
        go.Sunburst(
            ids=list(known), labels=[escape(node.word, quote=False) for node in nodes],
            parents=[node.above for node in nodes], values=[widths[word] for word in known],
            customdata=[f"{node.n:,}" for node in nodes], branchvalues="total", sort=False, maxdepth=LEVELS,
            texttemplate="%{label}<br>%{customdata}", insidetextorientation="auto",
            hovertemplate="%{label}: %{customdata}<extra></extra>",
            marker={"colors": [_tint(node, known, colours, dark) for node in nodes],
                    "line": {"color": token("card", dark), "width": 1}},
            insidetextfont={"color": token("ink", dark), "family": FONT, "size": SIZE}, leaf={"opacity": 1},
            root={"color": "rgba(0,0,0,0)"},
        )
    )  # fmt: skip
    return figure.update_layout(
        margin={"l": 0, "r": 0, "t": 0, "b": 0}, height=440, paper_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "size": SIZE, "color": token("text", dark)},
        uniformtext={"minsize": 10, "mode": "hide"},
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": token("faint", dark)},
        hoverlabel={"bgcolor": token("card", dark), "bordercolor": token("strong", dark),
                    "font": {"family": FONT, "size": SIZE, "color": token("ink", dark)}},
    )  # fmt: skip


def arcs(nodes: Sequence[Node]) -> dict[str, float]:
    """Each word's width: a root's count; below it what its count is of the word above, at most all of it.

    Words that hang on no root, as in a tree that bites its tail, have none.
    """
    below: dict[str, list[Node]] = {}
    for node in nodes:
        below.setdefault(node.above, []).append(node)
    widths = {node.word: float(node.n) for node in below.get("", ())}
    waiting = list(below.get("", ()))
    while waiting:
        node = waiting.pop()
        children = below.get(node.word, ())
        whole = max(node.n, sum(child.n for child in children)) or 1
        room = widths[node.word] * _SLACK
        widths |= {child.word: room * child.n / whole for child in children}
        waiting += children
    return widths


def _tint(node: Node, known: Mapping[str, Node], colours: Mapping[str, Pair], dark: bool) -> str:
    depth, root = 0, node
    while root.above in known:
        depth, root = depth + 1, known[root.above]
    pair = colours.get(root.word, OTHERS)
    return mix(pair[dark], token("card", dark), TINTS[min(depth, len(TINTS) - 1)])
