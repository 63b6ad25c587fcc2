"""What people drop into Classify that cannot be answered, and how they go on; and what a card must admit."""

import os
import re
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from quintet import cli, settings
from tests.audio.protect import protect
from tests.browser.test_classify import answered, give
from tests.browsing import settled, shot, visit, visited
from tests.datasets.miniatures import msd
from tests.servers import served
from tests.sounds import encode, write_tone, write_wav

LIMIT = settings.Settings().max_upload_mb
ALERT = "[data-testid=stAlert]"
CHIP = "[data-testid=stFileChip]"
INPUT = "[data-testid=stFileUploader] input[type=file]"
SLOW = 400_000  # bytes a second
MARKUP = "*a* ![b](c) :red[d] <b>e<b>.mp3"


def sent(page: Page) -> list[str]:
    """Collects the addresses the page uploads to, from now on."""
    found = []
    page.on("request", lambda request: found.append(request.url) if request.method == "PUT" else None)
    return found


def large(path: Path, head: bytes, size: int = 300_000_000) -> Path:
    """A file of 300 MB that takes no room on the disk: its head, then nothing but zeros."""
    with path.open("wb") as file:
        file.write(head)
        file.truncate(size)
    return path


def silence(seconds: int) -> bytes:
    """The head of a 16-bit WAV of silence at 44.1 kHz."""
    size = seconds * 88_200
    form = struct.pack("<IHHIIHH", 16, 1, 1, 44_100, 88_200, 2, 16)
    return b"RIFF" + struct.pack("<I", 36 + size) + b"WAVEfmt " + form + b"data" + struct.pack("<I", size)


@pytest.mark.parametrize(
    ("name", "head"),
    [("long.wav", silence(299_999_956 // 88_200)), ("random.mp3", np.random.default_rng(0).bytes(4096))],
)
def test_a_file_over_the_limit_is_not_sent_and_the_page_says_what_to_do(page, tmp_path, name, head):
    uploads = sent(page)
    give(page, large(tmp_path / name, head))
    expect(page.locator(f"{CHIP}[aria-invalid=true]")).to_have_attribute("aria-label", f"{name}, 300.0MB")
    expect(page.locator(".q-too-large")).to_contain_text(f"more than {LIMIT} MB")
    expect(page.locator(".q-too-large")).to_contain_text("save it as MP3 or FLAC")
    assert not uploads
    shot(page, f"classify-too-large-{name}")
    page.locator(INPUT).set_input_files(write_wav(tmp_path / "good.wav", seconds=4.0))
    expect(page.locator(".q-say")).to_contain_text("musicnn says")
    assert len(uploads) == 1


def test_a_protected_file_is_called_so_and_another_is_one_click_away(page, tmp_path):
    give(page, protect(encode(tmp_path / "bought.m4a", "m4a")))
    expect(page.locator(ALERT)).to_contain_text("'bought.m4a' is protected (DRM)")
    expect(page.locator(ALERT)).to_contain_text("Choose an unprotected copy.")
    expect(page.get_by_text("Or try one of these")).to_be_visible()
    shot(page, "classify-protected")
    page.get_by_role("button", name="Remove bought.m4a").click()
    expect(page.locator(ALERT)).to_have_count(0)


def test_the_name_of_a_refused_file_is_shown_as_it_is(page, tmp_path):
    (tmp_path / MARKUP).write_text("this is a text, not music\n" * 50)
    give(page, tmp_path / MARKUP)
    expect(page.locator(ALERT)).to_contain_text(f"'{MARKUP}' is a text file")
    assert not page.locator(f"{ALERT} :is(img, em, b)").count()


def test_a_row_that_cannot_be_heard_opens_nothing_and_the_table_stays(page, tmp_path):
    (tmp_path / "text.mp3").write_text("this is a text, not music\n" * 50)
    good = [write_wav(tmp_path / f"{n}.wav", seconds=2.0 + n) for n in (1, 2)]
    give(page, *good, tmp_path / "text.mp3")
    rows = page.locator("[class*=st-key-files] .player[data-ready=true] tr[data-id]")
    expect(rows).to_have_count(3)
    settled(page)
    rows.nth(2).click(position={"x": 150, "y": 15})
    expect(page).to_have_url(re.compile("heard="))
    settled(page)
    expect(rows).to_have_count(3)
    expect(page.locator(ALERT)).to_have_count(1)
    expect(page.locator(".wave")).to_have_count(0)


@pytest.fixture
def throttled(page) -> Page:
    """A visitor whose uploads are slow, with one going on."""
    visited(page, "/classify")
    wire = page.context.new_cdp_session(page)
    speed = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": SLOW}
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", {"offline": False, **speed})
    return page


def begin(page: Page, path: Path) -> None:
    """Gives a file that takes minutes to send, and waits until it is on its way."""
    with page.expect_request(lambda request: request.method == "PUT"):
        page.locator(INPUT).set_input_files(path)
    page.wait_for_timeout(500)


@pytest.fixture
def minutes_long(tmp_path) -> Path:
    """A silent WAV within the limit that takes minutes to send when throttled."""
    return large(tmp_path / "slow.wav", silence(1_000), 44 + 88_200_000)


@pytest.mark.parametrize("how", ["removed", "left"])
def test_an_upload_cancelled_half_way_leaves_nothing_and_another_works(
    throttled, minutes_long, tmp_path, how
):
    page = throttled
    begin(page, minutes_long)
    with page.expect_event("requestfailed", lambda request: request.method == "PUT"):
        if how == "removed":
            page.locator("[data-testid=stFileChipDeleteBtn] button").click()
        else:
            page.reload()
    settled(page)
    expect(page.locator(CHIP)).to_have_count(0)
    expect(page.get_by_text("Or try one of these")).to_be_visible()
    assert "heard=" not in page.url
    page.locator(INPUT).set_input_files(encode(tmp_path / "good.mp3", "mp3"))
    expect(page.locator(".q-say")).to_contain_text("musicnn says")
    expect(page.locator(ALERT)).to_have_count(0)


def test_a_certain_answer_stands_in_one_line_at_any_width(page, tmp_path):
    give(page, encode(tmp_path / "tone.m4a", "m4a"))
    answered(page)
    share = page.locator(".wave .share").filter(has_text="100 %").first
    for width in (1440, 1180, 900, 640, 390):
        page.set_viewport_size({"width": width, "height": 950})
        page.wait_for_timeout(400)
        expect(share).to_be_visible()
        lines = "element => element.getClientRects().length && element.offsetHeight"
        assert share.evaluate(lines) <= 20, width
        assert share.evaluate("element => element.scrollWidth - element.offsetWidth") <= 0, width


@pytest.fixture(scope="module")
def songs(tmp_path_factory) -> Iterator[str]:
    """A server whose only dataset is the one musicnn learned from, in small; musicnn and CLMR heard it."""
    root = tmp_path_factory.mktemp("songs")
    place = msd.make(root / "msd")
    for n, name in enumerate(msd.ids()[:18]):
        write_tone(root / "msd" / "previews" / f"{name}.wav", 110.0 * 2 ** (n % 3) + n)
    before = dict(os.environ)
    os.environ |= {f"QUINTET_{name.upper()}": str(root / name) for name in ("cache", "data", "weights")}
    (root / "data").mkdir()
    try:
        assert cli.main(["datasets", "add", "msd", "--root", str(place.root)]) == 0
        for name in ("musicnn", "clmr"):
            assert cli.main(["embed", "msd", "--backbone", name]) == 0
        with served(root / "cache", root / "data") as found:
            yield found
    finally:
        os.environ.clear()
        os.environ |= before


@pytest.fixture
def visitor(chromium, songs) -> Iterator[Page]:
    yield from visit(chromium, songs)


def test_a_backbone_that_learned_from_the_dataset_says_so_on_its_card(visitor, tmp_path):
    answered(give(visitor, write_wav(tmp_path / "a.wav", 4.0), address="/classify?dataset=msd"), columns=2)
    notes = visitor.locator("[class*=st-key-card-musicnn], [class*=st-key-untrained-clmr]")
    expect(notes.nth(0)).to_contain_text("musicnn was trained on Million Song Dataset: no fair test.")
    expect(notes.nth(1)).to_contain_text("Not trained on these tracks.")
    shot(visitor, "classify-contaminated")
