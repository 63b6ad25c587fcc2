"""Shares and counts as bars, HTML for st.html: a row a class, one divided bar, progress."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from dashboard.widgets import html
from dashboard.widgets.style import paint
from quintet.palette import TOKENS, Pair
from quintet.wording import percent


@dataclass(frozen=True)
class Bar:
    """One class: its word, colours, and a share from 0 to 1 or a count."""

    word: str
    colours: Pair
    value: float


def probabilities(rows: Sequence[Bar], untrained: bool = False) -> str:
    """Word, bar and percent per class in label order; the largest in ink, untrained ones hatched."""
    most = max((row.value for row in rows), default=0.0)
    return "".join(_chance(row, row.value == most, untrained) for row in rows)


def _chance(row: Bar, first: bool, untrained: bool) -> str:
    exact = escape(f"{row.word}: {percent(row.value)}")
    name = "q-chance first" if first else "q-chance"
    return (
        f'<div class="{name}" title="{exact}"><span>{escape(row.word)}</span>'
        f"{bar(row.value, row.colours, untrained)}<span>{row.value:.0%}</span></div>".replace(
            "%</span>", " %</span>"
        )
    )


def class_strip(rows: Sequence[Bar]) -> str:
    """How many of each class, beside one another, the most frequent as a full bar."""
    most = max((row.value for row in rows), default=0) or 1
    cells = (
        f"<div><p>{html.answer(row.word, row.colours)}<span class='q-mute'>{row.value:,.0f}</span></p>"
        f"{bar(row.value / most, row.colours)}</div>"
        for row in rows
    )
    return f'<div class="q-strip">{"".join(cells)}</div>'


def split(parts: Sequence[Bar], lead: str) -> str:
    """One bar divided by counts, and under it `lead` and each part's count and word."""
    bars = "".join(f'<i style="flex:{p.value};--c:{escape(paint(p.colours))}"></i>' for p in parts if p.value)
    words = "".join(
        f'<span>{html.swatch(p.colours)}<span class="q-ink">{p.value:,.0f}</span>{escape(p.word)}</span>'
        for p in parts
    )
    return (
        f'<div class="q-split" aria-hidden="true">{bars}</div>'
        f'<div class="q-row q-small q-mute"><b class="q-ink">{escape(lead)}</b>{words}</div>'
    )


def shares(parts: Sequence[Bar], untrained: bool = False) -> str:
    """One bar divided by probability, the words on hover: what a card is when it is folded."""
    said = escape(", ".join(f"{part.word} {part.value:.0%}".replace("%", " %") for part in parts))
    hatched = " hatched" if untrained else ""
    bars = "".join(
        f'<i style="flex:{part.value:.4f};--c:{escape(paint(part.colours))}"></i>' for part in parts
    )
    return f'<div class="q-split{hatched}" role="img" aria-label="{said}" title="{said}">{bars}</div>'


def remainder(text: str, share: float) -> str:
    """A probability row without a bar: the classes that have no row of their own."""
    said = f"{share * 100:.0f} %"
    return f'<div class="q-chance"><span>{escape(text)}</span><span></span><span>{said}</span></div>'


def progress(done: float, total: float, text: str) -> str:
    """A 5 px bar in ink and beside it what it says: "200 of 312, 4 min left"."""
    filled = bar(done / total if total else 0.0, TOKENS["ink"])
    return f'<div class="q-row">{filled}<span>{escape(text)}</span></div>'


def bar(share: float, colours: Pair, untrained: bool = False) -> str:
    """A bar filled to `share`, 0 to 1; hatched where an untrained control says so."""
    return (
        f'<span class="q-bar{" hatched" if untrained else ""}" aria-hidden="true">'
        f'<i style="width:{min(max(share, 0.0), 1.0) * 100:.1f}%;--c:{escape(paint(colours))}"></i></span>'
    )
