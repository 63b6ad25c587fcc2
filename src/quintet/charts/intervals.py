"""Scores with their intervals as one SVG that stands alone: a mark a backbone, untrained ones hollow."""

from collections.abc import Mapping, Sequence
from html import escape

from quintet.charts.look import FONT, token
from quintet.evaluation.runs import Run
from quintet.palette import MARKS
from quintet.stats.metrics import Interval

ROW, LEFT, WIDE = 34, 210, 460  # px: a line's height, room for names, 0 to 100 %


def intervals(shown: Sequence[Run], scores: Mapping[str, Interval]) -> str:
    """The runs in their order on the light page, `scores` (fractions) by backbone key."""
    high = ROW * len(shown) + 26
    lines = "".join(_line(run, scores[run.source.key], n) for n, run in enumerate(shown))
    grid = "".join(_tick(x, high) for x in (0, 25, 50, 75, 100))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDE + 60} {high}" '
        f'width="{LEFT + WIDE + 60}" height="{high}" role="img" aria-label="Scores with 95 % intervals" '
        f'font-family="{escape(FONT)}" font-size="13">{grid}{lines}</svg>'
    )


def _tick(percent: int, high: int) -> str:
    x, faint = _at(percent / 100), token("faint", False)
    line = f'<line x1="{x}" x2="{x}" y1="0" y2="{high - 22}" stroke="{token("line", False)}"/>'
    return f'{line}<text x="{x}" y="{high - 6}" fill="{faint}" text-anchor="middle">{percent}</text>'


def _line(run: Run, score: Interval, n: int) -> str:
    spec, untrained = run.source.backbone.spec, run.source.untrained
    y, colour = ROW * n + ROW // 2, spec.colours[0]
    name = escape(spec.title + (" (untrained)" if untrained else ""))
    dash = ' stroke-dasharray="4 3"' if untrained else ""
    paint = f'fill="{token("page", False)}" stroke="{colour}" stroke-width="1.9"' if untrained \
        else f'fill="{colour}"'  # fmt: skip
    mark = f'<path d="{MARKS[spec.mark]}" {paint} transform="translate({{0}} {y - 7}) scale(.875)"/>'
    return (
        f'{mark.format(0)}<text x="22" y="{y + 5}" fill="{token("ink", False)}">{name}</text>'
        f'<line x1="{_at(score.low)}" x2="{_at(score.high)}" y1="{y}" y2="{y}" stroke="{colour}" '
        f'stroke-width="2"{dash}/>{mark.format(_at(score.value) - 7)}'
    )


def _at(fraction: float) -> float:
    return round(LEFT + WIDE * fraction, 1)
