"""Numbers with their intervals drawn on one axis, as HTML for st.html: a line a backbone or a measure."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10
from pathlib import Path

from dashboard.components.players import Mark
from dashboard.views.agreement.sentences import number, span
from dashboard.widgets import html
from dashboard.widgets.style import mark_image, paint
from quintet.palette import TOKENS
from quintet.stats.metrics import Interval
from quintet.wording import MINUS

_SHEET = Path(__file__).with_name("interval_plots.css")
INK = Mark("circle", TOKENS["ink"])


@dataclass(frozen=True)
class Line:
    """One line: its name as HTML of widgets.html, its mark on the axis, its value or why it has none."""

    name: str
    sign: Mark
    value: Interval | None
    chance: float | None = None
    reason: str = ""
    dotted: str = "by chance"  # what the dotted line is


def named(title: str, sign: Mark) -> str:
    """A backbone's mark and name, and under it the word *untrained* where it is true."""
    under = '<span class="under">untrained</span>' if sign.untrained else ""
    return f"{html.backbone(title, sign, 12, badge=False)}{under}"


def sheet() -> str:
    """The `<style>` element of this page."""
    return f"<style>{_SHEET.read_text(encoding='utf-8')}</style>"


def plot(lines: Sequence[Line], ends: tuple[float, float] | None = None) -> str:
    """Lines over one axis from `ends`, or from where their intervals end."""
    low, high = ends or axis(lines)
    body = "".join(_line(line, low, high) for line in lines)
    marks = "".join(
        f'<span style="--x:{x}%">{_tick(low + (high - low) * x / 100)}</span>' for x in (0, 50, 100)
    )
    return f'<div class="q-lines">{body}<span></span><span class="q-axis">{marks}</span><span></span></div>'


def axis(lines: Sequence[Line]) -> tuple[float, float]:
    """Round ends that hold 0 and every interval; 0 to 1 where there is none."""
    found = [line.value for line in lines if line.value]
    low, high = min([0.0, *(v.low for v in found)]), max([0.0, *(v.high for v in found)])
    if low == high:
        return 0.0, 1.0
    step = 10 ** floor(log10(high - low)) / 2
    down, up = floor(low / step), ceil(high / step)
    up += (up - down) % 2  # the middle of the axis is a round number too
    return down * step, up * step


def _line(line: Line, low: float, high: float) -> str:
    if line.value is None:
        said = escape(line.reason)
        drawn, value = f'<span class="why" title="{said}">{said}</span>', ""
    else:
        drawn, value = _interval(line, low, high), number(line.value.value)
    return f'<span class="name">{line.name}</span>{drawn}<span class="value">{value}</span>'


def _interval(line: Line, low: float, high: float) -> str:
    value, hollow = line.value, line.sign.untrained

    def at(x: float) -> float:
        return min(max((x - low) / (high - low), 0), 1) * 100

    chance = "" if line.chance is None else f", {line.dotted} {number(line.chance)}"
    said = escape(f"{number(value.value)}, 95 % interval {span(value)}{chance}")
    colour, x = escape(paint(line.sign.colours)), f"--x:{at(value.value):.2f}%"
    dotted = "" if line.chance is None else f'<i class="chance" style="--x:{at(line.chance):.2f}%"></i>'
    wide = f"--x:{at(value.low):.2f}%;--w:{at(value.high) - at(value.low):.2f}%"
    ground = f'<i class="ground" style="{x}"></i>' if hollow else ""
    return (
        f'<span class="q-interval" role="img" aria-label="{said}" title="{said}">{dotted}'
        f'<i class="range{" hollow" if hollow else ""}" style="--c:{colour};{wide}"></i>{ground}'
        f'<i class="q-mark" style="--m:{mark_image(line.sign.shape, hollow)};--c:{colour};{x}"></i></span>'
    )


def _tick(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".").replace("-", MINUS) or "0"
