"""Where two trained backbones answer: how far they agree, in all, two by two and over time."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from playwright.sync_api import Page, expect

import quintet
from dashboard.views.classify import sentences
from quintet import cli
from quintet.backbones import _random_weights
from quintet.backbones.clmr import state_dict
from quintet.prediction import agreement
from quintet.prediction.classifier import Answer
from tests.browser.test_classify import answered, give
from tests.browsing import settled, shot, visit
from tests.servers import served
from tests.sounds import write_tone

KINDS = {"low": 110.0, "middle": 660.0, "high": 3960.0}
PARTS = ("cache", "data", "weights")
RATE = 22_050


def own_weights(folder: Path) -> None:
    """A file for CLMR that is not its authors': a backbone with it is trained, by somebody else."""
    folder.mkdir(parents=True)
    held = {
        name: torch.from_numpy(values) for name, values in _random_weights.state(state_dict.shapes()).items()
    }
    torch.save(held, folder / "clmr_checkpoint_10000.pt")


@pytest.fixture(scope="module")
def cellar(tmp_path_factory) -> Iterator[tuple[Path, str]]:
    """A server whose only dataset is a folder of tones, heard by musicnn and by a CLMR of one's own."""
    root = tmp_path_factory.mktemp("cellar")
    for kind, hertz in KINDS.items():
        (root / "cellar" / kind).mkdir(parents=True)
        for n in range(6):
            write_tone(root / "cellar" / kind / f"{kind} {n}.wav", hertz * 1.06**n, seconds=3.0)
    own_weights(root / "weights" / "clmr")
    (root / "data").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        for name in PARTS:
            patch.setenv(f"QUINTET_{name.upper()}", str(root / name))
        add = ["datasets", "add", "cellar", "--root", str(root / "cellar"), "--reader", "folder"]
        embed = ["embed", "cellar", "--backbone", "musicnn", "clmr"]
        for asked in (add, embed, ["benchmark", "cellar"]):
            assert cli.main(asked) == 0
        with served(root / "cache", root / "data") as address:
            yield root, address


@pytest.fixture
def visitor(chromium, cellar, monkeypatch) -> Iterator[Page]:
    """Somebody at that server; Python looks where it looks."""
    root, address = cellar
    for name in PARTS:
        monkeypatch.setenv(f"QUINTET_{name.upper()}", str(root / name))
    yield from visit(chromium, address)


def glide(path: Path, *hertz: float) -> Path:
    """Six seconds of each tone."""
    pitch = np.repeat(hertz, 6 * RATE)
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * np.cumsum(pitch) / RATE), RATE)
    return path


def parted(answers: Sequence[Answer], seconds: float) -> list[agreement.Piece]:
    return agreement.pieces([(a.times, a.over_time.argmax(axis=1)) for a in answers], seconds)


def test_the_page_says_how_far_two_trained_backbones_agree(visitor, tmp_path):
    clip = glide(tmp_path / "glide.wav", *KINDS.values())
    answered(give(visitor, clip), columns=2)
    answers = quintet.classify(clip)
    assert [answer.state for answer in answers] == ["official", "custom"]
    alike = 1 - agreement.divergence(np.stack([answer.probabilities for answer in answers]))
    agree = 2 if len({answer.best for answer in answers}) == 1 else 0
    expect(visitor.locator(".q-agree")).to_contain_text(f"{agree} of 2")
    expect(visitor.locator(".q-agree")).to_contain_text(f"{alike:.2f} alike")
    found = parted(answers, 18.0)
    expect(visitor.locator(".q-pairs")).to_contain_text("musicnn and CLMR")
    expect(visitor.locator(".q-pairs")).to_contain_text(f"{100 * agreement.same(found, 0, 1):.0f} %")
    assert agreement.parting(found), "the two must part somewhere, or nothing is tested"
    for start, end, _ in agreement.parting(found):
        expect(visitor.locator(".st-key-why")).to_contain_text(sentences.span(start, end))
    expect(visitor.locator(".q-evidence")).to_contain_text(sentences.span(*agreement.most_apart(found)))
    expect(visitor.locator(".st-key-card-musicnn .q-state")).to_have_text("official")
    expect(visitor.locator(".st-key-card-clmr .q-state")).to_have_text("custom")
    for answer in answers:
        card = visitor.locator(f".st-key-card-{answer.key}")
        expect(card.locator(".q-may")).to_contain_text(sentences.may_be(answer))
    shot(visitor, "classify-two-trained")


def test_files_are_sorted_by_how_far_two_trained_backbones_part(visitor, tmp_path):
    calm = glide(tmp_path / "steady.wav", KINDS["low"])
    torn = glide(tmp_path / "torn.wav", *KINDS.values())
    give(visitor, calm, torn)
    table = visitor.locator("[class*=st-key-files] .player[data-ready=true]")
    expect(table).not_to_contain_text("waits", timeout=240_000)
    settled(visitor)
    far = {}
    for path in (calm, torn):
        said = np.stack([answer.probabilities for answer in quintet.classify(path)])
        far[path.name] = (agreement.apart(said), agreement.divergence(said))
        share = f"{round(2 * far[path.name][0])} of 2, {far[path.name][1]:.2f}"
        expect(table.locator("tr[data-id]").filter(has_text=path.name)).to_contain_text(share)
    most, least = sorted(far, key=far.get, reverse=True)
    visitor.get_by_text("Most disagreement first").click()
    expect(table.locator("tr[data-id]").first).to_contain_text(most)
    expect(table.locator("tr[data-id]").last).to_contain_text(least)
    table.locator("tr[data-id]").first.click(position={"x": 150, "y": 15})
    expect(visitor).to_have_url(re.compile("heard=[0-9a-f]{32}"))
    answered(visitor, columns=2)
    expect(visitor.get_by_role("heading", name=most)).to_be_visible()
