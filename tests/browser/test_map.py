"""The linked maps in a real Chromium: drawn, selected, coloured and moved, as their data attributes say."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.alone import running, visitors
from tests.browser.map_run import (
    LEFT,
    RIGHT,
    chosen,
    draw,
    has,
    lit,
    plot,
    point_at,
    root,
    says,
    tool,
)
from tests.browsing import shot

ALL = ((0.0, 0.0), (0.999, 0.0), (0.999, 0.999), (0.0, 0.999), (0.0, 0.1))
NOTHING = ((0.45, 0.02), (0.55, 0.02), (0.55, 0.04), (0.45, 0.04))  # above the middle of the maps


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[str]:
    """Where a server with linked maps listens."""
    with running("map_server.py", tmp_path_factory.mktemp("map") / "log.txt") as address:
        yield address


@pytest.fixture
def opened(chromium: Browser, served: str) -> Iterator[Callable[..., Page]]:
    """Opens the page as its address tells (`alone.visitors`)."""
    with visitors(chromium, served, lambda page: has(page, "ready", "true")) as open_page:
        yield open_page


def test_every_panel_is_drawn_with_its_name_mark_words_and_foot(opened):
    page = opened()
    has(page, "n", "300")
    has(page, "panels", "5")
    has(page, "selected", "0")
    sections = page.locator("section[data-panel]")
    expect(sections).to_have_count(5)
    expect(sections.first.locator("h3")).to_have_text("Alpha")
    expect(sections.first.locator(".foot")).to_contain_text("trustworthiness 0.90")
    words = sections.first.locator(".word")
    expect(words).to_have_count(6)
    boxes = [words.nth(i).bounding_box() for i in range(6)]
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            apart = a["x"] >= b["x"] + b["width"] or b["x"] >= a["x"] + a["width"]
            assert apart or a["y"] >= b["y"] + b["height"] or b["y"] >= a["y"] + a["height"]


def test_an_untrained_backbone_says_so_and_names_no_clusters(opened):
    page = opened()
    last = page.locator("section[data-panel='key-4']")
    expect(last.locator(".badge")).to_have_text("untrained")
    expect(last.locator(".word")).to_have_count(0)


def test_titles_with_markup_in_them_stay_text(opened):
    page = opened()
    line = page.locator(".legend li", has_text="<b>bold</b> & co")
    expect(line).to_have_count(1)
    assert page.locator(".legend b").count() == 0


@pytest.mark.parametrize(("panels", "n"), [(1, 300), (2, 300), (4, 300), (6, 300), (1, 3), (2, 1)])
def test_one_to_six_maps_and_a_handful_of_points_are_drawn(opened, panels: int, n: int):
    page = opened(f"panels={panels}&n={n}")
    has(page, "panels", str(panels))
    has(page, "n", str(n))
    expect(page.locator("section[data-panel]")).to_have_count(panels)


def test_a_map_that_lacks_points_draws_counts_and_selects_only_its_own(opened):
    page = opened("lacks=1&listen=off")
    has(page, "n", "300")
    calm = page.locator(
        ".legend [data-class='calm'].line .figure, .legend [data-class='calm'].line span"
    ).last
    all_of_it = int(calm.inner_text())
    plot(page, 1).hover(position={"x": 5, "y": 5})
    point_at(page, 1)
    expect(page.locator(".legend header")).to_contain_text("Beta")
    expect(calm).not_to_have_text(str(all_of_it))
    assert int(calm.inner_text()) < all_of_it
    draw(page, ALL, 1)
    chosen(page, 200)
    page.keyboard.press("i")
    chosen(page, 100)
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    for step in range(40):  # until a point that the second map lacks
        page.keyboard.press(("ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown")[step % 4])
        page.wait_for_timeout(40)
        if int(root(page).get_attribute("data-hover")) % 3 == 0:
            break
    has(page, "hover", re.compile(r"\d"))
    expect(page.locator(".ring.hover")).to_have_count(4)
    page.keyboard.press("2")
    has(page, "hover", "")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".ring.hover")).to_have_count(5)


def test_a_lasso_on_one_map_lights_the_same_rows_on_all_and_python_has_them(opened):
    page = opened()
    draw(page, LEFT)
    count = lit(page, 1)
    assert 0 < count < 300
    says(page, re.compile(r" on key-0 by 1$"))
    expect(page.locator("section[data-panel='key-0'] .lasso")).to_have_count(1)
    expect(page.locator("section[data-panel='key-1'] .lasso")).to_have_count(0)
    expect(page.locator(".legend footer")).to_contain_text(f"{count} of 300 clips")
    expect(page.get_by_role("img", name="Selected points are square")).to_be_visible()
    shot(page, "linked-maps")


def test_strokes_add_and_remove_by_keys_and_by_the_bars_buttons(opened):
    page = opened()
    draw(page, LEFT)
    left = lit(page, 1)
    page.keyboard.down("Control")
    draw(page, RIGHT)
    page.keyboard.up("Control")
    both = lit(page, 2)
    assert both > left
    page.keyboard.down("Alt")
    draw(page, LEFT)
    page.keyboard.up("Alt")
    assert lit(page, 3) == both - left
    tool(page, "add").click()
    expect(tool(page, "add")).to_have_attribute("aria-pressed", "true")
    draw(page, LEFT)
    assert lit(page, 4) == both
    tool(page, "remove").click()
    draw(page, RIGHT)
    assert lit(page, 5) == left


def test_inverting_growing_and_undoing_by_key_and_button(opened):
    page = opened()
    draw(page, LEFT)
    left = lit(page, 1)
    page.keyboard.press("i")
    chosen(page, 300 - left)
    tool(page, "invert").click()
    chosen(page, left)
    page.locator("canvas").focus()
    page.keyboard.press("g")
    grown = lit(page, 2)
    assert left < grown <= 2 * left
    tool(page, "grow").click()
    assert lit(page, 3) >= grown
    page.keyboard.press("Control+z")
    chosen(page, grown)
    tool(page, "undo").click()
    chosen(page, left)
    for _ in range(3):
        tool(page, "undo").click()
    chosen(page, 0)
    expect(tool(page, "undo")).to_be_disabled()


def test_operations_that_follow_one_another_quickly_all_count(opened):
    page = opened()
    draw(page, LEFT)
    for _ in range(5):
        page.keyboard.press("g")
    assert lit(page, 6) > 0


def test_a_box_and_the_moving_hand_are_chosen_on_the_bar(opened):
    page = opened()
    tool(page, "box").click()
    draw(page, ((0.0, 0.0), (0.999, 0.999)))
    chosen(page, 300)
    tool(page, "pan").click()
    draw(page, ((0.5, 0.5), (0.6, 0.6)))
    has(page, "camera", re.compile(r"^-0\.\d+ 0\.\d+ 1\.0000$"))
    has(page, "selected", "300")


def test_a_selection_of_nothing_is_none_and_escape_clears(opened):
    page = opened()
    draw(page, NOTHING)
    says(page, "rows 0 sum 0 on key-0 by 1")
    has(page, "selected", "0")
    draw(page, ALL)
    chosen(page, 300)
    page.keyboard.press("Escape")
    says(page, "rows 0 sum 0 on none by 0")


def test_rows_a_search_found_are_lit_and_can_be_changed(opened):
    page = opened()
    draw(page, LEFT)
    left = lit(page, 1)
    page.get_by_text("Found", exact=True).click()
    chosen(page, 6)
    page.locator("canvas").focus()
    page.keyboard.press("i")
    chosen(page, 294)
    page.keyboard.press("Control+z")
    chosen(page, 6)
    page.get_by_text("Found", exact=True).click()
    says(page, re.compile(r"^rows 0 "))
    assert left


def test_an_address_brings_back_the_very_rows_and_the_camera(opened):
    page = opened()
    draw(page, LEFT)
    page.keyboard.press("i")
    line = says(page, re.compile(r"by 2$"))
    text = says(page, re.compile(r"^ops \[.+\]$"))[5:-1].replace("\n", "")
    other = opened(f"ops={text}&camera=0.2+-0.1+3")
    says(other, line)
    has(other, "camera", "0.2000 -0.1000 3.0000")
    tool(other, "undo").click()
    says(other, re.compile(r"by 1$"))


def test_the_legend_shows_one_class_dims_and_hides_and_shows_all_again(opened):
    page = opened()
    line = page.locator(".legend [data-class='happy'].line")
    line.click()
    has(page, "legend", "dim:0,1,3,4,5,255")
    expect(line).to_have_attribute("aria-pressed", "true")
    page.locator(".legend [data-class='calm'].line").click(modifiers=["Shift"])
    has(page, "legend", "dim:1,3,4,5,255")
    page.get_by_role("button", name="Show all", exact=True).click()
    has(page, "legend", "")
    page.get_by_role("button", name="Dim calm").click()
    has(page, "legend", "dim:0")
    page.get_by_role("button", name="Hide calm").click()
    has(page, "legend", "hide:0")
    page.get_by_role("button", name="Show calm").click()
    has(page, "legend", "")
    line.click()
    line.click()
    has(page, "legend", "")


def test_a_hidden_class_cannot_be_pointed_at(opened):
    page = opened("classes=1&listen=off")
    point_at(page)
    page.get_by_role("button", name="Dim calm").click()
    page.get_by_role("button", name="Hide calm").click()
    has(page, "legend", "hide:0")
    with pytest.raises(AssertionError, match="No point"):
        point_at(page)


def test_two_hundred_classes_are_sought_in_a_list_that_scrolls(opened):
    page = opened("classes=200&n=4000&panels=2")
    expect(page.locator(".legend li:visible")).to_have_count(201)
    box = page.locator(".legend").bounding_box()
    assert box["height"] < 500
    page.locator(".legend .find").fill("class 19")
    expect(page.locator(".legend li:visible")).to_have_count(12)  # 119 as well
    page.locator(".legend [data-class='class 190'].line").click()
    has(page, "legend", re.compile(r"^dim:0,1,.*189,191,"))
    expect(page.locator(".legend .find")).to_have_value("class 19")


def test_a_scale_has_ends_a_histogram_and_a_range_that_stands_alone(opened):
    page = opened("kind=scale")
    legend = page.locator(".legend")
    expect(legend.locator(".ends")).to_have_text("\u22121.0 dB1.0 dB")
    assert legend.locator(".bins rect").count() == 51
    expect(legend.locator(".without")).to_have_text("not scored30")
    box = legend.locator(".range").bounding_box()
    middle = box["y"] + 30
    page.mouse.move(box["x"] + box["width"] * 0.25, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, middle, steps=4)
    page.mouse.up()
    has(page, "legend", "range:\u22120.5 dB to 0.0 dB")
    handle = legend.get_by_role("slider", name="Highest value shown")
    handle.press("ArrowRight")
    has(page, "legend", re.compile("^range:\u22120.5 dB to 0.0"))
    assert int(handle.get_attribute("aria-valuenow")) > 128
    page.locator("canvas").focus()
    page.keyboard.press("Escape")
    has(page, "legend", "")


def test_colours_of_each_map_apart_are_counted_for_the_map_pointed_at(opened):
    page = opened("kind=right&listen=off")
    right = page.locator(".legend [data-class='right'].line")
    expect(right).to_contain_text("150")
    plot(page, 1).hover(position={"x": 5, "y": 5})
    point_at(page, 1)
    expect(right).to_contain_text("100")
    expect(page.locator(".legend header")).to_contain_text("Beta")


def test_another_colouring_keeps_selection_and_places(opened):
    page = opened()
    draw(page, LEFT)
    left = lit(page, 1)
    page.get_by_text("Another colouring").click()
    expect(page.locator(".legend h3")).to_have_text("Confidence")
    assert lit(page, 1) == left


def test_linked_maps_move_together_and_free_ones_apart(opened):
    page = opened()
    box = plot(page, 1).bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.wheel(0, -400)
    has(page, "linked", "true")
    has(page, "zoom", "2.72")
    says(page, re.compile(r"^camera .* 2.718$"))
    page.get_by_text("Free").click()
    has(page, "linked", "false")
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.wheel(0, -400)
    has(page, "zoom", "2.72 7.39 2.72 2.72 2.72")
    plot(page, 0).dblclick(position={"x": 3, "y": 3})
    has(page, "zoom", "1.00 7.39 2.72 2.72 2.72")


def test_the_view_is_reset_by_button_double_click_key_and_from_outside(opened):
    page = opened()
    for undo in ("button", "key", "double", "outside"):
        tool(page, "closer").click()
        has(page, "zoom", "1.50")
        if undo == "button":
            tool(page, "reset").click()
        elif undo == "key":
            page.locator("canvas").press("0")
        elif undo == "double":
            plot(page).dblclick(position={"x": 4, "y": 4})
        else:
            page.get_by_text("Reset", exact=True).click()
        has(page, "zoom", "1.00")
