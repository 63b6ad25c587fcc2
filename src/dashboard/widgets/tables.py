"""Tables as HTML for st.html: leaderboard, what is embedded, datasets, facts; and the small maps."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from dashboard.components.players import Mark
from dashboard.widgets import html
from dashboard.widgets.bars import bar
from dashboard.widgets.style import as_url, mark_image, paint
from quintet.palette import Pair
from quintet.wording import percent, rank_range

RANK = "Ranks this backbone takes in 95 % of the resamples: where two overlap, the order is not settled."
_TICK = '<i class="q-check"></i>'
INTERVAL = "The line holds 95 % of the bootstrap's scores; the mark is the score itself; dotted is chance."


@dataclass(frozen=True)
class Standing:
    """One row of the leaderboard: the ranks it may take (none: a control); score and interval, fractions."""

    title: str
    sign: Mark
    rank: tuple[int, int] | None
    score: float
    low: float
    high: float
    cells: tuple[str, ...] = ()  # further columns, already written
    link: str = ""  # where a click on the name goes


@dataclass(frozen=True)
class Embedded:
    """One backbone on the Overview: the state of its weights, how much it has embedded, seconds a clip."""

    title: str
    sign: Mark
    weights: str
    done: int
    total: int
    seconds: str


@dataclass(frozen=True)
class MiniMap:
    """One backbone's small map: per class the colours and the points as an SVG (charts.mini_map)."""

    title: str
    sign: Mark
    layers: tuple[tuple[Pair, str], ...]
    says: str  # what a screen reader hears


def leaderboard(
    rows: Sequence[Standing], chance: float, headers: Sequence[str], score: str = "Accuracy"
) -> str:
    """Backbones by rank, each with its interval drawn in its row; `headers` name the further columns."""
    axis = "".join(
        f'<span style="--x:{x}%">{x}{" %" if x == 100 else ""}</span>' for x in (0, 25, 50, 75, 100)
    )
    more = "".join(f'<th class="n wide">{escape(text)}</th>' for text in headers)
    head = (
        f"<th>{html.term('Rank', RANK)}</th><th>Backbone</th><th class='n'>{escape(score)}</th>"
        f'<th class="plot" aria-label="95 % interval"><span class="q-axis">{axis}</span></th>{more}'
    )
    body = "".join(_standing(row, chance) for row in rows)
    return _table("q-board", head, body)


def _standing(row: Standing, chance: float) -> str:
    more = "".join(f'<td class="n wide">{escape(text)}</td>' for text in row.cells)
    name = html.backbone(row.title, row.sign)
    if row.link:
        name = f'<a href="{escape(row.link)}" title="{escape(row.title)}: open its answers">{name}</a>'
    return (
        f'<tr><td class="q-ink">{rank_range(*row.rank) if row.rank else ""}</td>'
        f'<td><div class="q-row">{name}</div></td>'
        f'<td class="n strong">{percent(row.score)}</td>'
        f'<td class="plot">{_interval(row, chance)}</td>{more}</tr>'
    )


def _interval(row: Standing, chance: float) -> str:
    span = f"{percent(row.low)} to {percent(row.high)}"
    said = escape(f"{percent(row.score)}, 95 % interval {span}, chance {percent(chance)}")
    colour = escape(paint(row.sign.colours))
    at = f"--x:{row.score * 100:.2f}%"
    image = mark_image(row.sign.shape, row.sign.untrained)
    ground = f'<i class="ground" style="{at}"></i>' if row.sign.untrained else ""
    return (
        f'<span class="q-interval" role="img" aria-label="{said}" title="{said}. {INTERVAL}">'
        f'<i class="chance" style="--x:{chance * 100:.2f}%"></i>'
        f'<i class="range{" hollow" if row.sign.untrained else ""}" '
        f'style="--c:{colour};--x:{row.low * 100:.2f}%;--w:{(row.high - row.low) * 100:.2f}%"></i>{ground}'
        f'<i class="q-mark" style="--m:{image};--c:{colour};{at}"></i></span>'
    )


def embedded(rows: Sequence[Embedded], what: str) -> str:
    """Backbones with the state of their weights and how many of `what` each has embedded."""
    head = (
        f"<th>Backbone</th><th>Weights</th><th>{escape(what)} embedded</th>"
        '<th class="n wide" title="Time to embed one, measured on this machine">Seconds a clip</th>'
    )
    return _table("", head, "".join(_embedded(row) for row in rows))


def _embedded(row: Embedded) -> str:
    ready = f'<span class="q-class"><i class="q-check"></i>{escape(row.weights)}</span>'
    weights = html.badge_untrained() if row.sign.untrained else ready
    filled = bar(row.done / row.total if row.total else 0.0, row.sign.colours, row.sign.untrained)
    return (
        f"<tr><td>{html.backbone(row.title, row.sign, badge=False)}</td><td>{weights}</td>"
        f'<td><div class="q-row">{filled}{row.done:,} of {row.total:,}</div></td>'
        f'<td class="n wide">{escape(row.seconds)}</td></tr>'
    )


def mini_maps(maps: Sequence[MiniMap]) -> str:
    """The same tracks as each backbone arranges them, beside one another."""
    return f'<div class="q-maps">{"".join(_mini(one) for one in maps)}</div>'


def _mini(one: MiniMap) -> str:
    badge = html.badge_untrained() if one.sign.untrained else ""
    layers = "".join(
        f'<i style="--m:{escape(as_url(svg))};--c:{escape(paint(colours))}"></i>'
        for colours, svg in one.layers
    )
    return (
        f'<div><div class="q-spread">{html.backbone(one.title, one.sign, 12, badge=False)}{badge}</div>'
        f'<div class="q-map" role="img" aria-label="{escape(one.says)}">{layers}</div></div>'
    )


def plain(headers: Sequence[str], body: str) -> str:
    """Rows `body`, already HTML; long texts go on in a second line."""
    return _table("q-wrapped", "".join(f"<th>{escape(text)}</th>" for text in headers), body)


def _table(name: str, head: str, body: str) -> str:
    return (
        f'<div class="q-scroll"><table class="q-table {name}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


@dataclass(frozen=True)
class Dataset:
    """One dataset on the Overview: its name, what it holds, and whether everything of it is embedded."""

    title: str
    about: str
    state: str
    ready: bool


def datasets(rows: Sequence[Dataset]) -> str:
    """The datasets on this machine."""
    body = "".join(
        f'<tr><td class="strong">{escape(row.title)}</td><td>{escape(row.about)}</td>'
        f'<td><span class="q-class">{_TICK if row.ready else ""}{escape(row.state)}</span></td></tr>'
        for row in rows
    )
    return _table("", "<th>Dataset</th><th>Holds</th><th>State</th>", body)


def facts(pairs: Sequence[tuple[str, str]]) -> str:
    """Name and value, one line each."""
    lines = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in pairs)
    return f'<dl class="q-facts">{lines}</dl>'
