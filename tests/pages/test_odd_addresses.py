"""Every page and view at an address whose every word is nonsense: it opens."""

import ast
import re
from pathlib import Path

import pytest

from tests.pages.opening import at, html

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "pages"
ODD = {
    "digits of no one": "²",
    "another alphabet's digits": "١٢",
    "negative": "-1",
    "not a number": "nan",
    "a range backwards": "9-1",
    "an endless range": "0-99999999999999999999",
    "many digits": "9" * 5_000,
    "many letters": "a" * 10_000,
    "controls": "\x00\x1b\u202e\n",
    "a path": "../../etc/passwd",
    "brackets": "[[[{",
    "markup": "<b>&*_`",
    "digest of nothing": "0" * 32,
}


def views(page: str) -> list[tuple[str, str]]:
    """The views that a page has, by its constant: importing it would draw it."""
    for node in ast.parse((PAGES / page).read_text()).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="VIEWS")], value=value):
                return [(page, view) for view in ast.literal_eval(value)]
    raise AssertionError(f"{page} has no VIEWS")


VIEWS = [*views("browse_datasets.py"), *views("benchmarks.py")]


def words() -> list[str]:
    """Every name that a page may give a value in the address: the constants that are one word."""
    found = set()
    for path in [*PAGES.rglob("*.py"), *(ROOT / "src" / "dashboard").rglob("*.py")]:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                found.add(str(node.value.value))
    return sorted(word for word in found if re.fullmatch(r"[a-z][a-z-]{0,20}", word))


def test_the_words_are_found():
    assert {"dataset", "view", "track", "heard", "files", "part", "space", "name", "with-"} <= {*words()}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("page", sorted(path.name for path in PAGES.glob("*.py") if path.name != "frame.py"))
def test_a_page_opens_at_any_address(demo, page, odd):
    assert html(at(page, **dict.fromkeys(words(), ODD[odd])))


@pytest.mark.parametrize("odd", ["digits of no one", "negative", "many digits", "brackets"])
@pytest.mark.parametrize(("page", "view"), VIEWS)
def test_a_view_opens_at_any_address(demo, page, view, odd):
    given = {word: ODD[odd] for word in words() if word not in ("dataset", "view")}
    assert html(at(page, view=view, **given))
