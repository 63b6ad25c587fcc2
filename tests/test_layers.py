"""The shape of the code: imports flow one way, no streamlit in the library, small files and functions."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "src" / "quintet"
ORDER = (
    ("errors", "settings", "registry", "palette", "wording", "bounded"),
    ("storage",),
    ("datasets",),
    ("audio",),
    ("nets",),
    ("weights",),
    ("backbones",),
    ("store",),
    ("catalogue",),
    ("collection",),
    ("extract",),
    ("analysis",),
    ("studies",),
    ("predict",),
    ("answers",),
    ("charts",),
    ("commands",),
    ("cli",),
)
LEVEL = {name: level for level, names in enumerate(ORDER) for name in names}
# What a layer below may know of one above: facts only, no work.
EXCEPT = {("weights", "backbones.base"), ("nets", "backbones.base")}

# A variant named after the people whose recipe it is, who gave a dataset their name too.
MAY_NAME = {("datasets", "librosa518")}

SOURCES = sorted(LIBRARY.rglob("*.py"))
PAGES = sorted((ROOT / "pages").rglob("*.py"))
SCRIPTS = sorted(p for p in (ROOT / "pages").rglob("*.js") if "vendor" not in p.parts)
CODE = [ROOT / "app.py", *SOURCES, *PAGES]


def test_there_is_code_to_look_at():
    assert len(SOURCES) > 20
    assert len(PAGES) > 10
    assert len(SCRIPTS) > 5


def imported(path: Path) -> list[str]:
    """Names of the modules a file imports, wherever in it."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def layer(path: Path) -> str:
    """The layer a library file belongs to: its folder, or its own name at the top."""
    parts = path.relative_to(LIBRARY).with_suffix("").parts
    return parts[0]


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(LIBRARY)))
def test_imports_flow_one_way(path):
    mine = layer(path)
    if mine == "__init__":
        return
    for name in imported(path):
        if not name.startswith("quintet."):
            continue
        theirs = name.split(".")[1]
        known = any(
            theirs == a and mine == m and name.startswith(f"quintet.{a2}")
            for m, a2 in EXCEPT
            for a in [a2.split(".")[0]]
        )
        assert theirs not in LEVEL or known or LEVEL[theirs] <= LEVEL[mine], (
            f"{path.name} ({mine}) imports {name}"
        )


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(LIBRARY)))
def test_the_library_knows_no_streamlit(path):
    assert not [name for name in imported(path) if name.split(".")[0] in ("streamlit", "pages", "app")]


@pytest.mark.parametrize("path", sorted((ROOT / "pages").glob("*.py")), ids=lambda p: p.name)
def test_a_page_asks_the_library_and_shows(path):
    allowed = {"streamlit", "pages", "quintet"}
    assert {name.split(".")[0] for name in imported(path)} <= allowed


@pytest.mark.parametrize(
    "path", [p for p in CODE if p.stat().st_size], ids=lambda p: str(p.relative_to(ROOT))
)
def test_the_first_line_says_the_subject(path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), "no docstring"


@pytest.mark.parametrize(
    "path", [p for p in CODE if p.parent.name != "cached"], ids=lambda p: str(p.relative_to(ROOT))
)
def test_caching_lives_at_the_edge(path):
    names = [
        n.attr for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Attribute)
    ]
    assert "cache_data" not in names
    assert "cache_resource" not in names


@pytest.mark.parametrize("kind", ["backbones", "datasets"])
def test_names_of_entries_are_typed_only_where_they_live(kind):
    from quintet import registry

    known = registry.names(kind)
    assert known
    for path in CODE:
        if (
            path.is_relative_to(LIBRARY / kind)
            or path.name in ("cli.py",)
            or path.is_relative_to(LIBRARY / "nets")
        ):
            continue
        if (kind, path.stem) in MAY_NAME:
            continue
        strings = [n.value for n in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                   if isinstance(n, ast.Constant) and isinstance(n.value, str)]  # fmt: skip
        assert not set(known) & set(strings), f"{path.relative_to(ROOT)} names an entry of {kind}"
