"""The small pieces of a page as HTML for st.html: marks, swatches, badges, headings. Every text is escaped.

st.html drops SVG, so a mark is a ground in its colour under a mask; light-dark() makes it follow the theme.
"""

from collections.abc import Mapping
from html import escape

from dashboard.components.players import Mark
from dashboard.widgets.style import mark_image, paint
from quintet.palette import TOKENS, Pair, mark_svg
from quintet.wording import Headline

UNTRAINED = "Runs on random weights: a control that has learned nothing. Shown, never counted."


def mark(sign: Mark, size: int = 14) -> str:
    """A backbone's mark, `size` px wide; hollow where it runs untrained. Its name stands beside it."""
    image = mark_image(sign.shape, sign.untrained)
    style = f"--m:{image};--c:{paint(sign.colours)};--s:{size}px"
    return f'<i class="q-mark" style="{escape(style)}" aria-hidden="true"></i>'


def backbone(title: str, sign: Mark, size: int = 14, badge: bool = True) -> str:
    """Mark and name, and behind them the word *untrained* where it is true (left out with `badge` False)."""
    name = f'<span class="q-name">{mark(sign, size)}{escape(title)}</span>'
    return f"{name} {badge_untrained()}" if badge and sign.untrained else name


def badge_untrained() -> str:
    """The amber word."""
    return badge("untrained", UNTRAINED)


def badge(text: str, says: str) -> str:
    """A few words in amber, explained on hover: untrained, or a flag."""
    return f'<span class="q-badge" title="{escape(says)}">{escape(text)}</span>'


def swatch(colours: Pair, hollow: bool = False) -> str:
    """A class's rounded square; hollow for an untrained backbone's answer."""
    return (
        f'<i class="q-swatch{_hollow(hollow)}" style="--c:{escape(paint(colours))}" aria-hidden="true"></i>'
    )


def answer(text: str, colours: Pair, hollow: bool = False) -> str:
    """A class: its swatch and its word."""
    return f'<span class="q-class">{swatch(colours, hollow)}{escape(text)}</span>'


def verdict(text: str, colours: Pair, untrained: bool = False) -> str:
    """The class a backbone hears, as the large line of its card."""
    badge = badge_untrained() if untrained else ""
    word = escape(text[:1].upper() + text[1:])
    return f'<div class="q-verdict{_hollow(untrained)}">{swatch(colours, untrained)}{word}{badge}</div>'


def legend(classes: Mapping[str, Pair]) -> str:
    """Every class in label order: swatch and word."""
    return f'<div class="q-row q-small">{"".join(answer(word, pair) for word, pair in classes.items())}</div>'


def chips(words: list[str]) -> str:
    """Tags on sunk ground."""
    inner = "".join(f'<span class="q-chip">{escape(word)}</span>' for word in words)
    return f'<div class="q-row" style="gap:5px">{inner}</div>'


def term(text: str, definition: str) -> str:
    """A word whose exact definition shows on hover; it takes the focus, so a keyboard finds it too."""
    said = escape(definition)
    word = escape(text)
    return f'<span class="q-term" tabindex="0" title="{said}" aria-label="{word}: {said}">{word}</span>'


def headline(sentence: Headline, small: bool = False, definition: str = "") -> str:
    """Claim in ink, the rest in mute, the evidence below; `definition` explains the evidence on hover."""
    size = " verdict" if small else ""
    rest = f" <span>{escape(sentence.rest)}</span>" if sentence.rest else ""
    text = f'<h1 class="q-say{size}">{escape(sentence.claim)}{rest}</h1>'
    if not sentence.evidence:
        return text
    evidence = term(sentence.evidence, definition) if definition else escape(sentence.evidence)
    return f'{text}<p class="q-evidence">{evidence}</p>'


def title(text: str, about: str = "") -> str:
    """A page's name and, beside it, what it holds."""
    beside = f"<span>{escape(about)}</span>" if about else ""
    return f'<div class="q-title"><h1>{escape(text)}</h1>{beside}</div>'


def section(text: str, right: str = "") -> str:
    """A section's name; `right` is HTML of this module, such as a legend."""
    return f'<div class="q-section"><h2>{escape(text)}</h2>{right}</div>'


def line(left: str, right: str = "") -> str:
    """HTML of this module on one line; `right` stands at its end."""
    return f'<div class="q-row q-spread"><div class="q-row">{left}</div>{right}</div>'


def aside(text: str) -> str:
    """A muted word or two within a line."""
    return f'<span class="q-small q-mute">{escape(text)}</span>'


def note(text: str) -> str:
    """A small muted line."""
    return f'<div class="q-small q-mute">{escape(text)}</div>'


def signs() -> str:
    """The two lines at the sidebar's foot that say what solid and hollow mean."""
    grey = TOKENS["mute"]
    solid, hollow = (mark(Mark("circle", grey, untrained), 11) for untrained in (False, True))
    return (
        f'<div class="q-signs" title="{UNTRAINED}"><div>{solid}Solid mark: trained weights.</div>'
        f"<div>{hollow}Hollow mark: untrained control.</div></div>"
    )


def wordmark(signs: list[Mark], dark: bool) -> str:
    """The app's name with the backbones' marks, as an SVG for st.logo, which cannot follow the theme."""
    side = 1 if dark else 0
    drawn = (mark_svg(sign.shape, sign.colours[side]) for sign in signs)
    marks = "".join(
        svg.replace("<svg ", f'<svg x="{76 + 12 * i}" y="8" width="9" height="9" ')
        for i, svg in enumerate(drawn)
    )
    font = (
        'font-family="system-ui,Segoe UI,Roboto,Helvetica,Arial,sans-serif" font-size="18" font-weight="650"'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{78 + 12 * len(signs)}" height="24">'
        f'<text y="18" {font} textLength="66" fill="{TOKENS["ink"][side]}">Quintet</text>{marks}</svg>'
    )


def _hollow(hollow: bool) -> str:
    return " hollow" if hollow else ""
