"""From a confusion to what was taught and to the map, a test measured from the page, a figure saved."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_benchmarks import opened
from tests.browsing import plays, visit, visited
from tests.servers import served

TENDER = "?view=confusion&a=musicnn&cell=tender~nostalgic"


@pytest.fixture
def own(chromium: Browser, prepared: Path, tmp_path: Path) -> Iterator[Page]:
    """A visitor of a server of its own, for what adds to the cache."""
    shutil.copytree(prepared, tmp_path / "cache")
    (tmp_path / "data").mkdir()
    with served(tmp_path / "cache", tmp_path / "data") as address:
        yield from visit(chromium, address)


def test_the_clips_of_a_cell_are_lit_on_every_map_and_let_go(page):
    opened(page, TENDER)
    rows = page.locator(".st-key-card-cell table[data-key=cell-clips] tr[data-id]")
    expect(rows.first).to_be_visible()
    many = rows.count()
    page.get_by_role("link", name=f"Light all {many} on the map").click()
    page.wait_for_url(re.compile(r"/map\?.*lit="))
    expect(page.get_by_text(f"Lit: the {many} clips that the link names.")).to_be_visible()
    expect(page.get_by_role("heading", name=f"{many} clips selected")).to_be_visible()
    page.get_by_role("button", name="Let them go").click()
    expect(page.get_by_role("heading", name="No clips selected")).to_be_visible()
    expect(page).not_to_have_url(re.compile("lit="))


def test_a_wrong_answer_is_heard_beside_what_it_was_taught(page):
    opened(page, TENDER)
    rows = page.locator(".st-key-card-cell table[data-key=cell-clips] tr[data-id]")
    expect(page.get_by_role("heading", name="What it was taught that is most like it")).to_be_visible()
    taught = page.locator("table[data-key=cell-clips-taught-musicnn] tr[data-id]")
    expect(taught).to_have_count(4)
    before = taught.first.get_attribute("data-id")
    rows.nth(1).click()
    expect(taught.first).not_to_have_attribute("data-id", before)
    taught.first.locator(".play").click()
    plays(page)


def test_every_backbone_classes_as_one_and_small_cells_are_kept_by_a_link(page):
    opened(page, "?view=confusion&which=all&order=cluster&group-0=calm~tender&least=3")
    matrices = page.locator(".q-root[data-ready=true] .q-matrix")
    expect(matrices).to_have_count(6)
    expect(matrices.first.locator("[data-cell]")).to_have_count(16)
    expect(page.get_by_text("blank: fewer than 3 clips").first).to_be_visible()
    for cell in matrices.first.locator("[data-cell]").all():
        shown = cell.inner_text()
        assert shown == "\u00b7" if int(cell.get_attribute("data-count")) < 3 else shown.isdigit()


def test_a_test_is_measured_from_the_page_and_shows(own):
    opened(own, "?view=more&ask=together")
    expect(own.get_by_text("quintet ensemble demo --protocol demo --probe logistic")).to_be_visible()
    own.get_by_role("button", name="Measure it now").click()
    expect(own.locator(".st-key-card-together")).to_be_visible(timeout=180_000)
    expect(own.get_by_role("heading", name="What each adds")).to_be_visible()
    expect(own.locator(".q-say")).to_contain_text("Together (")
    visited(own, "/benchmarks?view=report&form=md")
    expect(own.get_by_text("## Answering as one")).to_be_visible()


def test_in_the_dark_the_figure_of_a_report_lies_on_light_paper(chromium, address):
    for page in visit(chromium, address, color_scheme="dark"):
        opened(page, "?view=report")
        picture = page.locator(".st-key-card-figure [data-ready=true] img")
        expect(picture).to_have_css("background-color", "rgb(250, 249, 247)")


def test_the_figure_of_a_report_is_saved_with_the_word_untrained(page):
    opened(page, "?view=report")
    expect(page.locator(".st-key-card-figure [data-ready=true] img")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save the figure as SVG").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert text.startswith("<svg") and text.count("(untrained)") == 4
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save the figure as PNG").click()
    assert waiting.value.suggested_filename.endswith(".png")
    assert Path(waiting.value.path()).read_bytes().startswith(b"\x89PNG")


def test_score_stands_against_parameters_by_a_link(page):
    opened(page, "?against=parameters")
    expect(page.get_by_role("heading", name="Accuracy against parameters")).to_be_visible()
    page.locator(".st-key-against").get_by_text("Seconds a clip").click()
    expect(page.get_by_role("heading", name="Accuracy against seconds a clip")).to_be_visible()
