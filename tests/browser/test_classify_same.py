"""One clip asked in three ways: what the page shows and hands out, the command line, and Python."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import quintet
from quintet import cli
from tests.browser.test_classify import answered, give
from tests.browsing import settled
from tests.sounds import encode, write_wav

CLOSE = 1e-6


def taken_along(page: Page) -> dict[str, dict]:
    """What the page's JSON says of each file, once every backbone has answered."""
    expect(page.locator("[class*=st-key-files] .player[data-ready=true]")).not_to_contain_text(
        "waits", timeout=240_000
    )
    settled(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="JSON").click()
    document = json.loads(Path(waiting.value.path()).read_text())
    return {one["file"]: one["answers"] for one in document["files"]}


def test_page_command_line_and_python_give_the_same_numbers(page, demo, tmp_path, capsys):
    files = [encode(tmp_path / "tone.mp3", "mp3", 7.0), write_wav(tmp_path / "hum.wav", 4.0)]
    shown = taken_along(give(page, *files))
    assert cli.main(["classify", *map(str, files), "--json"]) == 0
    told = {Path(one["clip"]).name: one for one in json.loads(capsys.readouterr().out)["results"]}
    for path in files:
        said = {answer["backbone"]: answer for answer in told[path.name]["answers"]}
        asked = {answer.key: answer for answer in quintet.classify(path)}
        assert set(shown[path.name]) == set(said) == set(asked) and len(asked) == 5
        for name, answer in asked.items():
            here, line = shown[path.name][name], said[name]
            shares = dict(zip(answer.classes, map(float, answer.probabilities), strict=True))
            assert here["fingerprint"] == line["fingerprint"] == answer.fingerprint
            assert here["probabilities"] == pytest.approx(shares, abs=CLOSE), name
            assert line["probabilities"] == pytest.approx(shares, abs=CLOSE), name
            assert here["may_be"] == line["may_be"] == list(answer.members), name


def test_a_card_shows_what_the_command_line_says(page, demo, tmp_path, capsys):
    clip = write_wav(tmp_path / "shown.wav", 5.0)
    answered(give(page, clip))
    assert cli.main(["classify", str(clip), "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["results"]
    for answer in told["answers"]:
        card = page.locator(f"[class*=st-key-card-{answer['backbone']}], "
                            f"[class*=st-key-untrained-{answer['backbone']}]")  # fmt: skip
        rows = dict(row.rsplit("\n", 1) for row in card.locator(".q-chance").all_inner_texts())
        shares = {word.strip(): int(share.removesuffix(" %")) for word, share in rows.items()}
        assert shares == {c: pytest.approx(100 * p, abs=0.501) for c, p in answer["probabilities"].items()}
        for near in answer["nearest"]:
            expect(card.locator(".player")).to_contain_text(f"{near['similarity']:.2f}")
