"""Every page by Streamlit's own test client: with the demo ready, and with nothing at all."""

import ast

import pytest

from tests.pages.opening import FRAME, at, html

PAGES = sorted(p.name for p in FRAME.parent.glob("*.py") if p.name != "frame.py")


def test_there_are_pages():
    assert len(PAGES) == 7


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_with_the_demo_ready(demo, name):
    app = at(name)
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("name", PAGES)
def test_a_page_without_data_says_what_is_missing_and_what_mends_it(isolated, name):
    app = at(name)
    assert not app.exception
    if name != "backbones.py":  # which needs no dataset
        # What the `prepared` fixture of these tests runs on an empty machine.
        assert [line.value for line in app.code] == ["quintet prepare demo"]


def test_the_list_of_pages_names_every_file():
    listed = {n.value for n in ast.walk(ast.parse(FRAME.read_text())) if isinstance(n, ast.Constant)}
    assert {p.removesuffix(".py") for p in PAGES} <= listed


def test_the_overview_counts_what_is_here(demo):
    said = html(at("overview.py"))
    assert "84 clips, heard by five backbones." in said
    assert "One of them trained." in said
    assert "runs untrained" in said
    assert "84 of 84" in said


def test_the_datasets_page_says_that_a_model_made_the_music(demo):
    assert "A generative model, ACE-Step 1.5, made the music." in html(at("browse_datasets.py"))


def test_a_search_that_finds_nothing_says_so(demo):
    app = at("browse_datasets.py")
    app.text_input(key="search").set_value("nothing of that name").run()
    assert not app.exception
    assert "No clips match" in html(app)


def test_a_filter_leaves_its_class_alone(demo):
    app = at("browse_datasets.py")
    app.selectbox(key="filter-mood").set_value("calm").run()
    assert not app.exception
    assert any("15 clips" in c.value for c in app.caption)


def test_without_a_ticked_backbone_the_page_says_so(demo):
    app = at("map.py")
    for box in app.checkbox:
        box.uncheck()
    app.run()
    assert not app.exception
    assert "No backbone is ticked" in app.error[0].value


def test_the_benchmark_says_who_is_ahead(demo):
    said = html(at("benchmarks.py"))
    assert "is ahead of" in said or "score alike" in said
    assert "95 % interval" in said
