"""The style sheet as every page gets it: tokens and marks from the palette, then style.css."""

import base64
from pathlib import Path

from quintet.palette import MARKS, TOKENS, Pair, mark_svg

ICON = Path(__file__).with_name("icon.svg")  # of the browser's tab
_SHEET = Path(__file__).with_name("style.css")
_TICK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
    '<path d="M5 12.5l4.5 4.5L19 7.5" fill="none" stroke="#000" stroke-width="2.2"/></svg>'
)


def style(theme: str | None) -> str:
    """The `<style>` element. `theme` ("dark" or not) reaches what Streamlit draws outside its app element.

    Inside it Streamlit sets the colour scheme itself, so light-dark() follows the visitor's switch at once.
    """
    tokens = {name: paint(pair) for name, pair in TOKENS.items()}
    tokens |= {f"mark-{name}": as_url(mark_svg(name, "#000")) for name in MARKS}
    tokens |= {f"mark-{name}-hollow": as_url(mark_svg(name, "#000", hollow=True)) for name in MARKS}
    tokens["tick"] = as_url(_TICK)
    lines = "".join(f"--q-{name}:{value};" for name, value in tokens.items())
    scheme = "dark" if theme == "dark" else "light"
    return f"<style>:root{{color-scheme:{scheme};{lines}}}\n{_SHEET.read_text(encoding='utf-8')}</style>"


def paint(pair: Pair) -> str:
    """A colour pair as one CSS colour that follows the theme."""
    return f"light-dark({pair[0]},{pair[1]})"


def mark_image(shape: str, hollow: bool) -> str:
    """The mark as the CSS image that masks a ground in the backbone's colour."""
    return f"var(--q-mark-{shape}{'-hollow' if hollow else ''})"


def as_url(svg: str) -> str:
    """An SVG document as a CSS url(), of characters that need no quoting anywhere."""
    return f"url(data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode('ascii')})"
