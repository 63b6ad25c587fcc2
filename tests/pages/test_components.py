"""The components' files: served for good under the version of their content, and within the house limits."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from dashboard import components
from dashboard.components import assets_route

FOLDER = Path(components.__file__).parent
OURS = sorted(f for f in FOLDER.rglob("*.js") if "vendor" not in f.parts)
FOREVER = "public, max-age=31536000, immutable"


def asked(route, path: str) -> Response | None:
    """The route's own answer to GET `path`, or None where the route is not meant."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "root_path": "",
        "headers": [],
        "app": Starlette(),
    }
    match, found = route.matches(scope)
    if match is not Match.FULL:
        return None
    with ThreadPoolExecutor(1) as own:  # the browser walks keep an event loop in the main thread
        return own.submit(asyncio.run, route.endpoint(Request(scope | found))).result()


def version() -> str:
    return components._version()


def test_there_are_components_to_test() -> None:
    assert FOLDER / "linked_maps" / "main.js" in OURS


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("linked_maps/main.js", "text/javascript"),
        ("linked_maps/style.css", "text/css"),
        ("shared/theme.js", "text/javascript"),
    ],
)
def test_a_file_is_served_as_what_it_is_and_kept_for_good(path: str, kind: str) -> None:
    answer = asked(assets_route(), f"/assets/{version()}/{path}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["cache-control"] == FOREVER
    assert answer.body == (FOLDER / path).read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        "linked_maps/none.js",
        "linked_maps/__init__.py",
        "../held.py",
        "../../../app.py",
        "linked_maps/../../held.py",
        "linked_maps/../linked_maps/main.js",
        "/etc/passwd",
        "",
    ],
)
def test_nothing_but_the_components_files_is_served(path: str) -> None:
    answer = asked(assets_route(), f"/assets/{version()}/{path}")
    assert answer.status_code == 404
    assert "cache-control" not in answer.headers


def test_an_older_version_is_not_answered_with_newer_content() -> None:
    assert asked(assets_route(), "/assets/0123456789abcdef/linked_maps/main.js").status_code == 404


@pytest.mark.parametrize("path", OURS, ids=lambda p: p.relative_to(FOLDER).as_posix())
def test_a_module_says_its_subject_and_keeps_the_limits(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith(("// ", "/**"))
    assert len(lines) <= 250
    assert longest_function(lines) <= 40


@pytest.mark.parametrize("path", OURS, ids=lambda p: p.relative_to(FOLDER).as_posix())
def test_data_never_becomes_markup(path: Path) -> None:
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", path.read_text(encoding="utf-8")
    )


@pytest.mark.parametrize("path", OURS, ids=lambda p: p.relative_to(FOLDER).as_posix())
def test_every_import_is_a_file_that_is_served(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    wanted = re.findall(r"""(?:from|import) ["'](\.[^"']+)["']""", text)
    missing = [name for name in wanted if not (path.parent / name).resolve().is_file()]
    assert not missing


def longest_function(lines: list[str]) -> int:
    """Lines of the longest function that starts at the margin; it ends where a brace closes there."""
    longest, start = 0, None
    for number, line in enumerate(lines):
        if re.match(r"(export )?(default )?(async )?function\b|export default function", line):
            start = number
        elif line.startswith("}") and start is not None:
            longest, start = max(longest, number - start + 1), None
    return longest
