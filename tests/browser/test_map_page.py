"""The Map page as a person uses it: lasso, colour, click a point, keep, send the link, bring an own clip."""

import re
from urllib.parse import parse_qs, quote, urlencode, urlparse

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Page, expect

from tests.browsing import (
    FLAGS,
    choose,
    drag_around,
    eventually,
    installed,
    plays,
    settled,
    shot,
    visit,
    visited,
)
from tests.sounds import encode

ROOT = ".q-root[data-n]"
BACKBONES = 5


def opened(page: Page, address: str = "/map", panels: int = BACKBONES):
    """The component of an opened page, ready."""
    page.goto(address)
    root = page.locator(f"{ROOT}[data-ready=true]")
    expect(root).to_have_attribute("data-panels", str(panels))
    settled(page)
    return root


def said(page: Page) -> dict[str, str]:
    """The words of the address."""
    return {key: words[0] for key, words in parse_qs(urlparse(page.url).query).items()}


def listed(page: Page, n: int) -> list[str]:
    """The ids of the selected clips, once so many are listed."""
    rows = page.locator(".st-key-selected .player[data-ready=true] tr[data-id]")
    expect(rows).to_have_count(n)
    return rows.evaluate_all("rows => rows.map((row) => row.dataset.id)")


def chosen_by_click(page: Page) -> int:
    """Clicks the first point that is met on the first map; returns its row."""
    root, plot = page.locator(ROOT), page.locator("section[data-panel] .plot").first.bounding_box()
    for step in range(2_000):
        across, down = (step * 4) % plot["width"], (step * 4) // plot["width"] * 8 + 20
        page.mouse.move(plot["x"] + across, plot["y"] + down)
        if root.get_attribute("data-hover"):
            page.wait_for_timeout(200)
            if root.get_attribute("data-hover"):  # the pointer rests on it
                break
    page.mouse.down()
    page.mouse.up()
    expect(root).to_have_attribute("data-focus", re.compile(r"^\d+$"))
    return int(root.get_attribute("data-focus"))


def test_a_lasso_is_counted_listed_and_kept_in_the_address(page):
    root = opened(page)
    drag_around(page)
    expect(page.get_by_role("heading", name=re.compile(r"^\d+ clips selected$"))).to_be_visible()
    expect(page.get_by_text("drawn on musicnn, shown on every map")).to_be_visible()
    expect(root).not_to_have_attribute("data-selected", "0")
    settled(page)
    n = int(root.get_attribute("data-selected"))
    lines = page.locator("[data-table=selected-classes] tbody tr")
    expect(lines).to_have_count(5)
    counted = [int(re.match(r"\d+", text)[0]) for text in lines.locator("td:nth-child(2)").all_inner_texts()]
    assert sum(counted) == n
    by_musicnn = [int(text) for text in lines.locator("td:nth-child(3)").all_inner_texts()]
    assert sum(by_musicnn) == n
    assert len(listed(page, n)) == n
    expect(page).to_have_url(re.compile(r"[?&]sel=[^&]"))
    page.get_by_role("button", name=re.compile("Play all")).click()
    plays(page)
    shot(page, "map-selected")


def test_a_second_browser_opens_the_link_to_the_same_view(chromium, address, page):
    root = opened(page, "/map?colour=column-tempo")
    page.get_by_text("Jukebox", exact=True).first.click()  # in the sidebar
    expect(root).to_have_attribute("data-panels", "4")
    settled(page)
    drag_around(page)
    expect(root).not_to_have_attribute("data-selected", "0")
    page.mouse.wheel(0, -400)
    expect(page).to_have_url(re.compile("camera="))
    settled(page)
    n = int(root.get_attribute("data-selected"))
    ids = listed(page, n)
    zoom, link = root.get_attribute("data-zoom"), page.url
    assert float(zoom) > 1
    for other in visit(chromium, address):
        copy = opened(other, link, panels=4)
        expect(copy).to_have_attribute("data-selected", str(n))
        expect(copy).to_have_attribute("data-zoom", zoom)
        expect(other.locator(".legend")).to_contain_text("Tempo")
        assert listed(other, n) == ids
        assert said(other) == said(page)  # opening a link writes nothing else into it


@pytest.mark.parametrize(
    ("link", "title", "shows"),
    [
        ("", "Mood", "nostalgic"),
        ("colour=said", "Says", "nostalgic"),
        ("colour=sure", "How sure the probe is", "1.00"),
        ("colour=right", "The probe is", "wrong"),
        ("colour=apart", "Disagreement", "1.00"),
        ("colour=parted&of=musicnn~clmr", "musicnn against CLMR", "1.00"),
        ("colour=cluster&of=musicnn&clusters=3", "Clusters of musicnn", "cluster 3"),
        ("colour=column-tempo", "Tempo", "150"),
        ("colour=column-style", "Style", "acoustic"),
    ],
)
def test_every_colouring_has_its_legend_and_its_points(page, link, title, shows):
    root = opened(page, f"/map?{link}")
    legend = page.locator(".legend")
    expect(legend).to_contain_text(title)
    expect(legend).to_contain_text(shows)
    expect(root).to_have_attribute("data-n", "84")
    assert said(page) == {key: words[0] for key, words in parse_qs(link).items()}


def test_a_colouring_that_is_not_here_is_said_and_the_map_is_there(page):
    opened(page, "/map?colour=tag&of=guitar")
    expect(page.get_by_text("asks for a colouring that is not to be had")).to_be_visible()
    expect(page.locator(".legend")).to_contain_text("Mood")


def test_a_clicked_point_shows_its_neighbours_in_every_backbone(chromium, address, page):
    opened(page)
    chosen_by_click(page)
    heading = page.get_by_role("heading", name=re.compile("^Neighbours of "))
    expect(heading).to_be_visible()
    settled(page)
    lists = page.locator("[class*=st-key-near-] .player[data-ready=true]")
    expect(lists).to_have_count(BACKBONES)
    for at in range(BACKBONES):
        expect(lists.nth(at).locator("tr[data-id]")).to_have_count(10)
    expect(page.locator("[data-table=near-shared] tbody tr")).to_have_count(BACKBONES - 1)
    expect(page.locator("[class*=st-key-near-]").get_by_text("only", exact=True).first).to_be_visible()
    expect(page.locator("line.kin").first).to_be_attached()
    lists.first.locator(".play").first.click()
    plays(page)
    shot(page, "map-neighbours")
    name, link = heading.inner_text(), f"/map?track={quote(said(page)['track'])}"
    for other in visit(chromium, address):
        opened(other, link)
        expect(other.get_by_role("heading", name=name)).to_be_visible()
        expect(other.locator("line.kin").first).to_be_attached()


def test_growing_adds_neighbours_and_undo_takes_them_away(page):
    root = opened(page)
    page.locator(f"{ROOT} canvas").press("/")
    expect(page.get_by_label("Find")).to_be_focused()
    page.get_by_label("Find").fill("calm electronic 411")
    page.keyboard.press("Enter")
    expect(root).to_have_attribute("data-selected", "3")
    settled(page)
    page.locator("[data-tool=grow]").click()
    expect(root).not_to_have_attribute("data-selected", "3")
    grown = int(root.get_attribute("data-selected"))
    assert 3 < grown <= 3 * 6  # each with its five nearest
    settled(page)
    page.locator("[data-tool=undo]").click()
    expect(root).to_have_attribute("data-selected", "3")


def test_a_search_without_a_match_says_so(page):
    root = opened(page, "/map?find=zither")
    expect(page.get_by_text("None of the clips here has all of these words: zither.")).to_be_visible()
    expect(root).to_have_attribute("data-selected", "0")


def test_a_kept_selection_is_found_on_datasets_and_scored_alone_on_benchmarks(page):
    root = opened(page, "/map?find=tender+acoustic")
    expect(root).not_to_have_attribute("data-selected", "0")
    n = root.get_attribute("data-selected")
    page.get_by_role("button", name="Keep").click()
    page.get_by_label("Name of the selection").fill("quiet ones")
    page.keyboard.press("Enter")
    settled(page)
    page.get_by_role("button", name=f"Keep {n} clips").click()
    expect(page.get_by_text(f"Kept {n} clips as quiet ones.")).to_be_visible()
    page.goto("/datasets?in=quiet+ones")
    expect(page.get_by_text(re.compile(f"of {n} clips"))).to_be_visible()
    visited(page, "/benchmarks")
    choose(page, "Only", "Only the selection: quiet ones")
    page.wait_for_url(re.compile(r"among=quiet(\+|%20)ones"))
    expect(page.get_by_text("only the selection quiet ones")).to_be_visible()


def test_points_come_once_as_bytes_and_what_is_said_of_one_when_it_is_pointed_at(page):
    answers = []
    page.on("response", lambda answer: answers.append(answer))
    opened(page)
    packed = [one for one in answers if one.headers.get("content-type") == "application/octet-stream"]
    sizes = sorted(len(one.body()) for one in packed)
    assert sizes == [16 + 84, 16 + BACKBONES * 84 * 4]  # a byte of colour, four bytes a map
    assert all("immutable" in one.headers["cache-control"] for one in packed)
    names = {one.url for one in packed}
    assert not any("/api/map/" in one.url for one in answers)
    row = chosen_by_click(page)
    eventually(page, lambda: any(re.search(rf"/api/map/\w+/{row}$", one.url) for one in answers))
    answers.clear()
    opened(page)
    again = {one.url for one in answers if one.headers.get("content-type") == "application/octet-stream"}
    assert again == names


def test_a_selection_is_taken_along_with_what_each_backbone_says(page):
    opened(page, "/map?find=calm+electronic+411")
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV").click()
    head, *lines = waiting.value.path().read_text().splitlines()
    assert "musicnn says" in head
    assert "CLMR (untrained) says" in head
    assert len(lines) == 3
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Parquet").click()
    table = pq.read_table(waiting.value.path())
    assert table.num_rows == 3
    assert "CLMR (untrained) says" in table.column_names
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Playlist").click()
    assert waiting.value.suggested_filename == "demo-selection.m3u8"
    assert waiting.value.path().read_text().count("#EXTINF") == 3


def test_a_ticked_row_goes_before_the_rest_and_a_chosen_one_is_shown_on_the_map(page):
    opened(page, "/map?find=calm+electronic+411")
    rows = page.locator(".st-key-selected .player[data-ready=true] tr[data-id]")
    expect(rows).to_have_count(3)
    rows.nth(1).locator("input[type=checkbox]").check()
    expect(page.get_by_role("button", name="Play 1")).to_be_visible()
    rows.nth(2).click(position={"x": 150, "y": 15})
    expect(page.get_by_role("heading", name=re.compile("^Neighbours of Calm electronic 411"))).to_be_visible()
    eventually(page, lambda: said(page)["track"] == rows.nth(2).get_attribute("data-id"))


def test_an_uploaded_clip_has_its_sign_on_every_map(page, tmp_path):
    visited(page, "/classify").locator("input[type=file]").set_input_files(
        encode(tmp_path / "my tone.mp3", "mp3", seconds=10.0)
    )
    expect(page.locator(".wave[data-ready=true]")).to_have_attribute("data-lanes", str(BACKBONES))
    settled(page)
    words = said(page)
    opened(page, "/map?" + urlencode({key: words[key] for key in ("heard", "name")}))
    expect(page.locator("circle.own")).to_have_count(BACKBONES)
    expect(page.locator("text.mine").first).to_contain_text("my tone")
    shot(page, "map-upload")


def test_an_upload_that_is_gone_is_said(page):
    opened(page, f"/map?heard={'0' * 32}")
    expect(page.get_by_text("no longer in the server's memory")).to_be_visible()
    expect(page.locator("circle.own")).to_have_count(0)


def test_hand_made_features_are_a_sixth_map(page):
    opened(page)
    page.get_by_text("With Hand-made 518").click()
    expect(page.locator(ROOT)).to_have_attribute("data-panels", "6")
    expect(page).to_have_url(re.compile("hand=1"))


def test_another_map_is_made_and_shown(page):
    opened(page)
    page.get_by_text("Make another map").click()
    expect(page.get_by_role("button", name="Make it")).to_be_visible()
    settled(page)
    choose(page, "Method", "PCA")
    page.get_by_role("spinbutton", name="Seed").fill("7")
    page.keyboard.press("Enter")
    settled(page)
    page.get_by_role("button", name="Make it").click()
    expect(page.locator(".st-key-card-mapping")).to_be_visible()
    expect(page.locator(".st-key-card-mapping")).to_have_count(0, timeout=240_000)  # a job of its own
    choose(page, "Map", "PCA, aligned, seed 7")
    expect(page.locator("[data-foot]")).to_contain_text("PCA, seed 7")
    expect(page.locator(ROOT)).to_have_attribute("data-panels", str(BACKBONES))
    expect(page).to_have_url(re.compile("map=pca-s7-procrustes"))


def test_the_table_twin_lists_every_point_for_the_keyboard(page):
    opened(page)
    page.locator(".st-key-map-twin summary").focus()
    page.keyboard.press("Enter")
    rows = page.locator(".st-key-selected .player[data-ready=true] tr[data-id]")
    expect(rows).to_have_count(50)
    expect(page.get_by_text("1 to 50 of 84 clips")).to_be_visible()
    page.locator("[data-testid=stPagination]").get_by_text("2", exact=True).click()
    expect(rows).to_have_count(34)


def test_without_webgl_the_maps_are_pictures_and_the_table_is_there(chromium, address):
    flags = [flag for flag in FLAGS if "swiftshader" not in flag]
    blind = chromium.browser_type.launch(executable_path=installed(), args=[*flags, "--disable-3d-apis"])
    for page in visit(blind, address):
        visited(page, "/map")
        expect(page.get_by_text("as plain pictures")).to_be_visible()
        expect(page.locator("[data-testid=stVegaLiteChart]")).to_have_count(BACKBONES)
        expect(page.get_by_text(re.compile(r"^trustworthiness 0\.\d\d, continuity"))).to_have_count(BACKBONES)
        page.get_by_text("The same as a table: all 84 clips").click()
        expect(page.locator(".st-key-selected .player[data-ready=true] tr[data-id]")).to_have_count(50)
        shot(page, "map-flat")
        page.get_by_label("Find").fill("tender")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Selected ones are square.")).to_be_visible()
        expect(page.get_by_role("heading", name="18 clips selected")).to_be_visible()
    blind.close()


def test_the_head_of_a_narrow_map_keeps_its_number(chromium, address):
    over = "heads => heads.filter((head) => head.scrollWidth > head.clientWidth).length"
    for page in visit(chromium, address, viewport={"width": 1280, "height": 860}):
        opened(page)
        heads = page.locator("section[data-panel] > header")
        expect(heads.locator(".figure b")).to_have_count(BACKBONES)
        assert not heads.evaluate_all(over)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_phone_shows_one_map_and_never_scrolls_sideways(chromium, address, theme):
    for page in visit(chromium, address, viewport={"width": 390, "height": 844}, color_scheme=theme):
        root = opened(page, "/map?find=happy&track=nostalgic_acoustic_s411.2")
        expect(root).to_have_attribute("data-selected", "18")
        settled(page)
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
        shot(page, f"map-phone-{theme}")
