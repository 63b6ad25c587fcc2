"""The Classify page as a person uses it: drop a track in, compare, click a lane, take the table, share."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browsing import plays, settled, shot, visit, visited
from tests.sounds import encode, film, write_wav

CARDS = ".st-key-columns [class*=st-key-card], .st-key-columns [class*=st-key-untrained]"


def give(page: Page, *files: Path, address: str = "/classify") -> Page:
    visited(page, address).locator("input[type=file]").set_input_files(list(files))
    return page


def answered(page: Page, columns: int = 5) -> Page:
    """Waits until every backbone has answered."""
    expect(page.locator(".wave[data-ready=true]")).to_have_attribute("data-lanes", str(columns))
    settled(page)
    return page


def test_an_upload_is_answered_with_classes_tags_and_neighbours_that_play(page, tmp_path):
    give(page, encode(tmp_path / "tone.mp3", "mp3", seconds=30.0))
    expect(page.locator(".q-say")).to_contain_text("musicnn says")
    answered(page)
    expect(page.locator(".q-chance")).to_have_count(25)  # five backbones, five classes
    expect(page.locator(".q-chip").first).to_be_visible()
    page.locator(".wave .play").click()
    plays(page)
    page.locator("[class*=st-key-card-musicnn] .player .play").first.click()
    plays(page)
    expect(page.locator(".wave")).to_have_attribute("data-playing", "false")
    expect(page.get_by_text("This track stays in memory and is not kept.")).to_be_visible()
    shot(page, "classify-upload")


def test_cards_have_the_same_rows_at_the_same_heights(page):
    page.goto("/classify?track=nostalgic_acoustic_s411.2")
    answered(page)
    top = "(cards, row) => cards.map((card) => card.querySelector(row).getBoundingClientRect().top)"
    for row in (".q-chance", ".q-may", ".q-near", "[class*=st-key-near]"):
        tops = page.locator(CARDS).evaluate_all(top, row)
        assert len(tops) == 5
        assert max(tops) - min(tops) <= 1, row


def test_a_click_on_a_lane_plays_and_says_what_each_hears_there(page):
    page.goto("/classify?track=nostalgic_acoustic_s411.2")
    answered(page)
    lane = page.locator(".wave [role=listbox]").first
    box = lane.bounding_box()
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    plays(page)
    expect(page.locator(".q-moment .q-name")).to_have_count(5)
    expect(page.locator(".q-moment")).to_contain_text("musicnn")
    shot(page, "classify-segment")


def test_a_reload_and_a_teammate_see_the_same(chromium, address, page, tmp_path):
    answered(give(page, write_wav(tmp_path / "shared one.wav", 4.0)))
    headline = page.locator(".q-say").inner_text()
    expect(page).to_have_url(re.compile("heard=[0-9a-f]{32}"))
    link = page.url
    page.reload()
    expect(page.locator(".q-say")).to_have_text(headline)
    expect(page.get_by_role("heading", name="shared one.wav")).to_be_visible()
    page.get_by_role("button", name="Share").click()
    expect(page.locator("[data-testid=stPopoverBody] code")).to_contain_text(link.rpartition("heard=")[2])
    for other in visit(chromium, address):
        visited(other, link)
        expect(other.locator(".q-say")).to_have_text(headline)
        other.locator(".wave .play").click()
        plays(other)


def test_several_files_are_a_table_whose_rows_open_and_which_can_be_taken_along(page, tmp_path):
    (tmp_path / "other").mkdir()
    name = "<img src=x onerror=alert(1)>.wav"
    files = [
        encode(tmp_path / "tone.mp3", "mp3", seconds=4.0), write_wav(tmp_path / name, 3.0),
        write_wav(tmp_path / "other" / "tone.mp3", 5.0), film(tmp_path / "film.mp4", 3.0),
    ]  # fmt: skip
    text = tmp_path / "text.mp3"
    text.write_bytes(b"this is a text, not music\n" * 50)
    give(page, *files, text)
    table = page.locator("[class*=st-key-files] .player[data-ready=true]")
    expect(table.locator("tr[data-id]")).to_have_count(5)
    expect(page.locator("[data-testid=stAlert]")).to_contain_text("is a text file")
    expect(table).to_contain_text(name)
    expect(table).to_contain_text("tone.mp3 (2)")
    expect(table).not_to_contain_text("waits", timeout=240_000)  # twenty answers, perhaps on a busy machine
    settled(page)
    shot(page, "classify-files")
    table.locator("tr[data-id]").nth(1).click(position={"x": 150, "y": 15})
    answered(page)
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    assert not page.locator("[data-testid=stMain] img[src=x]").count()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV").click()
    with open(waiting.value.path(), newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == 4 * 5 + 1
    assert {line["weights"] for line in lines} == {"official", "untrained", ""}
    page.reload()
    expect(table.locator("tr[data-id]")).to_have_count(5)
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def test_a_track_of_the_dataset_is_found_by_its_words(page):
    visited(page, "/classify")
    page.get_by_text("From the dataset", exact=True).click()
    answered(page)
    page.locator("[data-testid=stPopover] button").nth(1).click()
    page.get_by_placeholder("Title, artist, class or id").fill("tender electronic")
    page.keyboard.press("Enter")
    row = page.locator("[data-testid=stPopoverBody] .player tr[data-id]").first
    expect(row).to_contain_text("Tender electronic")
    row.click(position={"x": 120, "y": 12})
    expect(page).to_have_url(re.compile("track=tender_electronic"))
    answered(page)
    page.go_back()


def test_a_recording_is_answered(page):
    visited(page, "/classify")
    page.get_by_text("Record", exact=True).click()
    page.get_by_role("button", name="Record", exact=True).click()
    page.wait_for_timeout(3_500)
    page.get_by_role("button", name="Stop recording").click()
    expect(page.locator(".q-say")).to_contain_text("musicnn says")


@pytest.mark.parametrize(
    ("name", "body", "says"),
    [
        ("empty.wav", b"", "empty"),
        ("text.mp3", b"this is a text, not music\n" * 50, "is a text file"),
        ("noise.flac", bytes(range(256)) * 40, "noise.flac"),
    ],
)
def test_a_bad_upload_gets_one_sentence_and_the_server_goes_on(page, tmp_path, name, body, says):
    (tmp_path / name).write_bytes(body)
    give(page, tmp_path / name)
    expect(page.locator("[data-testid=stAlert]")).to_contain_text(says)
    page.locator("input[type=file]").set_input_files(write_wav(tmp_path / "good.wav", seconds=4.0))
    expect(page.locator(".q-say")).to_contain_text("musicnn says")
    expect(page.locator("[data-testid=stAlert]")).to_have_count(1)


def test_a_clip_too_short_is_refused_with_its_length(page, tmp_path):
    give(page, write_wav(tmp_path / "short.wav", seconds=0.3))
    expect(page.locator("[data-testid=stAlert]")).to_contain_text("at least 0.5 s")


def test_what_was_noticed_about_a_file_is_said(page, tmp_path):
    give(page, write_wav(tmp_path / "eight.wav", seconds=2.0, rate=192_000, channels=8))
    expect(page.get_by_text("The 8 channels were mixed down to one.")).to_be_visible()
    expect(page.get_by_text(re.compile("repeated")).first).to_be_visible()


def test_on_a_phone_the_first_card_is_open_and_a_tap_opens_another(phone):
    phone.goto("/classify?track=nostalgic_acoustic_s411.2")
    answered(phone)
    cards = phone.locator(CARDS)
    expect(cards).to_have_count(5)
    expect(cards.nth(0).locator(".player")).to_be_visible()
    expect(cards.nth(1).locator(".player")).to_be_hidden()
    expect(cards.nth(1).locator(".q-may")).to_be_visible()
    for n in range(1, 5):  # a control is called so folded and open, once
        expect(cards.nth(n).get_by_text("untrained", exact=True).locator("visible=true")).to_have_count(1)
    shot(phone, "classify-phone-answer")
    cards.nth(1).locator("summary").click()
    expect(cards.nth(1).locator(".player")).to_be_visible()
    expect(cards.nth(1).get_by_text("untrained", exact=True).locator("visible=true")).to_have_count(1)
    assert phone.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
