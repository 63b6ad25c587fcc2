"""Pieces of the Classify page: words, rows that compare, who agrees, what is exported."""

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest

from dashboard.components.players import Span
from dashboard.views.classify import cards, explanation, export, file_table, sentences, timeline, uploads
from dashboard.views.classify.cards import Column
from dashboard.views.classify.uploads import File
from dashboard.widgets.markdown import plain
from quintet.embeddings import models
from quintet.maps import stored_maps
from quintet.prediction.classifier import Answer
from quintet.prediction.label_space import Part, Space

CLASSES = ("calm", "happy", "tender")
SPACE = Space("demo", "Demo", CLASSES, (Part("demo", "Demo", (0, 1, 2)),))


def answer(shares: tuple[float, ...], title: str = "musicnn", state: str = "official") -> Answer:
    values = np.array(shares, np.float32)
    return Answer(
        key=title.lower(), title=title, state=state, fingerprint="f" * 16, classes=CLASSES,
        probabilities=values, members=("calm",), promise=0.9, over_time=np.stack([values, values[::-1]]),
        times=np.array([[0.0, 2.0], [2.0, 4.0]]), tags=(), nearest=(("a", 0.9), ("b", 0.3)), seconds=0.1,
        notices=(),
    )  # fmt: skip


def row(*answers: Answer, name: str = "a.wav", error: str = "") -> file_table.Row:
    found = tuple(Column(None, False, one) for one in answers)
    return file_table.Row(File(name, "0" * 32), 4.0, "", found, error)


@pytest.mark.parametrize(
    ("members", "says"),
    [
        (("calm",), "calm"),
        (("calm", "happy"), "calm or happy"),
        ((), "none of these: it is like no clip of that kind"),
        (("happy", "calm", "tender"), "any of the three"),
        (None, ""),
    ],
)
def test_a_set_is_said_in_words(members, says):
    assert sentences.may_be(replace(answer((0.5, 0.3, 0.2)), members=members)) == says


def test_a_large_set_names_two_and_counts_the_rest():
    found = replace(answer((0.5, 0.3, 0.2)), classes=tuple("abcdefgh"), members=tuple("abcde"))
    assert sentences.may_be(found) == "a, b or three more"


@pytest.mark.parametrize(
    ("start", "end", "says"),
    [(6.0, 12.9, "0:06 to 0:12"), (5.37, 5.99, "0:05.4 to 0:06.0"), (59.8, 60.2, "0:59 to 1:00")],
)
def test_a_stretch_within_a_second_is_said_in_tenths(start, end, says):
    assert sentences.span(start, end) == says


@pytest.mark.parametrize(
    ("so_far", "total", "says"),
    [
        (3.2, 12.0, "9 s left"),
        (14.0, 12.0, "14 s so far"),
        (5.0, None, "5 s so far"),
        (30.0, 300.0, "4 min left"),
    ],
)
def test_while_a_net_runs_its_card_says_how_long_still(so_far, total, says):
    assert sentences.hearing("musicnn", so_far, total) == f"musicnn is listening, {says}."


def test_names_from_files_are_no_markdown_in_labels():
    assert plain("**a** :red[b] <b>\n$x$") == r"\*\*a\*\* \:red\[b\] \<b\> \$x\$"


def test_an_untrained_control_has_no_vote():
    trained, control = answer((0.9, 0.1, 0.0)), answer((0.0, 0.1, 0.9), "VGGish", "untrained")
    assert timeline.trained([trained, control]) == [trained]
    assert file_table.apart(row(trained, control)) == ""


def test_disagreement_is_how_many_part_and_then_how_far():
    two = row(answer((1.0, 0.0, 0.0)), answer((0.0, 0.0, 1.0), "CLMR"))
    assert file_table.apart(two) == "1 of 2, 1.00"
    alike = row(answer((0.9, 0.1, 0.0)), answer((0.8, 0.2, 0.0), "CLMR"))
    assert file_table.apart(alike).startswith("0 of 2, 0.0")
    assert alike.apart < two.apart


def test_what_is_said_of_a_segment_is_the_mean_of_the_frames_it_touches():
    found = answer((0.6, 0.3, 0.1))
    assert timeline.within(found, Span(0.0, 1.5, "musicnn")) == pytest.approx([0.6, 0.3, 0.1])
    assert timeline.within(found, Span(1.0, 3.0, "musicnn")) == pytest.approx([0.35, 0.3, 0.35])
    assert timeline.within(found, Span(4.5, 5.0, "musicnn")) == pytest.approx([0.1, 0.3, 0.6])


def many(first: int) -> Answer:
    shares = np.full(16, 0.02, np.float32)
    shares[first] = 0.7
    classes = tuple(f"class {n}" for n in range(16))
    return replace(answer((1.0, 0.0, 0.0)), classes=classes, probabilities=shares)


def test_of_many_classes_all_cards_show_the_same_eight_in_label_order(demo):
    classes = many(0).classes
    space = Space("demo", "Demo", classes, (Part("demo", "Demo", tuple(range(16))),))
    source = models.resolve_model("musicnn", demo)
    found = [Column(source, False, many(n)) for n in (15, 3, 9)]
    named = cards.shown(space, found, every=False).named
    assert len(named) == cards.TOP
    assert {"class 3", "class 9", "class 15"} <= set(named)
    assert list(named) == sorted(named, key=classes.index)
    assert cards.shown(space, found, every=True).named == classes


def test_the_ring_lies_at_the_mean_of_the_nearest_weighted_by_similarity():
    held = stored_maps.Map(
        ("a", "b", "c"), np.array([[0, 0], [1, 1], [0.5, 0]], np.float32), stored_maps.MapConfig(), 0.9
    )
    assert explanation.locate(held, answer((1, 0, 0))) == pytest.approx([0.25, 0.25])  # 0.9 of a, 0.3 of b
    assert explanation.locate(held, answer((1, 0, 0)), "c") == pytest.approx([0.5, 0.0])
    assert explanation.locate(held, replace(answer((1, 0, 0)), nearest=(("gone", 1.0),))) is None


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.txt", b"RIFF....WAVE", "audio/wav"),
        ("a.wav", b"ID3\x04", "audio/mpeg"),
        ("a.m4a", b"\0\0\0\x20ftypM4A ", "audio/mp4"),
        ("film.mp4", b"\0\0\0\x20ftypisom", "application/octet-stream"),
        ("a.mp3", b"\x30\x26\xb2\x75", "application/octet-stream"),
        ("page.html", b"<html><script>", "application/octet-stream"),
    ],
)
def test_what_a_browser_gets_is_named_by_its_content(name, head, kind):
    assert uploads.media_type(name, head) == kind


def test_the_csv_has_a_line_per_file_and_backbone_and_says_untrained():
    listed = [
        row(answer((0.9, 0.1, 0.0)), answer((0.0, 0.2, 0.8), "VGGish", "untrained"), name="=cmd.wav"),
        row(name="b.wav", error="'b.wav' is empty."),
    ]
    lines = list(csv.DictReader(io.StringIO(export.as_csv(listed, SPACE).decode())))
    assert [line["backbone"] for line in lines] == ["musicnn", "vggish", ""]
    assert lines[0]["file"] == "'=cmd.wav"
    assert lines[1]["weights"] == "untrained"
    assert (lines[0]["answer"], lines[0]["calm"], lines[0]["trained"]) == ("calm", "0.900000", "1")
    assert lines[2]["error"] == "'b.wav' is empty."


def test_the_json_holds_the_same_with_its_classes_and_fingerprints():
    listed = [row(answer((0.9, 0.1, 0.0)), answer((0.0, 0.2, 0.8), "CLMR"))]
    document = json.loads(export.as_json(listed, SPACE))
    assert document["classes"] == list(CLASSES)
    file = document["files"][0]
    assert file["answers"]["clmr"]["probabilities"]["tender"] == pytest.approx(0.8)
    assert file["answers"]["musicnn"]["fingerprint"] == "f" * 16
    assert (file["trained"], file["apart"]) == (2, 0.5)
